"""When what is open is likely to be done, from the plan's own history; nothing where that is too short to tell.

Method: how long each action took, against how long it was first given, as a ratio (days from its start to the owner's
"done", by days from its start to its original date). The logarithms of these ratios follow a curve: normal, or that of
the least of many (Weibull). Middle and spread are not estimated by one value each but weighed over a grid by how
well they explain the plan, all spreads equally likely beforehand, so that a short history gives a wide range.

1. What was done after its date counts as what it took; what was done by its date counts as "in time" alone, because
   work that is given a date tends to end on it, which says little about work that has passed its date.
2. What is still undone counts as having taken at least as long as it has by now.
3. All is done by a day when each undone action is. The range runs from the day by which this has a chance of 10 per
   cent to that of 90 per cent. tests/actionplans/test_forecast.py holds it against plans whose truth is known.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from actionplans.asat import Standing
from actionplans.course import Course
from actionplans.models import UNDONE

ENOUGH = 8  # done actions, below which nothing is said
LOW, HIGH = 0.1, 0.9
MOST_DAYS = 3653  # ten years: beyond that a range says nothing
MIDDLES = [step / 7 for step in range(-10, 18)]  # of the logarithm: from a quarter of the time given to eleven times
SPREADS = [0.06 * 1.4**step for step in range(11)]  # 0.06 to 1.7
NEGLIGIBLE = math.log(0.01)  # of a weight against the greatest

Ratio = tuple[float, bool]  # logarithm; whether it is final, or only the least that it can be
Open = tuple[float, float]  # days given, and days gone by, of an action that is still undone
Shape = Callable[[float], float]


@dataclass(frozen=True)
class Family:
    """A family of curves, by the logarithms of its density and of the chance to be beyond a value."""

    density: Shape
    beyond: Shape


Weighed = tuple[float, float, float, Shape]  # weight, middle, spread, chance to be beyond


@dataclass(frozen=True)
class Forecast:
    """Between which days all `undone` actions are likely done, in 8 of 10 such plans; or why nothing is said."""

    undone: int  # with an original date
    undated: int  # undone without one: not in the forecast
    done: int  # with an original date
    earliest: date | None = None
    latest: date | None = None

    @property
    def is_known(self) -> bool:
        return self.earliest is not None

    @property
    def why_not(self) -> str:
        if not self.undone:
            return "No action that is undone has a date to go by, so there is no forecast."
        if self.done < ENOUGH:
            only = "none is" if not self.done else "1 is" if self.done == 1 else f"{self.done} are"
            return f"A forecast needs {ENOUGH} actions with a date that are done, to learn from. So far {only}."
        return "The actions that are done took too unevenly long for a forecast: it would reach beyond ten years."


def forecast(stood: Iterable[Standing], course: Course, begun: date | None) -> Forecast | None:
    """Of the actions as at the day of the course; None where nothing is undone. `begun` is when the plan was agreed:
    the start of actions that name none.
    """
    ratios: list[Ratio] = []
    left: list[Open] = []
    undone = 0
    for each in stood:
        undone += each.state.status in UNDONE
        start, due = each.start_on or begun, each.state.original_due_on
        if start is None or due is None or due <= start:
            continue
        given = (due - start).days
        if done := course.done_on(each.action.pk):
            ratios.append((math.log(max((done - start).days, 1) / given), True))
        elif each.state.status in UNDONE:
            gone = max((course.on - start).days, 0)
            left.append((given, gone))
            if gone:
                ratios.append((math.log(gone / given), False))
    finished = sum(is_final for _, is_final in ratios)
    if not undone:
        return None
    told = Forecast(len(left), undone - len(left), finished)
    if finished < ENOUGH or not left:
        return told
    low, high = likely(ratios, left)
    if high is None or low is None:
        return told
    return replace(told, earliest=course.on + timedelta(days=low), latest=course.on + timedelta(days=high))


def likely(ratios: Iterable[Ratio], left: Iterable[Open]) -> tuple[int | None, int | None]:
    """In how many days from now the last is done, with a chance of LOW and of HIGH; None beyond MOST_DAYS."""
    return _likely(tuple(ratios), tuple(left))


@lru_cache(maxsize=1024)
def _likely(ratios: tuple[Ratio, ...], left: tuple[Open, ...]) -> tuple[int | None, int | None]:
    """Kept for the next reader: the same plan on the same day asks the same."""
    weighed = _weighed(ratios)
    low = _days_until(LOW, weighed, left, 0)
    return low, None if low is None else _days_until(HIGH, weighed, left, low)


def _weighed(ratios: Sequence[Ratio]) -> list[Weighed]:
    """The curves that explain the ratios, each with its weight; the negligible left out. Weights sum to 1."""
    told: list[Weighed] = []  # with the fit in the place of the weight
    for family in FAMILIES:
        for spread in SPREADS:
            narrow = math.log(spread)
            for middle in MIDDLES:
                fit = narrow
                in_time = math.log(max(1 - math.exp(family.beyond(-middle / spread)), 1e-300))
                for value, is_final in ratios:
                    z = (value - middle) / spread
                    if is_final and value <= 0:
                        fit += in_time
                    else:
                        fit += family.density(z) - narrow if is_final else family.beyond(z)
                told.append((fit, middle, spread, family.beyond))
    best = max(each[0] for each in told)
    kept = [(math.exp(each[0] - best), *each[1:]) for each in told if each[0] - best > NEGLIGIBLE]
    total = sum(each[0] for each in kept)
    return [(weight / total, middle, spread, beyond) for weight, middle, spread, beyond in kept]


def _days_until(chance: float, weighed: Sequence[Weighed], left: Sequence[Open], least: int) -> int | None:
    """The first day on which all are done with at least that chance."""
    if _chance(MOST_DAYS, weighed, left) < chance:
        return None
    low, high = least - 1, MOST_DAYS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _chance(middle, weighed, left) >= chance else (middle, high)
    return high


def _chance(days: int, weighed: Sequence[Weighed], left: Sequence[Open]) -> float:
    """How likely it is that all are done in so many days from now."""
    logs = [(math.log(max(gone, 0.5) / given), math.log(max(gone + days, 0.5) / given)) for given, gone in left]
    total = 0.0
    for weight, middle, spread, beyond in weighed:
        product = weight
        for now, then in logs:
            product *= 1 - math.exp(beyond((then - middle) / spread) - beyond((now - middle) / spread))
            if product < 1e-9:
                break
        total += product
    return total


def _normal(z: float) -> float:
    return -z * z / 2 - 0.919


def _beyond_normal(z: float) -> float:
    if z < 10:
        return math.log(math.erfc(z / math.sqrt(2)) / 2)
    return -z * z / 2 - math.log(z * math.sqrt(2 * math.pi))  # far out, where erfc runs out of digits


def _early(z: float) -> float:
    return z - math.exp(min(z, 50))


def _beyond_early(z: float) -> float:
    return -math.exp(min(z, 50))


FAMILIES = (Family(_normal, _beyond_normal), Family(_early, _beyond_early))
