"""Entering what a report says, as a person reads it: the report whole, the day of its publication, its grades."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from core import audit, clock
from core.free import first_free
from core.refusal import Refusal
from inspections.models import (
    Evaluation,
    Finding,
    Inspection,
    Level,
    QualityFramework,
    QualityIndicator,
    ScrutinyBody,
)
from inspections.operations.bodies import body_of
from inspections.operations.reports import (
    evaluate,
    publish_report,
    record_finding,
    record_inspection,
    record_recommendation,
)
from inspections.pasted import Paragraph
from partnerships.models import Partnership, User


@transaction.atomic
def enter_report(
    *,
    partnership: Partnership,
    kind: str,
    title: str,
    lead_body: ScrutinyBody | str,
    recommendations: Sequence[Paragraph],
    by: User,
    now: datetime,
    findings: Mapping[Finding.Kind, Sequence[str]] | None = None,
    partner_bodies: Sequence[ScrutinyBody | str] = (),
    framework: QualityFramework | None = None,
    published_on: date | None = None,
    fieldwork: str = "",
    commissioned_by: str = "",
    trigger: str = "",
    conclusion: str = "",
) -> Inspection:
    """Enters a report whole. From here on the words of its recommendations are locked.

    1. A body that is given by its name is the known one of that name or, where there is none, a new one that only this
       partnership knows.
    2. The same report is not entered twice: two at once wait for each other, and the second is refused.
    3. Its address comes from its title. Without a day of publication it waits for `enter_publication`.

    Raises Refusal naming the field, ValidationError for what the models refuse.
    """
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    if Inspection.objects.filter(partnership=partnership, title__iexact=title, published_on=published_on).exists():
        raise Refusal("A report of this title and day is entered already.", "title")
    if not recommendations:
        raise Refusal("Enter at least one recommendation.", "recommendations")
    lead = body_of(given=lead_body, partnership=partnership)
    partners = [body_of(given=each, partnership=partnership) for each in partner_bodies]
    if lead in partners:
        raise Refusal(f"{lead} leads the inspection. Take it out here, or choose another lead.", "partner_bodies")
    report = record_inspection(
        slug=_free_slug(title),
        partnership=partnership,
        kind=kind,
        title=title,
        lead_body=lead,
        partner_bodies=partners,
        framework=framework,
        commissioned_by=commissioned_by,
        trigger=trigger,
        fieldwork=fieldwork,
        conclusion=conclusion,
    )
    for of_kind, texts in (findings or {}).items():
        for text in texts:
            record_finding(inspection=report, kind=of_kind, text=text)
    for each in recommendations:
        record_recommendation(inspection=report, number=each.number, text=each.text)
    if published_on:
        _check_not_to_come(published_on, now)
        publish_report(inspection=report, on=published_on)
    said = {"title": title, "recommendations": len(recommendations), "published_on": str(published_on or "")}
    audit.record(who=by, what="entered an inspection report", about=report.slug, at=now, **said)
    return report


@transaction.atomic
def enter_publication(*, inspection: Inspection, on: date, by: User, now: datetime) -> Inspection:
    """Enters the day on which a report that was entered without one was published. Raises Refusal: `published_on`."""
    inspection = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if inspection.published_on:
        raise Refusal(f"The report is published already, on {inspection.published_on:%-d %B %Y}.", "published_on")
    _check_not_to_come(on, now)
    publish_report(inspection=inspection, on=on)
    audit.record(who=by, what="entered when a report was published", about=inspection.slug, at=now, on=str(on))
    return inspection


@transaction.atomic
def enter_grades(
    *, inspection: Inspection, grades: Mapping[QualityIndicator, Level], by: User, now: datetime
) -> list[Evaluation]:
    """Enters grades of indicators that have none yet; one that is there is never changed.

    Raises Refusal, naming the indicator as `grade-KEY`, for one that has a grade; for none at all; as `evaluate`.
    """
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("framework").get(pk=inspection.pk)
    if not grades:
        raise Refusal("Choose the grade of at least one quality indicator.")
    free = set(inspection.ungraded())
    for indicator in grades:
        if indicator not in free:
            raise Refusal(f"{indicator} has a grade already, which stays.", f"grade-{indicator.pk}")
    made = [evaluate(inspection=inspection, code=each.code, label=level.label) for each, level in grades.items()]
    said = {each.code: level.label for each, level in grades.items()}
    audit.record(who=by, what="entered grades", about=inspection.slug, at=now, grades=said)
    return made


def _check_not_to_come(on: date, now: datetime) -> None:
    if on > clock.day_of(now):
        raise Refusal("The day of publication must be today or earlier.", "published_on")


def _free_slug(title: str) -> str:
    wanted = slugify(title)[:90].strip("-") or "report"
    return first_free(wanted, set(Inspection.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)))
