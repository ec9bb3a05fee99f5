"""What is not agreed yet: proposed changes of an active plan, kept apart from its history."""

from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action
from actionplans.models.plans import Plan
from partnerships.models import User


class Proposal(models.Model):
    """A change of an action's text, or a new action, that waits for the next version of the plan.

    `text` is an `ActionText` as plain values; a new action also has its reference and due date.
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
