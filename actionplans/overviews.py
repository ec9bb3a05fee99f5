"""Plans, partnerships, agencies and posts side by side, and what groups will be asked: counted from one reading.

Only agreed plans are counted, so that everybody who may see a partnership is told the same numbers.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from actionplans.asat import Standing
from actionplans.figures import Figures, figures, total
from actionplans.models import OVER, DateReferral, DateRequest, Plan, PlanGroup, Revision, Status, recorded
from actionplans.permissions import visible_as_at
from actionplans.replay import stood_on
from inspections.models import Inspection
from partnerships.models import Partnership, User


@dataclass(frozen=True)
class PlanRow:
    """One agreed plan as at a day: those of its actions that the reader may see."""

    plan: Plan
    stood: tuple[Standing, ...]
    figures: Figures

    @property
    def is_active(self) -> bool:
        """Whether it was active at the end of the day; without an action that may be seen, whether it is now."""
        status = self.stood[0].plan.status if self.stood else self.plan.status
        return status == Plan.Status.ACTIVE


@dataclass(frozen=True)
class Load:
    """How much work somebody has, and how late it is."""

    open: int = 0
    overdue: int = 0
    progress_overdue: int = 0


@dataclass(frozen=True)
class Asked:
    """What waits for a group about one plan: later dates to decide and verified actions to close."""

    plan: Plan
    dates: int
    closings: int


@dataclass(frozen=True)
class PartnershipRow:
    """One partnership: the plans and inspections of it that the reader may see, and the plans together."""

    partnership: Partnership
    is_member: bool
    inspections: tuple[Inspection, ...]
    plans: tuple[PlanRow, ...]
    figures: Figures


def plan_rows(plans: Iterable[Plan], user: User, on: date, today: date) -> list[PlanRow]:
    """Those of the plans that were agreed by the end of the day, as the person may see them. Three queries."""
    begun = [each for each in plans if each.approved_on and each.approved_on <= on]
    actions = visible_as_at(user, on, today).filter(plan__in=begun).order_by("plan", "position")
    of_plan: dict[int, list[Standing]] = {each.pk: [] for each in begun}
    for standing in stood_on(actions, on):
        of_plan[standing.action.plan_id].append(standing)
    return [PlanRow(each, tuple(of_plan[each.pk]), figures(of_plan[each.pk], on)) for each in begun]


def all_of(rows: Iterable[PlanRow], on: date) -> Figures:
    """The plans together."""
    return total([row.figures for row in rows], on)


def side_by_side(user: User, plans: "QuerySet[Plan]", on: date, today: date) -> list[PartnershipRow]:
    """Every partnership of which the person may see something, by name: as a member, or by an inspection granted.

    Six queries.
    """
    own = {each.pk: each for each in Partnership.objects.visible_to(user)}
    granted = Inspection.objects.visible_to(user, today).select_related("partnership", "lead_body")
    seen = list(granted.order_by("-published_on", "pk"))
    known = own | {each.partnership_id: each.partnership for each in seen}
    rows: dict[int, list[PlanRow]] = {key: [] for key in known}
    for row in plan_rows(plans.select_related("partnership").order_by("-approved_on", "title"), user, on, today):
        known.setdefault(row.plan.partnership_id, row.plan.partnership)
        rows.setdefault(row.plan.partnership_id, []).append(row)
    found = [
        PartnershipRow(
            partnership=each,
            is_member=key in own,
            inspections=tuple(one for one in seen if one.partnership_id == key),
            plans=tuple(rows[key]),
            figures=all_of(rows[key], on),
        )
        for key, each in known.items()
    ]
    return sorted(found, key=lambda row: (row.partnership.name, row.partnership.pk))


def loads(rows: Iterable[PlanRow], of: Callable[[Standing], Hashable]) -> dict[Hashable, Load]:
    """By whatever `of` says of an action, such as its post: the open actions, and how many of them are late."""
    found: dict[Hashable, list[Standing]] = {}
    for each in (each for row in rows for each in row.stood if each.state.is_open):
        found.setdefault(of(each), []).append(each)
    return {
        key: Load(len(stood), sum(each.is_overdue for each in stood), sum(bool(each.overdue_round) for each in stood))
        for key, stood in found.items()
    }


def leads_on(rows: Sequence[PlanRow], on: date, today: date) -> dict[int, list[Plan]]:
    """By the key of a post the active plans that it led, by the text of them that was agreed by the end of the day.

    One query for a past day; the plans themselves say who leads them today.
    """
    leads: dict[int, int] = {}
    if on < today:
        agreed = Revision.objects.filter(recorded(on), plan__in=[row.plan.pk for row in rows], action=None)
        leads = {each.plan_id: each.text["lead_post_id"] for each in agreed.order_by("seq")}
    found: dict[int, list[Plan]] = {}
    for plan in (row.plan for row in rows if row.is_active):
        found.setdefault(leads.get(plan.pk, plan.lead_post_id), []).append(plan)
    return found


def asked_of(groups: Iterable[int], rows: Sequence[PlanRow], on: date) -> dict[int, list[Asked]]:
    """For each group by its key: what will be asked of it, plan by plan, as papers.agenda says for one. Two queries.

    A later date is for the group that it was taken to or, where it was taken to none, for those that approve dates of
    the plan; a verified action for those that close its actions.
    """
    roles: dict[tuple[int, str], set[int]] = {}
    of_plans = PlanGroup.objects.filter(plan__in=[row.plan.pk for row in rows])
    for each in of_plans:
        roles.setdefault((each.plan_id, each.role), set()).add(each.group_id)
    dates, closings = _dates_of(rows, on, roles), _closings_of(rows, roles)
    return {
        key: [
            Asked(row.plan, dates.get((row.plan.pk, key), 0), closings.get((row.plan.pk, key), 0))
            for row in rows
            if dates.get((row.plan.pk, key)) or closings.get((row.plan.pk, key))
        ]
        for key in groups
    }


Counts = dict[tuple[int, int], int]  # by plan and group
Roles = dict[tuple[int, str], set[int]]  # the groups by plan and role


def _dates_of(rows: Iterable[PlanRow], on: date, roles: Roles) -> Counts:
    stood = [each.action.pk for row in rows for each in row.stood if each.state.status not in OVER]
    taken = DateReferral.objects.filter(recorded(on), request=OuterRef("pk")).order_by("-seq")
    waiting = DateRequest.objects.filter(action__in=stood).waiting_on(on)
    counts: Counts = {}
    for each in waiting.annotate(taken_to=Subquery(taken.values("group")[:1])):
        deciding = roles.get((each.plan_id, PlanGroup.Role.APPROVES_DATES), set())
        for group in {each.taken_to} if each.taken_to else deciding:
            counts[each.plan_id, group] = counts.get((each.plan_id, group), 0) + 1
    return counts


def _closings_of(rows: Iterable[PlanRow], roles: Roles) -> Counts:
    return {
        (row.plan.pk, group): verified
        for row in rows
        if (verified := sum(each.state.status == Status.VERIFIED for each in row.stood))
        for group in roles.get((row.plan.pk, PlanGroup.Role.CLOSES), set())
    }
