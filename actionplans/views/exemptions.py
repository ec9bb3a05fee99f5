"""Pages about what is not published: marking an action or evidence as exempt, and which measures count people."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.exemptions import ExemptionForm
from actionplans.forms.measures import PeopleForm
from actionplans.models import Action, Evidence, EvidenceExemption, Exemption
from actionplans.operations import Actor
from actionplans.operations.exemptions import last_mark
from actionplans.views.measures import visible_measure
from actionplans.views.reading import SignedIn, sent, visible_action
from actionplans.views.writing import attempt, speaker
from core import clock
from core.typed import fill_typed, keeps_typed
from partnerships.permissions import require
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@keeps_typed
@form_page
def action_exempt(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Marks an action as exempt from publication, or as no longer so."""
    now = clock.now()
    found = visible_action(request, plan, ref, clock.day_of(now))
    require(request.user, Permission.MAKE_PAPERS, found.plan.partnership)
    last = Exemption.objects.filter(action=found).order_by("-seq").first()
    return _mark(request, found, partial(operations.mark_exempt, action=found), last, now)


@keeps_typed
@form_page
def evidence_exempt(request: SignedIn, plan: str, ref: str, pk: int) -> HttpResponse:
    """The same for one evidence, in all its versions."""
    now = clock.now()
    found = visible_action(request, plan, ref, clock.day_of(now))
    require(request.user, Permission.MAKE_PAPERS, found.plan.partnership)
    evidence = get_object_or_404(Evidence, pk=pk, action=found)
    verb = partial(operations.mark_evidence_exempt, evidence=evidence)
    return _mark(request, found, verb, last_mark(evidence), now, evidence)


@form_page
def measure_people(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """Says whether a measure counts people, and of which total it is a part."""
    now = clock.now()
    found, its_plan = visible_measure(request, plan, pk, clock.day_of(now))
    require(request.user, Permission.BUILD_PLANS, its_plan.partnership)
    begun = {"counts_people": found.counts_people, "total": found.part_of_id}
    form = PeopleForm(sent(request), plan=its_plan, measure=found, initial=begun)

    def verb() -> object:
        given = {name: form.cleaned_data[name] for name in ("counts_people", "total")}
        return operations.count_people(measure=found, by=Actor(request.user), now=now, **given)

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, f"Saved: {found} {'counts' if found.counts_people else 'does not count'} people.")
        return redirect("actionplans:measure", plan, pk)
    context = {"form": form, "measure": found, "plan": its_plan}
    return render(request, "actionplans/measure_people.html", context, status=422 if form.errors else 200)


def _mark(
    request: SignedIn,
    action: Action,
    verb: Callable[..., object],
    last: Exemption | EvidenceExemption | None,
    now: datetime,
    evidence: Evidence | None = None,
) -> HttpResponse:
    """The page of both marks: what holds now, and the form that changes it."""
    is_exempt = last is not None and last.is_exempt
    form = ExemptionForm(sent(request), is_exempt=is_exempt)
    by = speaker(request.user, action.plan.partnership, clock.day_of(now))
    if request.method == "POST" and form.is_valid():
        said = form.said()
        if attempt(request, form, lambda: verb(by=by, now=now, **said), about=action, now=now):
            name = evidence.title if evidence else action.ref
            messages.success(request, f"{name} is {'exempt' if said['is_exempt'] else 'no longer exempt'}.")
            return redirect(f"{action.get_absolute_url()}{'#evidence' if evidence else ''}")
    context = {
        "form": form,
        "action": action,
        "plan": action.plan,
        "evidence": evidence,
        "last": last if is_exempt else None,
        "kept": fill_typed(request, form),
    }
    return render(request, "actionplans/exempt.html", context, status=422 if form.errors else 200)
