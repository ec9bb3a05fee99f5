"""Grades of quality indicators, inspection after inspection: the matrix, and its chart as coordinates.

A grade is drawn as so many filled steps of its scale, with its word. The steps stand below each other, so that the eye
sees what moved. Earlier grades are hatched, the last is solid. An arrow and a word say whether a grade is better.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspections.models import Evaluation, Inspection, Level, QualityIndicator

LINE = 1.3  # of a row of words, in sizes of its letters
LANE, ROW_GAP = 26, 20
BETTER, LOWER, SAME = "better", "lower", "same"


@dataclass(frozen=True)
class Grade:
    """What one inspection said of an indicator; without a level: nothing. `change` is from the one before."""

    inspection: Inspection
    level: Level | None
    change: str = ""


@dataclass(frozen=True)
class GradedIndicator:
    indicator: QualityIndicator
    grades: tuple[Grade, ...]  # one an inspection, in the order of the matrix


@dataclass(frozen=True)
class Matrix:
    """Indicators × inspections, the earliest inspection first. `steps` are the levels of the scale, the lowest first.

    There are no steps where the scale has no order in numbers: such grades are words, which are not drawn.
    """

    inspections: tuple[Inspection, ...]
    rows: tuple[GradedIndicator, ...]
    steps: tuple[Level, ...]

    def named(self, inspection: Inspection) -> str:
        """The inspection in as few words as tell it from the others: its year, or its month too."""
        years = [each.published_on.year for each in self.inspections if each.published_on]
        if inspection.published_on is None:
            return "Draft"
        return f"{inspection.published_on:{'%Y' if len(years) == len(set(years)) else '%b %Y'}}"


@dataclass(frozen=True)
class Size:
    """A drawing: where names, steps, words and changes begin, and how many letters names and words take.

    `names_above` puts the name of an indicator over its grades instead of beside them.
    """

    slug: str
    width: int
    font: int
    names_above: bool
    name_letters: int
    left: int
    steps: int
    steps_width: int
    word: int
    word_letters: int
    change: int


WIDE = Size("wide", 720, 15, False, 34, left=292, steps=366, steps_width=144, word=522, word_letters=16, change=648)
NARROW = Size("narrow", 320, 13, True, 42, left=1, steps=64, steps_width=96, word=168, word_letters=14, change=268)


@dataclass(frozen=True)
class Step:
    x: float
    width: float
    is_filled: bool


@dataclass(frozen=True)
class Lane:
    """One grade: the middle of its row, when it was given, its steps, its word in rows and how it changed."""

    y: float
    when: str
    steps: tuple[Step, ...]
    word: tuple[tuple[str, float], ...]
    change: str
    is_last: bool

    @property
    def top(self) -> float:
        return self.y - 8


@dataclass(frozen=True)
class Row:
    name: tuple[tuple[str, float], ...]
    lanes: tuple[Lane, ...]
    line_y: float  # above it


@dataclass(frozen=True)
class Chart:
    size: Size
    rows: tuple[Row, ...]
    height: float


@dataclass(frozen=True)
class Charts:
    """One chart in the sizes that it is drawn in, and in words; `key` begins the ids on the page."""

    key: str
    title: str
    scale: str
    description: str
    drawn: tuple[Chart, ...]


def matrix(evaluations: Iterable[Evaluation], levels: Iterable[Level]) -> Matrix:
    """The grades of inspections that use one framework. `levels` are those of its scale."""
    of_indicator: dict[QualityIndicator, dict[int, Level]] = {}
    inspections: dict[int, Inspection] = {}
    for each in evaluations:
        of_indicator.setdefault(each.indicator, {})[each.inspection_id] = each.level
        inspections[each.inspection_id] = each.inspection
    ordered = sorted(inspections.values(), key=lambda each: (each.published_on is None, each.published_on, each.pk))
    steps = tuple(sorted(levels, key=_rank)) if all(each.value.isdigit() for each in levels) else ()
    rows = (
        GradedIndicator(indicator, _grades(ordered, given, bool(steps)))
        for indicator, given in sorted(of_indicator.items(), key=lambda each: each[0].position)
    )
    return Matrix(tuple(ordered), tuple(rows), steps)


def grade_charts(found: Matrix, key: str) -> Charts | None:
    """The matrix, wide and narrow; None where there is nothing that can be drawn."""
    if not found.rows or not found.steps:
        return None
    drawn = tuple(_chart(found, size) for size in (WIDE, NARROW))
    scale = f"From {found.steps[0]} (1 step) to {found.steps[-1]} ({len(found.steps)} steps)"
    said = [f"{each.indicator}: {_course(found, each)}" for each in found.rows]
    return Charts(key, "Chart: grades of the quality indicators", scale, ". ".join([scale, *said]) + ".", drawn)


def _rank(level: Level) -> int:
    """How high a level of a scale in numbers is: of the Care Inspectorate's six points 6 is the highest."""
    return int(level.value)


