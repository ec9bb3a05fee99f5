"""Writing reports of inspections: what was found, recommended and judged, and the partnership's response."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from core import audit, clock
from core.refusal import Refusal, UpdatedMeanwhile
from inspections.models import (
    Evaluation,
    Finding,
    Inspection,
    Judgement,
    Level,
    QualityFramework,
    QualityIndicator,
    Recommendation,
    ScrutinyBody,
)
from inspections.operations.bodies import body_of
from partnerships.models import Agency, Partnership, Post, User


class RecommendationIsLocked(Exception):
    """A published report's recommendations keep the inspectors' own words."""


@dataclass(frozen=True)
class Judged:
    """What a progress review says of one recommendation and, in the inspectors' words, what remains; empty: nothing."""

    recommendation: Recommendation
    word: Judgement.Word
    text: str
    remains: str = ""


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
def record_progress_review(
    *,
    follows: Inspection,
    title: str,
    lead_body: ScrutinyBody | str,
    published_on: date,
    judged: Sequence[Judged],
    by: User,
    now: datetime,
    fieldwork: str = "",
    conclusion: str = "",
) -> Inspection:
    """Enters a published progress review. From here on its words are locked, as those of every report.

    1. It follows a published report, and is not of an earlier day, nor of one that has not come.
    2. It judges recommendations of that report, each once, and at least one.
    3. What remains of one is carried forward: a recommendation of the review that repeats it, under its number, for the
       same quality indicators. Of one that is met nothing remains.
    4. The same review is not entered twice: two of one day wait for each other, and the second is refused.

    Raises Refusal naming the field: published_on, or the key of the recommendation as `word-KEY` or `remains-KEY`.
    """
    Inspection.objects.select_for_update().get(pk=follows.pk)
    _check_review(follows, published_on, judged, clock.day_of(now))
    review = record_inspection(
        slug=f"{slugify(follows.slug)[:70]}-review-{published_on}",
        partnership=follows.partnership,
        kind=Inspection.Kind.PROGRESS,
        title=title,
        lead_body=body_of(given=lead_body, partnership=follows.partnership),
        framework=follows.framework,
        follows=follows,
        fieldwork=fieldwork,
        conclusion=conclusion,
    )
    for each in judged:
        given = {"recommendation": each.recommendation, "word": each.word, "text": each.text.strip()}
        judgement = Judgement(inspection=review, **given)
        judgement.full_clean()
        judgement.save()
        if each.remains.strip():
            _carry_forward(review, each)
    publish_report(inspection=review, on=published_on)
    details = {"follows": follows.slug, "judged": len(judged)}
    audit.record(who=by, what="entered a progress review", about=review.slug, at=now, **details)
    return review


def _check_review(follows: Inspection, published_on: date, judged: Sequence[Judged], today: date) -> None:
    if follows.published_on is None:
        raise Refusal("The report that it follows is not published yet.")
    if published_on > today:
        raise Refusal("The review cannot be published in the future. Enter today or an earlier day.", "published_on")
    if published_on <= follows.published_on:
        earlier = f"{follows.published_on:%-d %B %Y}"
        raise Refusal(f"The report that it follows was published on {earlier}. Enter a later day.", "published_on")
    if follows.followed_by.filter(kind=Inspection.Kind.PROGRESS, published_on=published_on).exists():
        raise Refusal("A progress review of that day is entered already.", "published_on")
    if not judged:
        raise Refusal("Enter what the review says of at least one recommendation.")
    keys = [each.recommendation.pk for each in judged]
    if len(set(keys)) < len(keys) or any(each.recommendation.inspection_id != follows.pk for each in judged):
        raise Refusal("A review judges each recommendation of the report that it follows once.")
    for each in judged:
        if each.word == Judgement.Word.MET and each.remains.strip():
            said = "Nothing remains of a recommendation that is met. Clear this, or choose another judgement."
            raise Refusal(said, f"remains-{each.recommendation.pk}")


def _carry_forward(review: Inspection, judged: Judged) -> Recommendation:
    earlier = judged.recommendation
    return record_recommendation(
        inspection=review,
        number=earlier.number,
        text=judged.remains.strip(),
        priority=earlier.priority,
        indicators=list(earlier.indicators.values_list("code", flat=True)),
        repeats=earlier,
    )


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
