"""Verbs about what was found: the only writers of this app."""

from datetime import date

from django.db import transaction

from core.refusal import UpdatedMeanwhile
from inspections.models import (
    Evaluation,
    Finding,
    Grant,
    Inspection,
    Level,
    QualityFramework,
    QualityIndicator,
    Recommendation,
    ScrutinyBody,
)
from partnerships.models import Agency, Partnership, Post, User


class RecommendationIsLocked(Exception):
    """A published report's recommendations keep the inspectors' own words."""


@transaction.atomic
def record_inspection(
    *,
    slug: str,
    partnership: Partnership,
    kind: str,
    title: str,
    lead_body: ScrutinyBody,
    partner_bodies: list[ScrutinyBody] | None = None,
    framework: QualityFramework | None = None,
    follows: Inspection | None = None,
    commissioned_by: str = "",
    trigger: str = "",
    fieldwork: str = "",
    conclusion: str = "",
) -> Inspection:
    """Enters an inspection whose report is not published yet."""
    inspection = Inspection(
        slug=slug,
        partnership=partnership,
        kind=Inspection.Kind(kind),
        title=title,
        lead_body=lead_body,
        framework=framework,
        follows=follows,
        commissioned_by=commissioned_by,
        trigger=trigger,
        fieldwork=fieldwork,
        conclusion=conclusion,
    )
    inspection.full_clean()
    inspection.save()
    inspection.partner_bodies.set(partner_bodies or [])
    return inspection


def evaluate(*, inspection: Inspection, code: str, label: str) -> Evaluation:
    """Grades an indicator of the inspection's framework by a word of its scale.

    Raises QualityIndicator.DoesNotExist or Level.DoesNotExist for what the framework or its scale does not have.
    """
    framework = inspection.framework
    if framework is None:
        raise QualityFramework.DoesNotExist(f"{inspection} has no quality framework.")
    return Evaluation.objects.create(
        inspection=inspection,
        indicator=QualityIndicator.objects.get(framework=framework, code=code),
        level=Level.objects.get(scale=framework.scale, label=label),
    )


def record_finding(*, inspection: Inspection, kind: Finding.Kind, text: str) -> Finding:
    return Finding.objects.create(inspection=inspection, kind=kind, text=text, position=inspection.findings.count() + 1)


@transaction.atomic
def record_recommendation(
    *,
    inspection: Inspection,
    number: str,
    text: str,
    priority: str = "",
    indicators: list[str] | None = None,
    repeats: Recommendation | None = None,
) -> Recommendation:
    """Enters a recommendation in the inspectors' own words, which cannot be changed afterwards.

    Raises RecommendationIsLocked once the report is published.
    """
    if inspection.published_on:
        raise RecommendationIsLocked(RecommendationIsLocked.__doc__)
    recommendation = Recommendation(
        inspection=inspection,
        position=inspection.recommendations.count() + 1,
        number=number,
        text=text,
        priority=priority,
        repeats=repeats,
    )
    recommendation.full_clean()
    recommendation.save()
    recommendation.indicators.set(
        QualityIndicator.objects.filter(framework=inspection.framework, code__in=indicators or [])
    )
    return recommendation


def publish_report(*, inspection: Inspection, on: date) -> Inspection:
    """Publishes the report: from here on its recommendations are locked."""
    inspection.published_on = on
    inspection.save(update_fields=["published_on"])
    return inspection


@transaction.atomic
def respond(
    *,
    recommendation: Recommendation,
    response: Recommendation.Response,
    reason: str = "",
    accountable_post: Post | None = None,
    lead_agency: Agency | None = None,
    seen: str | None = None,
) -> Recommendation:
    """The partnership's answer to a recommendation.

    Raises ValidationError when a reason is owed and missing, UpdatedMeanwhile when `seen`, the `response_mark` of the
    answer that was changed, is not that of the answer as it is now.
    """
    now = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    if seen and seen != now.response_mark:
        raise UpdatedMeanwhile(
            "This response was saved since you opened the form. "
            "Your text is kept. Check it against what is new, then save it again."
        )
    recommendation.response = response
    recommendation.response_reason = reason
    recommendation.accountable_post = accountable_post
    recommendation.lead_agency = lead_agency
    recommendation.full_clean()
    recommendation.save(update_fields=["response", "response_reason", "accountable_post", "lead_agency"])
    return recommendation


def grant_inspection(*, user: User, inspection: Inspection, starts_on: date, ends_on: date) -> Grant:
    """Lets an inspector read the plans of one inspection, to the last day."""
    return Grant.objects.create(user=user, inspection=inspection, starts_on=starts_on, ends_on=ends_on)
