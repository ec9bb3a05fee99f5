"""Telling a person what became of something that they wrote: on the next day, once for all of a kind on a day.

A letter leads to it and does not quote it. Each source says who is to be told of what, and for how long that holds.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from actionplans.models import Plan
from actionplans.reminders.due import Line, week_begins
from actionplans.reminders.rules import Rules, rules_of
from core import clock
from core.working_days import is_working_day
from partnerships.calendars import days_off
from partnerships.models import User

HOLDS = timedelta(days=30)  # what happened is told within this time, or not at all
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """Somebody who wrote about an action, and the day on which something became of it. `kind`, `capacity`: of the line;
    `inspection_id`: in the name of which they wrote, where it is one.
    """

    user: User
    kind: str
    capacity: str
    action_id: int
    plan_id: int
    partnership_id: int
    on: date
    inspection_id: int = 0


@dataclass(frozen=True)
class Period:
    """What can be told on the days from `first` to `last`, perhaps of one plan: what happened from `since` on and
    before `until`.
    """

    first: date
    last: date
    plan: Plan | None = None

    @property
    def since(self) -> datetime:
        return clock.end_of(self.first - HOLDS - A_DAY)

    @property
    def until(self) -> datetime:
        return clock.end_of(self.last - A_DAY)


class Source(Protocol):
    """One sort of news: what there is to tell, and whether it is still right to tell it on a day."""

    told: list[Told]

    def holds(self, told: Told, on: date) -> bool: ...


class News:
    """Of the news of some sources on the days of a period, all that decides it. Two queries, where there is any."""

    def __init__(self, sources: list[Source], plan: Plan | None = None, rules: Rules | None = None) -> None:
        self.sources = sources
        self.told = [each for source in sources for each in source.told]
        if self.told:
            self.rules = {plan.pk: rules} if plan and rules else rules_of({each.plan_id for each in self.told})
            self.off = days_off({each.partnership_id for each in self.told})

    def true_on(self, on: date) -> set[tuple[int, int, str, date]]:
        """What holds on the day, as reminders.due.Facts gives it."""
        return {(each.user.pk, each.action_id, each.kind, each.on) for each in self._holding(on)}

    def lines(self, on: date) -> dict[int, list[Line]]:
        """What is to be said on the day, by the key of the person."""
        found: dict[int, list[Line]] = defaultdict(list)
        for each in self._holding(on):
            counted = week_begins(on) if each.user.is_weekly else on
            works = is_working_day(on, self.off[each.partnership_id])
            if counted > each.on and (works or not self.rules[each.plan_id].working_days_only):
                found[each.user.pk].append(Line(each.user.pk, each.action_id, each.kind, each.on, 1, each.capacity))
        return {user: list(dict.fromkeys(lines)) for user, lines in found.items()}

    def _holding(self, on: date) -> list[Told]:
        return [
            each
            for source in self.sources
            for each in source.told
            if each.on < on <= each.on + HOLDS and each.user.is_active and source.holds(each, on)
        ]
