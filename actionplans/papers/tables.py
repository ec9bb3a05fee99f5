"""The content of a paper as words: facts, paragraphs and tables, said once for Word, PDF and the spreadsheet's summary.

Cells are text, or whole numbers. A day is "23 August 2012"; what is missing says "none" or "not recorded".
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

from actionplans.figures import Figures
from actionplans.papers.report import NOT_RECORDED, Report, Row, Section, days
from actionplans.rag import NONE

Cell = str | int
Facts = tuple[tuple[str, str], ...]

DRAFT = "Draft: not issued. Figures and words may still change."
NOTHING = "none"
NO_RATE = "nothing was due"
BARRED = frozenset({"Cc", "Cs", "Co"})  # categories of Unicode
TINTS = {"Red": "FDF1EF", "Amber": "FFF7E8", "Green": "EEF7F1", "Blue": "EEF4FA"}  # under black text: 15:1 and more


@dataclass(frozen=True)
class Table:
    """A caption, a description for those who cannot see it, headings, widths in millimetres, rows of as many cells.

    `rag` is the column whose text begins with a RAG word, if there is one.
    """

    caption: str
    description: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rag: int | None = None


@dataclass(frozen=True)
class Part:
    """A heading of level 1 or 2 and what stands under it, in this order; `new_page` when it begins one."""

    heading: str
    level: int = 1
    quote: str = ""
    facts: Facts = ()
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    new_page: bool = False


@dataclass(frozen=True)
class Content:
    """A whole paper on A4. `draft` is "" once issued.

    `cover` is for upright pages (tables at most 170 mm wide), `body` for pages on their side (at most 267 mm).
    """

    title: str
    draft: str
    as_at: date
    facts: Facts
    cover: tuple[Part, ...]
    body: tuple[Part, ...]


def content_of(report: Report) -> Content:
    cover = [Part(plain(said.heading), paragraphs=tuple(map(plain, said.paragraphs))) for said in report.cover]
    counts = (summary_table(report), rates_table(report.figures), status_table(report.figures))
    figures = Part("Figures", tables=counts, new_page=True)
    key = Part("RAG", paragraphs=(RAG_EXPLAINED,), tables=(rag_table(report),))
    return Content(
        title=plain(report.title),
        draft=DRAFT if report.is_draft else "",
        as_at=report.as_at,
        facts=cover_facts(report),
        cover=(*cover, figures, key),
        body=(_exceptions(report), _ageing(report.figures), *_recommendations(report), _closing(report)),
    )


RAG_EXPLAINED = "RAG is computed from dates and status, and is separate from status. The table is its key."


def cover_facts(report: Report) -> Facts:
    """The lines at the head of a committee paper."""
    facts = (
        ("Report to", report.group or "no meeting named"),
        ("Date of meeting", day(report.meeting_on, NOTHING)),
        ("Subject", report.plan),
        ("Partnership", report.partnership),
        ("Report by", report.report_by or NOT_RECORDED),
        ("As at", f"the end of {day(report.as_at)}"),
    )
    return tuple((label, plain(said)) for label, said in facts)


def summary_table(report: Report) -> Table:
    """How many actions, open, late, moved."""
    counts = report.figures
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Actions in the plan", counts.actions),
        ("Open actions", counts.open),
        ("Open actions past their current due date", counts.overdue),
        ("Days by which the latest of them is late", counts.longest_late),
        ("Actions whose update for this round is overdue", counts.progress_overdue),
        ("Actions whose due date has moved", counts.revised),
        ("Actions due by now, by their original date", counts.due_by_original),
    )
    caption = f"Actions as at {day(report.as_at)}"
    return Table(caption, "Counts of actions: a figure in each row.", ("Figure", "Number"), (110, 30), rows)


def rates_table(counts: Figures) -> Table:
    """The levels of done, kept apart, of the actions due by their original date."""
    levels = (
        ("Their owner says done", counts.said_done_of_due, counts.said_done_rate),
        ("Verified by somebody else", counts.verified_of_due, counts.verified_rate),
        ("Closed by the group (implementation rate)", counts.closed_of_due, counts.implementation_rate),
    )
    rows = tuple((label, count, NO_RATE if rate is None else rate) for label, count, rate in levels)
    caption = f"How far the {counts.due_by_original} actions due by their original date have come"
    if counts.due_by_original == 1:
        caption = "How far the 1 action due by its original date has come"
    headings = ("Level", "Actions", "Per cent")
    return Table(caption, "A level in each row, with its count and rate.", headings, (90, 25, 25), rows)


def status_table(counts: Figures) -> Table:
    rows = tuple((label, count) for _, label, count in counts.status)
    return Table("Actions by status", "A status in each row, with its count.", ("Status", "Actions"), (60, 30), rows)


def rag_table(report: Report) -> Table:
    """How many of each RAG word, and the key."""
    key = dict(report.rag_key) | {NONE: "Cancelled or superseded"}
    rows = tuple((word, count, key[word]) for word, count in report.figures.rag)
    caption = f"Actions by RAG, and the key (rule: {report.rag_rule})"
    description = "A RAG word in each row, with its count and what it means."
    return Table(caption, description, ("RAG", "Actions", "What it means"), (24, 24, 122), rows, rag=0)


def exceptions_table(report: Report) -> Table:
    rows = tuple(
        tuple(plain(text) for text in (each.kind, each.ref, each.action, each.owner, each.detail))
        for each in report.exceptions
    )
    caption = f"Exceptions as at {day(report.as_at)}"
    headings = ("Exception", "Ref", "Action", "Owner", "Detail")
    return Table(caption, "An exception in each row, with its action and owner.", headings, (28, 17, 82, 66, 74), rows)


def ageing_table(counts: Figures) -> Table:
    current = dict(counts.ageing_current)
    rows = tuple((f"{band} late", count, current[band]) for band, count in counts.ageing_original)
    headings = ("How late", "Past the original due date", "Past the current due date")
    description = "A band in each row, with the open actions past their original date and past their current date."
    return Table("Open actions past their due date, by age", description, headings, (50, 45, 45), rows)


def actions_table(section: Section) -> Table:
    dates = ("Original due", "Current due", "Date changes")
    headings = ("Ref", "Action", "Owner", *dates, "Status", "RAG", "Latest update")
    return Table(
        f"Actions for recommendation {plain(section.number)}",
        "An action in each row, with its owner, dates, status, RAG and latest update.",
        headings,
        (17, 46, 40, 25, 25, 18, 23, 28, 45),
        tuple(_action(row) for row in section.rows),
        rag=headings.index("RAG"),
    )


def checks_table(section: Section) -> Table:
    """Whether it made a difference, and who says so."""
    return Table(
        f"Measures and checks for recommendation {plain(section.number)}",
        "An action in each row, with its success measure, evidence, verification and closure.",
        ("Ref", "Success measure", "Evidence required", "Evidence held", "Verified", "Closed"),
        (17, 90, 58, 20, 41, 41),
        tuple(_check(row) for row in section.rows),
    )


def rag_words(row: Row) -> str:
    """The RAG word and why: "Red: 48 days past its due date"."""
    return plain(f"{row.rag}: {row.rag_because}" if row.rag_because else row.rag)


def day(on: date | None, missing: str = NOT_RECORDED) -> str:
    return f"{on:%-d %B %Y}" if on else missing


def plain(text: str) -> str:
    """Text in one line, without what no document may hold: control characters, halves of pairs, private letters."""
    line = " ".join(text.split())
    return "".join(each for each in line if unicodedata.category(each) not in BARRED and each not in "\ufffe\uffff")


def _action(row: Row) -> tuple[Cell, ...]:
    percent = f", {row.percent} per cent" if 0 < row.percent < 100 else ""
    return (
        plain(row.ref),
        plain(row.action),
        plain(row.owner),
        day(row.original_due),
        day(row.current_due),
        row.date_changes,
        f"{row.status}{percent}",
        rag_words(row),
        _update(row),
    )


def _update(row: Row) -> str:
    said = f"{day(row.update_on)}: {row.update or NOT_RECORDED}" if row.update_on else NOTHING
    return plain(f"{said} Reason or barrier: {row.reason}" if row.reason else said)


def _check(row: Row) -> tuple[Cell, ...]:
    required = plain(row.evidence_required) or NOTHING
    measure = plain(row.measure) or NOT_RECORDED
    verified, closed = plain(row.verification) or NOTHING, plain(row.closure) or NOTHING
    return plain(row.ref), measure, required, row.evidence_held, verified, closed


def _exceptions(report: Report) -> Part:
    if not report.exceptions:
        return Part("Exceptions", paragraphs=("There are no exceptions.",))
    return Part("Exceptions", tables=(exceptions_table(report),))


def _ageing(counts: Figures) -> Part:
    if counts.longest_late:
        said = f"The longest that an open action is past its current due date is {days(counts.longest_late)}."
    else:
        said = "No open action is past its current due date."
    bands = "The bands are of 92, 183 and 365 days."
    return Part("Late actions", paragraphs=(f"{said} {bands}",), tables=(ageing_table(counts),))


def _recommendations(report: Report) -> tuple[Part, ...]:
    if not report.sections:
        return (Part("Progress by recommendation", paragraphs=("This plan has no actions yet.",)),)
    said = ("The words of each recommendation are the inspectors’ own.",)
    head = Part("Progress by recommendation", paragraphs=said, new_page=True)
    return (head, *(_recommendation(section) for section in report.sections))


def _recommendation(section: Section) -> Part:
    return Part(
        f"Recommendation {plain(section.number)}",
        level=2,
        quote=plain(section.text),
        facts=(
            ("Response", section.response or NOT_RECORDED),
            ("Priority", section.priority or NOT_RECORDED),
            ("Accountable", plain(section.accountable) or NOT_RECORDED),
        ),
        tables=(actions_table(section), checks_table(section)),
    )


def _closing(report: Report) -> Part:
    """The mark of the history, and how an outsider checks the paper against it years later."""
    count, _, digest = report.history.partition(":")
    if not digest:
        return Part("History", paragraphs=("Nothing had been recorded about this plan by then.",))
    said = (
        f"This paper was computed from the {count} entries that the history of this plan held at the end of "
        f"{day(report.as_at)}. To check that none of them has changed since, ask whoever runs the service for:"
    )
    command = f"verify_history --plan {report.plan_slug} --against {report.history}"
    return Part("History", facts=(("History", report.history), ("Check", command)), paragraphs=(said,))
