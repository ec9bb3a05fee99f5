"""Pages of a draft as a whole: starting it from an inspection, its settings, the responses to its recommendations."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from actionplans import operations
from actionplans.forms.plans import PlanForm, ResponseForm, SuppressionForm, WordingForm
from actionplans.models import Plan
from actionplans.operations import Actor, PlanText
from actionplans.operations.texts import PLAN_LABELS, changes_between
from actionplans.views.building import answer, form_page, inspection_to_build, plan_to_build
from actionplans.views.reading import SignedIn, sent
from actionplans.views.writing import attempt, record_passed, see_the_latest
from core import audit, clock
from inspections import operations as inspecting
from inspections.models import Inspection, Recommendation


@form_page
def plan_new(request: SignedIn, inspection: str) -> HttpResponse:
    """Starts a plan that answers an inspection."""
    now, found = clock.now(), inspection_to_build(request, inspection)
    earlier = Plan.objects.filter(partnership=found.partnership).order_by("title")
    form = PlanForm(sent(request), of=found, earlier=earlier, button="Draft the plan")
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
    """What a plan says of itself: changed in a draft, proposed when active; and what is set at once: whether wording is
    read first, and under which number numbers of people are suppressed.
    """
    found, now = plan_to_build(request, plan), clock.now()
    typed = sent(request)
    wording = WordingForm(typed if typed and "review" in typed else None, initial={"is_read": found.reviews_wording})
    if wording.is_bound and wording.is_valid():
        return _wording_set(request, wording, found, now)
    people = SuppressionForm(typed if typed and "suppress" in typed else None, initial={"number": found.suppress_under})
    if people.is_valid() and _number_set(request, people, found, now):
        return redirect("actionplans:plan-settings", plan)
    is_own = wording.is_bound or people.is_bound
    buttons: dict[str, str] = {Plan.Status.DRAFT: "Save the draft", Plan.Status.ACTIVE: "Propose this change"}
    first = PlanForm.starting_from(PlanText.waiting(found))
    form = PlanForm(None if is_own else typed, of=found, initial=first, button=buttons.get(found.status, ""))
    context: dict[str, Any] = {"plan": found, "form": form, "wording": wording, "changes": found.status in buttons}
    if found.status in buttons and form.is_valid():
        if _changed(request, form, found, now):
            after = "plan-build" if found.status == Plan.Status.DRAFT else "plan-versions"
            return redirect(f"actionplans:{after}", plan)
        context["differences"] = _new_settings(form, found)
    if typed is not None and not is_own and found.status not in buttons:
        form.add_error(None, f"This plan is “{found.get_status_display()}”. Nothing in it can be changed now.")
    status = 422 if form.errors or people.errors else 200
    return render(request, "actionplans/plan_settings.html", context | {"formset": people}, status=status)


@form_page
def plan_response(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """The partnership's answer to one recommendation."""
    found = plan_to_build(request, plan)
    recommendation = get_object_or_404(
        Recommendation.objects.select_related("inspection", "repeats__inspection"),
        pk=pk,
        inspection__in=found.inspections.all(),
    )
    form = ResponseForm(sent(request), recommendation=recommendation)
    context: dict[str, Any] = {"plan": found, "recommendation": recommendation}
    if found.status != Plan.Status.DRAFT and request.method == "POST":
        form.add_error(None, "This plan is past its draft. Its responses are fixed.")
    elif request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, clock.now()
        if attempt(request, form, lambda: _respond(recommendation, given, request), about=recommendation, now=now):
            messages.success(request, f"Response to {recommendation.number} saved.")
            return redirect("actionplans:plan-build", plan)
        context["differences"] = _new_response(form, recommendation)
    return answer(request, "actionplans/responses.html", form, context)


def _new_response(form: ResponseForm, recommendation: Recommendation) -> list[tuple[str, str, str]]:
    """What somebody else has saved since the form was opened, beside what is typed; it counts as seen from then on."""
    saved = Recommendation.objects.select_related("accountable_post", "lead_agency").get(pk=recommendation.pk)
    if form.cleaned_data["seen"] in {"", saved.response_mark}:
        return []
    see_the_latest(form, saved.response_mark)
    return form.differences(saved)


def _wording_set(request: SignedIn, form: WordingForm, plan: Plan, now: Any) -> HttpResponse:
    is_read = form.cleaned_data["is_read"]
    operations.review_wording(plan=plan, is_read=is_read)
    audit.record(who=request.user, what="set whether wording is read", about=plan.slug, at=now, is_read=is_read)
    messages.success(request, f"Wording is {'read before it is published' if is_read else 'published at once'}.")
    return redirect("actionplans:plan-settings", plan.slug)


def _number_set(request: SignedIn, form: SuppressionForm, plan: Plan, now: Any) -> bool:
    number = form.cleaned_data["number"]

    def verb() -> object:
        return operations.suppress_under(plan=plan, number=number, by=Actor(request.user), now=now)

    done = attempt(request, form, verb, about=plan, now=now)
    if done:
        said = f"under {number} are suppressed in public papers" if number else "are shown in public papers"
        messages.success(request, f"Numbers of people {said}.")
    return done


def _new_settings(form: PlanForm, plan: Plan) -> list[tuple[str, str, str]]:
    """As `_new_response`, of the text of the plan, or of what is proposed for it."""
    plan.refresh_from_db()
    saved = PlanText.waiting(plan)
    if form.cleaned_data["seen"] in {"", saved.mark}:
        return []
    see_the_latest(form, saved.mark)
    return changes_between(saved.in_words(), form.text(PlanText.of(plan)).in_words(), PLAN_LABELS)


def _changed(request: SignedIn, form: PlanForm, plan: Plan, now: Any) -> bool:
    """Whether the draft could be changed or, of an active plan, the change proposed."""
    verb = operations.change_draft if plan.status == Plan.Status.DRAFT else operations.propose_plan

    def said() -> object:
        text, seen = form.text(PlanText.of(plan)), form.cleaned_data["seen"]
        return verb(plan=plan, text=text, by=Actor(request.user), now=now, seen=seen)

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
    said = {name: given[name] for name in ("response", "reason", "accountable_post", "lead_agency", "seen")}
    inspecting.respond(recommendation=recommendation, **said)
    about = f"{recommendation.inspection.slug} {recommendation.number}"
    details = {"response": given["response"], "reason": given["reason"]}
    audit.record(who=request.user, what="responded to a recommendation", about=about, at=clock.now(), **details)
