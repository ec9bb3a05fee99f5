"""Pages of those who say whether done is done: the verifier's queue, verifying, reopening, dropping, looking again."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.decisions import DropForm, OneForm, ReopenForm, SustainedForm, VerifyForm
from actionplans.models import VERBS, Action, Closure, Entry, Status
from actionplans.operations import Refusal
from actionplans.operations.rag import why_fixed
from actionplans.permissions import Reader, reader_of
from actionplans.views.evidence import answers_to, evidence_rows, held_evidence
from actionplans.views.reading import SignedIn, page, sent, visible_action
from actionplans.views.writing import attempt, speaker
from actionplans.waiting import completions, waiting, waiting_for
from core import clock
from partnerships.permissions import require
from partnerships.roles import Permission

NOTHING_OWED = "No check is owed for this action."
form_page = require_http_methods(["GET", "HEAD", "POST"])


@page
def verify_queue(request: SignedIn) -> HttpResponse:
    """What waits for the verifier, the longest waiting first; apart, what they must leave to somebody else."""
    found = waiting_for(request.user, clock.today())
    context = {"queue": [each for each in found if not each.own], "own": [each for each in found if each.own]}
    return render(request, "actionplans/verify_queue.html", context)


@form_page
def verify(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Accepts a completed action with what was checked, or returns it with a reason."""
    now = clock.now()
    today = clock.day_of(now)
    found = _found(request, plan, ref, now, Permission.VERIFY)
    by = speaker(request.user, found.plan.partnership, today)
    form = VerifyForm(sent(request), initial={"verifier": by.post_title or request.user.name})

    def verb() -> object:
        given = form.cleaned_data
        said = {"action": found, "by": by, "verifier": given["verifier"], "now": now}
        if given["outcome"] == "accept":
            return operations.verify_action(statement=given["statement"], **said)
        return operations.return_action(reason=given["statement"], **said)

    context: dict[str, object] = {"blocked": _cannot(found, "verify") or waiting([found], request.user, today)[0].own}
    context |= _proof(found) | {"reader": reader_of(request.user, found.plan)}
    done = "Verified" if request.POST.get("outcome") == "accept" else "Returned to the owner"
    return _answer(request, form, verb, found, now, "verify", done, context)


