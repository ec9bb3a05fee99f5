"""The days that are worth looking back at, offered beside a date field as links."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.urls import reverse

from actionplans.models import Plan, PlanStep, Round
from partnerships.models import Meeting

MEETINGS = 5  # of the latest that are offered
PAPER = {"paper": "pk", "paper_edition": "edition", "paper_issued_at": "issued_at"}


@dataclass(frozen=True)
class Choice:
    label: str
    on: date


@dataclass(frozen=True)
class Since:
    """A day from whose end on changes are told, and what it is called: "the meeting of 19 November 2026"."""

    on: date
    words: str


@dataclass(frozen=True)
class Issued:
    """A paper on the plan, as a list names it."""

    pk: int
    meeting: Meeting
    edition: int
    issued_at: datetime

    def get_absolute_url(self) -> str:
        return reverse("actionplans:paper", args=[self.pk])


@dataclass(frozen=True)
class Sittings:
    """The meetings of the groups that have to do with a plan, the latest first, its rounds, the first first, and the
    papers that were issued on it, the last first.
    """

    meetings: list[Meeting]
    rounds: tuple[Round, ...]
    papers: tuple[Issued, ...]


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
    asked = here.annotate(
        own_round=FilteredRelation("rounds", condition=Q(rounds__plan=plan)),
        own_paper=FilteredRelation("papers", condition=Q(papers__plan=plan)),
    )
    groups = plan.plan_groups.values("group")
    asked = asked.annotate(
        is_of_plan=Q(group__in=groups), **{name: F(f"own_paper__{of}") for name, of in PAPER.items()}
    )
    asked = asked.filter(Q(is_of_plan=True) | Q(own_round__isnull=False) | Q(own_paper__isnull=False))
    asked = asked.select_related("group", "own_round")  # type: ignore[misc]  # a relation of this query alone
    rows = list(asked.order_by("-on", "pk"))
    found = list({each.pk: each for each in rows}.values())  # a meeting comes once for each of its papers
    return Sittings([each for each in found if each.is_of_plan], _rounds(plan, found), _papers(rows))


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


def last_before(found: Sittings, plan: Plan, end: date) -> Since:
    """Where a look at what has changed begins: the last meeting before the day, else the approval, else a month end."""
    last = next((meeting.on for meeting in found.meetings if meeting.on < end), None)
    if last:
        return Since(last, f"the meeting of {last:%-d %B %Y}")
    if plan.approved_on and plan.approved_on < end:
        return Since(plan.approved_on, f"the approval on {plan.approved_on:%-d %B %Y}")
    month = period_ends(end).ends[0].on
    return Since(month, f"{month:%-d %B %Y}")


def _papers(rows: Iterable[Any]) -> tuple[Issued, ...]:
    told = [Issued(row.paper, row, row.paper_edition, row.paper_issued_at) for row in rows if row.paper is not None]
    return tuple(sorted(told, key=lambda each: each.issued_at, reverse=True))


def _rounds(plan: Plan, meetings: Iterable[Meeting]) -> tuple[Round, ...]:
    found = []
    for meeting in meetings:
        if own := getattr(meeting, "own_round", None):  # Django sets it where there is one
            own.plan, own.meeting = plan, meeting
            found.append(own)
    return tuple(sorted(found, key=lambda each: each.opens_on))
