"""Pages of a plan that is being built: starting it from an inspection, its actions, its responses, submitting it."""

from collections.abc import Container
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.actions import ActionForm
from actionplans.forms.plans import SeveralForm, SubmitForm
from actionplans.models import Action, Plan, PlanStep
from actionplans.operations import ActionText, Actor, Refusal, UpdatedMeanwhile
from actionplans.operations.plans import recommendations_of, suggested_ref
from actionplans.operations.texts import changes_between
from actionplans.operations.updates import last_seq
from actionplans.smart import smart_hints
from actionplans.views.reading import SignedIn, page, sent
from actionplans.views.writing import record_passed, see_the_latest
from core import clock
from inspections.models import Inspection
from partnerships.calendars import days_off
from partnerships.permissions import require
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@page
def plan_build(request: SignedIn, plan: str) -> HttpResponse:
    """Recommendations, responses and actions of a draft, with everything that can be done about them."""
    return _building_page(request, plan_to_build(request, plan))


@form_page
def build_change(request: SignedIn, plan: str) -> HttpResponse:
    """Several actions get the same owner, due date or priority."""
    found = plan_to_build(request, plan)
    if request.method != "POST":
        return redirect("actionplans:plan-build", plan)
    form = SeveralForm(request.POST, plan=found)
    if form.is_valid():
        given = dict(form.cleaned_data) | {"actions": list(form.cleaned_data["actions"])}
        try:
            changed = operations.change_several(plan=found, by=Actor(request.user), now=clock.now(), **given)
        except ValidationError as refusal:
            form.take(refusal)
        else:
            messages.success(request, f"Changed: {', '.join(each.ref for each in changed)}.")
            return redirect("actionplans:plan-build", plan)
    return _building_page(request, found, several=form)


@form_page
def build_submit(request: SignedIn, plan: str) -> HttpResponse:
    """Puts the draft before a group."""
    found = plan_to_build(request, plan)
    if request.method != "POST":
        return redirect("actionplans:plan-build", plan)
    form = SubmitForm(request.POST, plan=found)
    if form.is_valid():
        group = form.cleaned_data["group"]
        try:
            operations.submit_plan(plan=found, group=group, by=Actor(request.user), now=clock.now())
        except ValidationError as refusal:
            form.take(refusal)
        else:
            messages.success(request, f"Submitted to {group}.")
            return redirect(found)
    return _building_page(request, found, submit=form)


@form_page
def build_move(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Moves an action up or down among those of a recommendation."""
    found = plan_to_build(request, plan)
    action = get_object_or_404(found.actions, ref=ref)
    direction, within = request.POST.get("direction"), request.POST.get("recommendation", "")
    if request.method == "POST" and direction in {"up", "down"}:
        recommendation = action.recommendations.filter(pk=within).first() if within.isdecimal() else None
        try:
            operations.move_action(action=action, up=direction == "up", within=recommendation)
        except Refusal as refusal:
            messages.error(request, refusal.messages[0])
    return redirect(reverse("actionplans:plan-build", args=[plan]) + f"#action-{action.pk}")


@form_page
def build_action_new(request: SignedIn, plan: str) -> HttpResponse:
    found = plan_to_build(request, plan)
    form = ActionForm(
        sent(request),
        plan=found,
        initial=first_values(request, found),
        button="Add this action",
    )
    if request.method == "POST" and form.is_valid():
        now, given = clock.now(), form.cleaned_data
        said: dict[str, Any] = {"ref": given["ref"], "due_on": given["due_on"], "now": now}
        try:
            with transaction.atomic():
                added = operations.add_action(plan=found, text=form.text(), by=Actor(request.user), **said)
        except ValidationError as refusal:
            form.take(refusal)
        else:
            return _saved(request, form, added, "Added")
    return answer(request, "actionplans/build_action.html", form, {"plan": found, "heading": "Add an action"})


@form_page
def build_action(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Changes an action of a draft. A second edit at the same time is told of the first and keeps its text."""
    found = plan_to_build(request, plan)
    action = get_object_or_404(found.actions, ref=ref)
    if "remove" in request.POST:
        return _removed(request, action)
    initial = {"ref": action.ref, "due_on": action.current_due_on, "seen": last_seq(action)}
    text = ActionText.of(action)
    form = ActionForm(
        sent(request),
        plan=found,
        text=text,
        initial=initial,
        button="Save this action",
    )
    differences: list[tuple[str, str, str]] = []
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("ref", "due_on", "seen")}
        try:
            with transaction.atomic():
                saved = operations.edit_action(
                    action=action, text=form.text(), by=Actor(request.user), now=clock.now(), **said
                )
        except ValidationError as refusal:
            form.take(refusal)
            see_the_latest(form, last_seq(action))
            differences = _differences(form, text) if isinstance(refusal, UpdatedMeanwhile) else []
        else:
            return _saved(request, form, saved, "Saved")
    context = {"plan": found, "action": action, "heading": f"Change {action.ref}", "differences": differences}
    return answer(request, "actionplans/build_action.html", form, context)


