"""Pages of a draft as a whole: starting it from an inspection, its settings, the responses to its recommendations."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from actionplans import operations
from actionplans.forms.plans import PlanForm, ResponseForm, WordingForm
from actionplans.models import Plan
from actionplans.operations import Actor, PlanText
from actionplans.views.building import answer, form_page, plan_to_build
from actionplans.views.reading import SignedIn
from actionplans.views.writing import attempt, record_passed
from core import audit, clock
from inspections import operations as inspecting
from inspections.models import Inspection, Recommendation
from partnerships.permissions import require
from partnerships.roles import Permission


@form_page
def plan_new(request: SignedIn, inspection: str) -> HttpResponse:
    """Starts a plan that answers an inspection."""
    now = clock.now()
    visible = Inspection.objects.visible_to(request.user, clock.day_of(now)).select_related("partnership")
    found = get_object_or_404(visible, slug=inspection)
    require(request.user, Permission.BUILD_PLANS, found.partnership)
    earlier = Plan.objects.filter(partnership=found.partnership).order_by("title")
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, of=found, earlier=earlier, button="Draft the plan")
    if request.method == "POST" and form.is_valid():
        try:
            plan = _start(form, found, Actor(request.user), now)
        except ValidationError as refusal:
            form.take(refusal)
        else:
            record_passed(request, form, about=plan, now=now)
            messages.success(request, f"Draft started: {plan}.")
            return redirect("actionplans:plan-build", plan.slug)
    return answer(request, "actionplans/plan_new.html", form, {"inspection": found})


@form_page
def plan_settings(request: SignedIn, plan: str) -> HttpResponse:
    """What a plan says of itself: changed in a draft, proposed when active; and whether wording is read first."""
    found, now = plan_to_build(request, plan), clock.now()
    sent = request.POST if request.method == "POST" else None
    wording = WordingForm(sent if sent and "review" in sent else None, initial={"is_read": found.reviews_wording})
    if wording.is_bound and wording.is_valid():
        is_read = wording.cleaned_data["is_read"]
        operations.review_wording(plan=found, is_read=is_read)
        audit.record(who=request.user, what="set whether wording is read", about=found.slug, at=now, is_read=is_read)
        messages.success(request, f"Wording is {'read before it is published' if is_read else 'published at once'}.")
        return redirect("actionplans:plan-settings", plan)
    buttons: dict[str, str] = {Plan.Status.DRAFT: "Save the draft", Plan.Status.ACTIVE: "Propose this change"}
    first = PlanForm.starting_from(_waiting_text(found))
    form = PlanForm(None if wording.is_bound else sent, of=found, initial=first, button=buttons.get(found.status, ""))
    if found.status in buttons and form.is_valid() and _changed(request, form, found, now):
        return redirect(
            "actionplans:plan-build" if found.status == Plan.Status.DRAFT else "actionplans:plan-versions", plan
        )
    if sent is not None and not wording.is_bound and found.status not in buttons:
        form.add_error(None, f"This plan is “{found.get_status_display()}”. Nothing in it can be changed now.")
    context = {"plan": found, "wording": wording, "changes": found.status in buttons}
    return answer(request, "actionplans/plan_settings.html", form, context)


@form_page
def plan_response(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """The partnership's answer to one recommendation."""
    found = plan_to_build(request, plan)
    recommendation = get_object_or_404(
        Recommendation.objects.select_related("inspection", "repeats__inspection"),
        pk=pk,
        inspection__in=found.inspections.all(),
    )
    form = ResponseForm(request.POST if request.method == "POST" else None, recommendation=recommendation)
    if found.status != Plan.Status.DRAFT and request.method == "POST":
        form.add_error(None, "This plan is past its draft. Its responses are fixed.")
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        _respond(recommendation, given, request)
        record_passed(request, form, about=recommendation, now=clock.now())
        messages.success(request, f"Response to {recommendation.number} saved.")
        return redirect("actionplans:plan-build", plan)
    return answer(request, "actionplans/responses.html", form, {"plan": found, "recommendation": recommendation})


def _waiting_text(plan: Plan) -> PlanText:
    """What is proposed for the plan itself, else what is agreed or drafted."""
    waiting = plan.proposals.filter(action=None, ref="").first()
    return PlanText.from_plain(waiting.text) if waiting else PlanText.of(plan)


def _changed(request: SignedIn, form: PlanForm, plan: Plan, now: Any) -> bool:
    """Whether the draft could be changed or, of an active plan, the change proposed."""
    verb = operations.change_draft if plan.status == Plan.Status.DRAFT else operations.propose_plan

    def said() -> object:
        return verb(plan=plan, text=form.text(PlanText.of(plan)), by=Actor(request.user), now=now)

    if not attempt(request, form, said, about=plan, now=now):
        return False
    if plan.status == Plan.Status.ACTIVE:
        messages.success(request, "Proposed. It changes nothing until a group agrees it.")
    return True


def _start(form: PlanForm, inspection: Inspection, by: Actor, now: Any) -> Plan:
    given = {name: form.cleaned_data[name] for name in ("title", "lead_post", "ends_on", "copied_from")}
    return operations.start_plan(inspection=inspection, groups=form.groups(), by=by, now=now, **given)


@transaction.atomic
def _respond(recommendation: Recommendation, given: dict[str, Any], request: SignedIn) -> None:
    said = {name: given[name] for name in ("response", "reason", "accountable_post", "lead_agency")}
    inspecting.respond(recommendation=recommendation, **said)
    about = f"{recommendation.inspection.slug} {recommendation.number}"
    details = {"response": given["response"], "reason": given["reason"]}
    audit.record(who=request.user, what="responded to a recommendation", about=about, at=clock.now(), **details)
