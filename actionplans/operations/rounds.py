"""Verbs about reporting rounds: each active plan has one for each meeting of the groups that it is reported to."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from actionplans.models import Plan, PlanGroup, Round
from partnerships.calendars import days_off, updates_due
from partnerships.models import Group, Meeting

A_DAY = timedelta(days=1)


@transaction.atomic
def open_rounds(*, plan: Plan, on: date) -> list[Round]:
    """Gives an active plan its rounds, by the meetings of its groups as they stand on the day.

    1. A round opens on the day after the group's meeting before (or on the approval), sooner where meetings lie close
       together (`opening`); updates are due the group's own number of working days before the paper deadline.
    2. One that comes into being is due on the day at the earliest: nobody owed an update before it was asked for.
       So a meeting that has been held gets none, and of a round that begins late updates may be due after the paper.
    3. One that has not opened follows the meetings; one that has keeps the day on which it opened, so that what was
       reported in it stays reported. One whose update date has passed never changes.
    4. A group that the plan is reported to no longer calls for nothing more.
    """
    groups = set(plan.plan_groups.filter(role__in=PlanGroup.REPORTED_TO).values_list("group", flat=True))
    lock_groups(groups)
    meetings = Meeting.objects.filter(group__in=groups).select_related("group").order_by("on")
    off = days_off([plan.partnership_id])[plan.partnership_id]
    plan.rounds.filter(updates_due_on__gte=on, meeting__on__gte=on).exclude(meeting__group__in=groups).delete()
    return _follow(plan, meetings, off, on)


@transaction.atomic
def settle_rounds(*, group: Group, on: date) -> list[Round]:
    """As `open_rounds`, for every active plan that is reported to a group: after its meetings have changed."""
    lock_groups([group.pk])
    meetings = list(group.meetings.select_related("group").order_by("on"))
    off = days_off([group.partnership_id])[group.partnership_id]
    reported = PlanGroup.objects.filter(group=group, role__in=PlanGroup.REPORTED_TO).values("plan")
    plans = Plan.objects.active().filter(pk__in=reported).order_by("pk")
    return [each for plan in plans for each in _follow(plan, meetings, off, on)]


def lock_groups(groups: Iterable[int]) -> None:
    """Whoever changes the meetings of a group, or the rounds for them, waits here for the one before.

    Without the keys: rows of history that name the group are written meanwhile, and two approvals do not block.
    """
    list(Group.objects.select_for_update(no_key=True).filter(pk__in=groups).order_by("pk"))


@dataclass(frozen=True)
class Before:
    """What came before a meeting: the last meeting, and of the rounds so far the one whose updates are due last."""

    met_on: date
    opened_on: date
    due_on: date


def next_before(before: Before | None, met_on: date, opened_on: date, due_on: date) -> Before:
    """What comes before the next meeting, once a meeting with its round is counted too."""
    if before and before.due_on >= due_on:
        opened_on, due_on = before.opened_on, before.due_on
    return Before(met_on, opened_on, due_on)


def opening(due_on: date, before: Before | None, approved_on: date) -> date:
    """The day on which a round opens whose updates are due on a day, so that it is never after that day.

    1. On the day after the meeting before.
    2. Where that is too late, on the day after the updates of the round before are due: each asks for its own.
    3. Where these are due on that day or later, with the round before, so that one update answers both.
    Only a plan that was approved after `due_on` opens it later: on its approval.
    """
    if before is None:
        return approved_on
    opens_on = before.met_on + A_DAY
    if opens_on > due_on:
        opens_on = before.due_on + A_DAY if before.due_on < due_on else before.opened_on
    return max(min(opens_on, due_on), approved_on)


def _follow(plan: Plan, meetings: Iterable[Meeting], off: Container[date], on: date) -> list[Round]:
    """The rounds of a plan for meetings in the order of their days; of several groups each has its own sequence."""
    if plan.approved_on is None:
        return []
    known = {each.meeting_id: each for each in plan.rounds.all()}
    before: dict[int, Before] = {}
    rounds = []
    for meeting in meetings:
        last = before.get(meeting.group_id)
        if meeting.on <= plan.approved_on:
            before[meeting.group_id] = next_before(last, meeting.on, plan.approved_on, plan.approved_on)
            continue
        found = known.get(meeting.pk) or Round(plan=plan, meeting=meeting)
        found.meeting = meeting
        due_on = updates_due(meeting, off)
        opens_on = opening(due_on, last, plan.approved_on)
        if _set_dates(found, opens_on, due_on, on):
            found.save()
        if found.pk:
            rounds.append(found)
            opens_on, due_on = found.opens_on, found.updates_due_on
        before[meeting.group_id] = next_before(last, meeting.on, opens_on, due_on)
    return rounds


def _set_dates(found: Round, opens_on: date, due_on: date, on: date) -> bool:
    """Whether the dates of a round became others, or it is new and comes into being."""
    if found.meeting.on < on if found.pk is None else found.updates_due_on < on:
        return False
    before = found.opens_on, found.updates_due_on
    if found.pk is None or found.opens_on > on:
        found.opens_on = opens_on
    counted = max(due_on, found.opens_on)
    if found.pk is None or counted != found.updates_due_on:
        found.updates_due_on = max(counted, on)
    return (found.opens_on, found.updates_due_on) != before
