"""Line charts of measures: readings into coordinates, once; templates/charts draw them. Units are those of the viewBox.

Lines are told apart by their dashes, the shape of their points and the words at their end, never by colour alone.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Values = Sequence[tuple[date, Decimal]]  # oldest first

MOST_TICKS = 5  # of values, at least 4
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)  # between two ticks of time
DASHES = ("6 4", "10 3 2 3", "3 3", "10 3 2 3 2 3")
SHAPES = ("square", "triangle", "diamond", "cross")
MARKERS = {  # a point of radius 1 around the origin, as steps of a path
    "circle": ((-1, 0), "a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z"),
    "square": ((-1, -1), "h{d}v{d}h-{d}z"),
    "triangle": ((0, -1), "l{r} {d}h-{d}z"),
    "diamond": ((0, -1), "l{r} {r}l-{r} {r}l-{r} -{r}z"),
    "cross": ((-1, -1), "l{d} {d}m0 -{d}l-{d} {d}"),
}


@dataclass(frozen=True)
class Size:
    """A drawing: its width, the height between the axes, the space around them, and how many letters a label takes."""

    slug: str
    width: int
    plot_height: int
    left: int
    right: int
    font: int
    letters: int
    ticks: int  # of time, at most
    top: int = 14
    bottom: int = 34


WIDE = Size("wide", width=720, plot_height=250, left=58, right=180, font=15, letters=20, ticks=6)
NARROW = Size("narrow", width=320, plot_height=190, left=44, right=112, font=13, letters=12, ticks=3)


@dataclass(frozen=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Label:
    """Words at the end of a line: `rows` of (text, y), from `x` on, with a thin line from where they belong."""

    rows: tuple[tuple[str, float], ...]
    x: float
    y: float
    from_x: float
    from_y: float
    is_own: bool


@dataclass(frozen=True)
class Line:
    """A series: the points that a line joins, its dashes (none for the measure itself) and its points as one path."""

    points: str
    dashes: str
    markers: str
    shape: str
    is_own: bool


@dataclass(frozen=True)
class Chart:
    size: Size
    height: float
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    values: tuple[Tick, ...]
    times: tuple[Tick, ...]
    target_y: float | None
    baseline_y: float | None

    @property
    def plot_right(self) -> int:
        return self.size.width - self.size.right

    @property
    def plot_bottom(self) -> float:
        return self.height - self.size.bottom


@dataclass(frozen=True)
class Level:
    """A value that does not move, such as a target, in the words at its end."""

    value: Decimal
    label: str


@dataclass(frozen=True)
class Charts:
    """One chart in the sizes that it is drawn in, and in words; `key` begins the ids on the page."""

    key: str
    title: str
    description: str
    drawn: tuple[Chart, ...]


@dataclass(frozen=True)
class Spark:
    """A series in the size of a word or two, with its last point and its target."""

    points: str
    last: str
    target_y: float | None
    width: int = 150
    height: int = 40


class Plot:
    """Where a day and a value lie between the axes."""

    def __init__(self, days: Sequence[date], values: Sequence[Decimal], box: tuple[float, float, float, float]) -> None:
        self.left, self.top, self.right, self.bottom = box
        self.first, self.last = min(days), max(days)
        self.low, self.high = min(values), max(values)

    def x(self, day: date) -> float:
        span = (self.last - self.first).days
        share = (day - self.first).days / span if span else 0.5
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: Decimal) -> float:
        span = self.high - self.low
        share = float((self.high - value) / span) if span else 0.5
        return round(self.top + share * (self.bottom - self.top), 1)

    def points(self, values: Values) -> str:
        return " ".join(f"{self.x(on)},{self.y(value)}" for on, value in values)

    def markers(self, values: Values, shape: str) -> str:
        """The points as one path; smaller where there are many, so that they can be told apart."""
        r = round(max(1.5, min(4.5, (self.right - self.left) / len(values) / 3)), 1)
        (x, y), steps = MARKERS[shape]
        drawn = steps.format(r=r, d=2 * r)
        return "".join(f"M{self.x(on) + x * r:.1f} {self.y(value) + y * r:.1f}{drawn}" for on, value in values)


def line_charts(
    series: Sequence[tuple[str, Values]],
    *,
    key: str,
    name: str,
    direction: str,
    unit: str,
    target: Level | None,
    baseline: Level | None,
) -> Charts | None:
    """The chart of a measure, wide and narrow; None when no reading is a number."""
    drawn = [line_chart(series, size, unit=unit, target=target, baseline=baseline) for size in (WIDE, NARROW)]
    courses = [_course(of, values, unit) for of, values in series if values]
    said = ". ".join([direction, *courses, *(level.label for level in (baseline, target) if level)])
    found = tuple(chart for chart in drawn if chart)
    return Charts(key, f"Chart: {name}", f"{said}.", found) if found else None


def line_chart(
    series: Sequence[tuple[str, Values]], size: Size, *, unit: str, target: Level | None, baseline: Level | None
) -> Chart | None:
    """Series by name, the measure's own first, with target and baseline. None when there is no value to draw."""
    drawn = [(place, name, values) for place, (name, values) in enumerate(series) if values]
    if not drawn:
        return None
    levels = [level for level in (target, baseline) if level]
    ticks = value_ticks([value for *_, values in drawn for _, value in values] + [each.value for each in levels])
    words = [rows_of(label, size) for label in (*(name for _, name, _ in drawn), *(level.label for level in levels))]
    heights = [len(rows) * (size.font + 2) + 6.0 for rows in words]
    height = max(size.plot_height, sum(heights)) + size.top + size.bottom
    box = (size.left, size.top, size.width - size.right, height - size.bottom)
    plot = Plot([on for *_, values in drawn for on, _ in values], ticks, box)
    ends = [(plot.x(values[-1][0]), plot.y(values[-1][1])) for *_, values in drawn]
    ends += [(plot.right, plot.y(level.value)) for level in levels]
    own = [place == 0 for place, *_ in drawn] + [False] * len(levels)
    return Chart(
        size=size,
        height=height,
        lines=tuple(_line(plot, place, values) for place, _, values in drawn),
        labels=_labels(plot, size, [*zip(words, ends, own, heights, strict=True)]),
        values=tuple(Tick(plot.y(each), written(each, unit)) for each in ticks),
        times=tuple(Tick(plot.x(day), label) for day, label in time_ticks(plot.first, plot.last, size.ticks)),
        target_y=plot.y(target.value) if target else None,
        baseline_y=plot.y(baseline.value) if baseline else None,
    )


