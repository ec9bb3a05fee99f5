"""Charts: figures into coordinates, once; templates/charts draw them. Units are those of the viewBox."""

from dataclasses import dataclass

WIDTH, HEIGHT = 720, 44


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar, from `x`, `width` wide; `label_x` is its middle."""

    slug: str
    label: str
    count: int
    x: float
    width: float

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
    segments: tuple[Segment, ...]
    total: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def description(self) -> str:
        return ", ".join(f"{each.label.lower()}: {each.count}" for each in self.segments)


def status_bar(status: tuple[tuple[str, str, int], ...]) -> Bar:
    """A stacked bar of the counts (slug, label, count), as wide as all of them together."""
    total = sum(count for _, _, count in status)
    segments, x = [], 0.0
    for slug, label, count in status:
        width = round(WIDTH * count / total, 1)
        segments.append(Segment(slug, label, count, round(x, 1), width))
        x += width
    return Bar(tuple(segments), total)
