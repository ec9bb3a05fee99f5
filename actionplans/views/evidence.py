"""Evidence: adding it and its new versions, handing out files through a permission check, releasing it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actionplans import operations
from actionplans.forms.evidence import EvidenceForm
from actionplans.models import Action, Entry, Evidence, EvidenceExemption, first_versions
from actionplans.operations import Actor, Refusal
from actionplans.operations.evidence import why_not_added
from actionplans.permissions import Reader, reader_of, require_post
from actionplans.views.reading import SignedIn, page, visible_action
from actionplans.views.writing import attempt, author
from core import clock
from core.typed import fill_typed, keeps_typed
from core.uploads import content_type_of
from partnerships.models import User
from partnerships.permissions import require
from partnerships.roles import Permission

KINDS = (Entry.Kind.EVIDENCE, Entry.Kind.EVIDENCE_RELEASE, Entry.Kind.EVIDENCE_EXEMPTION)


@dataclass(frozen=True)
class Held:
    """Evidence of an action: one version, with the versions before it, the newest first."""

    row: Evidence
    version: int
    is_released: bool
    earlier: tuple["Held", ...] = ()
    exemption: EvidenceExemption | None = None  # the last mark of any version, on the newest

    @property
    def size(self) -> int | None:
        """In bytes; None for what is no file, or is not where it was kept."""
        try:
            return self.row.file.size if self.row.file else None
        except FileNotFoundError:
            return None

    @property
    def shown_instead(self) -> "Held | None":
        """The earlier version that inspectors see as long as this one is not released, if any."""
        return None if self.is_released else next((each for each in self.earlier if each.is_released), None)


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_new(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Adds evidence outside an update; with `?replaces=` a new version of what is there."""
    now = clock.now()
    today = clock.day_of(now)
    found = visible_action(request, plan, ref, today)
    require_post(request.user, found, today)
    older = _replaced(request, found)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EvidenceForm(*sent, action=found, replaces=older.row if older else None)
    if request.method == "POST" and form.is_valid():
        by = author(request.user, found, today)
        verb = partial(operations.add_evidence, action=found, by=by, now=now)
        if attempt(request, form, lambda: verb(evidence=form.new_evidence()), about=found, now=now):
            messages.success(request, f"Evidence added: {form.cleaned_data['title']}.")
            return redirect(f"{found.get_absolute_url()}#evidence")
    form.ask_for_files_again()
    blocked = why_not_added(found, older.row if older else None)
    context = {"form": form, "action": found, "plan": found.plan, "older": older, "blocked": blocked}
    context["kept"] = fill_typed(request, form)
    return render(request, "actionplans/evidence_new.html", context, status=422 if form.errors else 200)


