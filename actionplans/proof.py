"""Proof of reminders: to whom, as what, about what, when planned, what became of it, by which rule.

The one answer for the page of a person, of an action, of a plan and for a file.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from actionplans.models import Action, Attempt, Message, Reminder
from partnerships.models import User

CAME_BACK = "Came back"
WITHDRAWN = Message.State.WITHDRAWN.label


@dataclass(frozen=True)
class ProofRow:
    """One line of a message. `outcome_at` is missing while nothing has become of it, or when it was not kept."""

    action: Action
    person: User
    kind: str
    capacity: str
    on: date
    planned_at: datetime
    outcome: str
    outcome_at: datetime | None
    address: str
    answer: str
    rule: str
    is_accepted: bool
    attempts: int


def proof_rows(reminders: QuerySet[Reminder]) -> list[ProofRow]:
    """A row for each of the reminders, the newest message first, in the order of its lines. One query."""
    tries = Attempt.objects.filter(message=OuterRef("message")).order_by("-pk")
    last = {f"last_{name}": Subquery(tries.values(name)[:1]) for name in ("outcome", "at", "address", "answer")}
    lines = reminders.annotate(**last).select_related("message", "user", "action__plan")
    return [_row(each) for each in lines.order_by("-message__on", "-message", "pk")]


def rule_of(reminder: Reminder) -> str:
    """The step of the rule, in days from the date that it counts from."""
    days = abs(reminder.step)
    anchor = f"{reminder.anchor_on:%-d %B %Y}"
    if not days:
        return f"on {anchor}"
    return f"{days} day{'' if days == 1 else 's'} {'before' if reminder.step < 0 else 'after'} {anchor}"


def _row(reminder: Any) -> ProofRow:
    message = reminder.message
    outcome, outcome_at = _outcome(reminder)
    return ProofRow(
        action=reminder.action,
        person=reminder.user,
        kind=reminder.get_kind_display(),
        capacity=reminder.get_capacity_display(),
        on=message.on,
        planned_at=message.planned_at,
        outcome=outcome,
        outcome_at=outcome_at,
        address=reminder.last_address or message.address,
        answer=reminder.last_answer or message.answer,
        rule=rule_of(reminder),
        is_accepted=message.state == Message.State.SENT and not reminder.withdrawn_at,
        attempts=message.attempts,
    )


def _outcome(reminder: Any) -> tuple[str, datetime | None]:
    """A line that was taken out of its message was never said; what came back later was not received."""
    message, last = reminder.message, reminder.last_outcome
    if reminder.withdrawn_at:
        return WITHDRAWN, reminder.withdrawn_at
    if last == Attempt.Outcome.BOUNCED:
        return CAME_BACK, reminder.last_at
    if last == Attempt.Outcome.LATER and message.state == Message.State.PLANNED:
        return Attempt.Outcome.LATER.label, reminder.last_at
    return message.get_state_display(), reminder.last_at if last == Attempt.Outcome.REFUSED else message.sent_at
