"""Stacked bars: figures into coordinates, once; templates/charts draw them. Units are those of the viewBox."""

from collections.abc import Sequence
from dataclasses import dataclass

Status = tuple[tuple[str, str, int], ...]  # slug, label, count

BAR, ROW = 44, 26  # the heights of the bar, and of a row of the key below it
LINE = 32  # from one bar to the next where there are several
SWATCH, GAP, LETTER = (
    26,
    16,
    0.53,
)  # of an entry of the key: its sample, the space after it, the width of a letter in em
# By status; templates/charts/patterns.svg draws over all but the plain ones.
GROUNDS = {
    "not_started": "#ffffff",
    "in_progress": "#ffffff",
    "on_hold": "#ffffff",
    "completed": "#d2e2f1",
    "verified": "#cce2d8",
    "closed": "#144e81",
    "cancelled": "#eeefef",
    "superseded": "#eeefef",
}
PLAIN = ("not_started", "closed")


@dataclass(frozen=True)
class Size:
    """A drawing: its width, and the size of its letters."""

    slug: str
    width: int
    font: int


WIDE = Size("wide", width=720, font=15)
NARROW = Size("narrow", width=320, font=15)


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar, from `x`, `width` wide; its words stand in the key at `key_x` and `key_y`."""

    slug: str
    label: str
    count: int
    x: float
    width: float
    key_x: float
    key_y: float

    @property
    def words(self) -> str:
        return f"{self.label}: {self.count}"

    @property
    def ground(self) -> str:
        return GROUNDS[self.slug]

    @property
    def is_plain(self) -> bool:
        return self.slug in PLAIN

    @property
    def label_x(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def plate_width(self) -> int:
        """The white plate under the number, so that it reads on any pattern."""
        return 8 + 12 * len(str(self.count))

    @property
    def plate_x(self) -> float:
        return round(self.label_x - self.plate_width / 2, 1)

    @property
    def has_room(self) -> bool:
        return self.width >= self.plate_width + 2


@dataclass(frozen=True)
class Bar:
    size: Size
    segments: tuple[Segment, ...]
    total: int

    @property
    def height(self) -> float:
        return max(each.key_y for each in self.segments) + ROW - 8

    @property
    def description(self) -> str:
        said = ", ".join(each.words for each in self.segments)
        return f"{self.total} action{'' if self.total == 1 else 's'}. {said}."


def status_bars(status: Status) -> tuple[Bar, ...]:
    """The bar in the sizes that it is drawn in; none where there is nothing to count."""
    return tuple(status_bar(status, size) for size in (WIDE, NARROW)) if status else ()


def status_bar(status: Status, size: Size) -> Bar:
    """A stacked bar of the counts (slug, label, count), as wide as all of them together, and its key below it."""
    total = sum(count for _, _, count in status)
    places = key_places([f"{label}: {count}" for _, label, count in status], size)
    segments, x = [], 1.0  # room for the line around it
    for (slug, label, count), place in zip(status, places, strict=True):
        width = (size.width - 2) * count / total
        segments.append(Segment(slug, label, count, round(x, 1), round(width, 1), *place))
        x += width
    return Bar(size, tuple(segments), total)


@dataclass(frozen=True)
class BarRow:
    """One bar among several on one scale: its name, where it lies, and its segments."""

    label: str
    y: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class BarRows:
    """Several bars below each other, such as the statuses by recommendation, with one key for all: `keys`."""

    size: Size
    left: int
    rows: tuple[BarRow, ...]
    keys: tuple[Segment, ...]
    description: str

    @property
    def height(self) -> float:
        return self.keys[-1].key_y + ROW - 8


def status_rows(named: Sequence[tuple[str, Status]], size: Size) -> BarRows | None:
    """For each name the counts (slug, label, count) of its actions; None where there is nothing to count."""
    totals = [sum(count for *_, count in status) for _, status in named]
    if not any(totals):
        return None
    left = 10 + round(max(len(name) for name, _ in named) * LETTER * size.font)
    scale = (size.width - left - 2) / max(totals)
    rows = [BarRow(name, place * LINE, _scaled(status, left, scale)) for place, (name, status) in enumerate(named)]
    known = {slug: label for _, status in named for slug, label, _ in status}
    found = [(slug, known[slug]) for slug in GROUNDS if slug in known]
    places = key_places([label for _, label in found], size, top=len(rows) * LINE + 8.0)
    keys = [Segment(slug, label, 0, 0, 0, *place) for (slug, label), place in zip(found, places, strict=True)]
    said = [
        f"{name}: " + ", ".join(f"{label} {count}" for _, label, count in status) for name, status in named if status
    ]
    return BarRows(size, left, tuple(rows), tuple(keys), f"{'. '.join(said)}.")


def _scaled(status: Status, x: float, scale: float) -> tuple[Segment, ...]:
    segments = []
    for slug, label, count in status:
        segments.append(Segment(slug, label, count, round(x, 1), round(count * scale, 1), 0, 0))
        x += count * scale
    return tuple(segments)


def key_places(words: list[str], size: Size, top: float = BAR + 10.0) -> list[tuple[float, float]]:
    """Where the entries of a key begin: one after another, a new row where the next might not fit."""
    places, x, y = [], 1.0, top
    for said in words:
        width = SWATCH + len(said) * LETTER * size.font
        if x > 1 and x + width > size.width:
            x, y = 1.0, y + ROW
        places.append((round(x, 1), y))
        x += width + GAP
    return places