def spark(values: Values, target: Decimal | None) -> Spark | None:
    """The small chart of one series; None when there is no value to draw."""
    if not values:
        return None
    heights = [value for _, value in values] + ([] if target is None else [target])
    plot = Plot([on for on, _ in values], heights, (6, 6, Spark.width - 6, Spark.height - 6))
    last = plot.markers(values[-1:], "circle")
    target_y = None if target is None else plot.y(target)
    return Spark(plot.points(values), last, target_y)


def value_ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """Round numbers, 1, 2 or 5 of a power of ten apart, from below the least value to above the greatest."""
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 1, high + 1
    power = ((high - low) / MOST_TICKS).adjusted()
    for step in (Decimal(each).scaleb(power) for each in (1, 2, 5, 10, 20)):
        first, last = math.floor(low / step), math.ceil(high / step)
        if last - first <= MOST_TICKS:
            break
    return [number * step for number in range(first, last + 1)]


def time_ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """The first days of months or years, evenly apart; the days themselves where fewer than two of them lie between."""
    begins = first.year * 12 + first.month - 1 + (first.day > 1)
    ends = last.year * 12 + last.month - 1
    for step in MONTHS:
        months = range(-(-begins // step) * step, ends + 1, step)
        if len(months) <= most:
            break
    if len(months) < 2:
        return [(day, f"{day:%-d %b %Y}") for day in sorted({first, last})]
    return [
        (day, f"{day:%Y}" if step >= 12 else f"{day:%b %Y}") for day in (date(m // 12, m % 12 + 1, 1) for m in months)
    ]


def written(value: Decimal, unit: str) -> str:
    """A value as the chart says it: 1,000, 0.5, 90%. Other units than per cent stand above the chart."""
    return f"{value.normalize():,f}{'%' if unit == '%' else ''}"


def rows_of(label: str, size: Size) -> list[str]:
    """A label in at most three rows; what does not fit is cut."""
    return textwrap.wrap(label, size.letters, max_lines=3, placeholder="…", break_on_hyphens=False)


def level(value: Decimal | None, label: str) -> Level | None:
    return None if value is None else Level(value, label)


def _course(name: str, values: Values, unit: str) -> str:
    """Where a series began and where it is now."""
    first, last = (f"{written(value, unit)} on {on:%-d %B %Y}" for on, value in (values[0], values[-1]))
    many = f"{len(values)} readings, from {first} to {last}"
    return f"{name}: {first if len(values) == 1 else many}"


def _line(plot: Plot, place: int, values: Values) -> Line:
    """The measure itself, at place 0, is a plain line with round points; the others take turns."""
    turn = (place - 1) % len(SHAPES)
    shape, dashes = (SHAPES[turn], DASHES[turn]) if place else ("circle", "")
    return Line(plot.points(values), dashes, plot.markers(values, shape), shape, is_own=place == 0)


def _labels(
    plot: Plot, size: Size, ends: list[tuple[list[str], tuple[float, float], bool, float]]
) -> tuple[Label, ...]:
    """The words at the right, in the order of where they belong, none over another."""
    ends.sort(key=lambda each: each[1][1])
    middles = spread([(y, height) for _, (_, y), _, height in ends], plot.top, plot.bottom)
    labels = []
    for (rows, (x, y), is_own, _), middle in zip(ends, middles, strict=True):
        first = middle - (len(rows) - 1) * (size.font + 2) / 2 + size.font * 0.35
        texts = tuple((row, round(first + n * (size.font + 2), 1)) for n, row in enumerate(rows))
        labels.append(Label(texts, plot.right + 22, round(middle, 1), x, y, is_own))
    return tuple(labels)


def spread(wanted: Sequence[tuple[float, float]], top: float, bottom: float) -> list[float]:
    """The middles of things (middle, height) that stand in this order, moved apart as far as they overlap."""
    edges, free = [], top
    for middle, height in wanted:
        edges.append(max(free, middle - height / 2))
        free = edges[-1] + height
    free = bottom
    for place in reversed(range(len(edges))):
        edges[place] = free = min(edges[place], free - wanted[place][1])
    return [edge + height / 2 for edge, (_, height) in zip(edges, wanted, strict=True)]
