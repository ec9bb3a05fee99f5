"""How a plan is chased: its reminder rules, what a co-ordinator asked for, and the calendar of a person."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action
from actionplans.models.plans import Plan, Round
from partnerships.models import User


class ReminderRules(models.Model):
    """When reminders of a plan fall due: days from the update date and from the due date. Without a row: defaults.

    The lists hold days as whole numbers above 0, in rising order. What they mean: actionplans/reminders/rules.py.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="reminder_rules")
    update_before = models.JSONField(help_text="Days before the update date.")
    update_after = models.JSONField(help_text="Days after the update date, while there is no update.")
    due_before = models.JSONField(help_text="Days before the due date.")
    due_after = models.JSONField(help_text="Days after the due date, while the action is not completed.")
    then_every = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(7), MaxValueValidator(91)],
        help_text="Days between reminders after those.",
    )
    line_after = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Days late until the line is told.")
    lead_after = models.PositiveSmallIntegerField(null=True, blank=True, help_text="… until the plan lead is told.")
    chair_after = models.PositiveSmallIntegerField(null=True, blank=True, help_text="… until the chair is told.")
    working_days_only = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "reminder rules"
        constraints = (
            models.CheckConstraint(
                condition=Q(then_every__gte=7),
                name="reminder_rules_not_daily",
                violation_error_message="Reminders repeat every 7 days at most.",
            ),
        )

    def __str__(self) -> str:
        return f"Reminders of {self.plan}"


class Chase(models.Model):
    """A co-ordinator asked for the update of an action for a round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="chases")
    action = models.ForeignKey(Action, models.CASCADE, related_name="chases")
    on = models.DateField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["round", "action", "on"],
                name="chase_once_a_day",
                violation_error_message="The update was asked for today already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} for {self.round}"


class CalendarFeed(models.Model):
    """A private address of a person's calendar. The address is made from `nonce` and the secret of the service."""

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    nonce = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at__isnull=True),
                name="calendar_one_a_person",
                violation_error_message="There is a calendar address already. Make it stop first.",
            ),
        )

    def __str__(self) -> str:
        return f"Calendar of {self.user}"
