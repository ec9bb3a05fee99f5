"""Grades of quality indicators, inspection after inspection: the matrix, and its chart as coordinates.

Pages, papers and packs show the same matrix (`Grades`), which is plain, so that an issued paper can keep it.

A grade is drawn as so many filled steps of its scale, with its word. The steps stand below each other, so that the eye
sees what moved. Earlier grades are hatched, the last is solid. An arrow and a word say whether a grade is better.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from inspections.models import Evaluation, Inspection, Level, QualityFramework, QualityIndicator

LINE = 1.3  # of a row of words, in sizes of its letters
LANE, ROW_GAP = 26, 20
BETTER, LOWER, SAME = "better", "lower", "same"
NOT_GRADED, DRAFT = "not graded", "Draft"
HIGHEST = 600  # of a chart on paper: 142 mm, so that it fits on a page on its side under its heading


@dataclass(frozen=True)
class Grade:
    """What one inspection said of an indicator: so many steps of the scale, and the word. Without a word: nothing.

    `change` is from the grade before; empty where there is none, or no order.
    """

    word: str
    step: int
    change: str = ""

    @property
    def said(self) -> str:
        """The grade as a cell of a table says it: "Adequate, better"."""
        return f"{self.word or NOT_GRADED}{f', {_in_words(self.change)}' if self.change else ''}"


@dataclass(frozen=True)
class GradedIndicator:
    indicator: str
    grades: tuple[Grade, ...]  # one an inspection, in the order of the matrix


@dataclass(frozen=True)
class Grades:
    """Indicators × inspections by one framework, the earliest inspection first. `heads` name the inspections.

    `steps` are the words of the scale, the lowest first. There are none where the scale has no order in numbers: such
    grades are words, which are not drawn.
    """

    framework: str
    heads: tuple[str, ...]
    rows: tuple[GradedIndicator, ...]
    steps: tuple[str, ...]

    @property
    def described(self) -> str:
        """The last inspection in a sentence: how many indicators it graded, and how these changed."""
        last = [row.grades[-1] for row in self.rows if row.grades[-1].word]
        counted = [(len([each for each in last if each.change == change]), change) for change in (BETTER, LOWER, SAME)]
        said = [f"{many} {_in_words(change)}" for many, change in counted if many]
        head = "the draft" if self.heads[-1] == DRAFT else self.heads[-1]
        graded = f"{len(last)} quality indicator{' was' if len(last) == 1 else 's were'} graded in {head}"
        return f"{graded}; against the grade before: {', '.join(said)}." if said else f"{graded}."


@dataclass(frozen=True)
class Matrix:
    """The grades by one framework, with what they are of: each row has its indicator, each column its inspection."""

    inspections: tuple[Inspection, ...]
    indicators: tuple[QualityIndicator, ...]
    grades: Grades


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


def matrices(known: Iterable[Inspection]) -> list[Matrix]:
    """A matrix for each framework by which these inspections graded, in the order of the frameworks. Two queries."""
    inspections = {each.pk: each for each in known}
    given = Evaluation.objects.filter(inspection__in=inspections).select_related("indicator__framework", "level")
    of_framework: dict[QualityFramework, list[Evaluation]] = {}
    for each in given:
        each.inspection = inspections[each.inspection_id]
        of_framework.setdefault(each.indicator.framework, []).append(each)
    levels: dict[int | None, list[Level]] = {}
    for level in Level.objects.filter(scale__in=[each.scale_id for each in of_framework]):
        levels.setdefault(level.scale_id, []).append(level)
    ordered = sorted(of_framework.items(), key=lambda each: each[0].pk)
    return [matrix(found, levels.get(framework.scale_id, []), framework.title) for framework, found in ordered]


def matrix_of(found: Inspection, known: Iterable[Inspection]) -> Matrix:
    """The grades by the framework of one inspection, its own and those of the others among the known. As `matrices`."""
    others = [each for each in known if each.pk == found.pk or each.framework_id == found.framework_id]
    made = matrices(others) if found.framework_id else matrices([found])
    return made[0] if made else matrix([], [])


def matrix(evaluations: Iterable[Evaluation], levels: Iterable[Level], framework: str = "") -> Matrix:
    """The grades of inspections that use one framework. `levels` are those of its scale."""
    of_indicator: dict[QualityIndicator, dict[int, Level]] = {}
    inspections: dict[int, Inspection] = {}
    for each in evaluations:
        of_indicator.setdefault(each.indicator, {})[each.inspection_id] = each.level
        inspections[each.inspection_id] = each.inspection
    ordered = sorted(inspections.values(), key=lambda each: (each.published_on is None, each.published_on, each.pk))
    scale = list(levels)
    steps = tuple(sorted(scale, key=_rank)) if all(each.value.isdigit() for each in scale) else ()
    place = {level.pk: step for step, level in enumerate(steps, 1)}
    indicators = sorted(of_indicator, key=lambda each: each.position)
    rows = (
        GradedIndicator(str(each), _grades([of_indicator[each].get(one.pk) for one in ordered], place))
        for each in indicators
    )
    grades = Grades(framework, _heads(ordered), tuple(rows), tuple(str(each) for each in steps))
    return Matrix(tuple(ordered), tuple(indicators), grades)


def grade_charts(found: Grades, key: str) -> Charts | None:
    """The matrix, wide and narrow; None where there is nothing that can be drawn."""
    if not found.rows or not found.steps:
        return None
    drawn = tuple(_chart(found, size) for size in (WIDE, NARROW))
    scale = f"From {found.steps[0]} (1 step) to {found.steps[-1]} ({len(found.steps)} steps)"
    said = [f"{each.indicator}: {_course(found, each)}" for each in found.rows]
    return Charts(key, "Chart: grades of the quality indicators", scale, ". ".join([scale, *said]) + ".", drawn)


def on_pages(found: Grades) -> list[Grades]:
    """The matrix in as many as it takes for each chart to fit on a page; none where it cannot be drawn."""
    pages: list[Grades] = []
    height = 0.0
    for row in found.rows if found.steps else ():
        of_row = _chart(replace(found, rows=(row,)), WIDE).height
        if pages and height + of_row <= HIGHEST:
            pages[-1] = replace(found, rows=(*pages[-1].rows, row))
        else:
            pages.append(replace(found, rows=(row,)))
            height = 0.0
        height += of_row
    return pages


def _heads(inspections: Sequence[Inspection]) -> tuple[str, ...]:
    """The inspections in as few words as tell them apart: the year, or the month too."""
    years = [each.published_on.year for each in inspections if each.published_on]
    form = "%Y" if len(years) == len(set(years)) else "%b %Y"
    return tuple(f"{each.published_on:{form}}" if each.published_on else DRAFT for each in inspections)


def _rank(level: Level) -> int:
    """How high a level of a scale in numbers is: of the Care Inspectorate's six points 6 is the highest."""
    return int(level.value)


