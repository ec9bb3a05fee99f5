"""The grades of inspections, and what was done from grade to grade: for papers, and for packs."""

from collections.abc import Iterable, Iterator

from actionplans.grades import Grades, Matrix
from actionplans.journeys import Done, Journey, Moved
from actionplans.models import Plan
from actionplans.papers.content import NOTHING, ON_ITS_SIDE, UPRIGHT, Part, Table, plain
from actionplans.papers.pictures import grade_pictures
from actionplans.papers.report import days
from inspections.models import Recommendation

INDICATOR = 74  # millimetres
MOST_UPRIGHT = 3  # inspections that stand beside each other on an upright page
UNANSWERED = "No action answers it."
UNASKED = "No recommendation on it."
SERVED = "Also served by"  # an action that names the indicator and answers no recommendation on it
GRADES = ("Quality indicator", "Inspection", "Published", "Grade", "Against the grade before")
JOURNEYS = (
    *("Quality indicator", "Inspection", "Recommendation", "Words of the recommendation", "Plan", "Ref", "Action"),
    *("Status", "Days late", "Measure", "Before", "After", "Target"),
)


def graded_part(heading: str, grades: Grades, key: str) -> Part:
    """What changed last, the chart, and the same grades in words. `key` begins the ids of the charts."""
    said, drawn = (plain(grades.described),), grade_pictures(grades, key)
    return Part(heading, paragraphs=said, pictures=drawn, tables=(grades_table(grades),))


def grades_table(grades: Grades) -> Table:
    """An indicator in each row, an inspection in each column: its grade, and how it changed, in words."""
    many = len(grades.heads)
    share = ((UPRIGHT if many <= MOST_UPRIGHT else ON_ITS_SIDE) - INDICATOR) // many
    rows = tuple((plain(row.indicator), *(plain(each.said) for each in row.grades)) for row in grades.rows)
    description = "A quality indicator in each row, an inspection in each column: its grade, and how it changed."
    caption = f"Grades by “{plain(grades.framework)}”"
    widths = (INDICATOR, *(share for _ in grades.heads))
    return Table("Grades", caption, description, ("Quality indicator", *grades.heads), widths, rows)


def journeys_table(journeys: Iterable[Journey], own: Plan) -> Table:
    """What was recommended on each indicator, and each action that answers it in a row. `own` is the plan that needs no
    name. The words of a recommendation stand in the first of its rows.
    """
    rows = tuple(
        (
            plain(str(journey.indicator)),
            plain(_asked(asked, is_first=place == 0)) if asked else SERVED if done else UNASKED,
            *((plain(_action(done, own)), plain(_status(done)), plain(_measured(done))) if done else ()),
            *((UNANSWERED if asked else NOTHING, NOTHING, NOTHING) if done is None else ()),
        )
        for journey in journeys
        for place, asked, done in _steps(journey)
    )
    description = "An action in each row, with the indicator and recommendation, its status, and how measures moved."
    headings = ("Quality indicator", "Recommended", "Done since", "Status", "Measures")
    caption = "What was done about each quality indicator"
    return Table("From grade to grade", caption, description, headings, (44, 80, 60, 33, 50), rows)


def grade_rows(found: Matrix) -> list[tuple]:
    """For CSV: a grade in each row."""
    return [
        (row.indicator, each.title, each.published_on, grade.word, grade.change)
        for row in found.grades.rows
        for each, grade in zip(found.inspections, row.grades, strict=True)
    ]


def journey_rows(journeys: Iterable[Journey]) -> list[tuple]:
    """For CSV: a measure in each row, of each action that answers each recommendation; one row where there is none."""
    return [
        (
            str(journey.indicator),
            *((asked.inspection.title, asked.number, asked.text) if asked else ("", "", "")),
            *(_of_action(done) if done else ("", "", "", "", "")),
            *(_of_measure(moved) if moved else ("", "", "", "")),
        )
        for journey in journeys
        for _, asked, done in _steps(journey)
        for moved in (done.moved if done and done.moved else (None,))
    ]


def _steps(journey: Journey) -> Iterator[tuple[int, Recommendation | None, Done | None]]:
    """Each recommendation with each action that answers it, counted from 0; then what else serves the indicator."""
    for answer in journey.answers:
        for place, done in enumerate(answer.done or (None,)):
            yield place, answer.recommendation, done
    for place, done in enumerate(journey.served):
        yield place, None, done
    if not journey.answers and not journey.served:
        yield 0, None, None


def _asked(asked: Recommendation, *, is_first: bool) -> str:
    return f"{asked.number}, {asked.inspection.title}: {asked.text}" if is_first else f"{asked.number}, as above"


def _action(done: Done, own: Plan) -> str:
    standing = done.standing
    of = f" ({standing.action.plan.title})" if standing.action.plan_id != own.pk else ""
    return f"{standing.action.ref} {standing.title}{of}"


def _status(done: Done) -> str:
    late = done.standing.days_late
    return f"{done.standing.status.label}{f', {days(late)} late' if late else ''}"


def _measured(done: Done) -> str:
    return "; ".join(_moved(each) for each in done.moved) or NOTHING


def _moved(moved: Moved) -> str:
    measure = moved.outcome.measure
    said = f"from {moved.before or 'no baseline'} to {moved.after}" if moved.is_read else "no reading since"
    return f"{measure.name}: {said}{f', target {measure.target}' if measure.target else ''}"


def _of_action(done: Done) -> tuple[str | int, ...]:
    standing = done.standing
    action = (standing.action.plan.title, standing.action.ref, standing.title)
    return (*action, standing.status.label, standing.days_late)


def _of_measure(moved: Moved) -> tuple[str, ...]:
    measure = moved.outcome.measure
    return measure.name, moved.before, moved.after, measure.target
