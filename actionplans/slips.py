"""The timeline of dates: original, current and completed days into coordinates, once; templates/charts draw it.

Units are those of the viewBox. Days are told apart by the shape of their mark, never by colour alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from actionplans.asat import Standing
from actionplans.course import Course
from actionplans.lines import Tick, time_ticks

MOST_ROWS = 40  # that can be read
A_PAGE = 18  # that fit on a page on its side, under a heading
ROW, TOP = 26, 34  # the height of a row, and of the head with the word for the day


@dataclass(frozen=True)
class Size:
    """A drawing: its width, the room for references and for words at the end, and how many ticks of time it takes."""

    slug: str
    width: int
    left: int
    right: int
    font: int
    ticks: int
    bottom: int = 34


KEYS = (
    ("original", "First agreed"),
    ("current", "Due now"),
    ("done", "Owner says done"),
    ("late", "Late"),
)
WIDE = Size("wide", width=720, left=70, right=112, font=15, ticks=6)
NARROW = Size("narrow", width=320, left=56, right=84, font=13, ticks=2)


@dataclass(frozen=True)
class Slip:
    """The dates of one action. `done` is since when the owner says that it is done; `is_over` that nothing is owed."""

    ref: str
    title: str
    original: date | None
    current: date | None
    done: date | None
    is_over: bool

    def days(self, on: date) -> int | None:
        """How far it slipped from its original date: to the day on which it was done, else to the later of today and
        the current date. Less than 0 is early; None without an original date, and of what was dropped.
        """
        if self.original is None or (self.is_over and self.done is None):
            return None
        if self.done:
            return (self.done - self.original).days
        return max((max(on, self.current or on) - self.original).days, 0)

    def said(self, on: date) -> str:
        """The slip in a word or two, as it stands at the end of a row."""
        days = self.days(on)
        if days is None:
            return "dropped" if self.is_over else "no date"
        if days == 0:
            return "on time" if self.done else "as agreed"
        return f"{days:+,} day{'' if abs(days) == 1 else 's'}".replace("-", "−")


@dataclass(frozen=True)
class Row:
    """One action, `y` down: its marks and where they lie, those on top last, and the paths of the line that joins them
    and of how late it is, from its current date to now; empty where there is none.
    """

    ref: str
    said: str
    y: float
    marks: tuple[tuple[str, float], ...]
    line: str
    late: str


@dataclass(frozen=True)
class Key:
    """What a mark stands for, and where the key says so."""

    mark: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    size: Size
    rows: tuple[Row, ...]
    times: tuple[Tick, ...]
    today: float
    today_label: str
    today_anchor: str
    keys: tuple[Key, ...]

    @property
    def bottom(self) -> float:
        return TOP + ROW * len(self.rows)

    @property
    def height(self) -> float:
        return self.keys[-1].y + 14

    @property
    def plot_right(self) -> int:
        return self.size.width - self.size.right


@dataclass(frozen=True)
class Timeline:
    """One chart in the sizes that it is drawn in, and in words. `left_out` actions have no row for want of room."""

    key: str
    description: str
    drawn: tuple[Drawing, ...]
    left_out: int


def slip_of(each: Standing, course: Course) -> Slip:
    """The dates of an action as at the day of the course."""
    state, done = each.state, course.done_on(each.action.pk)
    return Slip(each.action.ref, each.title, state.original_due_on, state.current_due_on, done, not state.is_open)


def timeline(slips: Sequence[Slip], on: date, key: str) -> Timeline | None:
    """The actions that have a date, in their own order; where there are too many, those that slipped most."""
    dated = with_dates(slips)
    drawn = _most(dated, on)
    return _timeline(drawn, dated, drawn, on, key, len(dated) - len(drawn)) if dated else None


def timelines(slips: Sequence[Slip], on: date, key: str) -> list[Timeline]:
    """The same for paper: on as many charts as it takes for each to fit on a page, all over the same time."""
    dated = with_dates(slips)
    drawn = _most(dated, on)
    pages = [drawn[first : first + A_PAGE] for first in range(0, len(drawn), A_PAGE)]
    left_out = len(dated) - len(drawn)
    return [_timeline(page, page, drawn, on, f"{key}-{number}", left_out) for number, page in enumerate(pages, 1)]


def with_dates(slips: Iterable[Slip]) -> list[Slip]:
    return [each for each in slips if each.original or each.current]


def _most(dated: list[Slip], on: date) -> list[Slip]:
    """As many as can be read, those that slipped most, in their own order."""
    if len(dated) <= MOST_ROWS:
        return dated
    kept = {id(each) for each in sorted(dated, key=lambda each: -(each.days(on) or 0))[:MOST_ROWS]}
    return [each for each in dated if id(each) in kept]


def _timeline(
    drawn: Sequence[Slip], said: Sequence[Slip], over: Sequence[Slip], on: date, key: str, left_out: int
) -> Timeline:
    """The chart of what is `drawn`, with whom it speaks of in words (`said`), over the time of those in `over`."""
    drawings = tuple(_drawing(drawn, _span(over, on), on, size) for size in (WIDE, NARROW))
    return Timeline(key, described(said, on), drawings, left_out)


def _span(slips: Iterable[Slip], on: date) -> tuple[date, date]:
    """From the first of their days, and the day itself, to the last."""
    days = [on, *(day for each in slips for day in (each.original, each.current, each.done) if day)]
    return min(days), max(days)


def described(slips: Iterable[Slip], on: date) -> str:
    """The chart in words."""
    found = list(slips)
    days = [each.days(on) or 0 for each in found]
    later = [each for each in days if each > 0]
    said = f"{len(found)} action{'' if len(found) == 1 else 's'} with a date"
    if not later:
        return f"{said}; none is later than it was first agreed."
    worst = f"the most by {max(later)} days" if len(later) > 1 else f"by {later[0]} days"
    return f"{said}; {len(later)} later than first agreed, {worst}."


def _drawing(slips: Sequence[Slip], span: tuple[date, date], on: date, size: Size) -> Drawing:
    first, last = span
    right = size.width - size.right

    def x(day: date) -> float:
        whole = (last - first).days
        share = (day - first).days / whole if whole else 0.5
        return round(size.left + 8 + share * (right - size.left - 16), 1)

    rows = tuple(_row(each, on, TOP + ROW * place + ROW / 2, x) for place, each in enumerate(slips))
    times = tuple(Tick(x(day), label) for day, label in time_ticks(first, last, size.ticks))
    at = x(on)
    anchor = "start" if at < size.left + 60 else "end" if at > right - 60 else "middle"
    keys = _keys(size, TOP + ROW * len(rows) + size.bottom + 18)
    return Drawing(size, rows, times, at, f"{on:%-d %b %Y}", anchor, keys)


def _keys(size: Size, top: float) -> tuple[Key, ...]:
    """The key below the chart: all in one row where it is wide, two in a row where it is narrow."""
    a_row = len(KEYS) if size is WIDE else 2
    wide = (size.width - 8) / a_row
    return tuple(
        Key(mark, label, round(10 + wide * (place % a_row), 1), top + 24 * (place // a_row))
        for place, (mark, label) in enumerate(KEYS)
    )


def _row(slip: Slip, on: date, y: float, x: Callable[[date], float]) -> Row:
    days = (("current", slip.current), ("original", slip.original), ("done", slip.done))
    marks = tuple((name, x(day)) for name, day in days if day)
    known = [at for _, at in marks]
    is_late = slip.done is None and not slip.is_over and slip.current is not None and slip.current < on
    return Row(
        ref=slip.ref,
        said=slip.said(on),
        y=y,
        marks=marks,
        line=_line(min(known), max(known)) if len(known) > 1 else "",
        late=_line(x(slip.current), x(on)) if is_late and slip.current else "",
    )


def _line(start: float, end: float) -> str:
    return f"M{start} 0H{end}"