def _grades(given: Sequence[Level | None], place: dict[int, int]) -> tuple[Grade, ...]:
    """One indicator. `place` is the step of each level, where they have an order."""
    grades, before = [], 0
    for level in given:
        step = place.get(level.pk, 0) if level else 0
        grades.append(Grade(str(level or ""), step, _change(before, step) if before and step else ""))
        before = step or before
    return tuple(grades)


def _change(before: int, now: int) -> str:
    if before == now:
        return SAME
    return BETTER if now > before else LOWER


def _in_words(change: str) -> str:
    return "the same" if change == SAME else change


def _course(found: Grades, row: GradedIndicator) -> str:
    said = []
    for head, each in zip(found.heads, row.grades, strict=True):
        change = f", {_in_words(each.change)}" if each.change else ""
        said.append(f"{each.word or NOT_GRADED} in {head}{change}")
    return "; ".join(said)


def _chart(found: Grades, size: Size) -> Chart:
    rows, y = [], 1.0
    for each in found.rows:
        row, y = _row(found, each, size, y)
        rows.append(row)
    return Chart(size, tuple(rows), y)


def _row(found: Grades, of: GradedIndicator, size: Size, top: float) -> tuple[Row, float]:
    """A row from `top` on, and where the next begins."""
    name = _rows(of.indicator, size.name_letters, top + ROW_GAP, size)
    below_name = name[-1][1] + (LANE * 0.5 if size.names_above else 0)
    y = below_name + LANE / 2 if size.names_above else top + ROW_GAP - size.font * 0.35
    lanes = []
    for place, (head, each) in enumerate(zip(found.heads, of.grades, strict=True), 1):
        lane = _lane(each, head, len(found.steps), size, y, is_last=place == len(of.grades))
        lanes.append(lane)
        y += max(LANE, (len(lane.word) - 1) * size.font * LINE + LANE)
    return Row(name, tuple(lanes), top), max(y - LANE / 2, below_name) + ROW_GAP / 2


def _lane(grade: Grade, when: str, count: int, size: Size, y: float, *, is_last: bool) -> Lane:
    width = size.steps_width / count
    steps = tuple(Step(round(size.steps + n * width, 1), round(width - 3, 1), n < grade.step) for n in range(count))
    word = _rows(grade.word or NOT_GRADED.capitalize(), size.word_letters, y + size.font * 0.35, size)
    return Lane(round(y, 1), when, steps, word, grade.change, is_last)


def _rows(text: str, letters: int, y: float, size: Size) -> tuple[tuple[str, float], ...]:
    wrapped = textwrap.wrap(text, letters, max_lines=4, placeholder="…", break_on_hyphens=False)
    return tuple((row, round(y + n * size.font * LINE, 1)) for n, row in enumerate(wrapped))
