"""Verbs about a plan as a whole: drafting, adding actions, submitting, approving, its rounds."""

from datetime import date, datetime, timedelta

from django.db import transaction

from actionplans.models import Action, Entry, EvidenceRequirement, Plan, PlanGroup, PlanStep, Round
from actionplans.operations.history import Actor, Refusal, append, locked_plan
from core import clock
from core.working_days import working_days_before
from inspections.models import Inspection, QualityIndicator, Recommendation
from partnerships.models import Agency, Group, Meeting, Partnership, Post


class PlanIsAgreed(Refusal):
    """The plan is past its draft."""


class PlanIsNotReady(Refusal):
    """The plan cannot take that step now."""


@transaction.atomic
def draft_plan(
    *, slug: str, partnership: Partnership, title: str, lead_post: Post, inspections: list[Inspection]
) -> Plan:
    plan = Plan(slug=slug, partnership=partnership, title=title, lead_post=lead_post)
    plan.full_clean()
    plan.save()
    plan.inspections.set(inspections)
    return plan


def answer_to(*, plan: Plan, group: Group, role: PlanGroup.Role) -> PlanGroup:
    """Gives a group a role for the plan."""
    plan_group, _ = PlanGroup.objects.get_or_create(plan=plan, group=group, role=role)
    return plan_group


@transaction.atomic
def add_action(
    *,
    plan: Plan,
    ref: str,
    title: str,
    lead_post: Post,
    recommendations: list[Recommendation],
    by: Actor,
    now: datetime,
    lead_agency: Agency | None = None,
    contributors: list[Agency] | None = None,
    start_on: date | None = None,
    due_on: date | None = None,
    indicators: list[QualityIndicator] | None = None,
    evidence_required: list[str] | None = None,
    verifier: str = "",
) -> Action:
    """Adds an action to a draft. Raises PlanIsAgreed afterwards, ValidationError for dates out of order."""
    plan = locked_plan(plan)
    if plan.status != Plan.Status.DRAFT:
        raise PlanIsAgreed("This plan is past its draft. Actions are added by a new version.")
    if not recommendations:
        raise Refusal("Choose at least one recommendation that the action answers.", "recommendations")
    action = Action(
        plan=plan,
        position=plan.actions.count() + 1,
        ref=ref,
        title=title,
        lead_post=lead_post,
        lead_agency=lead_agency,
        start_on=start_on,
        current_due_on=due_on,
        verifier=verifier,
    )
    action.full_clean()
    action.save()
    action.recommendations.set(recommendations)
    action.contributors.set(contributors or [])
    action.indicators.set(indicators or [])
    EvidenceRequirement.objects.bulk_create(
        EvidenceRequirement(action=action, position=position, text=text)
        for position, text in enumerate(evidence_required or [], 1)
    )
    append(Entry(plan=plan, kind=Entry.Kind.ADDED), action=action, by=by, now=now)
    return action


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
    step = PlanStep(
        plan=plan, kind=Entry.Kind.PLAN_STEP, step=PlanStep.Step.SUBMITTED, version=1, group=group, minute=minute
    )
    return append(step, by=by, now=now)


@transaction.atomic
def approve_plan(*, plan: Plan, group: Group, by: Actor, now: datetime, minute: str = "") -> PlanStep:
    """Approves a submitted plan, which is active from then on.

    1. Raises PlanIsNotReady unless it is submitted and the group has the right to approve it.
    2. Numbers the version and keeps the day.
    3. Fixes the original due date of every action.
    4. Opens a round for each meeting of a group that it is reported to.
    """
    plan = locked_plan(plan)
    if plan.status != Plan.Status.SUBMITTED:
        raise PlanIsNotReady("Submit the plan before it is approved.")
    if not plan.plan_groups.filter(group=group, role=PlanGroup.Role.APPROVES).exists():
        raise PlanIsNotReady(f"{group} does not approve this plan.")
    plan.status, plan.version, plan.approved_on = Plan.Status.ACTIVE, plan.version + 1, clock.day_of(now)
    plan.save(update_fields=["status", "version", "approved_on"])
    step = PlanStep(
        plan=plan,
        kind=Entry.Kind.PLAN_STEP,
        step=PlanStep.Step.APPROVED,
        version=plan.version,
        group=group,
        minute=minute,
    )
    append(step, by=by, now=now)
    for action in plan.actions.filter(original_due_on__isnull=True, current_due_on__isnull=False).order_by("position"):
        action.plan, action.original_due_on = plan, action.current_due_on
        append(Entry(plan=plan, kind=Entry.Kind.DUE_DATE_FIXED), action=action, by=by, now=now)
    open_rounds(plan=plan)
    return step


def open_rounds(*, plan: Plan) -> list[Round]:
    """A round for each meeting, after the approval, of the groups that the plan is reported to.

    It opens on the day after the group's meeting before (or the approval); updates are due the group's own number of
    working days before the paper deadline, but not before it opens.
    """
    groups = plan.plan_groups.filter(role__in=PlanGroup.REPORTED_TO).values("group")
    rounds = []
    before: dict[int, date] = {}
    for meeting in Meeting.objects.filter(group__in=groups).select_related("group").order_by("on"):
        if plan.approved_on is None or meeting.on <= plan.approved_on:
            before[meeting.group_id] = meeting.on
            continue
        before_it = before.get(meeting.group_id)
        opens_on = max(before_it + timedelta(days=1), plan.approved_on) if before_it else plan.approved_on
        due_on = max(working_days_before(meeting.paper_deadline_on, meeting.group.update_days), opens_on)
        values = {"opens_on": opens_on, "updates_due_on": due_on}
        rounds.append(Round.objects.get_or_create(plan=plan, meeting=meeting, defaults=values)[0])
        before[meeting.group_id] = meeting.on
    return rounds
