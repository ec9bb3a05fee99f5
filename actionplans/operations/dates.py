"""Verbs about due dates. The original date never moves; the current date moves by a decision."""

from collections.abc import Container
from datetime import date, datetime
from typing import cast

from django.db import transaction

from actionplans.models import OVER, Action, DateDecision, DateReferral, DateRequest, DateWithdrawal, Entry
from actionplans.operations.completion import Decision
from actionplans.operations.history import Actor, Refusal, append, locked_action
from core.working_days import is_working_day
from partnerships.models import Group


class AlreadyDecided(Refusal):
    """The request has its answer, or was withdrawn: it waits no more."""


def date_warnings(action: Action, to_on: date, on: date, off: Container[date]) -> list[str]:
    """What is odd about a due date, in sentences: a person may want it all the same, but says so.

    `off`: the local holidays of the partnership.
    """
    said = []
    if to_on < on:
        said.append("The date is in the past.")
    elif action.current_due_on and to_on < action.current_due_on:
        said.append(f"The date is earlier than the current due date, {action.current_due_on:%-d %B %Y}.")
    if action.plan.ends_on and to_on > action.plan.ends_on:
        said.append(f"The date is after the end of the plan, {action.plan.ends_on:%-d %B %Y}.")
    if not is_working_day(to_on, off):
        said.append(f"{to_on:%A %-d %B %Y} is not a working day.")
    return said


@transaction.atomic
def request_date_change(
    *,
    action: Action,
    to_on: date,
    reason: str,
    by: Actor,
    now: datetime,
    reason_kind: str = DateRequest.ReasonKind.OTHER,
) -> DateRequest:
    """Asks for another due date. The request alone changes nothing.

    Raises Refusal for an action that is over or has no date, for one that waits for an answer already, for the date
    that it has, for one before the start, and for a missing reason.
    """
    action = locked_action(action)
    if action.status in OVER or action.current_due_on is None:
        raise Refusal("This action has no due date that could be moved.")
    if open_request(action):
        raise Refusal("A later date has been asked for already. Wait for the answer to that.")
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
        reason_kind=reason_kind,
        reason=reason.strip(),
    )
    return append(request, action=action, by=by, now=now)


@transaction.atomic
def refer_date_change(*, request: DateRequest, group: Group, by: Actor, now: datetime) -> DateReferral:
    """Takes a request to a group. It stays open until the group's decision is recorded.

    Raises AlreadyDecided when it waits no more, Refusal for an action that is over.
    """
    action = _undecided(request)
    _check_open(action)
    referral = DateReferral(plan=action.plan, kind=Entry.Kind.DATE_REFERRAL, request=request, group=group)
    return append(referral, action=action, by=by, now=now)


@transaction.atomic
def decide_date_change(
    *, request: DateRequest, is_granted: bool, decision: Decision, by: Actor, now: datetime
) -> DateDecision:
    """Records what a group, or somebody with that right, decided about a request; when granted the date moves.

    Raises AlreadyDecided when it waits no more; Refusal, when granted, for an action that is over and when the date
    has moved since the request.
    """
    action = _undecided(request)
    if is_granted:
        _check_open(action)
        if action.current_due_on != request.from_on:
            raise Refusal("The due date has moved since this was asked. Ask again.")
        action.current_due_on = request.to_on
        action.date_changes += 1
    row = DateDecision(
        plan=action.plan,
        kind=Entry.Kind.DATE_DECISION,
        request=request,
        is_granted=is_granted,
        decided_by=decision.decided_by,
        meeting=decision.meeting,
        minute=decision.minute,
    )
    return append(row, action=action, by=by, now=now)


@transaction.atomic
def withdraw_date_request(*, request: DateRequest, reason: str, by: Actor, now: datetime) -> DateWithdrawal:
    """Takes back a request that waits for an answer, also one that was taken to a group. The date stays as it is, and
    another request can be made.

    Raises AlreadyDecided when it waits no more; Refusal for anybody but the person who asked, and without a reason.
    """
    action = _undecided(request)
    if request.by_id != by.user.pk:
        raise Refusal("Only the person who asked for this date can withdraw the request.")
    if not reason.strip():
        raise Refusal("Enter why you withdraw the request, in a few words.", "reason")
    row = DateWithdrawal(plan=action.plan, kind=Entry.Kind.DATE_WITHDRAWAL, request=request, reason=reason.strip())
    return append(row, action=action, by=by, now=now)


def open_request(action: Action) -> DateRequest | None:
    """The request of an action that waits for an answer, if any."""
    return DateRequest.objects.filter(action=action).waiting().order_by("-seq").first()


def _check_open(action: Action) -> None:
    if not action.is_open:
        raise Refusal("This action is over. Its due date moves no more.")


def _undecided(request: DateRequest) -> Action:
    action = locked_action(cast(Action, request.action))
    if DateDecision.objects.filter(request=request).exists():
        raise AlreadyDecided("This request has been decided already.")
    if DateWithdrawal.objects.filter(request=request).exists():
        raise AlreadyDecided("This request has been withdrawn.")
    return action
