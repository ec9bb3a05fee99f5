"""The tables of a paper that have an action in each row: of each recommendation its actions, and what was checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actionplans.papers.content import NOTHING, ON_ITS_SIDE, Cell, Table, day, plain
from actionplans.papers.layouts import LayoutColumn
from actionplans.papers.report import NOT_RECORDED, Row, Section
from actionplans.papers.widths import shared_out


@dataclass(frozen=True)
class Choice:
    """A column that the tables of actions can have: its usual heading, and its cell."""

    label: str
    cell: Callable[[Row], Cell]


def rag_words(row: Row) -> str:
    """The RAG word and why: "Red: 48 days past its due date"."""
    return plain(f"{row.rag}: {row.rag_because}" if row.rag_because else row.rag)


def _status(row: Row) -> str:
    return f"{row.status}, {row.percent} per cent" if 0 < row.percent < 100 else row.status


def _latest(row: Row) -> str:
    told = f"{day(row.update_on)}: {row.update or NOT_RECORDED}" if row.update_on else NOTHING
    return plain(f"{told} Reason or barrier: {row.reason}" if row.reason else told)


def _evidence(row: Row) -> str:
    return plain("; ".join(title for title, _ in row.evidence)) or NOTHING


CHOICES = {
    "ref": Choice("Ref", lambda row: plain(row.ref)),
    "action": Choice("Action", lambda row: plain(row.action)),
    "owner": Choice("Owner", lambda row: plain(row.owner)),
    "lead_agency": Choice("Lead agency", lambda row: plain(row.lead_agency) or NOTHING),
    "contributors": Choice("Contributors", lambda row: plain(row.contributors) or NOTHING),
    "start": Choice("Start", lambda row: row.start or NOT_RECORDED),
    "original_due": Choice("Original due", lambda row: row.original_due or NOT_RECORDED),
    "current_due": Choice("Current due", lambda row: row.current_due or NOT_RECORDED),
    "date_changes": Choice("Date changes", lambda row: row.date_changes),
    "days_late": Choice("Days late", lambda row: row.days_late),
    "days_past_original": Choice("Days past original", lambda row: row.days_past_original),
    "status": Choice("Status", _status),
    "percent": Choice("Per cent complete", lambda row: row.percent),
    "rag": Choice("RAG", rag_words),
    "reason": Choice("Reason or barrier", lambda row: plain(row.reason) or NOTHING),
    "latest": Choice("Latest update", _latest),
    "measure": Choice("Success measure", lambda row: plain(row.measure) or NOT_RECORDED),
    "evidence": Choice("Evidence released", _evidence),
    "verification": Choice("Verification", lambda row: plain(row.verification) or NOTHING),
    "closure": Choice("Closure", lambda row: plain(row.closure) or NOTHING),
}


def actions_tables(sections: Sequence[Section], columns: tuple[LayoutColumn, ...]) -> list[Table]:
    """Of each recommendation its actions under the columns of a layout, which are as wide in all of them."""
    chosen = [CHOICES[each.key] for each in columns]
    keys = [each.key for each in columns]
    headings = tuple(plain(each.heading) for each in columns)
    found = [tuple(tuple(choice.cell(row) for choice in chosen) for row in section.rows) for section in sections]
    widths = shared_out(headings, [row for rows in found for row in rows], ON_ITS_SIDE)
    return [
        Table(
            f"Actions {section.number}"[:31],
            f"Actions for recommendation {plain(section.number)}",
            "An action in each row, with its owner, dates, status, RAG and what was said last.",
            headings,
            widths,
            rows,
            rag=keys.index("rag") if "rag" in keys else None,
        )
        for section, rows in zip(sections, found, strict=True)
    ]


def checks_table(section: Section) -> Table:
    """Whether it made a difference, and who says so."""
    return Table(
        f"Checks {section.number}"[:31],
        f"Measures and checks for recommendation {plain(section.number)}",
        "An action in each row, with its success measure, evidence, verification and closure.",
        ("Ref", "Success measure", "Evidence required", "Evidence held", "Verified", "Closed"),
        (17, 90, 58, 20, 41, 41),
        tuple(_check(row) for row in section.rows),
    )


def _check(row: Row) -> tuple[Cell, ...]:
    required = plain(row.evidence_required) or NOTHING
    measure = plain(row.measure) or NOT_RECORDED
    verified, closed = plain(row.verification) or NOTHING, plain(row.closure) or NOTHING
    return plain(row.ref), measure, required, row.evidence_held, verified, closed
