"""Pages of what plans answer to: inspections and partnerships. They live here because they show plans."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.models import Action, Measure, Plan
from actionplans.views.posts import posts_of, unreached
from actionplans.views.reading import SignedIn, page
from actionplans.views.series import charts_of, series_lookups, series_of
from core import clock
from inspections.models import Evaluation, Finding, Inspection
from partnerships.models import Agency, Meeting, Partnership
from partnerships.permissions import may
from partnerships.roles import Permission


@page
def inspection(request: SignedIn, inspection: str) -> HttpResponse:
    """The report: its facts, evaluations, findings and recommendations, and the plans that answer it."""
    today = clock.today()
    visible = Inspection.objects.visible_to(request.user, today).select_related(
        "partnership", "lead_body", "framework", "follows"
    )
    found = get_object_or_404(visible, slug=inspection)
    findings = list(found.findings.order_by("position"))
    context = {
        "inspection": found,
        "partner_bodies": found.partner_bodies.order_by("name"),
        **_neighbours(found, visible),
        "evaluations": _evaluations(found),
        "strengths": [each for each in findings if each.kind == Finding.Kind.STRENGTH],
        "areas": [each for each in findings if each.kind != Finding.Kind.STRENGTH],
        "recommendations": found.recommendations.select_related("accountable_post", "lead_agency")
        .prefetch_related("indicators")
        .order_by("position"),
        "measures": _measures(found),
        "plans": Plan.objects.visible_to(request.user, today).filter(inspections=found),
        "may_draft": may(request.user, Permission.BUILD_PLANS, found.partnership),
    }
    return render(request, "actionplans/inspection.html", context)


@page
def partnerships(request: SignedIn) -> HttpResponse:
    found = Partnership.objects.visible_to(request.user).order_by("name")
    return render(request, "actionplans/partnerships.html", {"partnerships": found})


@page
def partnership(request: SignedIn, partnership: str) -> HttpResponse:
    """Its agencies, groups with their next meetings, posts with who answers for them, and plans."""
    today = clock.today()
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    plans = Plan.objects.visible_to(request.user, today).filter(partnership=found).order_by("title")
    sees_people = may(request.user, Permission.SEE_CHASING, found)
    posts = posts_of(found, request.user, today, plans)
    context = {
        "partnership": found,
        "agencies": _agencies(found, Plan.objects.visible_to(request.user, today)),
        "groups": _groups(found, today),
        "posts": posts,
        "vacant": sum(row.needs_holder for row in posts),
        "sees_people": sees_people,
        "unreached": unreached(posts) if sees_people else [],
        "manages": may(request.user, Permission.MANAGE_POSTS, found),
        "manages_meetings": may(request.user, Permission.MANAGE_MEETINGS, found),
        "plans": plans,
        "inspections": Inspection.objects.filter(partnership=found).order_by("-published_on"),
        "today": today,
    }
    return render(request, "actionplans/partnership.html", context)


def _neighbours(inspection: Inspection, visible: QuerySet[Inspection]) -> dict:
    """The inspection that this one follows and the one that follows it, where the person may see them."""
    found = list(visible.filter(Q(followed_by=inspection) | Q(follows=inspection)))
    return {
        "earlier": next((each for each in found if each.pk == inspection.follows_id), None),
        "later": next((each for each in found if each.follows_id == inspection.pk), None),
    }


def _evaluations(inspection: Inspection) -> list[dict]:
    """Each grade, with the one that the inspection before gave to the same indicator."""
    both = Evaluation.objects.filter(inspection__in=[inspection.pk, inspection.follows_id or inspection.pk])
    found = list(both.select_related("indicator", "level").order_by("indicator__position"))
    before = {each.indicator_id: each.level for each in found if each.inspection_id != inspection.pk}
    return [
        {"evaluation": each, "before": before.get(each.indicator_id)}
        for each in found
        if each.inspection_id == inspection.pk
    ]


def _measures(inspection: Inspection) -> list[dict]:
    """The outcomes that the report gives figures of, each with its series and their chart."""
    found = Measure.objects.filter(inspection=inspection).prefetch_related(*series_lookups())
    listed = [(each, series_of(each)) for each in found.order_by("pk")]
    return [{"measure": each, "series": series, "charts": charts_of(each, series)} for each, series in listed]


def _agencies(partnership: Partnership, plans: QuerySet[Plan]) -> QuerySet[Agency]:
    """Its members, and the outside bodies that plans name: those of a draft only to whoever sees the draft."""
    named = Action.objects.filter(plan__in=plans)
    shown = Q(is_member=True) | Q(contributions__in=named) | Q(led_actions__in=named)
    return partnership.agencies.filter(shown).order_by("-is_member", "name").distinct()


def _groups(partnership: Partnership, on: date) -> list[dict]:
    meetings: dict[int, list[Meeting]] = {}
    for meeting in Meeting.objects.filter(group__partnership=partnership, on__gte=on).order_by("on"):
        meetings.setdefault(meeting.group_id, []).append(meeting)
    groups = partnership.groups.select_related("chair").order_by("name")
    return [{"group": group, "meetings": meetings.get(group.pk, [])} for group in groups]
