"""The course of a plan: how its actions stood on any day up to one, from one reading of their history.

By then is as everywhere: what was recorded by the end of the day. So the counts of a course are those of the page as at
that day.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from actionplans.asat import Standing
from actionplans.models import Dated, Entry, Round, Status, has_reported, recorded
from core import clock

COLUMNS = (
    "recorded_at",
    "happened_on",
    "status",
    "original_due_on",
    "current_due_on",
    "date_changes",
    "last_update_on",
)
MOST_POINTS = 24  # of a burn-up


@dataclass(frozen=True, slots=True)
class Past(Dated):
    """The state of an action after one row of its history."""

    recorded_at: datetime
    happened_on: date
    status: str
    original_due_on: date | None
    current_due_on: date | None
    date_changes: int
    last_update_on: date | None

    @property
    def is_verified(self) -> bool:
        return self.status in {Status.VERIFIED, Status.CLOSED}


@dataclass(frozen=True)
class Promised:
    """How many actions were promised for, and done, verified and closed, by the end of a day.

    Of a day that is still to come only what is promised for it by now: the others are None.
    """

    on: date
    promised: int
    done: int | None = None
    verified: int | None = None
    closed: int | None = None


@dataclass(frozen=True)
class Kept:
    """One round whose date has passed: the keys of the actions that owed an update, by how it was answered.

    In time: by the date of the round. Late: by the end of the meeting, or of the day looked at if that is earlier.
    """

    round: Round
    in_time: frozenset[int]
    late: frozenset[int]
    missing: frozenset[int]

    @property
    def owed(self) -> frozenset[int]:
        return self.in_time | self.late | self.missing


class Course:
    """Some actions of a plan, as they stood at the end of any day up to `on`. One query.

    Counting its history up to the row `upto` only, where that is given.
    """

    def __init__(self, stood: Iterable[Standing], on: date, upto: int | None = None) -> None:
        self.on = on
        rows: dict[int, list[Past]] = {each.action.pk: [] for each in stood}
        about = Entry.objects.filter(recorded(on, upto), action__in=rows).order_by("seq")
        for key, *state in about.values_list("action_id", *COLUMNS):
            rows[cast(int, key)].append(Past(*state))
        self.rows = rows
        self.moments = {key: [row.recorded_at for row in found] for key, found in rows.items()}

    def at(self, day: date) -> dict[int, Past]:
        """The state of each action at the end of the day, by its key, of those that were there."""
        end = clock.end_of(day)
        places = {key: bisect_left(moments, end) for key, moments in self.moments.items()}
        return {key: self.rows[key][place - 1] for key, place in places.items() if place}

    def done_on(self, key: int) -> date | None:
        """Since when the owner says that it is done: the day on which that was true; None while it is not."""
        since = None
        for row in self.rows[key]:
            if not row.is_done:
                since = None
            elif since is None:
                since = row.happened_on
        return since

    def moved_since(self, day: date) -> int:
        """How many actions had their due date moved after the end of the day."""
        before = self.at(day)
        now = self.at(self.on).items()
        return sum(state.date_changes > (before[key].date_changes if key in before else 0) for key, state in now)

    def burn_up(self, start: date | None) -> list[Promised]:
        """Ends of months from `start` on, then `on`; after that what is promised for days to come, in four steps.

        None of a plan that was not agreed by then, which is what no start, or a later one, says.
        """
        if start is None or start > self.on:
            return []
        points = []
        for day in (*ends_between(start, self.on), self.on):
            states = self.at(day).values()
            points.append(
                Promised(
                    day,
                    promised=sum(each.original_due_on is not None and each.original_due_on <= day for each in states),
                    done=sum(each.is_done for each in states),
                    verified=sum(each.is_verified for each in states),
                    closed=sum(each.status == Status.CLOSED for each in states),
                )
            )
        promised = [each.original_due_on for each in self.at(self.on).values() if each.original_due_on]
        last = max(promised, default=self.on)
        later = {self.on + (last - self.on) * step / 4 for step in (1, 2, 3, 4)} if last > self.on else set()
        return points + [Promised(day, sum(due <= day for due in promised)) for day in sorted(later - {self.on})]

    def kept(self, rounds: Iterable[Round]) -> list[Kept]:
        """The rounds whose date has passed, the latest first, each with the actions that were open on that date."""
        called = [each for each in rounds if each.updates_due_on < self.on]
        return [self._kept(each) for each in sorted(called, key=lambda each: each.updates_due_on, reverse=True)]

    def _kept(self, found: Round) -> Kept:
        by_date = {key: state for key, state in self.at(found.updates_due_on).items() if state.is_open}
        owed, in_time = set(by_date), {key for key, state in by_date.items() if has_reported(state, found)}
        by_meeting = self.at(min(found.meeting.on, self.on))
        late = {key for key in owed - in_time if has_reported(by_meeting[key], found)}
        return Kept(found, frozenset(in_time), frozenset(late), frozenset(owed - in_time - late))


def ends_between(start: date, end: date) -> Sequence[date]:
    """The ends of months from `start` to before `end`; of quarters or years where these are too many to draw."""
    first = start.year * 12 + start.month
    last = end.year * 12 + end.month - 1
    for step in (1, 3, 6, 12):
        months = [month for month in range(first, last + 1) if month % step == 0]
        if len(months) < MOST_POINTS:
            break
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]
