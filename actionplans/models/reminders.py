"""Reminders: what was said to whom, when, and whether it was accepted. The database is the outbox."""

from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action
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
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    planned_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    try_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    address = models.EmailField(blank=True)
    answer = models.TextField(blank=True, help_text="What the mail server said.")

    class Meta:
        indexes = (models.Index(fields=["state", "try_after"], name="message_to_deliver"),)
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
        DUE_SOON = "due_soon", "Due soon"

    class Capacity(models.TextChoices):
        HOLDER = "holder", "Holder of the post"
        DEPUTY = "deputy", "Deputy of the holder"
        PLAN_LEAD = "plan_lead", "Plan lead, because the post is vacant"

    message = models.ForeignKey(Message, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=20, choices=Kind)
    capacity = models.CharField(max_length=10, choices=Capacity)
    anchor_on = models.DateField(help_text="The due date, or the date by which the update was due.")
    step = models.SmallIntegerField(help_text="Days from the anchor at which this step falls; before it is negative.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "action", "kind", "anchor_on", "step"], name="reminder_once_a_step"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.action}"
