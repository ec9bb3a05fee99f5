"""Verbs of those who say whether done is done: the verifier, the group that closes, and whoever looks again later."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db import transaction

from actionplans.models import (
    Action,
    Closure,
    Dropping,
    Entry,
    Plan,
    Reopening,
    Status,
    SustainedCheck,
    Verification,
)
from actionplans.operations.history import Actor, Refusal, append, locked_action, move
from actionplans.outcomes import missed_targets
from actionplans.waiting import completions
from core import clock
from partnerships.models import Holding, Meeting

CHECK_MONTHS = (3, 6)


class VerifierIsOwner(Refusal):
    """Nobody verifies their own action."""


class TargetNotMet(Refusal):
    """A measure has not reached its target, and nobody says why the action is closed all the same."""


@dataclass(frozen=True)
class Decision:
    """Who decided, at which meeting, under which minute reference; an empty one is shown as "not recorded"."""

    decided_by: str
    meeting: Meeting | None = None
    minute: str = ""


@transaction.atomic
def verify_action(
    *, action: Action, by: Actor, verifier: str, now: datetime, statement: str = "", happened_on: date | None = None
) -> Verification:
    """Somebody else's word, on evidence, that a completed action is done; `statement` says what was checked.

    Raises IllegalMove unless it is completed; VerifierIsOwner when the person holds the lead post, deputises for it or
    said that it is completed; Refusal without a statement (what a loader repeats may lack it).
    """
    return _verify(action, by, verifier, statement, now, happened_on, is_accepted=True)


@transaction.atomic
def return_action(
    *, action: Action, by: Actor, verifier: str, reason: str, now: datetime, happened_on: date | None = None
) -> Verification:
    """Sends a completed action back to in progress, with a reason. Raises as `verify_action`."""
    return _verify(action, by, verifier, reason, now, happened_on, is_accepted=False)


@transaction.atomic
def close_action(
    *,
    action: Action,
    by: Actor,
    decision: Decision,
    now: datetime,
    target_reason: str = "",
    risk_accepted_by: str = "",
    check_months: int | None = None,
) -> Closure:
    """A group closes a verified action.

    1. Raises IllegalMove unless it is verified.
    2. Raises TargetNotMet when a measure misses its target, in its direction, and no reason is given.
    3. `check_months` (3 or 6) asks for a check, that many months later, whether the improvement lasted.
    """
    action = locked_action(action)
    move(action, "close")
    missed = missed_targets([action], clock.day_of(now))[action.pk]
    if missed and not target_reason.strip() and not by.imported:
        raise TargetNotMet(f"The target is not met: {'; '.join(missed)}. Enter why it is closed.", "target_reason")
    closure = Closure(
        plan=action.plan,
        kind=Entry.Kind.CLOSURE,
        decided_by=decision.decided_by,
        meeting=decision.meeting,
        minute=decision.minute,
        target_reason=target_reason.strip(),
        risk_accepted_by=risk_accepted_by.strip(),
        check_due_on=months_after(clock.day_of(now), check_months) if check_months else None,
    )
    return append(closure, action=action, by=by, now=now)


@transaction.atomic
def reopen_action(*, action: Action, by: Actor, reason: str, now: datetime) -> Reopening:
    """Puts a verified or closed action back to in progress; its verification no longer stands.

    A closed plan is active again, because a plan with an open action is not closed.
    """
    action = locked_action(action)
    move(action, "reopen")
    if not reason.strip():
        raise Refusal("Enter why the action is reopened.", "reason")
    _reopen_plan(action.plan)
    return append(
        Reopening(plan=action.plan, kind=Entry.Kind.REOPENING, reason=reason.strip()), action=action, by=by, now=now
    )


@transaction.atomic
def drop_action(
    *, action: Action, by: Actor, reason: str, decision: Decision, now: datetime, superseded_by: Action | None = None
) -> Dropping:
    """Cancels an action, or supersedes it by another of the plan, with a reason and the approval."""
    action = locked_action(action)
    move(action, "supersede" if superseded_by else "cancel")
    if superseded_by and (superseded_by.pk == action.pk or superseded_by.plan_id != action.plan_id):
        raise Refusal("Choose another action of the same plan.", "superseded_by")
    if not reason.strip():
        raise Refusal("Enter why the action is dropped.", "reason")
    dropping = Dropping(
        plan=action.plan,
        kind=Entry.Kind.DROPPING,
        reason=reason.strip(),
        decided_by=decision.decided_by,
        meeting=decision.meeting,
        minute=decision.minute,
        superseded_by=superseded_by,
    )
    return append(dropping, action=action, by=by, now=now)


@transaction.atomic
def check_sustained(
    *, closure: Closure, by: Actor, is_sustained: bool, statement: str, now: datetime
) -> SustainedCheck:
    """Says whether an improvement lasted; when it did not, the action is in progress again.

    Raises Refusal when no check was asked for or it was made already, without a statement, or when the action has
    been reopened since; VerifierIsOwner as for a verification: nor does it whoever posted the completion that was
    verified and closed.
    """
    action = locked_action(cast(Action, closure.action))
    if closure.check_due_on is None or SustainedCheck.objects.filter(of=closure).exists():
        raise Refusal("No check is owed for this closure.")
    if action.status != Status.CLOSED:
        raise Refusal("This action is open again. There is nothing to check.")
    if not statement.strip():
        raise Refusal("Enter what you looked at.", "statement")
    _check_separation(action, by, now, _completers(action, before=closure))
    if not is_sustained:
        move(action, "reopen")
        _reopen_plan(action.plan)
    check = SustainedCheck(
        plan=action.plan,
        kind=Entry.Kind.SUSTAINED_CHECK,
        of=closure,
        is_sustained=is_sustained,
        statement=statement.strip(),
    )
    return append(check, action=action, by=by, now=now)


def months_after(day: date, months: int) -> date:
    """The same day that many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


