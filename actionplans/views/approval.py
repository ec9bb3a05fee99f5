"""Pages of what groups say about a plan: approving, returning, closing; and of its versions and what is proposed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from actionplans import operations
from actionplans.forms.actions import ActionForm
from actionplans.forms.approval import AgreeForm, ApprovalForm, ClosingForm, DecisionForm
from actionplans.forms.plans import groups_of
from actionplans.models import Action, Plan, PlanGroup, PlanStep
from actionplans.operations import ActionText, Actor
from actionplans.permissions import reader_of
from actionplans.versions import compared, proposed, versions_of
from actionplans.views.building import first_values, form_page, plan_to_build
from actionplans.views.reading import SignedIn, page, sent, visible_action
from actionplans.views.writing import record_passed
from core import clock
from partnerships.permissions import require
from partnerships.roles import Permission

FORMS: dict[str, type[DecisionForm]] = {Plan.Status.SUBMITTED: ApprovalForm, Plan.Status.ACTIVE: ClosingForm}


@form_page
def plan_approval(request: SignedIn, plan: str) -> HttpResponse:
    """A submitted plan is approved or returned, an active one closed, as a group decided it."""
    now = clock.now()
    found = _plan_to_approve(request, plan)
    kind = FORMS.get(found.status)
    form = kind(sent(request), plan=found, on=clock.day_of(now), initial=_first(found)) if kind else None
    if form and request.method == "POST" and form.is_valid():
        try:
            done = _decide(found, form, Actor(request.user), now)
        except ValidationError as refusal:
            form.take(refusal)
        else:
            record_passed(request, form, about=found, now=now)
            messages.success(request, done)
            return redirect(found)
    status = 422 if request.method == "POST" else 200
    return render(request, "actionplans/approve.html", {"form": form, **_approval_context(found)}, status=status)


@page
def plan_versions(request: SignedIn, plan: str) -> HttpResponse:
    """The agreed versions; to those who build or approve also what is proposed; `?from=1&to=2` compares any two."""
    found = get_object_or_404(_visible(request), slug=plan)
    reader = reader_of(request.user, found)
    form = AgreeForm(plan=found, on=clock.today()) if reader.approves_plans else None
    return _versions_page(request, found, form)


@form_page
def plan_agree(request: SignedIn, plan: str) -> HttpResponse:
    """Makes what is proposed the next version."""
    now = clock.now()
    found = _plan_to_approve(request, plan)
    if request.method != "POST":
        return redirect("actionplans:plan-versions", plan)
    form = AgreeForm(request.POST, plan=found, on=clock.day_of(now))
    if form.is_valid():
        said = {**form.said(), "reason": form.cleaned_data["reason"]}
        try:
            row = operations.agree_version(plan=found, by=Actor(request.user), now=now, **said)
        except ValidationError as refusal:
            form.take(refusal)
        else:
            record_passed(request, form, about=found, now=now)
            messages.success(request, f"Version {row.version} is agreed.")
            return redirect("actionplans:plan-versions", plan)
    return _versions_page(request, found, form)


@form_page
def action_propose(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Another text for an action of an active plan; it changes nothing until a group agrees it."""
    action = visible_action(request, plan, ref, clock.today())
    require(request.user, Permission.BUILD_PLANS, action.plan.partnership)
    waiting = action.proposals.first()
    text = ActionText.from_plain(waiting.text) if waiting else ActionText.of(action)
    return _propose(request, action.plan, action, text)


@form_page
def plan_propose(request: SignedIn, plan: str) -> HttpResponse:
    """A new action for an active plan; it is nowhere until a group agrees it."""
    return _propose(request, plan_to_build(request, plan), None, None)


@form_page
def plan_withdraw(request: SignedIn, plan: str) -> HttpResponse:
    """Takes back one proposal."""
    found = plan_to_build(request, plan)
    wanted = request.POST.get("proposal", "")
    proposal = found.proposals.filter(pk=wanted).first() if wanted.isdecimal() else None
    if request.method == "POST" and proposal:
        operations.withdraw_proposal(proposal=proposal)
        messages.success(request, "The proposal is withdrawn.")
    return redirect("actionplans:plan-versions", plan)


