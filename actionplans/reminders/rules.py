"""The rules of a plan: how many days before and after a date something is said, and who else is told when it is late.

Source: product.md §4, Reminders. A step is a number of days from an anchor, which is the due date of the action or the
day by which its update was due. What counts is the last step that has been reached, so a day on which nothing ran is
caught up, and lateness is said again at intervals that never shrink and never end while it lasts.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, TypeAlias

from actionplans.models import Reminder, ReminderRules

Kind: TypeAlias = Reminder.Kind
Capacity: TypeAlias = Reminder.Capacity
LATE = frozenset({Kind.PROGRESS_OVERDUE, Kind.OVERDUE})
ESCALATED = frozenset({Capacity.LINE, Capacity.LEAD, Capacity.CHAIR})
MOST_STEPS = 10  # in one list
MOST_BEFORE = 90  # days
MOST_AFTER = 365  # days
NEVER_UNSAID = "Enter at least one number of days: what is late is never left unsaid."
LONGEST_GAP = 91  # days between two reminders of the same thing


@dataclass(frozen=True)
class Rules:
    """Days as whole numbers above 0. A rung of the ladder that is None is left out."""

    update_before: tuple[int, ...] = (7, 2)
    update_after: tuple[int, ...] = (1, 8, 22)
    due_before: tuple[int, ...] = (14, 3)
    due_after: tuple[int, ...] = (1, 8, 22)
    then_every: int = 28
    line_after: int | None = 14
    lead_after: int | None = 28
    chair_after: int | None = 56
    working_days_only: bool = True

    def step(self, kind: str, days: int) -> int | None:
        """The last step that has been reached `days` after the anchor (before it: negative); None before the first."""
        if kind == Kind.DUE_SOON:
            return _last([-each for each in self.due_before], days)
        if kind == Kind.UPDATE_DUE:
            return _last([-each for each in self.update_before], days)
        return self._late(self.due_after if kind == Kind.OVERDUE else self.update_after, days)

    def rungs(self, days: int) -> list[tuple[Capacity, int]]:
        """Who else is told of what has been late for so many days, each with the step of theirs that was reached."""
        reached = [(capacity, self._late((after,), days)) for capacity, after in self.ladder if after]
        return [(capacity, step) for capacity, step in reached if step is not None]

    def as_row(self) -> dict[str, Any]:
        """The values as a row keeps them: lists, which are JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def ladder(self) -> tuple[tuple[Capacity, int | None], ...]:
        return (
            (Capacity.LINE, self.line_after),
            (Capacity.LEAD, self.lead_after),
            (Capacity.CHAIR, self.chair_after),
        )

    def _late(self, steps: tuple[int, ...], days: int) -> int | None:
        last = max(steps)
        if days >= last + self.then_every:
            return days - (days - last) % self.then_every
        return _last(steps, days)


NAMES = tuple(field.name for field in fields(Rules))


def rules_of(plan_ids: Iterable[int]) -> dict[int, Rules]:
    """The rules of each plan: its own, else the defaults. One query."""
    own = ReminderRules.objects.filter(plan__in=set(plan_ids))
    found = {row.plan_id: from_row(row) for row in own}
    return {plan_id: found.get(plan_id, Rules()) for plan_id in plan_ids}


def from_row(row: ReminderRules) -> Rules:
    given: dict[str, Any] = {name: getattr(row, name) for name in NAMES}
    given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Rules(**given)


def problems(rules: Rules) -> dict[str, str]:
    """What cannot be right about rules, by the name of the field, in words for the person who typed them."""
    found = {}
    for name, most in (("update_before", MOST_BEFORE), ("due_before", MOST_BEFORE)):
        if wrong := _wrong_list(getattr(rules, name), most):
            found[name] = wrong
    every = rules.then_every
    for name in ("update_after", "due_after"):
        if wrong := _wrong_late(getattr(rules, name), every if 7 <= every <= LONGEST_GAP else LONGEST_GAP):
            found[name] = wrong
    if not 7 <= every <= LONGEST_GAP:
        found["then_every"] = f"Enter a number of days from 7 to {LONGEST_GAP}. Reminders never go out daily for ever."
    before = 0
    for name in ("line_after", "lead_after", "chair_after"):
        after = getattr(rules, name)
        if after is not None and not 1 <= after <= MOST_AFTER:
            found[name] = f"Enter a number of days from 1 to {MOST_AFTER}, or leave it empty."
        elif after is not None and after < before:
            found[name] = f"Enter {before} or more: nobody further up is told before those below."
        before = max(before, after or 0)
    return found


def _wrong_late(steps: tuple[int, ...], every: int) -> str:
    if not steps:
        return NEVER_UNSAID
    if wrong := _wrong_list(steps, MOST_AFTER):
        return wrong
    gaps = [later - earlier for earlier, later in pairwise(sorted(steps))]
    if any(later < earlier for earlier, later in pairwise([*gaps, every])):
        return f"Let the time between reminders grow, up to the {every} days that follow, such as 1, 8, 22."
    return ""


def _wrong_list(steps: tuple[int, ...], most: int) -> str:
    if any(not 1 <= each <= most for each in steps):
        return f"Enter numbers of days from 1 to {most}."
    if len(set(steps)) != len(steps):
        return "Enter each number of days once."
    return f"Enter at most {MOST_STEPS} numbers." if len(steps) > MOST_STEPS else ""


def _last(steps: Iterable[int], days: int) -> int | None:
    return max((step for step in steps if step <= days), default=None)
