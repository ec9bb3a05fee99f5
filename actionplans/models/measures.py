"""Measures: named series that show whether anything got better."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action
from core.appendonly import AppendOnly
from inspections.models import Inspection


class Measure(models.Model):
    """A series with unit and direction; belongs to an action or to an inspection.

    Baseline and target are kept in the words that were agreed and, where these are a number, as that number.
    """

    class Direction(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"
        WORDS = "words", "In words"

    action = models.ForeignKey(Action, models.CASCADE, null=True, blank=True, related_name="measures")
    inspection = models.ForeignKey(Inspection, models.CASCADE, null=True, blank=True, related_name="measures")
    name = models.CharField(max_length=300)
    unit = models.CharField(max_length=30, blank=True)
    direction = models.CharField(max_length=10, choices=Direction)
    baseline = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)
    baseline_value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    target_value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(action__isnull=False, inspection__isnull=True)
                | Q(action__isnull=True, inspection__isnull=False),
                name="measure_of_one_thing",
                violation_error_message="A measure belongs to one action or to one inspection.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_met_by(self, value: Decimal | None) -> bool:
        """Whether a value reaches the target, in the measure's direction. Without a target in numbers: yes."""
        if self.target_value is None or self.direction == self.Direction.WORDS:
            return True
        if value is None:
            return False
        return value <= self.target_value if self.direction == self.Direction.LOWER else value >= self.target_value


class Comparator(models.Model):
    """A series to hold a measure against, such as the national average."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="comparators")
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Reading(AppendOnly):
    """One value of a measure, or of one of its comparators, on a day: in words and, where it is one, as a number."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="readings")
    comparator = models.ForeignKey(Comparator, models.PROTECT, null=True, blank=True, related_name="readings")
    on = models.DateField()
    words = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    recorded_at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    imported = models.BooleanField(default=False)

    class Meta(AppendOnly.Meta):
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""), name="reading_says_something", violation_error_message="Enter the reading."
            ),
        )

    def __str__(self) -> str:
        return f"{self.words} on {self.on}"
