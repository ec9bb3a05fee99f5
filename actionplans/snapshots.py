"""The trend of plans by month, read from kept figures; and what of figures is kept."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from actionplans.figures import Figures
from actionplans.lines import Charts, Values, line_charts
from actionplans.models import Plan, Snapshot, Status

MOST_MONTHS = 24
COURSES = (("Open", "open"), ("Overdue", "overdue"), ("Closed", "closed"))


@dataclass(frozen=True)
class Point:
    """Some plans together at the end of a day: how many actions are open, overdue and closed."""

    on: date
    open: int
    overdue: int
    closed: int


@dataclass(frozen=True)
class Trend:
    """The ends of months, oldest first, and last the day itself. `missing` are month ends of which nothing is kept."""

    points: tuple[Point, ...]
    missing: tuple[date, ...]
    charts: Charts | None


def as_kept(counted: Figures) -> dict[str, Any]:
    """Figures as they are kept: plain values, without their day."""
    kept = json.loads(json.dumps(asdict(counted), default=str))
    del kept["on"]
    return kept


def trend(plans: Iterable[Plan], now: Figures) -> Trend:
    """The agreed plans together by month, up to the day that `now`, their figures of today or of a past day, is of.

    A plan counts from the month of its approval on. A month end of which one of them is not kept is left out and named:
    the sum of some plans must not be read as that of all. One query.
    """
    begun = {each.pk: each.approved_on for each in plans if each.approved_on}
    ends = list(month_ends(min(begun.values(), default=now.on), now.on))
    kept: dict[date, list[Snapshot]] = {}
    for each in Snapshot.objects.filter(plan__in=begun, on__in=ends):
        kept.setdefault(each.on, []).append(each)
    due = {on: sum(approved <= on for approved in begun.values()) for on in ends}
    missing = tuple(on for on in ends if len(kept.get(on, ())) < due[on])
    known = [_point(on, [each.figures for each in kept.get(on, ())]) for on in ends if on not in missing]
    points = (*known, _point(now.on, [as_kept(now)]))
    return Trend(points, missing, _charts(points))


def month_ends(first: date, before: date) -> Iterator[date]:
    """The last days of months from `first` on and before a day, at most MOST_MONTHS, oldest first."""
    ends: list[date] = []
    end = before.replace(day=1) - timedelta(days=1)
    while end >= first and len(ends) < MOST_MONTHS:
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return reversed(ends)


def _point(on: date, kept: Sequence[dict[str, Any]]) -> Point:
    closed = [count for each in kept for status, _, count in each["status"] if status == Status.CLOSED]
    return Point(on, sum(each["open"] for each in kept), sum(each["overdue"] for each in kept), sum(closed))


def _charts(points: Sequence[Point]) -> Charts | None:
    """None where there is one day only: a point is no trend."""
    if len(points) < 2:
        return None
    series: list[tuple[str, Values]] = [
        (label, [(each.on, Decimal(getattr(each, name))) for each in points]) for label, name in COURSES
    ]
    said = {"key": "trend", "name": "actions by month", "direction": "Actions at the end of each month", "unit": ""}
    return line_charts(series, **said, target=None, baseline=None)
