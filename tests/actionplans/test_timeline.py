"""The histories of a plan and of a recommendation: every row that the reader may read, told in full, and no other."""

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Entry, Plan
from actionplans.operations import ActionText, Actor
from inspections.models import Grant, Recommendation
from partnerships import operations as partnering
from partnerships.roles import Role
from tests.actionplans.pages import text
from tests.cast import HIDDEN_EVIDENCE, RELEASED_EVIDENCE, WORKING_NOTE


def history_of(client, plan, query=""):
    return client.get(reverse("actionplans:plan-history", args=[plan.slug]) + query)


def rows_on(response):
    return [line.row for line in response.context["history"]]


def recommendation_page(client, recommendation, query=""):
    inspection = recommendation.inspection.slug
    return client.get(reverse("actionplans:recommendation", args=[inspection, recommendation.pk]) + query)


# --- of a plan ---


@pytest.mark.parametrize("person", ["coordinator", "owner"])
def test_staff_read_every_row_of_the_plan_the_newest_first(as_, cast, person):
    response = history_of(as_(person), cast.ours.plan)

    assert [row.seq for row in rows_on(response)] == list(range(cast.ours.plan.history_count, 0, -1))
    assert HIDDEN_EVIDENCE in text(response)
    assert f"(only your partnership reads this)<br>{WORKING_NOTE}" in text(response)


@pytest.mark.parametrize("person", ["member", "inspector"])
def test_others_read_what_is_agreed_and_released(as_, cast, person):
    response = history_of(as_(person), cast.ours.plan)
    every = Entry.objects.filter(plan=cast.ours.plan).order_by("-seq")

    hidden = {cast.ours.hidden.pk}
    assert [row.seq for row in rows_on(response)] == [row.seq for row in every if row.pk not in hidden]
    assert f"Evidence released to inspectors: {RELEASED_EVIDENCE}" in text(response)
    assert HIDDEN_EVIDENCE not in text(response)
    assert WORKING_NOTE not in text(response)


def test_evidence_that_was_taken_back_leaves_no_row_to_others(as_, cast):
    by = Actor(cast.coordinator)
    operations.release_evidence(evidence=cast.ours.released, is_released=False, by=by, now=cast.moment())

    kinds = [row.kind for row in rows_on(history_of(as_("inspector"), cast.ours.plan))]
    assert {Entry.Kind.EVIDENCE, Entry.Kind.EVIDENCE_RELEASE} & set(kinds) == set()
    kinds = [row.kind for row in rows_on(history_of(as_("clerk"), cast.ours.plan))]
    assert kinds.count(Entry.Kind.EVIDENCE_RELEASE) == 2


def test_what_happened_to_a_draft_is_for_those_who_see_drafts(as_, cast):
    """Edited, returned with a reason, submitted again, and approved."""
    plan, group, by = cast.ours.draft, cast.ours.group, Actor(cast.coordinator)
    action = plan.actions.get()
    text_of = operations.ActionText.of(action)
    operations.edit_action(action=action, text=text_of.but(title="Shorter"), by=by, now=cast.moment(-9))
    operations.submit_plan(plan=plan, group=group, by=by, now=cast.moment(-8))
    operations.return_plan(plan=plan, group=group, by=by, now=cast.moment(-7), reason="The dates are too late")
    operations.submit_plan(plan=plan, group=group, by=by, now=cast.moment(-6))
    operations.approve_plan(plan=plan, group=group, by=by, now=cast.moment(-5), minute="12/9")

    said = text(history_of(as_("approver"), plan))
    assert "The dates are too late" in said
    assert "Draft changed" in said
    for person in ("member", "inspector"):
        said = text(history_of(as_(person), plan))
        assert "The dates are too late" not in said
        assert "Draft changed" not in said
        assert "Plan: approved by Committee of ours" in said
        assert "Minute 12/9. Version 1" in said


