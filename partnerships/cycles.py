"""The days of a series of meetings, worked out before anything is entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule

from core.working_days import next_working_day, why_off
from partnerships.calendars import local_holidays, paper_deadline, updates_due
from partnerships.models import Group, Meeting

MOST_MEETINGS = 60  # of a series: more is a slip of the pen
MONTHS = {"monthly": 1, "two-monthly": 2, "quarterly": 3}
WORDS = {"monthly": "Every month", "two-monthly": "Every two months", "quarterly": "Every three months"}
ORDINALS = ("first", "second", "third", "fourth", "last")
_WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)


@dataclass(frozen=True)
class Cycle:
    """How often a group meets: every so many weeks, or by MONTHS on the same weekday of the month."""

    kind: str
    weeks: int = 0

    def words(self, first: date) -> str:
        """Every 6 weeks, on Tuesday; every three months, on the second Tuesday."""
        if self.weeks:
            every = "Every week" if self.weeks == 1 else f"Every {self.weeks} weeks"
            return f"{every}, on {first:%A}"
        return f"{WORDS[self.kind]}, on the {ORDINALS[_place(first) - 1]} {first:%A}"

    def days(self, first: date, until: date) -> list[date]:
        """The days from the first to the last that may be, at most MOST_MEETINGS and one more.

        The fifth Tuesday of a month is its last: not every month has a fifth.
        """
        given = {"dtstart": datetime.combine(first, time()), "until": datetime.combine(until, time())}
        if self.weeks:
            found = rrule(WEEKLY, interval=self.weeks, **given)
        else:
            place = _place(first)
            weekday = _WEEKDAYS[first.weekday()](place if place < len(ORDINALS) else -1)
            found = rrule(MONTHLY, interval=MONTHS[self.kind], byweekday=weekday, **given)
        return [each.date() for each in islice(found, MOST_MEETINGS + 1)]


@dataclass(frozen=True)
class Sitting:
    """A meeting that could be entered. `why_moved` names why its group does not meet on `wanted_on`."""

    on: date
    wanted_on: date
    why_moved: str
    paper_deadline_on: date
    updates_due_on: date
    is_entered: bool  # the group meets on that day already


def sittings(group: Group, days: list[date]) -> list[Sitting]:
    """The days as meetings of a group, each on a working day: itself or the next one. Two queries."""
    off = local_holidays(group.partnership_id)
    entered = {each.on: each for each in group.meetings.all()}
    found: dict[date, Sitting] = {}
    for wanted in days:
        on = next_working_day(wanted, off)
        if on not in found:  # two days of a long closure are one meeting
            found[on] = _sitting(group, wanted, on, entered.get(on), off)
    return list(found.values())


def _sitting(group: Group, wanted: date, on: date, entered: Meeting | None, off: Mapping[date, str]) -> Sitting:
    meeting = entered or Meeting(group=group, on=on, paper_deadline_on=paper_deadline(group, on, off))
    meeting.group = group
    return Sitting(
        on=on,
        wanted_on=wanted,
        why_moved=why_off(wanted, off),
        paper_deadline_on=meeting.paper_deadline_on,
        updates_due_on=updates_due(meeting, off),
        is_entered=entered is not None,
    )


def _place(day: date) -> int:
    """Which of its weekday a day is in its month: 1 to 5."""
    return (day.day - 1) // 7 + 1
