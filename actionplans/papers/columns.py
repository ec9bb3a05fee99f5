"""The columns of the table of actions: one tuple for every format. Source: the headings in reference/cases.json."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from actionplans.outcomes import NOT_IMPROVED


@dataclass(frozen=True)
class Column:
    """A heading, what stands under it, and its width in an average character of a spreadsheet."""

    heading: str
    value: Callable[[Any], str | int | date | None]  # of a row of actions
    width: int = 14


COLUMNS = (
    Column("Ref", lambda row: row.ref, 9),
    Column("Recommendation", lambda row: row.recommendation, 40),
    Column("Action", lambda row: row.action, 40),
    Column("Owner", lambda row: row.owner, 28),
    Column("Lead agency", lambda row: row.lead_agency, 20),
    Column("Contributors", lambda row: row.contributors, 24),
    Column("Start", lambda row: row.start, 12),
    Column("Original due", lambda row: row.original_due, 12),
    Column("Current due", lambda row: row.current_due, 12),
    Column("Date changes", lambda row: row.date_changes, 10),
    Column("Days late", lambda row: row.days_late, 9),
    Column("Days past original", lambda row: row.days_past_original, 10),
    Column("Status", lambda row: row.status, 18),
    Column("Per cent complete", lambda row: row.percent, 10),
    Column("RAG", lambda row: row.rag, 9),
    Column("Why this RAG", lambda row: row.rag_because, 24),
    Column("Reason or barrier", lambda row: row.reason, 28),
    Column("Latest update", lambda row: row.update, 45),
    Column("Update date", lambda row: row.update_on, 12),
    Column("Update by", lambda row: row.update_by, 24),
    Column("Success measure", lambda row: row.measure, 40),
    Column("Evidence required", lambda row: row.evidence_required, 30),
    Column("Evidence held", lambda row: row.evidence_held, 9),
    Column("Verification", lambda row: row.verification, 30),
    Column("Closure", lambda row: row.closure, 30),
    Column(NOT_IMPROVED, lambda row: row.not_improved, 40),
)
