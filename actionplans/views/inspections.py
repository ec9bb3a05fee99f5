"""The page of an inspection, which lives here because it shows plans: what was found, and what came of it."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.grades import grade_charts, matrix_of
from actionplans.journeys import Work, journeys, near
from actionplans.models import Measure, Plan
from actionplans.permissions import visible_as_at
from actionplans.views.days import period_ends
from actionplans.views.reading import AsAt, SignedIn, as_at, page, visible_recommendations
from actionplans.views.series import charts_of, series_lookups, series_of
from inspections.models import Finding, Inspection, Judgement, Recommendation
from partnerships.models import User
from partnerships.permissions import may
from partnerships.roles import Permission


@page
def inspection(request: SignedIn, inspection: str) -> HttpResponse:
    """The report, beside the other inspections by the same framework: grades, what was recommended, what came of it."""
    day = as_at(request)
    visible = Inspection.objects.visible_to(request.user, day.today).select_related(
        "partnership", "lead_body", "framework__scale", "follows"
    )
    found = get_object_or_404(visible, slug=inspection)
    known = near(found, visible, day.on)
    graded = matrix_of(found, known)
    findings = list(found.findings.order_by("position"))
    builds = may(request.user, Permission.BUILD_PLANS, found.partnership) and day.is_today
    work = Work(known, visible_as_at(request.user, day.on, day.today), day.on)
    context = {
        "inspection": found,
        "partner_bodies": found.partner_bodies.order_by("name"),
        "earlier": next((each for each in known if each.pk == found.follows_id), None),
        "later": [each for each in known if each.follows_id == found.pk],
        "heads": list(zip(graded.inspections, graded.grades.heads, strict=True)),
        "grades": graded.grades,
        "charts": grade_charts(graded.grades, "grades"),
        "journeys": journeys(graded, work) if graded.indicators else [],
        "strengths": [each for each in findings if each.kind == Finding.Kind.STRENGTH],
        "areas": [each for each in findings if each.kind != Finding.Kind.STRENGTH],
        "measures": _measures(found),
        "plans": Plan.objects.visible_to(request.user, day.today).filter(inspections=found),
        "may_draft": builds and found.published_on,
        "may_publish": builds and not found.published_on,
        "may_grade": builds and found.ungraded().exists(),
        "may_review": builds and found.published_on and any(_of(found, work)),
        "form": day.form,
        "day": day,
        "days": period_ends(day.today),
        **_judged(found, work, request.user, day),
    }
    return render(request, "actionplans/inspection.html", context, status=day.status)


def _of(found: Inspection, work: Work) -> list[Recommendation]:
    return [each for each in work.recommendations if each.inspection_id == found.pk]


def _judged(found: Inspection, work: Work, user: User, day: AsAt) -> dict[str, Any]:
    """What this inspection judged; and its recommendations, each with how far its actions have come, what reviews say
    of it, what it repeats and what repeats it. Two queries.
    """
    about = Q(inspection=found) | Q(recommendation__inspection=found)
    judgements = Judgement.objects.visible_to(user, day.on, day.today).filter(about)
    listed = list(
        judgements.select_related("inspection", "recommendation__inspection").order_by(
            "inspection__published_on", "recommendation__position"
        )
    )
    linked = visible_recommendations(user, day.today).filter(
        Q(repeats__inspection=found, inspection__published_on__lte=day.on) | Q(repeated_by__inspection=found)
    )
    others = list(linked.select_related("inspection").distinct().order_by("inspection__published_on"))
    own = _of(found, work)
    return {
        "judgements": [
            (each, next((one for one in own if one.repeats_id == each.recommendation_id), None))
            for each in listed
            if each.inspection_id == found.pk
        ],
        "recommendations": [
            {
                "recommendation": each,
                "levels": work.levels(each),
                "judgements": [one for one in listed if one.recommendation_id == each.pk],
                "repeats": next((one for one in others if one.pk == each.repeats_id), None),
                "repeated_by": [one for one in others if one.repeats_id == each.pk],
            }
            for each in own
        ],
    }


def _measures(inspection: Inspection) -> list[dict]:
    """The outcomes that the report gives figures of, each with its series and their chart."""
    found = Measure.objects.filter(inspection=inspection).prefetch_related(*series_lookups())
    listed = [(each, series_of(each)) for each in found.order_by("pk")]
    return [{"measure": each, "series": series, "charts": charts_of(each, series)} for each, series in listed]