def plan_to_build(request: SignedIn, slug: str) -> Plan:
    """The plan, for those who build plans (403 for others who may see it)."""
    visible = Plan.objects.visible_to(request.user, clock.today()).select_related("partnership", "lead_post")
    found = get_object_or_404(visible, slug=slug)
    require(request.user, Permission.BUILD_PLANS, found.partnership)
    return found


def inspection_to_build(request: SignedIn, slug: str) -> Inspection:
    """The inspection, for those who build plans (403 for others who may see it)."""
    visible = Inspection.objects.visible_to(request.user, clock.today()).select_related("partnership", "framework")
    found = get_object_or_404(visible, slug=slug)
    require(request.user, Permission.BUILD_PLANS, found.partnership)
    return found


def first_values(request: SignedIn, plan: Plan) -> dict[str, Any]:
    """What the form of a new action starts from: the recommendation that was asked for, and a free reference."""
    wanted = request.GET.get("recommendation", "")
    recommendations = recommendations_of(plan)
    chosen = next((each for each in recommendations if str(each.pk) == wanted), None)
    if chosen is None:
        return {}
    return {"ref": suggested_ref(plan, chosen), "recommendations": [chosen.pk], "lead_post": chosen.accountable_post_id}


def _removed(request: SignedIn, action: Action) -> HttpResponse:
    try:
        operations.remove_action(action=action, by=Actor(request.user), now=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"Taken out of the draft: {action}.")
    return redirect("actionplans:plan-build", action.plan.slug)


def _differences(form: ActionForm, saved: ActionText) -> list[tuple[str, str, str]]:
    """What differs between the text as somebody else has saved it and as it was typed here: label, saved, typed."""
    with transaction.atomic():
        differences = changes_between(saved.in_words(), form.text().in_words())
        transaction.set_rollback(True)  # the text may have entered outside bodies
    return differences


def _saved(request: SignedIn, form: ActionForm, action: Action, word: str) -> HttpResponse:
    record_passed(request, form, about=action, now=clock.now())
    messages.success(request, f"{word}: {action.ref}.")
    return redirect(reverse("actionplans:plan-build", args=[action.plan.slug]) + f"#action-{action.pk}")


def answer(request: SignedIn, template: str, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def _building_page(
    request: SignedIn, plan: Plan, several: SeveralForm | None = None, submit: SubmitForm | None = None
) -> HttpResponse:
    context = {
        "plan": plan,
        "is_draft": plan.status == Plan.Status.DRAFT,
        "form": several or submit,  # whose errors the page lists first
        "several": several or SeveralForm(plan=plan),
        "submit": submit or SubmitForm(plan=plan),
        "sections": _sections(plan),
        "returned": _returned(plan),
        "plan_groups": plan.plan_groups.select_related("group").order_by("role", "group__name"),
    }
    return render(request, "actionplans/build.html", context, status=422 if several or submit else 200)


def _sections(plan: Plan) -> list[dict[str, Any]]:
    """Recommendations in the order of the reports, each with the actions of the plan that answer it."""
    actions = plan.actions.select_related("lead_post").prefetch_related("recommendations", "measures")
    off = days_off([plan.partnership_id])[plan.partnership_id]
    rows: list[dict[str, Any]] = [
        {"action": each, "hints": _hints(each, plan, off)} for each in actions.order_by("position")
    ]
    return [
        {
            "recommendation": recommendation,
            "rows": [row for row in rows if recommendation in row["action"].recommendations.all()],
        }
        for recommendation in recommendations_of(plan)
    ]


def _hints(action: Action, plan: Plan, off: Container[date]) -> list[str]:
    """The SMART hints of an action, from what is at hand."""
    measure = next(iter(action.measures.all()), None)
    text = ActionText(
        title=action.title,
        lead_post_id=action.lead_post_id,
        recommendations_ids=(),
        measure=measure.name if measure else "",
        target=measure.target if measure else "",
    )
    return list(smart_hints(text, action.current_due_on, plan.ends_on, off).values())


def _returned(plan: Plan) -> PlanStep | None:
    """The last word of a group, when it returned the draft."""
    last = PlanStep.objects.filter(plan=plan).select_related("group", "meeting").order_by("-seq").first()
    return last if last and last.step == PlanStep.Step.RETURNED else None
