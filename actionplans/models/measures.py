"""Measures: named series that show whether anything got better."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action
from actionplans.models.history import Entry, recorded
from actionplans.models.plans import Plan
from core import clock
from core.appendonly import AppendOnly, AppendOnlyQuerySet
from inspections.models import Inspection
from partnerships.models import User

A_NUMBER = re.compile(r"^\s*(-?\d{1,9}(?:\.\d{1,3})?)\s*%?\s*$")  # what the columns of values hold


def as_number(words: str) -> Decimal | None:
    """The number that words are, with or without a per cent sign; None for any others."""
    match = A_NUMBER.match(words)
    return Decimal(match[1]) if match else None


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User, on: date) -> "MeasureQuerySet":
        """Those of the plans, and of the actions, that the person may see."""
        plans, actions = Plan.objects.visible_to(user, on), Action.objects.visible_to(user, on)
        return self.filter(Q(plan__in=plans) | Q(action__in=actions))


class Measure(models.Model):
    """A series with unit and direction; belongs to an action, a plan or an inspection.

    Baseline and target are kept in the words that were agreed and, where these are a number, as that number.
    """

    class Direction(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"
        WORDS = "words", "In words"

    action = models.ForeignKey(Action, models.CASCADE, null=True, blank=True, related_name="measures")
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="measures")
    inspection = models.ForeignKey(Inspection, models.CASCADE, null=True, blank=True, related_name="measures")
    name = models.CharField(max_length=300)
    unit = models.CharField(max_length=30, blank=True)
    direction = models.CharField(max_length=10, choices=Direction)
    baseline = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)
    baseline_value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    target_value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    counts_people = models.BooleanField(
        default=False, help_text="Its values are numbers of people: small ones are suppressed in public papers."
    )
    part_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The total that this is a part of, from which a suppressed value could be counted back.",
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(action__isnull=False, plan__isnull=True, inspection__isnull=True)
                | Q(action__isnull=True, plan__isnull=False, inspection__isnull=True)
                | Q(action__isnull=True, plan__isnull=True, inspection__isnull=False),
                name="measure_of_one_thing",
                violation_error_message="A measure belongs to one action, one plan or one inspection.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_judged(self) -> bool:
        """Whether it can be said that a value reaches the target: only of numbers with a direction."""
        return self.target_value is not None and self.direction != self.Direction.WORDS

    def get_plan(self) -> Plan | None:
        """The plan that it belongs to, itself or through its action; none for a measure of an inspection."""
        return self.action.plan if self.action else self.plan

    def is_met_by(self, value: Decimal | None) -> bool:
        """Whether a value reaches the target, in the measure's direction. Without a target in numbers: yes."""
        if self.target_value is None or self.direction == self.Direction.WORDS:
            return True
        if value is None:
            return False
        return value <= self.target_value if self.direction == self.Direction.LOWER else value >= self.target_value

    def is_worse_at(self, value: Decimal | None) -> bool:
        """Whether a value lies on the wrong side of the baseline. Without numbers and a direction: no."""
        if value is None or self.baseline_value is None or self.direction == self.Direction.WORDS:
            return False
        return value > self.baseline_value if self.direction == self.Direction.LOWER else value < self.baseline_value

    def agree(self, *, baseline: str, target: str, direction: str = "", unit: str = "") -> None:
        """Takes baseline and target in the words that were agreed, and as the numbers that these are.

        Without a direction: the one from baseline to target when both are numbers, else "in words".
        """
        self.baseline, self.target = baseline, target
        self.baseline_value, self.target_value = as_number(baseline), as_number(target)
        self.unit = unit or ("%" if "%" in target else "")
        self.direction = direction or self.Direction.WORDS
        if not direction and self.baseline_value is not None and self.target_value is not None:
            lower = self.target_value < self.baseline_value
            self.direction = self.Direction.LOWER if lower else self.Direction.HIGHER


class Comparator(models.Model):
    """A series to hold a measure against, such as the national average."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="comparators")
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class ReadingQuerySet(AppendOnlyQuerySet):
    def standing(self, before: datetime) -> "ReadingQuerySet":
        """Those recorded before a moment, without those that were put right before it."""
        return self.filter(recorded_at__lt=before).exclude(replaced_by__recorded_at__lt=before)

    def by(self, on: date, upto: int | None = None) -> "ReadingQuerySet":
        """Those that stand at the end of a day and, of one plan, counting its history up to the row `upto` only."""
        if upto is None:
            return self.standing(clock.end_of(on))
        corrected = Reading.objects.filter(recorded(on, upto, "entry__"), replaces__isnull=False)
        return self.filter(recorded(on, upto, "entry__")).exclude(pk__in=corrected.values("replaces"))


class Reading(AppendOnly):
    """One value of a measure, or of one of its comparators, on a day: in words and, where it is one, as a number."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="readings")
    comparator = models.ForeignKey(Comparator, models.PROTECT, null=True, blank=True, related_name="readings")
    on = models.DateField()
    words = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    source = models.CharField(max_length=300, blank=True, help_text="Where the value comes from.")
    note = models.TextField(blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    recorded_at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    imported = models.BooleanField(default=False)

    objects = ReadingQuerySet.as_manager()  # type: ignore[misc]  # more than the base class has

    class Meta(AppendOnly.Meta):
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""), name="reading_says_something", violation_error_message="Enter the reading."
            ),
        )

    def __str__(self) -> str:
        return f"{self.words} on {self.on}"

    def in_words(self) -> dict[str, str]:
        """What a row of history keeps of it; of the reading that it puts right only when there is one."""
        corrects = {"corrects": str(self.replaces)} if self.replaces else {}
        return {
            "measure": self.measure.name,
            "comparator": self.comparator.name if self.comparator else "",
            "on": self.on.isoformat(),
            "words": self.words,
            "source": self.source,
            "note": self.note,
        } | corrects


class Measured(Entry):
    """A reading of a measure of an action or of the plan itself (then without an action), as it was recorded."""

    reading = models.OneToOneField(Reading, models.PROTECT, related_name="entry")
    text = models.JSONField(help_text="The reading in words: measure, comparator, on, words, source, note.")
