"""The days that are worth looking back at, offered beside a date field as links."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import FilteredRelation, Q

from actionplans.models import Plan, PlanStep, Round
from partnerships.models import Meeting

MEETINGS = 5  # of the latest that are offered


@dataclass(frozen=True)
class Choice:
    label: str
    on: date


@dataclass(frozen=True)
class Sittings:
    """The meetings of the groups that have to do with a plan, the latest first, and its rounds, the first first."""

    meetings: list[Meeting]
    rounds: tuple[Round, ...]


@dataclass(frozen=True)
class Choices:
    """Ends of periods for every page; the meetings and versions of a plan, latest first, where the page has one."""

    ends: list[Choice]
    meetings: list[Choice]
    versions: list[Choice]


def period_ends(today: date) -> Choices:
    """The ends of the last month and of the last quarter of the year."""
    month = today.replace(day=1) - timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
    ends = [Choice(f"End of {month:%B %Y}", month)]
    if quarter != month:
        ends.append(Choice(f"End of the last quarter, {quarter:%-d %B %Y}", quarter))
    return Choices(ends, [], [])


def sittings(plan: Plan) -> Sittings:
    """Those of a plan. One query. A round outlives the group's part in the plan: its meeting is left out."""
    here = Meeting.objects.filter(group__partnership=plan.partnership_id)
    asked = here.annotate(own_round=FilteredRelation("rounds", condition=Q(rounds__plan=plan)))
    groups = plan.plan_groups.values("group")
    asked = asked.annotate(is_of_plan=Q(group__in=groups)).filter(Q(is_of_plan=True) | Q(own_round__isnull=False))
    asked = asked.select_related("group", "own_round")  # type: ignore[misc]  # a relation of this query alone
    found = list(asked.order_by("-on", "pk"))
    return Sittings([each for each in found if each.is_of_plan], _rounds(plan, found))


def choices(found: Sittings, versions: Iterable[PlanStep], today: date) -> Choices:
    """The days of a plan's latest meetings, and of its versions, the first of which comes first."""
    held = [meeting for meeting in found.meetings if meeting.on <= today]
    return Choices(
        period_ends(today).ends,
        [Choice(str(meeting), meeting.on) for meeting in held[:MEETINGS]],
        [
            Choice(f"Version {step.version}, {step.happened_on:%-d %B %Y}", step.happened_on)
            for step in reversed(list(versions))
        ],
    )


def day_before(plan: Plan, end: date) -> date:
    """Where a look at what has changed begins: the last meeting before the day, else the approval, else a month end."""
    last = _meetings(plan).filter(on__lt=end).order_by("-on").values_list("on", flat=True).first()
    if last is None and plan.approved_on and plan.approved_on < end:
        last = plan.approved_on
    return last or period_ends(end).ends[0].on


def _meetings(plan: Plan):
    """Of the groups that have to do with the plan."""
    return Meeting.objects.filter(group__in=plan.plan_groups.values("group"))


def _rounds(plan: Plan, meetings: Iterable[Meeting]) -> tuple[Round, ...]:
    found = []
    for meeting in meetings:
        if own := getattr(meeting, "own_round", None):  # Django sets it where there is one
            own.plan, own.meeting = plan, meeting
            found.append(own)
    return tuple(sorted(found, key=lambda each: each.opens_on))
