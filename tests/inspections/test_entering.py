"""Entering a report whole, its day of publication and its grades; whoever may not read a name does not find it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import AuditEntry
from core.refusal import Refusal
from inspections import operations as inspecting
from inspections.models import Finding, Inspection, Level, QualityFramework, QualityIndicator, Scale, ScrutinyBody
from inspections.operations.bodies import body_of
from inspections.pasted import Paragraph

TWO = [Paragraph("R1", "Respond on the day."), Paragraph("R2", "Report each year.")]


@pytest.fixture
def framework(db) -> QualityFramework:
    scale = Scale.objects.create(slug="two", name="Two words")
    words = ((2, "Good"), (1, "Weak"))
    Level.objects.bulk_create(Level(scale=scale, position=n, value=str(n), label=word) for n, word in words)
    framework = QualityFramework.objects.create(slug="guide", title="A guide", scale=scale)
    named = enumerate(("Lives", "Leaders"), 1)
    QualityIndicator.objects.bulk_create(
        QualityIndicator(framework=framework, position=n, code=f"{n}.1", title=title) for n, title in named
    )
    return framework


@pytest.fixture
def facts(cast, framework) -> dict[str, Any]:
    given = {"partnership": cast.ours.partnership, "kind": "joint inspection", "title": "Services for children"}
    given |= {"lead_body": cast.ours.inspection.lead_body, "framework": framework, "published_on": cast.day(-3)}
    return given | {"recommendations": TWO, "by": cast.coordinator, "now": cast.moment()}


def refused(verb, **given) -> tuple[str, str]:
    before = (Inspection.objects.count(), ScrutinyBody.objects.count(), AuditEntry.objects.count())
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        verb(**given)
    assert (Inspection.objects.count(), ScrutinyBody.objects.count(), AuditEntry.objects.count()) == before
    field, errors = next(iter(getattr(refusal.value, "error_dict", {"": [refusal.value]}).items()))
    return field, errors[0].messages[0]


def test_a_report_is_entered_whole_and_the_database_keeps_its_words(cast, facts):
    report = inspecting.enter_report(
        **facts,
        findings={Finding.Kind.STRENGTH: ["Staff know families."], Finding.Kind.AREA: ["Delays.", "Gaps."]},
        partner_bodies=["Board of Reviewers"],
        commissioned_by="The chief executive",
        trigger="Concerns",
    )

    assert (report.slug, report.published_on, report.commissioned_by) == (
        *("services-for-children", cast.day(-3), "The chief executive"),
    )
    assert list(report.recommendations.order_by("position").values_list("number", "text", "response")) == [
        *(("R1", "Respond on the day.", ""), ("R2", "Report each year.", "")),
    ]
    assert list(report.findings.order_by("position").values_list("kind", "text")) == [
        *(("strength", "Staff know families."), ("area_for_improvement", "Delays."), ("area_for_improvement", "Gaps.")),
    ]
    assert [each.name for each in report.partner_bodies.all()] == ["Board of Reviewers"]
    entry = AuditEntry.objects.get(what="entered an inspection report")
    assert (entry.who, entry.about, entry.details["recommendations"]) == ("Coordinator", report.slug, 2)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE inspections_recommendation SET text = 'All is well'")


def test_what_is_no_report_is_refused_and_leaves_nothing(cast, facts):
    first = inspecting.enter_report(**facts)
    enter = inspecting.enter_report
    again = ("title", "A report of this title and day is entered already.")
    assert refused(enter, **facts | {"title": "services FOR children"}) == again
    other = facts | {"title": "Another"}
    assert refused(enter, **other | {"recommendations": []})[0] == "recommendations"
    assert refused(enter, **other | {"published_on": cast.day(1)}) == (
        *("published_on", "The day of publication must be today or earlier."),
    )
    named = facts["lead_body"].name.upper()
    assert refused(enter, **other | {"partner_bodies": ["New body", named]})[0] == "partner_bodies"
    later = enter(**facts | {"published_on": cast.day(-2)})
    theirs = enter(**facts | {"partnership": cast.theirs.partnership})
    assert [each.slug for each in (first, later, theirs)] == [
        *("services-for-children", "services-for-children-2", "services-for-children-3"),
    ]


def test_a_body_that_one_partnership_names_the_other_does_not_find(cast):
    both = (cast.ours.partnership, cast.theirs.partnership)
    ours, theirs = (body_of(given="Board of  Reviewers", partnership=each) for each in both)
    assert ours != theirs
    assert body_of(given="board of reviewers", partnership=cast.ours.partnership) == ours
    assert list(ScrutinyBody.objects.known_to(cast.theirs.partnership).order_by("pk")) == [
        cast.theirs.inspection.lead_body,
        theirs,
    ]


def test_the_day_of_publication_is_entered_once(cast, facts):
    report = inspecting.enter_report(**facts | {"published_on": None})
    given = {"inspection": report, "by": cast.coordinator, "now": cast.moment()}
    assert refused(inspecting.enter_publication, on=cast.day(1), **given)[0] == "published_on"
    assert inspecting.enter_publication(on=cast.today, **given).published_on == cast.today
    assert "published already" in refused(inspecting.enter_publication, on=cast.day(-1), **given)[1]
    entry = AuditEntry.objects.get(what="entered when a report was published")
    assert (entry.about, entry.details) == (report.slug, {"on": str(cast.today)})


def test_grades_are_added_and_never_changed(cast, facts, framework):
    report = inspecting.enter_report(**facts)
    lives, leaders = framework.indicators.order_by("position")
    good, weak = framework.scale.levels.order_by("position").reverse()
    given = {"inspection": report, "by": cast.coordinator, "now": cast.moment()}
    inspecting.enter_grades(grades={leaders: good}, **given)

    assert list(report.ungraded()) == [lives]
    said = (f"grade-{leaders.pk}", "2.1 Leaders has a grade already, which stays.")
    assert refused(inspecting.enter_grades, grades={lives: weak, leaders: weak}, **given) == said
    assert refused(inspecting.enter_grades, grades={}, **given)[1].startswith("Choose the grade")
    assert [str(each) for each in report.evaluations.all()] == ["2.1 Leaders: Good"]
    assert AuditEntry.objects.get(what="entered grades").details == {"grades": {"2.1": "Good"}}
    assert not cast.ours.inspection.ungraded().exists(), "it has no framework"