def _reopen_plan(plan: Plan) -> None:
    if plan.status == Plan.Status.CLOSED:
        plan.status = Plan.Status.ACTIVE
        plan.save(update_fields=["status"])


def _verify(
    action: Action,
    by: Actor,
    verifier: str,
    statement: str,
    now: datetime,
    happened_on: date | None,
    *,
    is_accepted: bool,
) -> Verification:
    action = locked_action(action)
    completers = _completers(action)
    move(action, "verify" if is_accepted else "return")
    _check_separation(action, by, now, completers)
    if not statement.strip() and not (is_accepted and by.imported):
        raise Refusal("Enter what was checked." if is_accepted else "Enter why it is returned.", "statement")
    verification = Verification(
        plan=action.plan,
        kind=Entry.Kind.VERIFICATION,
        is_accepted=is_accepted,
        verifier=verifier,
        statement=statement.strip(),
    )
    return append(verification, action=action, by=by, now=now, happened_on=happened_on)


def _check_separation(
    action: Action, by: Actor, now: datetime, completers: frozenset[int | None] = frozenset()
) -> None:
    answers = Holding.objects.on(clock.day_of(now)).filter(user=by.user, post=action.lead_post).exists()
    if answers or by.user.pk in completers:
        raise VerifierIsOwner("You own this action or posted its completion. Somebody else must verify it.")


def _completers(action: Action, before: Closure | None = None) -> frozenset[int | None]:
    """Who has said, since the action was last anything else, that it is completed; or of what was then closed."""
    if before is None:
        return frozenset(update.by_id for update in completions([action])[action.pk])
    rows = Entry.objects.filter(action=action, seq__lt=before.seq)
    undone = rows.exclude(status__in=[Status.COMPLETED, Status.VERIFIED]).order_by("-seq")
    since = undone.values_list("seq", flat=True).first() or 0
    said = rows.filter(kind=Entry.Kind.UPDATE, status=Status.COMPLETED, seq__gt=since)
    return frozenset(said.values_list("by_id", flat=True))