def _visible(request: SignedIn) -> Any:
    return Plan.objects.visible_to(request.user, clock.today()).select_related("partnership", "lead_post")


def _plan_to_approve(request: SignedIn, slug: str) -> Plan:
    """The plan, for those who record what groups decide about it (403 for others who may see it)."""
    found = get_object_or_404(_visible(request), slug=slug)
    require(request.user, Permission.APPROVE_PLANS, found.partnership)
    return found


def _decide(plan: Plan, form: DecisionForm, by: Actor, now: Any) -> str:
    """Says it to the plan, and to the person in a sentence."""
    said = form.said() | {"by": by, "now": now}
    decision = form.cleaned_data.get("decision")
    if decision == "approve":
        row = operations.approve_plan(plan=plan, **said)
        return f"Approved by {row.group}: version {row.version}. The original due dates are fixed."
    if decision == "return":
        row = operations.return_plan(plan=plan, reason=form.cleaned_data["reason"], **said)
        return f"Returned by {row.group}. The plan is a draft again."
    return f"Closed by {operations.close_plan(plan=plan, **said).group}."


def _first(plan: Plan) -> dict[str, Any]:
    """The group that the plan was submitted to."""
    last = PlanStep.objects.filter(plan=plan, step=PlanStep.Step.SUBMITTED).order_by("-seq").first()
    return {"group": last.group_id} if last and plan.status == Plan.Status.SUBMITTED else {}


def _approval_context(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan,
        "actions": plan.actions.count(),
        "undated": plan.actions.filter(current_due_on=None).order_by("position"),
        "open_actions": plan.actions.open().order_by("position"),
        "reported_to": groups_of(plan, *PlanGroup.REPORTED_TO),
        "steps": PlanStep.objects.filter(plan=plan).select_related("group", "meeting__group").order_by("-seq"),
    }


def _versions_page(request: SignedIn, plan: Plan, form: forms.Form | None) -> HttpResponse:
    reader = reader_of(request.user, plan)
    actions = Action.objects.visible_to(request.user, clock.today()).filter(plan=plan)
    versions = versions_of(plan, actions)
    numbers = sorted({each.step.version for each in versions})
    pair = tuple(_number(request.GET.get(name), numbers) for name in ("from", "to"))
    context = {
        "plan": plan,
        "reader": reader,
        "versions": versions,
        "numbers": numbers,
        "pair": pair,
        "compared": compared(plan, actions, pair[0], pair[1]) if pair[0] and pair[1] else None,
        "proposals": proposed(plan) if reader.sees_drafts else [],
        "form": form,
        "next_version": plan.version + 1,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "actionplans/versions.html", context, status=status)


def _number(text: str | None, numbers: list[int]) -> int:
    """The version that the address asks for; 0 when there is none of that number."""
    return int(text) if text and text.isdecimal() and int(text) in numbers else 0


def _propose(request: SignedIn, plan: Plan, action: Action | None, text: ActionText | None) -> HttpResponse:
    initial = {} if action else first_values(request, plan)
    form = ActionForm(
        sent(request),
        plan=plan,
        text=text,
        initial=initial,
        is_dated=action is None,
        button="Propose this change" if action else "Propose this action",
    )
    if request.method == "POST" and form.is_valid():
        new = {name: form.cleaned_data[name] for name in ("ref", "due_on") if not action}
        try:
            with transaction.atomic():
                operations.propose(
                    plan=plan, text=form.text(), by=Actor(request.user), now=clock.now(), action=action, **new
                )
        except ValidationError as refusal:
            form.take(refusal)
        else:
            record_passed(request, form, about=plan, now=clock.now())
            messages.success(request, "Proposed. It changes nothing until a group agrees it.")
            return redirect("actionplans:plan-versions", plan.slug)
    context = {"form": form, "plan": plan, "action": action}
    return render(request, "actionplans/propose.html", context, status=422 if form.errors else 200)
