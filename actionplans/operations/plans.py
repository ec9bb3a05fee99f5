"""Verbs about building a plan: drafting it, its actions and their order, copying one."""

from datetime import date, datetime
from itertools import count

from django.db import transaction
from django.utils.text import slugify

from actionplans.models import Action, Entry, Plan, PlanGroup
from actionplans.operations.history import Actor, Refusal, append, locked_action, locked_plan
from actionplans.operations.texts import ActionText, PlanText, set_evidence_required, set_measure, set_plan_text
from actionplans.operations.updates import check_seen
from core.free import first_free
from inspections.models import Inspection, Recommendation
from partnerships.models import Group, Partnership, Post


class PlanIsAgreed(Refusal):
    """The plan is past its draft."""


class PlanIsNotReady(Refusal):
    """The plan cannot take that step now."""


@transaction.atomic
def draft_plan(
    *,
    slug: str,
    partnership: Partnership,
    title: str,
    lead_post: Post,
    inspections: list[Inspection],
    ends_on: date | None = None,
) -> Plan:
    plan = Plan(slug=slug, partnership=partnership, title=title, lead_post=lead_post, ends_on=ends_on)
    plan.full_clean()
    plan.save()
    plan.inspections.set(inspections)
    return plan


@transaction.atomic
def start_plan(
    *,
    inspection: Inspection,
    title: str,
    lead_post: Post,
    groups: list[tuple[Group, PlanGroup.Role]],
    by: Actor,
    now: datetime,
    ends_on: date | None = None,
    copied_from: Plan | None = None,
) -> Plan:
    """Drafts a plan for an inspection: its address from its title, its groups, and an earlier plan's actions."""
    plan = draft_plan(
        slug=_free_slug(title),
        partnership=inspection.partnership,
        title=title,
        lead_post=lead_post,
        inspections=[inspection],
        ends_on=ends_on,
    )
    for group, role in groups:
        answer_to(plan=plan, group=group, role=role)
    if copied_from:
        copy_plan(source=copied_from, plan=plan, by=by, now=now)
    return plan


@transaction.atomic
def change_draft(*, plan: Plan, text: PlanText, by: Actor, now: datetime, seen: str | None = None) -> Plan:
    """Changes what a draft says of itself.

    Raises PlanIsAgreed past the draft, UpdatedMeanwhile when `seen`, the mark of the text that was changed, is not that
    of the text as it is now.
    """
    plan = locked_plan(plan)
    _check_draft(plan, is_agreed=False)
    PlanText.waiting(plan).check_seen(seen)
    set_plan_text(plan, text)
    append(Entry(plan=plan, kind=Entry.Kind.EDITED), by=by, now=now)
    return plan


def review_wording(*, plan: Plan, is_read: bool) -> None:
    """Whether the committee wording of a plan's updates is read before it is published. What waits still waits."""
    plan.reviews_wording = is_read
    plan.save(update_fields=["reviews_wording"])


def answer_to(*, plan: Plan, group: Group, role: PlanGroup.Role) -> PlanGroup:
    """Gives a group a role for the plan."""
    plan_group, _ = PlanGroup.objects.get_or_create(plan=plan, group=group, role=role)
    return plan_group


@transaction.atomic
def add_action(
    *,
    plan: Plan,
    ref: str,
    text: ActionText,
    by: Actor,
    now: datetime,
    due_on: date | None = None,
    is_agreed: bool = False,
) -> Action:
    """Adds an action to a draft (or, when a version `is_agreed`, to an active plan).

    Raises PlanIsAgreed past the draft, Refusal for an action that answers no recommendation, ValidationError for a
    reference that is taken or dates out of order.
    """
    plan = locked_plan(plan)
    _check_draft(plan, is_agreed)
    last = plan.actions.order_by("-position").values_list("position", flat=True).first() or 0
    action = Action(plan=plan, position=last + 1, ref=ref, current_due_on=due_on)
    _write(action, text)
    append(Entry(plan=plan, kind=Entry.Kind.ADDED), action=action, by=by, now=now)
    return action


@transaction.atomic
def edit_action(
    *,
    action: Action,
    text: ActionText,
    by: Actor,
    now: datetime,
    ref: str = "",
    due_on: date | None = None,
    is_agreed: bool = False,
    seen: int | None = None,
) -> Action:
    """Changes the text of an action of a draft, and there also its reference and due date.

    With `is_agreed` (a new version of the plan) the text alone. Raises as `add_action`, and UpdatedMeanwhile when
    `seen`, the number of the last row that the writer had before them, is no longer the last of this action.
    """
    plan = locked_plan(action.plan)
    _check_draft(plan, is_agreed)
    check_seen(action, seen)
    action = Action.objects.get(pk=action.pk)
    action.plan = plan
    if not is_agreed:
        action.ref, action.current_due_on = ref or action.ref, due_on
    _write(action, text)
    if not is_agreed:
        append(Entry(plan=plan, kind=Entry.Kind.EDITED), action=action, by=by, now=now)
    return action


