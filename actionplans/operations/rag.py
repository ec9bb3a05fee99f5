"""Verbs about a RAG that is set by hand: the plan's rule is overridden, with a reason, and it shows (docs/adr/0025)."""

from datetime import datetime

from django.db import transaction

from actionplans.models import UNDONE, Action, Entry, Plan, RagSetting
from actionplans.operations.history import Actor, Refusal, append, locked_action
from actionplans.operations.updates import check_seen
from actionplans.rag import RULE, RULE_VERSION, SETTABLE
from core import clock

LONGEST = 200  # characters of a reason: it stands beside the word in tables


@transaction.atomic
def set_rag(*, action: Action, word: str, reason: str, by: Actor, now: datetime, seen: int | None = None) -> RagSetting:
    """Sets the RAG to Red, Amber or Green, whatever the rule says. `reason` is committee wording.

    1. Raises UpdatedMeanwhile when somebody else has written about this action since the row `seen`.
    2. Raises Refusal in a plan that is not active, and for an action that is completed or over (`why_fixed`).
    3. Raises Refusal for another word (Blue is a group's), for the word that the action has already, and for the word
       that the rule gives: that is to go back to the rule.
    4. Raises Refusal without a reason, and for one of more than LONGEST characters.
    """
    action = _locked(action, by, seen)
    if word not in SETTABLE:
        raise Refusal("Choose Red, Amber or Green. An action is Blue when a group closes it.", "word")
    today = clock.day_of(now)
    if word == action.rag(today).word:
        raise Refusal(f"The RAG of this action is {word} already. Choose another.", "word")
    if word == action.ruled_rag(action.start_on, today).word:
        raise Refusal(f"The rule says {word}. Choose to go back to the computed RAG.", "word")
    return _append(action, word, reason, by, now)


@transaction.atomic
def take_back_rag(*, action: Action, reason: str, by: Actor, now: datetime, seen: int | None = None) -> RagSetting:
    """Goes back to the RAG that the rule gives. Raises as `set_rag`, and Refusal where none was set by hand."""
    action = _locked(action, by, seen)
    if not action.rag_set:
        raise Refusal("The RAG of this action is computed already.", "word")
    return _append(action, "", reason, by, now)


def why_fixed(action: Action) -> str:
    """Why the RAG of an action cannot be set by hand as it is now, in a sentence; empty when it can."""
    if action.plan.status != Plan.Status.ACTIVE:
        return f"This plan is “{action.plan.get_status_display()}”. A RAG is set by hand in an active plan only."
    if action.status not in UNDONE:
        return f"This action is “{action.get_status_display()}”. Its RAG follows from that and is not set by hand."
    return ""


def _locked(action: Action, by: Actor, seen: int | None) -> Action:
    action = locked_action(action)
    if fixed := why_fixed(action):
        raise Refusal(fixed)
    check_seen(action, seen, but=by.user)
    return action


def _append(action: Action, word: str, reason: str, by: Actor, now: datetime) -> RagSetting:
    said = reason.strip()
    if not said:
        raise Refusal("Enter the reason.", "reason")
    if len(said) > LONGEST:
        raise Refusal(f"Enter the reason in at most {LONGEST} characters.", "reason")
    action.rag_set, action.rag_reason = word, said if word else ""
    ruled = action.ruled_rag(action.start_on, clock.day_of(now))
    row = RagSetting(
        plan=action.plan,
        kind=Entry.Kind.RAG_SETTING,
        word=word,
        reason=said,
        ruled=f"{ruled.said} ({RULE}, version {RULE_VERSION})",
    )
    return append(row, action=action, by=by, now=now)
