"""Overviews that only read: the partnerships that a person may see side by side, and one of them as a whole."""

from collections.abc import Iterable
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.models import Action, Plan
from actionplans.overviews import Load, PartnershipRow, PlanRow, all_of, asked_of, loads, plan_rows, side_by_side
from actionplans.snapshots import trend
from actionplans.views.days import period_ends
from actionplans.views.links import (
    asked_row,
    figures_row,
    links_of_partnership,
    links_of_plan,
    load_row,
    trend_row,
)
from actionplans.views.posts import posts_of, unreached
from actionplans.views.reading import AsAt, SignedIn, as_at, page
from inspections.models import Inspection
from partnerships.models import Agency, Group, Partnership, User
from partnerships.permissions import may
from partnerships.roles import Permission


@page
def partnerships(request: SignedIn) -> HttpResponse:
    """Every partnership of which the person may see something, side by side, with its plans, as at a day."""
    day = as_at(request)
    plans = Plan.objects.visible_to(request.user, day.today)
    found = side_by_side(request.user, plans, day.on, day.today)
    context = {
        "rows": [_side(each, day) for each in found],
        "form": day.form,
        "day": day,
        "days": period_ends(day.today),
    }
    return render(request, "actionplans/partnerships.html", context, status=day.status)


@page
def partnership(request: SignedIn, partnership: str) -> HttpResponse:
    """Its plans side by side and by month; what waits for its groups; the load of its agencies and posts.

    Figures are as at a day; who holds a post, who cannot be reached and when groups meet is said of that day too.
    """
    day = as_at(request)
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    visible = Plan.objects.visible_to(request.user, day.today)
    plans = list(visible.filter(partnership=found).order_by("-approved_on", "title"))
    rows = plan_rows(plans, request.user, day.on, day.today)
    counts, agencies = all_of(rows, day.on), _agencies(found, visible, rows)
    links, by_month = links_of_partnership(found, day), trend([row.plan for row in rows], counts)
    decides = may(request.user, Permission.DECIDE, found)
    context = {
        "partnership": found,
        "rows": _cells(rows, day),
        "total": figures_row(counts, links_of_partnership(found, day, "all plans")),
        "unagreed": [each for each in plans if not each.approved_on],
        "trend": by_month,
        "trend_rows": [trend_row(each, links) for each in by_month.points],
        "groups": _groups(found, rows, day, decides=decides),
        "agencies": [
            {"agency": each, "load": load_row(load, links_of_partnership(found, day, each.name), agency=each.name)}
            for each, load in agencies
            if load.open
        ],
        "idle_agencies": [each for each, load in agencies if not load.open],
        "inspections": Inspection.objects.filter(partnership=found).order_by("-published_on"),
        "enters_reports": may(request.user, Permission.BUILD_PLANS, found) and day.is_today,
        "manages_meetings": may(request.user, Permission.MANAGE_MEETINGS, found),
        "form": day.form,
        "day": day,
        "days": period_ends(day.today),
        **_posts(request.user, found, plans, rows, day),
    }
    return render(request, "actionplans/partnership.html", context, status=day.status)


def _side(row: PartnershipRow, day: AsAt) -> dict[str, Any]:
    """A partnership with the figures of its plans; of one plan these are its own, and lead to its dashboard."""
    of_all = links_of_partnership(row.partnership, day, row.partnership.name)
    plans = _cells(row.plans, day)
    return {
        "row": row,
        "plans": plans,
        "cells": plans[0]["cells"] if len(plans) == 1 else figures_row(row.figures, of_all),
    }


def _cells(rows: Iterable[PlanRow], day: AsAt) -> list[dict[str, Any]]:
    """Each plan with its figures, which lead to its dashboard."""
    return [
        {"plan": row.plan, "cells": figures_row(row.figures, links_of_plan(row.plan, day, row.plan.title))}
        for row in rows
    ]


def _posts(user: User, found: Partnership, plans: list[Plan], rows: list[PlanRow], day: AsAt) -> dict:
    drafts = [each for each in plans if not each.approved_on] if day.is_today else []
    listed = posts_of(found, day, rows, user, drafts)
    sees_people = may(user, Permission.SEE_CHASING, found)
    return {
        "posts": listed,
        "has_leads": any(row.leads for row in listed),
        "vacant": sum(row.needs_holder for row in listed),
        "sees_people": sees_people,
        "unreached": unreached(listed) if sees_people and day.is_today else [],
        "manages": may(user, Permission.MANAGE_POSTS, found) and day.is_today,
    }


def _agencies(found: Partnership, plans: "QuerySet[Plan]", rows: Iterable[PlanRow]) -> list[tuple[Agency, Load]]:
    """Its members, and the outside bodies that plans name: those of a draft only to whoever sees the draft.

    Each with what it leads, those that lead most first. One query.
    """
    named = Action.objects.filter(plan__in=plans)
    shown = Q(is_member=True) | Q(contributions__in=named) | Q(led_actions__in=named)
    known = found.agencies.filter(shown).order_by("-is_member", "name").distinct()
    of_agency = loads(rows, lambda each: each.lead_agency)
    listed = [(each, of_agency.get(each.name, Load())) for each in known]
    return sorted(listed, key=lambda each: -each[1].open)


def _groups(found: Partnership, rows: list[PlanRow], day: AsAt, *, decides: bool) -> list[dict]:
    """Each group with its meetings from the day on, and what it will be asked at the next. Three queries."""
    coming = FilteredRelation("meetings", condition=Q(meetings__on__gte=day.on))
    asked_for = found.groups.annotate(coming=coming).select_related("chair", "coming")  # type: ignore[misc]
    meetings: dict[Group, list] = {}
    for each in asked_for.order_by("name", "pk", "coming__on"):
        held = meetings.setdefault(each, [])
        if meeting := getattr(each, "coming", None):  # Django sets it where there is one
            held.append(meeting)
    asked = asked_of([group.pk for group in meetings], rows, day.on)
    return [
        {
            "group": group,
            "meetings": held,
            "asked": [asked_row(each, day, decides=decides) for each in asked[group.pk]],
        }
        for group, held in meetings.items()
    ]
