"""RAG: a word computed from an action's state by the plan's rule. Separate from status, never stored.

Source of the rule: reference/cases.json, rag_rules, "default-timeliness" (first match wins).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Q, Value, When

AMBER_DAYS = 31  # days past the current due date that are Amber; one more is Red
RULE = "default-timeliness"
RULE_VERSION = 1
KEY = (
    ("Blue", "Closed: verified and approved by the group"),
    ("Green", "On track, or completed or verified and waiting to be closed"),
    (
        "Amber",
        f"1 to {AMBER_DAYS} days past its current due date, at risk, or its start has passed and it is not started",
    ),
    ("Red", f"More than {AMBER_DAYS} days past its current due date"),
)
NONE = "No RAG"

CLOSED = frozenset({"closed"})
DROPPED = frozenset({"cancelled", "superseded"})
DONE = frozenset({"completed", "verified"})


@dataclass(frozen=True)
class Rag:
    """A RAG word and, in a few words, why."""

    word: str
    because: str

    @property
    def slug(self) -> str:
        return "none" if self.word == NONE else self.word.lower()

    @property
    def owes_reason(self) -> bool:
        return self.word in {"Amber", "Red"}


def rag(*, status: str, current_due_on: date | None, start_on: date | None, at_risk: bool, on: date) -> Rag:
    """The RAG of one action on a day. `rag_case` says the same to the database; a test proves that they agree."""
    if status in DROPPED:
        return Rag(NONE, "cancelled or superseded")
    if status in CLOSED:
        return Rag("Blue", "closed")
    if status in DONE:
        return Rag("Green", "completed, waiting to be verified or closed")
    late = (on - current_due_on).days if current_due_on else 0
    if late > AMBER_DAYS:
        return Rag("Red", f"{late} days past its due date")
    if late > 0:
        return Rag("Amber", f"{late} day{'' if late == 1 else 's'} past its due date")
    if at_risk:
        return Rag("Amber", "flagged at risk")
    if start_on and start_on < on and status == "not_started":
        return Rag("Amber", "its start has passed and it is not started")
    return Rag("Green", "on track")


def rag_case(on: date) -> Case:
    """The same rule as an expression over the columns of Action."""
    return Case(
        When(status__in=DROPPED, then=Value(NONE)),
        When(status__in=CLOSED, then=Value("Blue")),
        When(status__in=DONE, then=Value("Green")),
        When(current_due_on__lt=on - timedelta(days=AMBER_DAYS), then=Value("Red")),
        When(
            Q(current_due_on__lt=on) | Q(at_risk=True) | Q(start_on__lt=on, status="not_started"), then=Value("Amber")
        ),
        default=Value("Green"),
        output_field=CharField(),
    )
