"""Reminders: what was said to whom, when, and whether it was accepted. The database is the outbox."""

from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action
from core.appendonly import AppendOnly
from partnerships.models import User


class Message(models.Model):
    """One message to one person on one day, whatever it holds."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        CLAIMED = "claimed", "Being sent"
        SENT = "sent", "Sent and accepted"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn: no longer true"

    user = models.ForeignKey(User, models.PROTECT, related_name="messages")
    on = models.DateField()
    has_summary = models.BooleanField(default=False, help_text="Holds the week's summary for a co-ordinator.")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    planned_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, help_text="The run that has claimed it.")
    sent_at = models.DateTimeField(null=True, blank=True)
    try_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    address = models.EmailField(blank=True)
    answer = models.TextField(blank=True, help_text="What the mail server said.")

    class Meta:
        indexes = (
            models.Index(fields=["state", "try_after"], name="message_to_deliver"),
            models.Index(fields=["on"], name="message_day"),
            models.Index(fields=["sent_at"], name="message_sent"),
            models.Index(fields=["claim"], condition=Q(claim__isnull=False), name="message_of_claim"),
        )
        constraints = (
            models.UniqueConstraint(fields=["user", "on"], name="message_once_a_person_a_day"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="message_sent_has_moment"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.on}"


class Reminder(models.Model):
    """One line of a message: about which action, as what, for which step of which rule."""

    class Kind(models.TextChoices):
        PROGRESS_OVERDUE = "progress_overdue", "Progress update overdue"
        OVERDUE = "overdue", "Action overdue"
        CHASED = "chased", "Your update is asked for"
        WORDING_RETURNED = "wording_returned", "Your update is returned"
        DONE_RETURNED = "done_returned", "Your completion is returned"
        UPDATE_DUE = "update_due", "Progress update due"
        DUE_SOON = "due_soon", "Due soon"
        ANSWERED = "answered", "Your question is answered"

    class Capacity(models.TextChoices):
        HOLDER = "holder", "Holder of the post"
        DEPUTY = "deputy", "Deputy of the holder"
        PLAN_LEAD = "plan_lead", "Plan lead, because the post is vacant"
        LINE = "line", "Post it reports to, because it is late"
        LEAD = "lead", "Plan lead, because it is late"
        CHAIR = "chair", "Chair of the monitoring group, because it is late"
        ASKER = "asker", "Inspector who asked"
        WRITER = "writer", "Writer of the update"

    message = models.ForeignKey(Message, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=20, choices=Kind)
    capacity = models.CharField(max_length=10, choices=Capacity)
    anchor_on = models.DateField(
        help_text="The due date, the date by which the update was due, or that of the answer or the return."
    )
    step = models.SmallIntegerField(help_text="Days from the anchor at which this step falls; before it is negative.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When it was found to be no longer true.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "action", "kind", "anchor_on", "step"],
                condition=Q(withdrawn_at__isnull=True),
                name="reminder_once_a_step",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.action}"


class Attempt(AppendOnly):
    """What became of one attempt to deliver a message, or of what came back later: written once."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted by the mail server"
        LATER = "later", "Not accepted yet, tried again later"
        REFUSED = "refused", "Refused for good"
        BOUNCED = "bounced", "Came back after it was accepted"

    message = models.ForeignKey(Message, models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    address = models.EmailField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    answer = models.TextField(blank=True, help_text="What the mail server said.")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.message}"
