"""Small numbers of people in public papers: which of them are not shown, so that none can be counted back.

The method is the usual one for tables of counts about people (Office for National Statistics, policy on protecting
confidentiality in tables; ISD Scotland, statistical disclosure control protocol), as docs/adr/0016 says:

1. Primary: a value under the number of the plan is "fewer than 5", zero too. Words that are no number are not shown at
   all, because nobody has judged them.
2. Secondary: a total and its parts are a sum on every day on which they were read, and so are their baselines and
   their targets. From the sums and the values that are shown, a reader can work out between which bounds a hidden
   value lies. As long as these leave one candidate for any of them, the smallest value shown in a sum with it is hidden
   too.
3. What a hidden value says in other words goes with it: whether the target is met, the point of a chart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from actionplans.papers.report import MeasureShown, Point, Series

FIELDS = ("baseline", "target")
SUPPRESSED = "suppressed"
NOT_JUDGED = "Not shown, because values are suppressed"
ZERO, ANY = Decimal(0), Decimal("Infinity")

Column = dict[int, Decimal | None]  # the values of one day by measure; None for what is only words
Totals = dict[int, int]  # the total of each part
Hidden = frozenset[tuple[int, "date | str"]]  # measure, and the day or the name of its field


@dataclass(frozen=True)
class Bounds:
    """Between which whole numbers of people a value lies, for all that a reader can know."""

    low: Decimal
    high: Decimal

    @property
    def is_one(self) -> bool:
        """Whether fewer than two candidates are left, or none: then what is there does not add up."""
        return self.high - self.low < 1


def suppressed(
    measures: tuple[MeasureShown, ...], under: int, withheld: frozenset[str] = frozenset()
) -> tuple[MeasureShown, ...]:
    """The measures as they may be published. 0 suppresses none.

    Those of the actions `withheld` are in the sums and are protected as if they were suppressed whole: a reader must
    not count them back either.
    """
    counted = {each.key: each for each in measures if each.counts_people}
    if not under or not counted:
        return measures
    kept_back = {each.key for each in counted.values() if each.of in withheld}
    totals = {key: each.part_of for key, each in counted.items() if each.part_of is not None}
    totals = {key: total for key, total in totals.items() if total in counted}
    hidden = frozenset(
        (key, place)
        for place, column in _columns(counted.values()).items()
        for key in _hidden(column, totals, under, kept_back)
    )
    return tuple(_published(each, hidden, under) if each.key in counted else each for each in measures)


def _columns(measures: Iterable[MeasureShown]) -> dict[date | str, Column]:
    """The values of each day, and of the baselines and targets. Of several on a day the smallest stands for all."""
    columns: dict[date | str, Column] = {}
    for each in measures:
        for place, value in _values(each):
            column = columns.setdefault(place, {})
            known = column.get(each.key, ANY)
            column[each.key] = None if value is None or known is None else min(value, known)
    return columns


def _values(measure: MeasureShown) -> Iterator[tuple[date | str, Decimal | None]]:
    for name in FIELDS:
        if getattr(measure, name):
            yield name, _number(getattr(measure, f"{name}_value"))
    for point in measure.series[0].points:
        yield point.on, _number(point.value)


def _hidden(column: Column, totals: Totals, under: int, kept_back: set[int]) -> set[int]:
    """The measures whose value of the day is not shown: the small ones, then as many as it takes to hide those."""
    hidden = {key for key, value in column.items() if value is None or value < under or key in kept_back}
    while near := _near(_bounds(column, hidden, totals, under, kept_back), hidden, totals, column.keys() - hidden):
        hidden.add(min(near, key=lambda key: (column[key], key in totals.values(), key)))
    return hidden


def _near(bounds: dict[int, Bounds], hidden: set[int], totals: Totals, shown: set[int]) -> set[int]:
    """What is shown and stands in a sum with a hidden value that could be counted back.

    Where all of such a sum is unread or hidden, what is shown in the sums of those, and so on.
    """
    reached = {key for key in hidden if bounds[key].is_one}
    sums = [{total, *_parts(totals, total)} for total in set(totals.values())]
    while reached:
        around = {key for each in sums if each & reached for key in each}
        if around & shown or around <= reached:
            return around & shown
        reached |= around
    return set()


def _bounds(column: Column, hidden: set[int], totals: Totals, under: int, kept_back: set[int]) -> dict[int, Bounds]:
    """What a reader can work out of each value from the labels, the values shown and the sums, taken as whole numbers.

    Totals and parts make trees, so bounds that are carried from sum to sum, once for each sum, are exact.
    """
    everyone = {*column, *totals, *totals.values()}
    bounds = {key: _at_first(key, column, hidden, under, kept_back) for key in everyone}
    for _ in totals:
        for total in set(totals.values()):
            _tighten(bounds, total, _parts(totals, total))
    return bounds


def _at_first(key: int, column: Column, hidden: set[int], under: int, kept_back: set[int]) -> Bounds:
    """What the label says. Of what was not read, is only words or stands in no public paper: nothing."""
    value = column.get(key)
    if value is None or key in kept_back:
        return Bounds(ZERO, ANY)
    if key not in hidden:
        return Bounds(value, value)
    return Bounds(ZERO, Decimal(under - 1)) if value < under else Bounds(Decimal(under), ANY)


def _tighten(bounds: dict[int, Bounds], total: int, parts: list[int]) -> None:
    """Carries what is known of a total to its parts, and back."""
    low, high = sum((bounds[key].low for key in parts), ZERO), sum((bounds[key].high for key in parts), ZERO)
    bounds[total] = whole = Bounds(max(bounds[total].low, low), min(bounds[total].high, high))
    for key in parts:
        others = [bounds[each] for each in parts if each != key]
        least, most = whole.low - sum(each.high for each in others), whole.high - sum(each.low for each in others)
        bounds[key] = Bounds(max(bounds[key].low, least), min(bounds[key].high, most))


def _parts(totals: Totals, total: int) -> list[int]:
    return [key for key, of in totals.items() if of == total]


def _published(measure: MeasureShown, hidden: Hidden, under: int) -> MeasureShown:
    """The measure without what is hidden of it."""
    gone = {place for key, place in hidden if key == measure.key}
    if not gone:
        return measure
    own = measure.series[0]
    points = tuple(_point(each, under) if each.on in gone else each for each in own.points)
    said: dict[str, Any] = {"series": (Series(own.name, points), *measure.series[1:]), "is_suppressed": True}
    for name in (each for each in FIELDS if each in gone):
        said |= {name: _words(getattr(measure, f"{name}_value"), under), f"{name}_value": ""}
    if points:
        said["latest"] = points[-1].words
    if gone & {*FIELDS, *(each.on for each in points[-1:])}:
        said |= {"verdict": NOT_JUDGED, "shortfall": f"{measure.name}: {SUPPRESSED}"}
    return replace(measure, **said)


def _point(point: Point, under: int) -> Point:
    return Point(point.on, _words(point.value, under))


def _words(value: str, under: int) -> str:
    number = _number(value)
    return f"fewer than {under}" if number is not None and number < under else SUPPRESSED


def _number(value: str) -> Decimal | None:
    return Decimal(value) if value else None