@transaction.atomic
def remove_action(*, action: Action, by: Actor, now: datetime) -> Entry:
    """Takes an action out of a draft. Its rows of history stay; its reference is free again."""
    action = locked_action(action)
    _check_draft(action.plan, is_agreed=False)
    row = append(Entry(plan=action.plan, kind=Entry.Kind.REMOVED), action=action, by=by, now=now)
    action.is_removed = True
    action.save(update_fields=["is_removed"])
    return row


@transaction.atomic
def change_several(
    *,
    plan: Plan,
    actions: list[Action],
    by: Actor,
    now: datetime,
    lead_post: Post | None = None,
    due_on: date | None = None,
    priority: str = "",
) -> list[Action]:
    """Gives several actions of a draft the same owner, due date or priority; what is not given stays."""
    changed = []
    for action in actions:
        text = ActionText.of(action)
        if lead_post:
            text = text.but(lead_post_id=lead_post.pk)
        if priority:
            text = text.but(priority=priority)
        due = due_on or action.current_due_on
        changed.append(edit_action(action=action, text=text, by=by, now=now, due_on=due))
    return changed


@transaction.atomic
def move_action(*, action: Action, up: bool, within: Recommendation | None = None) -> None:
    """Changes places with the action before or after it, `within` those of a recommendation where one is given.

    Nothing happens at the ends.
    """
    action = locked_action(action)
    _check_draft(action.plan, is_agreed=False)
    there = within.actions.filter(plan=action.plan) if within else action.plan.actions
    others = there.filter(position__lt=action.position) if up else there.filter(position__gt=action.position)
    other = others.order_by("-position" if up else "position").first()
    if other:
        action.position, other.position = other.position, action.position
        action.save(update_fields=["position"])
        other.save(update_fields=["position"])


@transaction.atomic
def copy_plan(*, source: Plan, plan: Plan, by: Actor, now: datetime) -> list[Action]:
    """Copies the texts of another plan's open actions into a draft, without their state, dates and history.

    They answer the first recommendation of the draft's inspection until somebody says which.
    """
    _check_draft(plan, is_agreed=False)
    first = tuple(each.pk for each in recommendations_of(plan)[:1])
    taken = set(plan.actions.values_list("ref", flat=True))
    copied = []
    for action in source.actions.open().order_by("position"):
        ref = first_free(action.ref, taken)
        taken.add(ref)
        text = ActionText.of(action).but(recommendations_ids=first, start_on=None)
        copied.append(add_action(plan=plan, ref=ref, text=text, by=by, now=now))
    return copied


def recommendations_of(plan: Plan) -> list[Recommendation]:
    """The recommendations of the inspections that a plan answers, in the order of the reports."""
    found = Recommendation.objects.filter(inspection__in=plan.inspections.all())
    return list(found.select_related("inspection", "repeats").order_by("inspection", "position"))


def suggested_ref(plan: Plan, recommendation: Recommendation) -> str:
    """The next reference under a recommendation that the plan does not have yet: 2.1, 2.2, …"""
    taken = {*plan.actions.values_list("ref", flat=True), *plan.proposals.values_list("ref", flat=True)}
    return next(ref for n in count(1) if (ref := f"{recommendation.number[:15]}.{n}") not in taken)


def _free_slug(title: str) -> str:
    wanted = slugify(title)[:90].strip("-") or "plan"
    return first_free(wanted, set(Plan.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)))


def _check_draft(plan: Plan, is_agreed: bool) -> None:
    if plan.status != Plan.Status.DRAFT and not is_agreed:
        raise PlanIsAgreed("This plan is past its draft. Propose the change for a new version.")


def _write(action: Action, text: ActionText) -> None:
    if not text.recommendations_ids:
        raise Refusal("Choose at least one recommendation that the action answers.", "recommendations")
    action.title = text.title
    action.lead_post_id = text.lead_post_id
    action.lead_agency_id = text.lead_agency_id
    action.start_on = date.fromisoformat(text.start_on) if text.start_on else None
    action.priority, action.horizon, action.is_quick_win = text.priority, text.horizon, text.is_quick_win
    action.verifier = text.verifier
    action.full_clean()
    action.save()
    action.recommendations.set(text.recommendations_ids)
    action.contributors.set(text.contributors_ids)
    action.indicators.set(text.indicators_ids)
    set_measure(action, name=text.measure, baseline=text.baseline, target=text.target)
    set_evidence_required(action, list(text.evidence_required))