def test_an_inspector_reads_of_the_actions_that_answer_what_was_granted(as_, cast):
    other = cast.ours.other.inspections.get().recommendations.get()
    cast.ours.late.recommendations.set([other])

    response = history_of(as_("inspector"), cast.ours.plan)
    assert {line.action.ref for line in response.context["history"] if line.action} == {"A2", "A3"}
    assert "A1 " not in text(response)
    assert [row.step for row in rows_on(response) if row.kind == Entry.Kind.PLAN_STEP] == ["approved", "submitted"]


def test_each_row_says_who_when_what_and_why_with_its_number_and_mark(as_, cast):
    response = history_of(as_("coordinator"), cast.ours.plan)
    request = next(row for row in rows_on(response) if row.kind == Entry.Kind.DATE_REQUEST)
    said = " ".join(text(response).split())

    assert f"Later date asked for: {cast.day(80):%-d %B %Y} instead of {cast.day(60):%-d %B %Y} </h3>" in said
    assert f'<a class="govuk-link" href="{cast.ours.completed.get_absolute_url()}">A3 ' in said
    assert f"{cast.day(-80):%-d %B %Y}</time>, Owner, Head of ours · row {request.seq}, " in said
    assert f'<span class="ft-hash">{request.hash[:8]}</span>' in said
    assert "Another reason. The tool is two months late from its supplier" in said


def test_the_head_says_how_to_check_that_nothing_has_changed(as_, cast):
    plan = Plan.objects.get(pk=cast.ours.plan.pk)

    command = f"verify_history --plan ours-plan --against {plan.history_count}:{plan.history_head}"
    assert command in text(history_of(as_("member"), plan))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=progressupdate", {("A1", "progressupdate"), ("A3", "progressupdate")}),
        ("?action=A2", {("A2", "added"), ("A2", "revision")}),
        ("?kind=progressupdate&action=A3", {("A3", "progressupdate")}),
        ("?kind=planstep", {("", "planstep")}),
        ("?kind=closure", set()),
    ],
)
def test_filters_leave_what_was_asked_for(as_, cast, query, found):
    response = history_of(as_("member"), cast.ours.plan, query)

    lines = response.context["history"]
    assert {(line.action.ref if line.action else "", line.row.kind) for line in lines} == found
    assert ("Nothing of that kind has been recorded." in text(response)) is not bool(found)


@pytest.mark.parametrize("query", ["?kind=gossip", "?action=D1"])
def test_a_filter_that_cannot_be_is_said_beside_the_field(as_, cast, query):
    response = history_of(as_("member"), cast.ours.plan, query)

    assert response.status_code == 422
    assert rows_on(response) == []
    assert response.context["form"].errors
    assert "Select a valid choice" in text(response)


def test_pages_hold_fifty_rows_and_keep_the_filter(as_, cast):
    by, said = Actor(cast.owner, cast.ours.post), {"status": "in_progress", "percent": 50, "barrier": "Ill"}
    for number in range(60):
        wording = f"Statement {number}."
        operations.post_update(action=cast.ours.late, by=by, now=cast.moment(-2), wording=wording, **said)
    client = as_("member")
    first, second = (history_of(client, cast.ours.plan, f"?kind=progressupdate&page={n}") for n in (1, 2))

    assert [len(rows_on(first)), len(rows_on(second))] == [50, 12]
    assert rows_on(first)[0].wording == "Statement 59."
    assert 'href="?kind=progressupdate&page=2"' in text(first)
    assert "62 rows, the newest first." in text(first)


# --- of a recommendation ---


def also_answers(cast, side, action, by):
    """A new version of its plan has the action answer our recommendation besides its own."""
    own = action.recommendations.values_list("pk", flat=True)
    changed = ActionText.of(action).but(recommendations_ids=(*own, cast.ours.recommendation.pk))
    said = {"plan": action.plan, "by": Actor(by), "now": cast.moment(-1)}
    operations.propose(action=action, text=changed, **said)
    operations.agree_version(group=side.group, reason="It answers both", **said)


