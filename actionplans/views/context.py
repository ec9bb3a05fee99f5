"""The page of an inspection, which lives here because it shows plans."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.models import Measure, Plan
from actionplans.views.reading import SignedIn, page
from actionplans.views.series import charts_of, series_lookups, series_of
from core import clock
from inspections.models import Evaluation, Finding, Inspection
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
