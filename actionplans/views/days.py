"""The days that are worth looking back at, offered beside a date field as links."""

from dataclasses import dataclass
from datetime import date, timedelta

from actionplans.asat import AGREED
from actionplans.models import Plan, PlanStep
from partnerships.models import Meeting

MEETINGS = 5  # of the latest that are offered


@dataclass(frozen=True)
class Choice:
    label: str
    on: date


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


def choices(plan: Plan, today: date) -> Choices:
    """Those of a plan. Two queries."""
    meetings = _meetings(plan).filter(on__lte=today).select_related("group").order_by("-on", "pk")[:MEETINGS]
    steps = PlanStep.objects.filter(plan=plan, step__in=AGREED).order_by("-seq")
    return Choices(
        period_ends(today).ends,
        [Choice(str(meeting), meeting.on) for meeting in meetings],
        [Choice(f"Version {step.version}, {step.happened_on:%-d %B %Y}", step.happened_on) for step in steps],
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