def test_a_recommendation_shows_its_words_its_actions_by_plan_and_one_history(as_, cast):
    also_answers(cast, cast.ours, cast.ours.other.actions.get(), cast.coordinator)
    response = recommendation_page(as_("member"), cast.ours.recommendation)
    said = text(response)

    assert "Improve after: Inspection of ours" in said
    assert "Agreed</dd>" in said
    assert [(each.action.plan.slug, each.action.ref) for each in response.context["stood"]] == [
        ("ours-other", "O1"),
        ("ours-plan", "A1"),
        ("ours-plan", "A2"),
        ("ours-plan", "A3"),
    ]
    rows = rows_on(response)
    assert [row.recorded_at for row in rows] == sorted((row.recorded_at for row in rows), reverse=True)
    assert {line.action.ref for line in response.context["history"]} == {"A1", "A2", "A3", "O1"}
    assert HIDDEN_EVIDENCE not in said
    assert WORKING_NOTE not in said
    assert WORKING_NOTE in text(recommendation_page(as_("owner"), cast.ours.recommendation))


def test_a_draft_that_answers_it_is_there_for_staff_only(as_, cast):
    refs = {
        person: {
            each.action.ref for each in recommendation_page(as_(person), cast.ours.recommendation).context["stood"]
        }
        for person in ("coordinator", "member", "inspector")
    }

    assert refs == {
        "coordinator": {"A1", "A2", "A3", "D1"},
        "member": {"A1", "A2", "A3"},
        "inspector": {"A1", "A2", "A3"},
    }


def test_as_at_a_day_it_shows_how_the_actions_stood_and_what_was_recorded_by_then(as_, cast):
    response = recommendation_page(as_("member"), cast.ours.recommendation, f"?on={cast.day(-21)}")

    assert {each.action.ref: each.status.label for each in response.context["stood"]}["A3"] == "Not started"
    assert rows_on(response)[0].kind == Entry.Kind.DATE_DECISION
    assert "The tool is in use everywhere." not in text(response)


def test_it_leads_to_the_earlier_one_that_it_repeats_where_the_reader_may_see_that(as_, cast):
    earlier = cast.ours.other.inspections.get().recommendations.get()
    now = Recommendation.objects.get(pk=cast.ours.recommendation.pk)
    Recommendation.objects.filter(pk=now.pk).update(repeats=earlier)
    link = f"Recommendation 1 of {earlier.inspection.title}"

    assert link in text(recommendation_page(as_("member"), now))
    assert "Recommendation 1 of Inspection of ours" in text(recommendation_page(as_("member"), earlier))
    assert link not in text(recommendation_page(as_("inspector"), now))
    assert recommendation_page(as_("inspector"), earlier).status_code == 404
    Grant.objects.create(user=cast.inspector, inspection=earlier.inspection, starts_on=cast.today, ends_on=cast.today)
    assert link in text(recommendation_page(as_("inspector"), now))


def test_an_address_names_a_recommendation_under_its_own_inspection(as_, cast):
    other = cast.ours.other.inspections.get()
    address = reverse("actionplans:recommendation", args=[other.slug, cast.ours.recommendation.pk])

    assert as_("member").get(address).status_code == 404


def test_notes_of_another_partnership_stay_there_when_a_plan_answers_across(as_, cast):
    """Staff of ours who are members of theirs read the notes of ours alone."""
    partnering.grant_role(user=cast.owner, partnership=cast.theirs.partnership, role=Role.MEMBER)
    also_answers(cast, cast.theirs, cast.theirs.late, cast.outsider)
    lines = recommendation_page(as_("owner"), cast.ours.recommendation).context["history"]

    notes = {(line.plan.slug, line.note) for line in lines if line.row.kind == Entry.Kind.UPDATE}
    assert notes == {("ours-plan", WORKING_NOTE), ("theirs-plan", "")}
