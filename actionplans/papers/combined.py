"""One paper on several plans: the plans compared, exceptions and decisions of all of them, then each plan by itself.

Every number is one of a plan's own report; the totals are added up from those, and rates are of the sums.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from actionplans.figures import Figures, total
from actionplans.models import PaperTemplate
from actionplans.papers import tables
from actionplans.papers.blocks import BLOCKS, RAG_EXPLAINED, foot_of, states_of
from actionplans.papers.columns import COLUMNS, Column
from actionplans.papers.content import NOTHING, ON_ITS_SIDE, Cell, Content, Facts, Part, Table, day, plain, runs_of
from actionplans.papers.csv import table
from actionplans.papers.docx import docx_of
from actionplans.papers.html import html_of
from actionplans.papers.layouts import LayoutSection
from actionplans.papers.pdf import pdf_of
from actionplans.papers.report import EXCEPTIONS, NOT_RECORDED, Report, Row
from actionplans.papers.to_check import to_check
from actionplans.papers.xlsx import xlsx_of

TITLE = "Combined progress report"
TOTAL = "Total"
PLAN_WIDTH = 60  # millimetres
COUNTS = (
    ("Actions", "actions"),
    ("Open", "open"),
    ("Overdue", "overdue"),
    ("Longest late, days", "longest_late"),
    ("Update overdue", "progress_overdue"),
    ("Dates moved", "revised"),
)
LEVELS = (
    ("Due by original date", "due_by_original"),
    ("Owner says done", "said_done_of_due"),
    ("Per cent", "said_done_rate"),
    ("Verified", "verified_of_due"),
    ("Per cent", "verified_rate"),
    ("Closed", "closed_of_due"),
    ("Per cent", "implementation_rate"),
)


@dataclass(frozen=True)
class PlanRow:
    """A row of actions with the plan that it belongs to."""

    report: Report
    row: Row


def _of_row(column: Column) -> Column:
    return replace(column, value=lambda each: column.value(each.row))


ALL_COLUMNS = (
    Column("Partnership", lambda each: each.report.partnership, 24),
    Column("Plan", lambda each: each.report.plan, 40),
    *(_of_row(column) for column in COLUMNS),
)


def write_combined(reports: Sequence[Report], ending: str, template: PaperTemplate | None = None) -> bytes:
    """The combined paper on at least one report, all as at one day and for one group or none, in a format."""
    if ending == "csv":
        values = [[column.value(row) for column in ALL_COLUMNS] for row in plan_rows(reports)]
        return table([column.heading for column in ALL_COLUMNS], values).encode("utf-8-sig")
    content = combined(reports)
    if ending == "docx":
        return docx_of(content, template)
    if ending == "xlsx":
        told: list[tuple[str, str | date]] = [("State", content.state), *content.facts]
        told += [(f"History of {each.plan}", each.history) for each in told_apart(reports)]
        return xlsx_of(content, told, reports[0].rag_key, ALL_COLUMNS, plan_rows(reports))
    return {"pdf": pdf_of, "html": html_of}[ending](content)


def plan_rows(reports: Iterable[Report]) -> list[PlanRow]:
    """Each action of each plan once."""
    return [PlanRow(report, row) for report in reports for row in report.rows]


def combined(reports: Sequence[Report]) -> Content:
    """The whole paper, in the order in which members read: compared, changed, exceptions, decisions, each plan."""
    reports = told_apart(reports)
    first = reports[0]
    opening = [
        *(_compared(reports), _since(reports), _exceptions(reports)),
        _decisions(reports, "Date changes for decision", tables.dates_table, "No later date waits for a decision."),
        _decisions(reports, "Actions proposed for closing", tables.closings_table, "No verified action waits."),
    ]
    states = max((states_of(each) for each in reports), key=len)
    return Content(
        title=TITLE,
        foot=foot_of(TITLE, states),
        state=" ".join(states),
        as_at=first.as_at,
        facts=_facts(reports),
        runs=runs_of([*((part,) for part in opening), *(_plan(each) for each in reports)]),
        contents=True,
        values={
            "title": TITLE,
            "group": plain(first.group) or "no meeting named",
            "as_at": f"the end of {day(first.as_at)}",
            "meeting_on": day(first.meeting_on, NOTHING),
            "subject": TITLE,
            "edition": "draft",
        },
    )


def told_apart(reports: Sequence[Report]) -> list[Report]:
    """The reports, with the partnership after the title of a plan where another has the same title."""
    titles = Counter(each.plan for each in reports)
    return [
        replace(each, plan=f"{each.plan} ({each.partnership})") if titles[each.plan] > 1 else each for each in reports
    ]


def compared_tables(reports: Sequence[Report]) -> tuple[Table, ...]:
    """The plans beside each other: counts, the levels of done, RAG words. The last row of each is the total."""
    whole = total([each.figures for each in reports], reports[0].as_at)
    rows = [(plain(each.plan), each.figures) for each in reports] + [(TOTAL, whole)]
    words = [word for word, _ in whole.rag]
    return (
        _figures_table("Plans compared", "How the plans stand", COUNTS, rows),
        _figures_table(
            "Plans: levels of done", "How far the actions due by their original date have come", LEVELS, rows
        ),
        Table(
            "Plans by RAG",
            "Plans by RAG",
            "A plan in each row, with its actions by RAG word. The last row is the total.",
            ("Plan", *words),
            (PLAN_WIDTH, *(22 for _ in words)),
            tuple((plan, *(dict(counts.rag).get(word, 0) for word in words)) for plan, counts in rows),
        ),
    )


def _figures_table(
    name: str, caption: str, columns: Sequence[tuple[str, str]], rows: Iterable[tuple[str, Figures]]
) -> Table:
    """One row a plan under these figures; a rate of nothing is said in words."""
    cells = tuple((plan, *(_figure(getattr(counts, field)) for _, field in columns)) for plan, counts in rows)
    width = (170 - PLAN_WIDTH) // len(columns)
    description = "A plan in each row, with its figures. The last row is the total; rates are of the sums."
    headings = ("Plan", *_headings(columns))
    return Table(name, caption, description, headings, (PLAN_WIDTH, *(width for _ in columns)), cells)


def _headings(columns: Sequence[tuple[str, str]]) -> list[str]:
    """A rate says of what it is: its heading follows that of its count."""
    said: list[str] = []
    for label, _ in columns:
        said.append(f"{said[-1]}, per cent" if label == "Per cent" else label)
    return said


def _figure(count: int | None) -> Cell:
    return "–" if count is None else count


def _facts(reports: Sequence[Report]) -> Facts:
    first = reports[0]
    meeting = (("Date of meeting", day(first.meeting_on)),) if first.meeting_on else ()
    partnerships = "; ".join(dict.fromkeys(plain(each.partnership) for each in reports))
    return (
        ("Report to", plain(first.group) or "no meeting named"),
        *meeting,
        ("Plans", "; ".join(plain(each.plan) for each in reports)),
        ("Partnerships" if "; " in partnerships else "Partnership", partnerships),
        ("As at", f"the end of {day(first.as_at)}"),
    )


def _compared(reports: Sequence[Report]) -> Part:
    whole = replace(reports[0], figures=total([each.figures for each in reports], reports[0].as_at))
    said = ("A dash stands where nothing was due, so that there is no rate.", RAG_EXPLAINED)
    return Part("Plans compared", paragraphs=said, tables=(*compared_tables(reports), tables.rag_table(whole)))


def _since(reports: Iterable[Report]) -> Part:
    """What changed since the last paper on each plan, counted; the plan's own papers list the actions."""
    rows = tuple((plain(each.plan), *_changed(each)) for each in reports)
    description = "A plan in each row, with its last paper and how many actions changed since, by kind of change."
    headings = ("Plan", "Last paper", "Changed since")
    found = Table("Since the last papers", "Since the last paper", description, headings, (60, 45, 65), rows)
    return Part("Since the last paper", tables=(found,))


