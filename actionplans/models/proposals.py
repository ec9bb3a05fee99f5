"""What is not said or agreed yet, kept apart from history: drafts of updates, proposed changes of an active plan."""

from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action
from actionplans.models.plans import Plan
from partnerships.models import User


class Proposal(models.Model):
    """A change of an action's text, a new action, or a change of the plan itself, that waits for the next version.

    `text` is an `ActionText` as plain values; a new action also has its reference and due date. Without action and
    reference it is a `PlanText`.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="proposals")
    action = models.ForeignKey(Action, models.CASCADE, null=True, blank=True, related_name="proposals")
    ref = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True, blank=True)
    text = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["action"],
                condition=Q(action__isnull=False),
                name="proposal_once_an_action",
                violation_error_message="A change of this action is proposed already. Change that one.",
            ),
        )

    def __str__(self) -> str:
        return f"Proposed: {self.action or self.text['title']}"

    @property
    def is_of_plan(self) -> bool:
        """Whether it is about the plan as a whole."""
        return self.action_id is None and not self.ref


class UpdateDraft(models.Model):
    """An update that its writer has not posted, as typed; once `sent_at` is given it waits for its wording to be read.

    It counts for nothing: it is no update, and clears nothing.
    """

    action = models.ForeignKey(Action, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    fields = models.JSONField(help_text="The fields of the form by name, as typed.")
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.CharField(max_length=200, blank=True)
    remark = models.TextField(blank=True, help_text="Why the reviewer returned it.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["action", "user"],
                name="draft_once_a_writer",
                violation_error_message="You have a draft of this update already.",
            ),
            models.CheckConstraint(
                condition=Q(returned_by="") | ~Q(remark=""),
                name="draft_return_has_remark",
                violation_error_message="Say what should be changed.",
            ),
        )

    def __str__(self) -> str:
        return f"Draft of {self.user} on {self.action}"
