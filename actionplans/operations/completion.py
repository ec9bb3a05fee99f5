"""Verbs of those who say whether done is done: the verifier, then the group."""

from datetime import date, datetime

from django.db import transaction

from actionplans.models import Action, Closure, Entry, Status, Verification
from actionplans.operations.history import Actor, Refusal, append, locked_action
from actionplans.operations.updates import IllegalMove
from core import clock
from partnerships.models import Holding, Meeting


class VerifierIsOwner(Refusal):
    """Nobody verifies their own action."""


@transaction.atomic
def verify_action(
    *, action: Action, by: Actor, verifier: str, now: datetime, statement: str = "", happened_on: date | None = None
) -> Verification:
    """Somebody else's word, on evidence, that a completed action is done.

    Raises IllegalMove unless it is completed, VerifierIsOwner when the person holds the lead post, deputises for it
    or posted the completing update.
    """
    action = _completed(action)
    _check_separation(action, by, now)
    action.status = Status.VERIFIED
    verification = Verification(
        plan=action.plan, kind=Entry.Kind.VERIFICATION, is_accepted=True, verifier=verifier, statement=statement.strip()
    )
    return append(verification, action=action, by=by, now=now, happened_on=happened_on)


@transaction.atomic
def return_action(
    *, action: Action, by: Actor, verifier: str, reason: str, now: datetime, happened_on: date | None = None
) -> Verification:
    """Sends a completed action back to in progress, with a reason. Raises as `verify_action`."""
    action = _completed(action)
    _check_separation(action, by, now)
    if not reason.strip():
        raise Refusal("Enter why the action is returned.", "reason")
    action.status = Status.IN_PROGRESS
    verification = Verification(
        plan=action.plan, kind=Entry.Kind.VERIFICATION, is_accepted=False, verifier=verifier, statement=reason.strip()
    )
    return append(verification, action=action, by=by, now=now, happened_on=happened_on)


@transaction.atomic
def close_action(
    *, action: Action, by: Actor, decided_by: str, now: datetime, meeting: Meeting | None = None, minute: str = ""
) -> Closure:
    """A group closes a verified action. Raises IllegalMove unless it is verified."""
    action = locked_action(action)
    if action.status != Status.VERIFIED:
        raise IllegalMove("Only a verified action can be closed.")
    action.status = Status.CLOSED
    closure = Closure(plan=action.plan, kind=Entry.Kind.CLOSURE, decided_by=decided_by, meeting=meeting, minute=minute)
    return append(closure, action=action, by=by, now=now)


def _completed(action: Action) -> Action:
    action = locked_action(action)
    if action.status != Status.COMPLETED:
        raise IllegalMove("Only an action that its owner has completed can be verified or returned.")
    return action


def _check_separation(action: Action, by: Actor, now: datetime) -> None:
    answers = Holding.objects.on(clock.day_of(now)).filter(user=by.user, post=action.lead_post).exists()
    if answers or by.user.pk in _completers(action):
        raise VerifierIsOwner("You own this action or posted its completion. Somebody else must verify it.")


def _completers(action: Action) -> set[int | None]:
    """Who has said since the action was last open to change that it is completed."""
    undone = action.entries.exclude(status=Status.COMPLETED).order_by("-seq").values_list("seq", flat=True).first() or 0
    said = action.entries.filter(kind=Entry.Kind.UPDATE, seq__gt=undone)
    return set(said.values_list("by", flat=True))
