"""Whether it made a difference: what the last reading of a measure says as at the end of a day.

Pages, papers and the closing of actions share it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from django.db.models import QuerySet

from actionplans.models import Action, ActionState, Measure, Reading

NOT_IMPROVED = "Done but not improved enough"


@dataclass(frozen=True)
class Outcome:
    """A measure with its own readings as at the end of a day, oldest first.

    The last word counts: a reading in words does not show that a target in numbers is met, whatever was read before.
    """

    measure: Measure
    readings: tuple[Reading, ...]

    @property
    def last(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def words(self) -> str:
        """The last reading as it was recorded; empty without one."""
        return self.last.words if self.last else ""

    @property
    def value(self) -> Decimal | None:
        return self.last.value if self.last else None

    @property
    def is_missed(self) -> bool:
        """Short of its target, in its direction. Only measures in numbers are judged; without a reading it is short."""
        return not self.measure.is_met_by(self.value)

    @property
    def is_worse(self) -> bool:
        return self.measure.is_worse_at(self.value)

    @property
    def verdict(self) -> str:
        """What the last reading says about the target, as a heading says it."""
        if not self.measure.is_judged:
            said = self._why_not_judged()
        elif self.value is None:
            said = "Not shown to be met: " + ("the last reading is not a number" if self.last else "no reading yet")
        else:
            said = "Target not met" if self.is_missed else "Target met"
        return f"{said}; worse than the baseline" if self.is_worse else said

    @property
    def slug(self) -> str:
        """How the verdict is drawn: met, missed, or none of both."""
        if self.is_missed or self.is_worse:
            return "missed"
        return "met" if self.measure.is_judged else "none"

    @property
    def shortfall(self) -> str:
        """What is short of what was agreed, and by which reading, in a few words; empty when nothing is."""
        faults = [f"target {self.measure.target}"] if self.is_missed else []
        faults += [f"worse than the baseline of {self.measure.baseline}"] if self.is_worse else []
        return f"{self.measure.name}: {', '.join([self._read(), *faults])}" if faults else ""

    def _why_not_judged(self) -> str:
        if self.measure.target_value is not None:
            return "Not judged: nothing says which way is better"
        return "Target in words: not judged" if self.measure.target else "No target recorded"

    def _read(self) -> str:
        if self.last is None:
            return "no reading"
        return self.last.words if self.last.value is not None else f"“{self.last.words}” (not a number)"


def outcomes(measures: QuerySet[Measure], on: date, upto: int | None = None) -> list[Outcome]:
    """Each measure with the readings recorded by the end of the day and not put right by then. Two queries.

    Of the measures of one plan: counting its history up to the row `upto` only, where it is given.
    """
    found = list(measures)
    readings: dict[int, list[Reading]] = {}
    by_then = Reading.objects.by(on, upto).filter(comparator=None)
    for each in by_then.filter(measure__in=[measure.pk for measure in found]).order_by("on", "pk"):
        readings.setdefault(each.measure_id, []).append(each)
    return [Outcome(measure, tuple(readings.get(measure.pk, ()))) for measure in found]


def missed_targets(actions: Iterable[Action], on: date) -> dict[int, list[str]]:
    """For each action: its measures that are short of their target at the end of the day, in a few words each."""
    missed: dict[int, list[str]] = {action.pk: [] for action in actions}
    for each in outcomes(Measure.objects.filter(action__in=missed).order_by("pk"), on):
        if each.is_missed:
            missed[cast(int, each.measure.action_id)].append(each.shortfall)
    return missed


def not_improved(state: ActionState, found: Iterable[Outcome]) -> tuple[str, ...]:
    """What is short of its target, or worse than its baseline, although the action is said to be done."""
    return tuple(each.shortfall for each in found if each.shortfall) if state.is_done else ()