def _changed(report: Report) -> tuple[str, str]:
    if report.since is None:
        return NOTHING, "This is the first paper."
    counted = [f"{kind.label.lower()}: {len(kind.rows)}" for kind in report.since.changes.kinds if kind.rows]
    return plain(report.since.paper), ", ".join(counted) or "nothing has changed"


def _exceptions(reports: Iterable[Report]) -> Part:
    """Those of all plans, by kind in the order of EXCEPTIONS; within a kind by plan."""
    merged = _merged(reports, tables.exceptions_table)
    if not merged.rows:
        return Part("Exceptions", paragraphs=("There are no exceptions.",))
    rows = sorted(merged.rows, key=lambda row: EXCEPTIONS.index(str(row[1])))
    return Part("Exceptions", tables=(replace(merged, rows=tuple(rows)),))


def _decisions(reports: Iterable[Report], heading: str, of: Callable[[Report], Table], nothing: str) -> Part:
    merged = _merged(reports, of)
    return Part(heading, tables=(merged,)) if merged.rows else Part(heading, paragraphs=(nothing,))


def _merged(reports: Iterable[Report], of: Callable[[Report], Table]) -> Table:
    """The same table of each plan as one, with a column that names the plan, on a page on its side."""
    found = [(plain(each.plan), of(each)) for each in reports]
    first = found[0][1]
    scale = (ON_ITS_SIDE - PLAN_WIDTH) / sum(first.widths)
    return replace(
        first,
        headings=("Plan", *first.headings),
        widths=(PLAN_WIDTH, *(int(width * scale) for width in first.widths)),
        rows=tuple((plan, *row) for plan, each in found for row in each.rows),
        rag=None if first.rag is None else first.rag + 1,
    )


def _plan(report: Report) -> tuple[Part, ...]:
    """One plan: where it belongs, how its history is checked, and its progress by recommendation."""
    section = LayoutSection(report.plan, "progress", new_page=True)
    head, *parts = BLOCKS["progress"](report, section)
    facts = (
        ("Partnership", plain(report.partnership)),
        ("Report by", plain(report.report_by) or NOT_RECORDED),
        *to_check(report),
    )
    return (replace(head, facts=facts), *(_named(part, report) for part in parts))


def _named(part: Part, report: Report) -> Part:
    """Captions that name the plan: those of two plans would be the same."""
    plan = plain(report.plan)
    return replace(part, tables=tuple(replace(each, caption=f"{each.caption}, {plan}") for each in part.tables))
