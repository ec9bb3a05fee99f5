"""Progress reviews: a judgement of each recommendation in words that stay, and what remains carried forward."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.models import AuditEntry
from core.refusal import Refusal
from inspections import operations as inspecting
from inspections.models import Inspection, Judgement, Recommendation
from inspections.operations import Judged
from tests.actionplans.pages import CHI, date_of, error_of, text

SAID = "Staff now respond on the day; audits show it."
REMAINS = "Show that children's lives are better for it."
WORD = Judgement.Word


@pytest.fixture
def judged(cast) -> Judged:
    return Judged(cast.ours.recommendation, WORD.GOOD, SAID, REMAINS)


@pytest.fixture
def facts(cast, judged) -> dict[str, Any]:
    report = cast.ours.inspection
    given = {"follows": report, "title": "Progress review", "lead_body": report.lead_body, "judged": [judged]}
    return given | {"published_on": cast.day(-20), "by": cast.coordinator, "now": cast.moment()}


def refused(facts: dict[str, Any], **other) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        inspecting.record_progress_review(**(facts | other))
    field, errors = next(iter(getattr(refusal.value, "error_dict", {"": [refusal.value]}).items()))
    assert not Inspection.objects.filter(kind=Inspection.Kind.PROGRESS, published_on=None).exists()
    return field, errors[0].messages[0]


def test_a_review_judges_and_carries_forward_what_remains(cast, facts):
    review = inspecting.record_progress_review(**facts)
    judgement, carried = review.judgements.get(), review.recommendations.get()

    assert (review.kind, review.follows, review.published_on) == (
        "progress review",
        cast.ours.inspection,
        cast.day(-20),
    )
    assert (judgement.recommendation, judgement.word, judgement.text) == (cast.ours.recommendation, "good", SAID)
    assert (carried.number, carried.text, carried.repeats) == ("1", REMAINS, cast.ours.recommendation)
    entry = AuditEntry.objects.get(what="entered a progress review")
    assert (entry.who, entry.about, entry.details["judged"]) == ("Coordinator", review.slug, 1)


def test_a_second_review_judges_what_the_first_carried_forward(cast, facts, judged):
    first = inspecting.record_progress_review(**facts)
    carried = first.recommendations.get()
    met = Judged(carried, WORD.MET, "It is shown.")
    second = inspecting.record_progress_review(
        **facts | {"follows": first, "published_on": cast.day(-2), "judged": [met]}
    )

    assert (second.judgements.get().is_satisfied, second.recommendations.count()) == (True, 0)
    assert refused(facts, published_on=cast.day(-1), judged=[met]) == (
        *("", "A review judges each recommendation of the report that it follows once."),
    )


def test_what_a_review_may_not_say_is_refused(cast, facts, judged):
    report = cast.ours.inspection
    key = cast.ours.recommendation.pk
    said = f"The report that it follows was published on {report.published_on:%-d %B %Y}. Enter a later day."
    assert refused(facts, published_on=report.published_on) == ("published_on", said)
    assert refused(facts, published_on=cast.day(1))[0] == "published_on"
    assert refused(facts, judged=[]) == ("", "Enter what the review says of at least one recommendation.")
    assert refused(facts, judged=[judged, judged])[0] == ""
    assert refused(facts, judged=[replace(judged, recommendation=cast.theirs.recommendation)])[0] == ""
    assert refused(facts, judged=[replace(judged, word=WORD.MET)])[0] == f"remains-{key}"
    inspecting.record_progress_review(**facts)
    assert refused(facts)[1] == "A progress review of that day is entered already."
    assert report.followed_by.count() == 1


def test_the_database_keeps_the_words_of_a_judgement(cast, facts):
    inspecting.record_progress_review(**facts)
    table = Judgement._meta.db_table
    for change in ("word = 'met'", "text = 'All is well'", "recommendation_id = recommendation_id + 0"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET {change}")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
    assert Judgement.objects.get().text == SAID


# --- the page ---


@pytest.fixture
def form(cast) -> str:
    return reverse("actionplans:progress-review-new", args=[cast.ours.inspection.slug])


def sent(cast, **given) -> dict[str, Any]:
    key = cast.ours.recommendation.pk
    own = {f"{name}-{key}": given.pop(name) for name in ("word", "text", "remains") if name in given}
    facts = {"title": "First progress review", "lead_body": cast.ours.inspection.lead_body_id, "is_checked": "on"}
    facts |= date_of("published_on", cast.day(-20))
    return facts | {f"word-{key}": "good", f"text-{key}": SAID, f"remains-{key}": REMAINS} | own | given


@pytest.mark.once
def test_the_coordinator_enters_a_review_and_everybody_reads_it_beside_the_levels(cast, as_, form):
    response = as_("coordinator").post(form, sent(cast), follow=True)
    review = Inspection.objects.get(kind=Inspection.Kind.PROGRESS)
    assert response.redirect_chain[-1][0] == reverse("actionplans:inspection", args=[review.slug])
    assert "First progress review" in text(response)
    assert SAID in text(response)
    assert "Repeated finding." in text(response)

    earlier = reverse("actionplans:inspection", args=[cast.ours.inspection.slug])
    recommendation = reverse(
        "actionplans:recommendation", args=[cast.ours.inspection.slug, cast.ours.recommendation.pk]
    )
    for page in (earlier, recommendation):
        found = text(as_("member").get(page))
        assert f"Inspectors, {cast.day(-20):%B %Y}: <strong>Good progress</strong>" in found
        assert SAID in found
        assert "First progress review" in found
        before = text(as_("member").get(f"{page}?on={cast.day(-21)}"))
        assert SAID not in before, "it was not published yet"
        assert "Inspectors satisfied: <strong>not reviewed yet</strong>" in before
        hidden = text(as_("inspector").get(page))
        for secret in (SAID, REMAINS, "First progress review", "Good progress"):
            assert secret not in hidden, "the review is not granted"
        assert "not reviewed yet" in hidden
    action = cast.ours.late.get_absolute_url()
    assert "Inspectors satisfied: <strong>not yet</strong>" in text(as_("member").get(action))
    assert "Inspectors satisfied" not in text(as_("member").get(f"{action}?on={cast.day(-21)}"))
    assert "Inspectors satisfied" not in text(as_("inspector").get(action))
    plan = as_("coordinator").get(reverse("actionplans:plan-new", args=[review.slug]))
    assert plan.status_code == 200, "what remains can be answered"


@pytest.mark.once
def test_what_is_wrong_is_said_beside_it_and_the_text_is_kept(cast, as_, form):
    client, key = as_("coordinator"), cast.ours.recommendation.pk
    response = client.post(form, sent(cast, is_checked="", text="", title=""))
    assert response.status_code == 422
    assert error_of(response, "title") == ["Enter the title of the review."]
    assert error_of(response, f"text-{key}") == ["Enter what inspectors say of 1."]
    assert error_of(response, "is_checked") == ["Check the words against the report, then tick the box."]
    assert REMAINS in text(response)
    named = client.post(form, sent(cast, other_body="Board of Reviewers"))
    assert error_of(named, "other_body") == ["Clear this, or choose “Another body”."]
    assert error_of(client.post(form, sent(cast, word="")), f"word-{key}") == ["Choose the judgement of 1."]
    assert "looks like a CHI number" in error_of(client.post(form, sent(cast, text=f"Child {CHI}.")), f"text-{key}")[0]
    met = client.post(form, sent(cast, word="met"))
    assert error_of(met, f"remains-{key}")[0].startswith("Nothing remains of a recommendation that is met.")
    assert error_of(client.post(form, sent(cast, **date_of("published_on", cast.day(2)))), "published_on")
    assert not Inspection.objects.filter(kind=Inspection.Kind.PROGRESS).exists()
    assert not Recommendation.objects.filter(repeats__isnull=False).exists()


@pytest.mark.once
def test_a_body_that_is_not_in_the_list_reviewed(cast, as_, form):
    as_("coordinator").post(form, sent(cast, lead_body="another", other_body="Board of Reviewers"))
    body = Inspection.objects.get(kind=Inspection.Kind.PROGRESS).lead_body
    assert (body.name, body.entered_for) == ("Board of Reviewers", cast.ours.partnership)
