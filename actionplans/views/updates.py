"""Pages of updates: posting one, keeping it as a draft, sending it to have its wording read, and reading it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.updates import ReviewForm, UpdateForm
from actionplans.models import Action, ProgressUpdate, Status, UpdateDraft
from actionplans.operations import Actor
from actionplans.operations.updates import last_seq, rows_since
from actionplans.permissions import require_post
from actionplans.timeline import lines, readable
from actionplans.views.reading import SignedIn, page, sent, visible_action
from actionplans.views.writing import attempt, author, see_the_latest, speaker
from core import clock
from core.typed import fill_typed, keeps_typed
from partnerships.models import User
from partnerships.permissions import may, require
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Desk:
    """What the writer of an update has before them. What only the form needs is asked for when it is shown."""

    action: Action
    by: Actor
    now: datetime
    draft: UpdateDraft | None
    corrects: ProgressUpdate | None
    read_first: bool

    @property
    def today(self) -> date:
        return clock.day_of(self.now)

    @cached_property
    def last(self) -> ProgressUpdate | None:
        return ProgressUpdate.objects.filter(action=self.action).order_by("-seq").first()

    @cached_property
    def latest(self) -> int:
        """The number of the last row about the action."""
        return last_seq(self.action)


@keeps_typed
@form_page
def action_update(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """The form of an update: posted, sent to be read, or kept as a draft. What was typed stays, whatever happens."""
    now = clock.now()
    found = visible_action(request, plan, ref, clock.day_of(now))
    require_post(request.user, found, clock.day_of(now))
    desk = _desk(request, found, now)
    if desk.draft and desk.draft.sent_at:
        return _waits(request, desk, desk.draft)
    if "discard" in request.POST:
        operations.discard_draft(action=found, by=desk.by)
        messages.success(request, "The draft is gone. Nothing was posted.")
        return redirect(found.get_update_url())
    form, kept = _form(request, desk)
    if "draft" in request.POST:
        return _keep(request, desk, form)
    if request.method == "POST" and form.is_valid() and _said(request, desk, form):
        return redirect(found)
    return _form_page(request, desk, form, kept)


@page
def review_queue(request: SignedIn) -> HttpResponse:
    """The updates that wait to have their wording read, the longest waiting first."""
    found = (
        _unread(request.user.partnerships_where(Permission.REVIEW_WORDING))
        .select_related("action__plan", "action__lead_post", "user")
        .order_by("sent_at", "pk")
    )
    return render(request, "actionplans/review_queue.html", {"queue": found})


@form_page
def update_review(request: SignedIn, plan: str, ref: str, pk: int) -> HttpResponse:
    """Publishes an update with its wording read and perhaps changed, or returns it to its writer."""
    now = clock.now()
    found = visible_action(request, plan, ref, clock.day_of(now))
    require(request.user, Permission.REVIEW_WORDING, found.plan.partnership)
    draft = found.drafts.filter(pk=pk, sent_at__isnull=False).select_related("user").first()
    form = ReviewForm(
        sent(request),
        initial={"wording": draft.fields["wording"] if draft else ""},
    )
    if draft and request.method == "POST" and form.is_valid() and _reviewed(request, form, found, draft, now):
        return redirect("actionplans:review-queue")
    context = {
        "form": form,
        "action": found,
        "plan": found.plan,
        "draft": draft,
        "status": Status(draft.fields["status"]) if draft else None,
        "blocked": "" if draft else "This update does not wait to be read any more.",
    }
    return render(request, "actionplans/review.html", context, status=422 if request.method == "POST" else 200)


def wording_waiting(user: User) -> int:
    """How many updates wait for the person to read their wording. No query for who reads none."""
    reads_in = user.partnerships_where(Permission.REVIEW_WORDING)
    return _unread(reads_in).count() if reads_in else 0


def _unread(partnerships: list[int]) -> QuerySet[UpdateDraft]:
    return UpdateDraft.objects.filter(sent_at__isnull=False, action__plan__partnership__in=partnerships)


def _desk(request: SignedIn, action: Action, now: datetime) -> Desk:
    updates = ProgressUpdate.objects.filter(action=action)
    wanted = request.POST.get("corrects", "") if request.method == "POST" else request.GET.get("corrects", "")
    return Desk(
        action=action,
        by=author(request.user, action, clock.day_of(now)),
        now=now,
        draft=action.drafts.filter(user=request.user).first(),
        corrects=get_object_or_404(updates, pk=int(wanted) if wanted.isdecimal() else 0) if wanted else None,
        read_first=_is_read_first(request, action),
    )


def _waits(request: SignedIn, desk: Desk, draft: UpdateDraft) -> HttpResponse:
    """The page of a writer whose update waits to be read: it can be taken back, and is then a draft again."""
    if request.method == "POST":
        operations.take_back_draft(action=desk.action, by=desk.by)
        messages.success(request, "Taken back. Change it, then send it again.")
        return redirect(desk.action.get_update_url())
    context = {"action": desk.action, "plan": desk.action.plan, "draft": draft}
    return render(request, "actionplans/update_waits.html", context | {"status": Status(draft.fields["status"])})


def _form(request: SignedIn, desk: Desk) -> tuple[UpdateForm, str]:
    """The form, and where its first values come from: the session that ended, a draft, or nowhere."""
    button = "Send to be read" if desk.read_first else "Post update"
    kept = "draft" if desk.draft and _is_draft_of(desk.draft, desk.corrects) else ""
    if request.method == "POST":
        return UpdateForm(request.POST, request.FILES, action=desk.action, on=desk.today, button=button), kept
    initial: dict[str, Any] = {name: getattr(desk.action, name) for name in ("status", "percent", "at_risk", "barrier")}
    initial |= {"evidence_ticked": desk.last.evidence_ticked if desk.last else [], "seen": desk.latest}
    if desk.corrects:
        names = ("wording", "working_note", "evidence_gap")
        initial |= {name: getattr(desk.corrects, name) for name in names} | {"corrects": desk.corrects.pk}
    if desk.draft and kept:
        initial |= {"at_risk": False, "evidence_ticked": []}  # a box that was not ticked was not sent
        initial |= {name: value for name, value in desk.draft.fields.items() if value is not None}
    form = UpdateForm(action=desk.action, on=desk.today, button=button, initial=initial)
    return form, "session" if fill_typed(request, form) else kept


def _is_draft_of(draft: UpdateDraft, corrects: ProgressUpdate | None) -> bool:
    """Whether the draft belongs on this form: on that of a correction, only a draft of the same correction."""
    return corrects is None or str(draft.fields.get("corrects")) == str(corrects.pk)


def _form_page(request: SignedIn, desk: Desk, form: UpdateForm, kept: str = "") -> HttpResponse:
    """The page of the form. What others have written since it was opened is shown, and counts as seen from then on."""
    latest = last_seq(desk.action) if form.is_bound else desk.latest
    seen = str(form["seen"].value() or "")
    since = int(seen) if seen.isdecimal() and int(seen) != latest else None
    meanwhile = readable(rows_since(desk.action, since, but=request.user), request.user, desk.today, desk.today)
    see_the_latest(form, latest)
    form.ask_for_files_again()
    context = {
        "form": form,
        "action": desk.action,
        "plan": desk.action.plan,
        "rag": desk.action.rag(desk.today),
        "draft": desk.draft,
        "kept": kept,
        "last": desk.last,
        "corrects": desk.corrects,
        "meanwhile": lines(meanwhile, request.user),
        "read_first": desk.read_first,
    }
    return render(request, "actionplans/action_update.html", context, status=422 if form.errors else 200)


def _keep(request: SignedIn, desk: Desk, form: UpdateForm) -> HttpResponse:
    """Saves the draft: for the page that does so while somebody types as JSON, for the button as a page."""
    as_json = request.headers.get("Accept") == "application/json"
    try:
        if not form.is_safe_to_keep():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        operations.save_draft(action=desk.action, fields=form.as_typed(), by=desk.by, now=desk.now)
    except ValidationError as refusal:
        if as_json:
            return JsonResponse({"problem": " ".join(refusal.messages)}, status=422)
        if not form.errors:
            form.take(refusal)
        return _form_page(request, desk, form)
    said = f"Draft saved at {clock.local(desk.now):%H:%M}. It is not posted."
    if as_json:
        return JsonResponse({"saved": said})
    messages.success(request, said)
    return redirect(desk.action.get_update_url())


def _said(request: SignedIn, desk: Desk, form: UpdateForm) -> bool:
    """Whether the update could be posted or, where its wording is read first, sent."""
    action, said = desk.action, form.said() | {"corrects": desk.corrects}
    given: dict[str, Any] = {"action": action, "by": desk.by, "now": desk.now, "evidence": form.new_evidence()}
    if desk.read_first:
        done = f"Sent to have its wording read: {action.ref}. It is not published yet."
        verb: Callable[[], object] = partial(operations.send_draft, said=said, **given)
    else:
        done, reviewed_by = f"Update posted on {action.ref}.", desk.by.signature if action.plan.reviews_wording else ""
        verb = partial(operations.post_update, reviewed_by=reviewed_by, **said, **given)
    if not attempt(request, form, verb, about=action, now=desk.now):
        return False
    messages.success(request, done)
    return True


def _reviewed(request: SignedIn, form: ReviewForm, action: Action, draft: UpdateDraft, now: datetime) -> bool:
    today = clock.day_of(now)
    by, given = speaker(request.user, action.plan.partnership, today), form.cleaned_data

    def verb() -> object:
        if given["outcome"] == "return":
            return operations.return_draft(draft=draft, by=by, remark=given["remark"], now=now)
        speaks = author(draft.user, action, today)
        return operations.publish_draft(draft=draft, wording=given["wording"], by=by, now=now, speaks=speaks)

    if not attempt(request, form, verb, about=action, now=now):
        return False
    done = "Published" if given["outcome"] == "publish" else f"Returned to {draft.user}"
    messages.success(request, f"{done}: {action.ref}.")
    return True


def _is_read_first(request: SignedIn, action: Action) -> bool:
    """Whether somebody else reads the wording first. Those who read that of others publish their own."""
    return action.plan.reviews_wording and not may(request.user, Permission.REVIEW_WORDING, action.plan.partnership)
