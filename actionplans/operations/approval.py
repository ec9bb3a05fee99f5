"""Verbs that a group says about a plan: submitted, approved, returned, changed by a new version, closed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from actionplans.models import OVER, Action, Entry, Plan, PlanGroup, PlanStep, Proposal, Revision
from actionplans.operations.completion import Decision
from actionplans.operations.history import Actor, Refusal, append, locked_action, locked_plan
from actionplans.operations.plans import PlanIsNotReady, add_action, edit_action
from actionplans.operations.rounds import open_rounds
from actionplans.operations.texts import PLAN_LABELS, ActionText, PlanText, changes_between, set_plan_text
from core import clock
from partnerships.models import Group, Meeting


class ActionsAreOpen(Refusal):
    """A plan closes when nothing in it is open."""


@transaction.atomic
def submit_plan(*, plan: Plan, group: Group, by: Actor, now: datetime, minute: str = "") -> PlanStep:
    """Puts a draft before a group. Raises PlanIsNotReady when it is not a draft or has no action."""
    plan = locked_plan(plan)
    if plan.status != Plan.Status.DRAFT:
        raise PlanIsNotReady("Only a draft can be submitted.")
    if not plan.actions.exists():
        raise PlanIsNotReady("Add an action before you submit the plan.")
    plan.status = Plan.Status.SUBMITTED
    plan.save(update_fields=["status"])
    return _step(plan, PlanStep.Step.SUBMITTED, plan.version + 1, group, by, now, minute=minute)


@transaction.atomic
def return_plan(
    *, plan: Plan, group: Group, by: Actor, now: datetime, reason: str, meeting: Meeting | None = None, minute: str = ""
) -> PlanStep:
    """Gives a submitted plan back with a reason: it is a draft again."""
    plan = _submitted(plan, group)
    if not reason.strip():
        raise Refusal("Enter why the plan is returned.", "reason")
    plan.status = Plan.Status.DRAFT
    plan.save(update_fields=["status"])
    step = PlanStep.Step.RETURNED
    return _step(plan, step, plan.version + 1, group, by, now, meeting=meeting, minute=minute, reason=reason.strip())


@transaction.atomic
def approve_plan(
    *, plan: Plan, group: Group, by: Actor, now: datetime, meeting: Meeting | None = None, minute: str = ""
) -> PlanStep:
    """Approves a submitted plan, which is active from then on.

    1. Raises PlanIsNotReady unless it is submitted and the group has the right to approve it.
    2. Numbers the version and keeps the day.
    3. Keeps the text of the plan and of every action as that version; fixes the original due date of every action.
    4. Opens a round for each meeting of a group that it is reported to.
    """
    plan = _submitted(plan, group)
    plan.status, plan.version, plan.approved_on = Plan.Status.ACTIVE, plan.version + 1, clock.day_of(now)
    plan.save(update_fields=["status", "version", "approved_on"])
    step = _step(plan, PlanStep.Step.APPROVED, plan.version, group, by, now, meeting=meeting, minute=minute)
    _revise(plan, None, by, now)
    for action in plan.actions.select_related("lead_post", "lead_agency").order_by("position"):
        action.plan, action.original_due_on = plan, action.current_due_on
        _revise(plan, action, by, now)
    open_rounds(plan=plan, on=clock.day_of(now))
    return step


@transaction.atomic
def propose(
    *,
    plan: Plan,
    text: ActionText,
    by: Actor,
    now: datetime,
    action: Action | None = None,
    ref: str = "",
    due_on: date | None = None,
) -> Proposal:
    """Proposes another text for an action, or a new action (`ref`, `due_on`), for the next version of an active plan.

    It changes nothing until `agree_version`. A second proposal for the same action takes the place of the first.
    Raises PlanIsNotReady unless the plan is active, Refusal for an action that is over or a text that changes nothing.
    """
    plan = locked_plan(plan)
    if plan.status != Plan.Status.ACTIVE:
        raise PlanIsNotReady("Changes are proposed for an active plan. Edit a draft directly.")
    action = action and locked_action(action)
    if action and not action.is_open:
        raise Refusal(f"{action.ref} is over. Its text cannot be changed any more.")
    if action and not changes_between(ActionText.of(action).in_words(), text.in_words()):
        raise Refusal("Nothing is changed yet. Change something before you propose it.")
    values = {"text": text.plain(), "ref": ref, "due_on": due_on, "by": by.user, "at": now}
    if action is None:
        if not ref or plan.actions.filter(ref=ref).exists() or plan.proposals.filter(ref=ref).exists():
            raise Refusal("Enter a reference that this plan does not have yet.", "ref")
        return Proposal.objects.create(plan=plan, **values)
    return Proposal.objects.update_or_create(plan=plan, action=action, defaults=values)[0]


@transaction.atomic
def propose_plan(*, plan: Plan, text: PlanText, by: Actor, now: datetime, seen: str | None = None) -> Proposal:
    """Proposes another title, lead, end or groups for an active plan. As `propose`: a second replaces the first.

    Raises UpdatedMeanwhile as `change_draft`.
    """
    plan = locked_plan(plan)
    if plan.status != Plan.Status.ACTIVE:
        raise PlanIsNotReady("Changes are proposed for an active plan. Edit a draft directly.")
    PlanText.waiting(plan).check_seen(seen)
    if not changes_between(PlanText.of(plan).in_words(), text.in_words(), PLAN_LABELS):
        raise Refusal("Nothing is changed yet. Change something before you propose it.")
    values = {"text": text.plain(), "by": by.user, "at": now}
    return Proposal.objects.update_or_create(plan=plan, action=None, ref="", defaults=values)[0]


def withdraw_proposal(*, proposal: Proposal) -> None:
    """Takes back what was proposed and not agreed."""
    proposal.delete()


@transaction.atomic
def agree_version(
    *, plan: Plan, group: Group, by: Actor, now: datetime, reason: str, meeting: Meeting | None = None, minute: str = ""
) -> PlanStep:
    """Makes what is proposed the next version of the plan.

    Raises PlanIsNotReady without a proposal or when the group does not approve the plan, Refusal without a reason or
    when an action is over since its change was proposed.
    """
    plan = locked_plan(plan)
    proposals = list(plan.proposals.select_related("action").order_by("pk"))
    if plan.status != Plan.Status.ACTIVE or not proposals:
        raise PlanIsNotReady("Propose a change before a new version is agreed.")
    _check_approves(plan, group)
    if not reason.strip():
        raise Refusal("Enter why the plan is changed.", "reason")
    over = [each.action.ref for each in proposals if each.action and not each.action.is_open]
    if over:
        raise Refusal(f"These actions are over: {', '.join(over)}. Withdraw what is proposed for them first.")
    plan.version += 1
    plan.save(update_fields=["version"])
    step = PlanStep.Step.CHANGED
    row = _step(plan, step, plan.version, group, by, now, meeting=meeting, minute=minute, reason=reason.strip())
    for proposal in proposals:
        if proposal.is_of_plan:
            set_plan_text(plan, PlanText.from_plain(proposal.text))
            _revise(plan, None, by, now)
            proposal.delete()
            continue
        text = ActionText.from_plain(proposal.text)
        if proposal.action:
            action = edit_action(action=proposal.action, text=text, by=by, now=now, is_agreed=True)
        else:
            ref, due_on = proposal.ref, proposal.due_on
            action = add_action(plan=plan, ref=ref, due_on=due_on, text=text, by=by, now=now, is_agreed=True)
            action.original_due_on = action.current_due_on
        plan = action.plan
        _revise(plan, action, by, now)
        proposal.delete()
    open_rounds(plan=plan, on=clock.day_of(now))
    return row


@transaction.atomic
def close_plan(
    *, plan: Plan, group: Group, by: Actor, now: datetime, meeting: Meeting | None = None, minute: str = ""
) -> PlanStep:
    """Closes a plan. Raises ActionsAreOpen, naming them, while an action is open."""
    plan = locked_plan(plan)
    if plan.status != Plan.Status.ACTIVE:
        raise PlanIsNotReady("Only an active plan can be closed.")
    if not plan.plan_groups.filter(group=group, role__in=[PlanGroup.Role.CLOSES, PlanGroup.Role.APPROVES]).exists():
        raise PlanIsNotReady(f"{group} does not close this plan.")
    refs = list(plan.actions.exclude(status__in=OVER).order_by("position").values_list("ref", flat=True))
    if refs:
        raise ActionsAreOpen(f"These actions are open: {', '.join(refs)}. Close, cancel or supersede them first.")
    plan.status = Plan.Status.CLOSED
    plan.save(update_fields=["status"])
    return _step(plan, PlanStep.Step.CLOSED, plan.version, group, by, now, meeting=meeting, minute=minute)


def decision_of(group: Group, meeting: Meeting | None, minute: str) -> Decision:
    """A group's decision, as verbs about actions take it."""
    return Decision(group.name, meeting, minute)


def _submitted(plan: Plan, group: Group) -> Plan:
    plan = locked_plan(plan)
    if plan.status != Plan.Status.SUBMITTED:
        raise PlanIsNotReady("Submit the plan before it is approved or returned.")
    _check_approves(plan, group)
    return plan


def _check_approves(plan: Plan, group: Group) -> None:
    if not plan.plan_groups.filter(group=group, role=PlanGroup.Role.APPROVES).exists():
        raise PlanIsNotReady(f"{group} does not approve this plan.")


def _step(plan: Plan, step: str, version: int, group: Group, by: Actor, now: datetime, **rest: Any) -> PlanStep:
    row = PlanStep(plan=plan, kind=Entry.Kind.PLAN_STEP, step=step, version=version, group=group, **rest)
    return append(row, by=by, now=now)


def _revise(plan: Plan, action: Action | None, by: Actor, now: datetime) -> Revision:
    """Keeps the text of an action, or without one of the plan itself, as of the plan's version."""
    text = ActionText.of(action).in_words() if action else PlanText.of(plan).in_words()
    revision = Revision(plan=plan, kind=Entry.Kind.REVISION, version=plan.version, text=text)
    return append(revision, action=action, by=by, now=now)