def _grades(inspections: Sequence[Inspection], given: dict[int, Level], is_ranked: bool) -> tuple[Grade, ...]:
    grades, before = [], None
    for each in inspections:
        level = given.get(each.pk)
        change = _change(before, level) if before and level and is_ranked else ""
        grades.append(Grade(each, level, change))
        before = level or before
    return tuple(grades)


def _change(before: Level, now: Level) -> str:
    if before.pk == now.pk:
        return SAME
    return BETTER if _rank(now) > _rank(before) else LOWER


def _course(found: Matrix, row: GradedIndicator) -> str:
    said = []
    for each in row.grades:
        word = f"{each.level}" if each.level else "not graded"
        change = f", {'the same' if each.change == SAME else each.change}" if each.change else ""
        said.append(f"{word} in {found.named(each.inspection)}{change}")
    return "; ".join(said)


def _chart(found: Matrix, size: Size) -> Chart:
    rows, y = [], 1.0
    for each in found.rows:
        row, y = _row(found, each, size, y)
        rows.append(row)
    return Chart(size, tuple(rows), y)


def _row(found: Matrix, of: GradedIndicator, size: Size, top: float) -> tuple[Row, float]:
    """A row from `top` on, and where the next begins."""
    name = _rows(str(of.indicator), size.name_letters, top + ROW_GAP, size)
    below_name = name[-1][1] + (LANE * 0.5 if size.names_above else 0)
    y = below_name + LANE / 2 if size.names_above else top + ROW_GAP - size.font * 0.35
    lanes = []
    for each in of.grades:
        lane = _lane(found, each, size, y, is_last=each is of.grades[-1])
        lanes.append(lane)
        y += max(LANE, (len(lane.word) - 1) * size.font * LINE + LANE)
    return Row(name, tuple(lanes), top), max(y - LANE / 2, below_name) + ROW_GAP / 2


def _lane(found: Matrix, grade: Grade, size: Size, y: float, *, is_last: bool) -> Lane:
    count = len(found.steps)
    width = size.steps_width / count
    reached = _rank(grade.level) if grade.level else 0
    steps = tuple(
        Step(round(size.steps + n * width, 1), round(width - 3, 1), _rank(level) <= reached)
        for n, level in enumerate(found.steps)
    )
    word = _rows(str(grade.level or "Not graded"), size.word_letters, y + size.font * 0.35, size)
    return Lane(round(y, 1), found.named(grade.inspection), steps, word, grade.change, is_last)


def _rows(text: str, letters: int, y: float, size: Size) -> tuple[tuple[str, float], ...]:
    wrapped = textwrap.wrap(text, letters, max_lines=4, placeholder="…", break_on_hyphens=False)
    return tuple((row, round(y + n * size.font * LINE, 1)) for n, row in enumerate(wrapped))
