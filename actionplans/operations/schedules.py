"""Drafts that make themselves: a person has the draft of a plan's paper for a group made when the updates are due."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from actionplans.models import PaperRun, PaperSchedule, Plan, PlanGroup, Round
from actionplans.operations.history import Actor, Refusal
from actionplans.permissions import plans_for_papers
from core import audit, clock
from partnerships.models import Group, User

FORMAT = "docx"  # what a draft is edited in


@transaction.atomic
def schedule_drafts(*, plan: Plan, group: Group, by: Actor, now: datetime) -> PaperSchedule:
    """Has a draft made for a person, for each round whose updates are due from today on. Twice changes nothing.

    Raises Refusal where the plan is not reported to the group: there are no rounds.
    """
    if not plan.plan_groups.filter(group=group, role__in=PlanGroup.REPORTED_TO).exists():
        raise Refusal(f"“{plan}” is not reported to {group}, so no updates are due for it.")
    since = {"since": clock.day_of(now)}
    found, is_new = PaperSchedule.objects.get_or_create(plan=plan, group=group, owner=by.user, defaults=since)
    if is_new:
        audit.record(who=by.user, what="scheduled drafts", about=str(found)[:300], at=now, plan=plan.slug)
    return found


@transaction.atomic
def unschedule_drafts(*, plan: Plan, group: Group, by: Actor, now: datetime) -> None:
    """Has no more drafts made for a person. Those that were made stay."""
    found = PaperSchedule.objects.filter(plan=plan, group=group, owner=by.user)
    if found.delete()[0]:
        audit.record(who=by.user, what="stopped drafts", about=str(plan)[:300], at=now, group=group.slug)


def start_drafts(*, on: date, now: datetime) -> int:
    """Asks for the drafts that are due, in Word, with everything that is agreed; gives how many.

    1. A draft is due on the morning after the updates were: they may be posted until that day ends, and the draft is as
       at its end. One that was missed is caught up until the meeting is held.
    2. One person has one draft of a round, however many start them at once (`paper_run_once_a_round`).
    3. None is started for a person who may no longer make papers of the plan; `make_paper` asks once more.
    """
    due = PaperSchedule.objects.filter(
        owner__is_active=True,
        plan__status=Plan.Status.ACTIVE,
        plan__rounds__meeting__group=F("group"),
        plan__rounds__meeting__on__gte=on,
        plan__rounds__updates_due_on__lt=on,
        plan__rounds__updates_due_on__gte=F("since"),
    ).values_list("owner", "plan__rounds")
    known = set(PaperRun.objects.filter(round__in=[each for _, each in due]).values_list("owner", "round"))
    return sum(_start(owner, of, now) for owner, of in due if (owner, of) not in known)


@transaction.atomic
def _start(owner: int, of: int, now: datetime) -> bool:
    found = Round.objects.select_related("plan", "meeting__group").get(pk=of)
    user = User.objects.get(pk=owner)
    if not plans_for_papers(user).filter(pk=found.plan_id).exists():
        return False
    asked = {
        "title": f"Draft for {found.meeting}: {found.plan.title}"[:300],
        "group": found.meeting.group,
        "on": found.updates_due_on,
        "format": FORMAT,
        "is_exempt": True,
        "asked_at": now,
        "total": 1,
    }
    run, is_new = PaperRun.objects.get_or_create(owner=user, round=found, defaults=asked)
    if is_new:
        run.plans.add(found.plan)
    return is_new
