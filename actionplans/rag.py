"""RAG: a word computed from an action's state by the plan's rule, or set by hand. Separate from status; what the rule
says is never stored.

Source of the rule: reference/cases.json, rag_rules, "default-timeliness" (first match wins).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, F, Q, Value, When

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
SETTABLE = ("Red", "Amber", "Green")  # by hand; Blue is a group's word, given by closing
BY_HAND = "set by hand"
BY_HAND_EXPLAINED = (
    f"A RAG may be set by hand, with a reason. It then says “{BY_HAND}”, the reason, and what the rule says."
)

CLOSED = frozenset({"closed"})
DROPPED = frozenset({"cancelled", "superseded"})
DONE = frozenset({"completed", "verified"})


@dataclass(frozen=True)
class Rag:
    """A RAG word and, in a few words, why. `ruled` is what the rule says where the word was set by hand, else empty."""

    word: str
    because: str
    ruled: str = ""

    @property
    def slug(self) -> str:
        return "none" if self.word == NONE else self.word.lower()

    @property
    def is_by_hand(self) -> bool:
        return bool(self.ruled)

    @property
    def marked(self) -> str:
        """The word where there is no room for why: "Amber: set by hand"."""
        return f"{self.word}: {BY_HAND}" if self.is_by_hand else self.word

    @property
    def said(self) -> str:
        return f"{self.word}: {self.because}"

    @property
    def owes_reason(self) -> bool:
        return self.word in {"Amber", "Red"}


def rag(
    *,
    status: str,
    current_due_on: date | None,
    start_on: date | None,
    at_risk: bool,
    on: date,
    by_hand: str = "",
    reason: str = "",
) -> Rag:
    """The RAG of one action on a day. `rag_case` says the same to the database; a test proves that they agree.

    `by_hand` is the word that somebody has set, for `reason`. It stands while the action is not completed, closed or
    dropped (docs/adr/0025), and never hides what the rule says.
    """
    ruled = _ruled(status=status, current_due_on=current_due_on, start_on=start_on, at_risk=at_risk, on=on)
    if not by_hand or status in DROPPED | CLOSED | DONE:
        return ruled
    why = " ".join(reason.split()).rstrip(".")
    return Rag(by_hand, f"{BY_HAND}: {why}; the rule says {ruled.said}", ruled.said)


def _ruled(*, status: str, current_due_on: date | None, start_on: date | None, at_risk: bool, on: date) -> Rag:
    """What the rule says."""
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
    """The same as an expression over the columns of Action."""
    return Case(
        When(status__in=DROPPED, then=Value(NONE)),
        When(status__in=CLOSED, then=Value("Blue")),
        When(status__in=DONE, then=Value("Green")),
        When(~Q(rag_set=""), then=F("rag_set")),
        When(current_due_on__lt=on - timedelta(days=AMBER_DAYS), then=Value("Red")),
        When(
            Q(current_due_on__lt=on) | Q(at_risk=True) | Q(start_on__lt=on, status="not_started"), then=Value("Amber")
        ),
        default=Value("Green"),
        output_field=CharField(),
    )