@form_page
def reopen(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    now = clock.now()
    found = _found(request, plan, ref, now, Permission.DECIDE)
    by = speaker(request.user, found.plan.partnership, clock.day_of(now))
    form = ReopenForm(sent(request))

    def verb() -> object:
        return operations.reopen_action(action=found, by=by, reason=form.cleaned_data["reason"], now=now)

    return _answer(request, form, verb, found, now, "reopen", "Reopened", {"blocked": _cannot(found, "reopen")})


@form_page
def drop(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Cancels an action, or supersedes it by another."""
    now = clock.now()
    found = _found(request, plan, ref, now, Permission.DECIDE)
    by = speaker(request.user, found.plan.partnership, clock.day_of(now))
    form = DropForm(sent(request), action=found, on=clock.day_of(now))

    def verb() -> object:
        said = {"reason": form.cleaned_data["reason"], "superseded_by": form.cleaned_data["superseded_by"]}
        return operations.drop_action(action=found, by=by, decision=form.decision(), now=now, **said)

    return _answer(request, form, verb, found, now, "drop", "Recorded", {"blocked": _cannot(found, "cancel")})


@form_page
def sustained_check(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Says whether the improvement lasted. When it did not, the action is in progress again."""
    now = clock.now()
    found = _found(request, plan, ref, now, Permission.VERIFY)
    by = speaker(request.user, found.plan.partnership, clock.day_of(now))
    form = SustainedForm(sent(request))
    closure = Closure.objects.filter(action=found).select_related("checked", "meeting").order_by("-seq").first()

    def verb() -> object:
        if closure is None:
            raise Refusal(NOTHING_OWED)
        given = form.cleaned_data
        is_sustained = given["outcome"] == "yes"
        return operations.check_sustained(
            closure=closure, by=by, is_sustained=is_sustained, statement=given["statement"], now=now
        )

    owed = closure and closure.check_due_on and not hasattr(closure, "checked") and found.status == Status.CLOSED
    context = {"closure": closure, "blocked": "" if owed else NOTHING_OWED}
    return _answer(request, form, verb, found, now, "sustained_check", "Check recorded", context)


def steps_of(action: Action, reader: Reader, entries: list[Entry], *, may_post: bool) -> dict[str, object]:
    """What the reader may do next about an action, as links, and the request for a later date that is open, if any.

    Worked out from the rows of history that the page has anyway.
    """
    details = [entry.detail for entry in entries]
    asked = [each for each in details if each.kind == Entry.Kind.DATE_REQUEST]
    answers = (Entry.Kind.DATE_DECISION, Entry.Kind.DATE_WITHDRAWAL)
    answered = {getattr(each, "request_id", None) for each in details if each.kind in answers}
    is_open = bool(entries) and entries[0].is_open  # on the day that the rows end with
    waiting_request = next((each for each in asked if each.pk not in answered), None) if is_open else None
    closure = next((each for each in details if isinstance(each, Closure)), None)
    checked = {getattr(each, "of_id", None) for each in details if each.kind == Entry.Kind.SUSTAINED_CHECK}
    owes_check = closure is not None and closure.check_due_on is not None and closure.pk not in checked
    may = {
        ("Ask for a later date", "action-date"): may_post and action.current_due_on and not waiting_request,
        ("Verify or return", "action-verify"): reader.verifies and not _cannot(action, "verify"),
        ("Record decisions of a meeting", "decisions"): reader.decides
        and (waiting_request or not _cannot(action, "close")),
        ("Reopen", "action-reopen"): reader.decides and not _cannot(action, "reopen"),
        ("Cancel or supersede", "action-drop"): reader.decides and not _cannot(action, "cancel"),
        ("Check that the improvement lasts", "action-check"): reader.verifies
        and owes_check
        and action.status == Status.CLOSED,
        (
            "Change the RAG that was set by hand" if action.rag_set else "Set the RAG by hand",
            "action-rag",
        ): reader.sets_rag and not why_fixed(action),
        ("Publication: exempt or not", "action-exempt"): reader.marks_exempt,
    }
    links = [{"text": text, "url": _url(action, name)} for (text, name), allowed in may.items() if allowed]
    return {"steps": links, "waiting": waiting_request}


def _url(action: Action, name: str) -> str:
    return reverse(
        f"actionplans:{name}", args=[action.plan.slug] if name == "decisions" else [action.plan.slug, action.ref]
    )


def _found(request: SignedIn, plan: str, ref: str, now: datetime, permission: Permission) -> Action:
    found = visible_action(request, plan, ref, clock.day_of(now))
    require(request.user, permission, found.plan.partnership)
    return found


def _cannot(action: Action, verb: str) -> str:
    """Why a verb cannot be said of an action as it is now; empty when it can."""
    allowed, _ = VERBS[verb]
    return "" if action.status in allowed else f"This action is “{action.get_status_display()}”. {_NOTHING[verb]}"


_NOTHING = {
    "verify": "There is nothing to verify.",
    "close": "It cannot be closed.",
    "reopen": "There is nothing to reopen.",
    "cancel": "It is over already.",
}


def _proof(action: Action) -> dict[str, object]:
    """What the owner says, the required evidence with what answers it and what the owner ticked, the evidence held."""
    update = next(reversed(completions([action])[action.pk]), None)
    ticked = update.evidence_ticked if update else []
    held = held_evidence(evidence_rows(action), sees_all=True)
    texts = action.evidence_requirements.order_by("position").values_list("text", flat=True)
    required = [each | {"is_held": each["text"] in ticked} for each in answers_to(texts, held)]
    return {"update": update, "required": required, "evidence": held}


def _answer(
    request: SignedIn,
    form: OneForm,
    verb: Callable[[], object],
    action: Action,
    now: datetime,
    template: str,
    done: str,
    context: Mapping[str, object],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=action, now=now):
        messages.success(request, f"{done}: {action}.")
        return redirect(action)
    context = {**context, "form": form, "action": action, "plan": action.plan}
    return render(request, f"actionplans/{template}.html", context, status=422 if form.errors else 200)