@page
def evidence_file(request: SignedIn, plan: str, ref: str, pk: int) -> HttpResponseBase:
    """A file of evidence, as an attachment; to inspectors and members only when it is released.

    Whatever is in it, a browser is told to do nothing with it but keep it.
    """
    found = visible_action(request, plan, ref, clock.today())
    evidence = get_object_or_404(Evidence.objects.exclude(file="").select_related("scan"), pk=pk, action=found)
    last = evidence.releases.order_by("-seq").first()
    is_released = last is not None and last.is_released
    if not is_released and not reader_of(request.user, found.plan).sees_working_notes:
        raise Http404
    if evidence.is_infected() or evidence.is_pending():
        context = {"action": found, "evidence": evidence}
        return render(request, "actionplans/evidence_shut.html", context, status=409)
    name, kind = evidence.file_name, content_type_of(evidence.file_name)
    response = FileResponse(evidence.file.open(), as_attachment=True, filename=name, content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def evidence_release(request: SignedIn, plan: str, ref: str, pk: int) -> HttpResponse:
    now = clock.now()
    found = visible_action(request, plan, ref, clock.day_of(now))
    require(request.user, Permission.RELEASE_EVIDENCE, found.plan.partnership)
    evidence = get_object_or_404(Evidence, pk=pk, action=found)
    is_released = request.POST.get("released") == "yes"
    try:
        operations.release_evidence(evidence=evidence, is_released=is_released, by=Actor(request.user), now=now)
    except Refusal as refusal:
        messages.error(request, f"{evidence.title}: {refusal.messages[0]}")
    else:
        said = "released to" if is_released else "hidden from"
        messages.success(request, f"Evidence {said} inspectors: {evidence.title}.")
    return redirect(f"{found.get_absolute_url()}#evidence")


def evidence_of(required: list[str], user: User, reader: Reader, entries: list[Entry]) -> dict[str, Any]:
    """What the page of an action says about evidence: what is required and answered, what is held, what has a virus."""
    held = held_evidence(entries, sees_all=reader.sees_working_notes)
    return {
        "evidence": held,
        "required": answers_to(required, held),
        "infected": [
            each.row
            for each in held
            if each.row.is_infected() and (reader.releases_evidence or each.row.by_id == user.pk)
        ],
    }


def answers_to(required: Iterable[str], held: list[Held]) -> list[dict[str, Any]]:
    """Each evidence that is required, with what answers it; a file with a virus answers nothing."""
    sound = [each for each in held if not each.row.is_infected()]
    return [
        {"text": text, "answers": [each for each in sound if each.row.answers and each.row.answers.text == text]}
        for text in required
    ]


def held_evidence(entries: Iterable[Entry], *, sees_all: bool) -> list[Held]:
    """The evidence among rows of history (newest first, `with_details` and `with_evidence`), the newest first.

    Each comes as its newest version with the earlier ones. For whoever does not see all, a version that is not
    released does not exist: of others the newest that is stands for it.
    """
    entries = list(entries)
    released, marks = released_keys(entries), exempt_marks(entries)
    chains: dict[int | None, list[Held]] = {}  # by the key of the newest version so far
    for row in reversed([entry.detail for entry in entries if isinstance(entry.detail, Evidence)]):
        before = chains.pop(row.replaces_id, [])
        chains[row.pk] = [Held(row, len(before) + 1, row.pk in released), *before]
    seen = [[each for each in chain if sees_all or each.is_released] for chain in chains.values()]
    return [
        replace(chain[0], earlier=tuple(chain[1:]), exemption=marks.get(chain[0].row.pk))
        for chain in reversed(seen)
        if chain
    ]


def exempt_marks(entries: Iterable[Entry]) -> dict[int, EvidenceExemption]:
    """The last mark as exempt, or as no longer so, by the key of each version of the evidence that it is about."""
    details = [entry.detail for entry in entries]
    first = first_versions(each for each in details if isinstance(each, Evidence))
    last: dict[int, EvidenceExemption] = {}
    for each in details:
        if isinstance(each, EvidenceExemption) and each.of_id in first:
            last.setdefault(first[each.of_id], each)
    return {key: last[one] for key, one in first.items() if one in last}


def released_keys(entries: Iterable[Entry]) -> set[int]:
    """The keys of the evidence that is released, from rows of history, newest first: the last word counts."""
    last: dict[int, bool] = {}
    for entry in entries:
        if entry.kind == Entry.Kind.EVIDENCE_RELEASE:
            last.setdefault(entry.evidencerelease.of_id, entry.evidencerelease.is_released)
    return {key for key, is_released in last.items() if is_released}


def evidence_rows(action: Action) -> list[Entry]:
    """The rows of an action's history that are about evidence, newest first."""
    return list(action.entries.filter(kind__in=KINDS).order_by("-seq").with_details().with_evidence())


def _replaced(request: SignedIn, action: Action) -> Held | None:
    """The evidence that `?replaces=` names, if it does."""
    key = request.GET.get("replaces")
    if key is None:
        return None
    held = held_evidence(evidence_rows(action), sees_all=True)
    known = {str(each.row.pk): each for newest in held for each in (newest, *newest.earlier)}
    if key not in known:
        raise Http404
    return known[key]
