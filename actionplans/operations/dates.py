"""Verbs about due dates. The original date never moves; the current date moves by a decision."""

from datetime import date, datetime
from typing import cast

from django.db import transaction

from actionplans.models import OVER, Action, DateDecision, DateRequest, Entry
from actionplans.operations.history import Actor, Refusal, append, locked_action
from partnerships.models import Meeting


class AlreadyDecided(Refusal):
    """The request has its answer."""


@transaction.atomic
def request_date_change(*, action: Action, to_on: date, reason: str, by: Actor, now: datetime) -> DateRequest:
    """Asks for another due date. The request alone changes nothing.

    Raises Refusal for an action that is over or has no date, for the date that it has already, for one before the
    start, and for a missing reason.
    """
    action = locked_action(action)
    if action.status in OVER or action.current_due_on is None:
        raise Refusal("This action has no due date that could be moved.")
    if to_on == action.current_due_on:
        raise Refusal("Enter a date other than the current due date.", "to_on")
    if action.start_on and to_on < action.start_on:
        raise Refusal("The due date must not be before the start of the action.", "to_on")
    if not reason.strip():
        raise Refusal("Enter why the date should change.", "reason")
    request = DateRequest(
        plan=action.plan,
        kind=Entry.Kind.DATE_REQUEST,
        from_on=action.current_due_on,
        to_on=to_on,
        reason=reason.strip(),
    )
    return append(request, action=action, by=by, now=now)


@transaction.atomic
def decide_date_change(
    *,
    request: DateRequest,
    is_granted: bool,
    decided_by: str,
    by: Actor,
    now: datetime,
    meeting: Meeting | None = None,
    minute: str = "",
) -> DateDecision:
    """Records what a group, or somebody with that right, decided about a request; when granted the date moves.

    Raises AlreadyDecided when there is an answer, Refusal when the date has moved since the request.
    """
    action = locked_action(cast(Action, request.action))
    if DateDecision.objects.filter(request=request).exists():
        raise AlreadyDecided("This request has been decided already.")
    if is_granted:
        if action.current_due_on != request.from_on:
            raise Refusal("The due date has moved since this was asked. Ask again.")
        action.current_due_on = request.to_on
        action.date_changes += 1
    decision = DateDecision(
        plan=action.plan,
        kind=Entry.Kind.DATE_DECISION,
        request=request,
        is_granted=is_granted,
        decided_by=decided_by,
        meeting=meeting,
        minute=minute,
    )
    return append(decision, action=action, by=by, now=now)
