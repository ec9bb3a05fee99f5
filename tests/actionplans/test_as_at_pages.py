"""Pages as at a day: what was true and recorded by its end, never more than the reader may see today."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Round
from actionplans.operations import ActionText, Actor, Decision
from partnerships import operations as partnering
from tests.actionplans.pages import text
from tests.cast import HIDDEN_EVIDENCE, RELEASED_EVIDENCE


def spoken(day: date) -> str:
    return f"{day:%-d %B %Y}"


def at(client, address, day):
    response = client.get(f"{address}?on={day}")
    assert response.status_code == 200, response.content
    return response


def shown(client, cast, action, days):
    """The page of an action as at so many days from today."""
    return at(client, action.get_absolute_url(), cast.day(days))


def main(response) -> str:
    """The page without its menu."""
    return text(response).partition("<main")[2]


def evidence_on(response):
    return [held.row.title for held in response.context["evidence"]]


# --- an action through its life ---


def test_each_day_of_a_life_shows_what_was_true_then(as_, cast):
    """Added -150, agreed -130, a date asked -80 and moved -60, completed -20, verified -10, closed -5."""
    client, action = as_("coordinator"), cast.ours.completed
    said = {"action": action, "by": Actor(cast.verifier), "verifier": "Audit", "statement": "Ten files read."}
    operations.verify_action(now=cast.moment(-10), **said)
    by, decision = Actor(cast.approver), Decision("Committee of ours", minute="12/40")
    operations.close_action(action=action, by=by, decision=decision, now=cast.moment(-5))
    found = {}
    for days in (-150, -131, -130, -80, -61, -60, -21, -20, -10, -5, 0):
        response = shown(client, cast, action, days)
        state = response.context["stood"].state
        kinds = [line.row.kind for line in response.context["history"]]
        found[days] = (state.get_status_display(), state.original_due_on, state.current_due_on, kinds[0])

    first, moved = cast.day(60), cast.day(80)
    assert found == {
        -150: ("Not started", None, first, "added"),
        -131: ("Not started", None, first, "added"),
        -130: ("Not started", first, first, "revision"),
        -80: ("Not started", first, first, "daterequest"),
        -61: ("Not started", first, first, "daterequest"),
        -60: ("Not started", first, moved, "datedecision"),
        -21: ("Not started", first, moved, "datedecision"),
        -20: ("Completed, awaiting verification", first, moved, "progressupdate"),
        -10: ("Verified, awaiting closure", first, moved, "verification"),
        -5: ("Closed", first, moved, "closure"),
        0: ("Closed", first, moved, "closure"),
    }


def test_the_page_says_which_day_it_shows_and_leads_back_to_today(as_, cast):
    action = cast.ours.completed
    said = text(shown(as_("owner"), cast, action, -70))

    assert f"<title>A3 {action.title}, as at {spoken(cast.day(-70))} –" in said
    assert f"This shows the action as at {spoken(cast.day(-70))}." in said
    assert f'<a class="govuk-link" href="{action.get_absolute_url()}">Show today</a>' in said
    assert "The tool is in use everywhere." not in said
    assert f"<strong>{spoken(cast.day(80))}</strong> instead of {spoken(cast.day(60))}. It waits for an answer" in said


def test_a_day_before_the_action_was_added_is_said_kindly(as_, cast):
    response = shown(as_("coordinator"), cast, cast.ours.late, -151)

    assert f"This action was not part of the plan on {spoken(cast.day(-151))}." in text(response)
    assert f'<a class="govuk-link" href="?on={cast.day(-150)}">{spoken(cast.day(-150))}</a>' in text(response)
    assert "stood" not in response.context


@pytest.mark.parametrize("person", ["member", "inspector"])
def test_the_days_of_the_draft_are_for_those_who_see_drafts(as_, cast, person):
    client = as_(person)
    before, after = shown(client, cast, cast.ours.late, -131), shown(client, cast, cast.ours.late, -130)

    assert f'You can see it from <a class="govuk-link" href="?on={cast.day(-130)}">' in text(before)
    assert before.context["history"] == []
    assert after.context["stood"].state.original_due_on == cast.day(-10)
    dashboard = at(client, cast.ours.plan.get_absolute_url(), cast.day(-131))
    assert dashboard.context["figures"].actions == 0
    assert at(client, reverse("actionplans:plans"), cast.day(-131)).context["cards"] == []


def test_what_is_entered_late_is_not_there_before_it_was_recorded(as_, cast):
    client, action = as_("owner"), cast.ours.late
    said = {"status": "in_progress", "percent": 60, "wording": "More are trained.", "barrier": "Ill"}
    by = Actor(cast.owner, cast.ours.post)
    operations.post_update(action=action, by=by, now=cast.moment(-2), happened_on=cast.day(-50), **said)

    assert shown(client, cast, action, -3).context["stood"].state.percent == 40
    assert "More are trained." not in text(shown(client, cast, action, -3))
    later = text(shown(client, cast, action, -2))
    assert "More are trained." in later
    assert f'{spoken(cast.day(-50))}</time>, recorded on <time datetime="{cast.day(-2)}">' in later


def test_the_text_and_the_owner_are_those_agreed_by_then(as_, cast):
    client, plan, action, by = as_("member"), cast.ours.plan, cast.ours.late, Actor(cast.coordinator)
    helper = partnering.agency_of(partnership=cast.ours.partnership, name="New helpers")
    changed = ActionText.of(action).but(
        title="Train every team",
        lead_post_id=cast.ours.vacant_post.pk,
        contributors_ids=(helper.pk,),
        start_on=cast.day(-40).isoformat(),
        evidence_required=("Certificates",),
        verifier="NHS audit",
    )
    operations.propose(plan=plan, action=action, text=changed, by=by, now=cast.moment(-31))
    said = {"group": cast.ours.group, "reason": "All teams", "by": by, "now": cast.moment(-30)}
    operations.agree_version(plan=plan, **said)

    old, new = (text(shown(client, cast, action, days)) for days in (-31, -30))
    for before, after in (
        (f'<h1 class="govuk-heading-l">A1 {action.title}</h1>', '<h1 class="govuk-heading-l">A1 Train every team</h1>'),
        ("Head of ours</a>: Owner", "Vacant post of ours</a>: <strong>post vacant</strong>"),
        ("with Helpers", "with New helpers"),
        (f">{spoken(cast.day(-130))}</dd>", f">{spoken(cast.day(-40))}</dd>"),
        ("<li>Register:", "<li>Certificates:"),
    ):
        assert (before in old, after in old) == (True, False), before
        assert (before in new, after in new) == (False, True), after
    assert "NHS audit" in new
    assert "NHS audit" not in old
    rag = {days: shown(client, cast, action, days).context["stood"].start_on for days in (-31, -30)}
    assert rag == {-31: cast.day(-130), -30: cast.day(-40)}


def test_a_reading_counts_from_the_day_on_which_it_was_recorded_until_it_was_put_right(as_, cast):
    action, by = cast.ours.late, Actor(cast.coordinator)
    given = {"name": "Staff trained", "baseline": "10%", "target": "90%"}
    measure = operations.add_measure(action=action, by=by, now=cast.moment(-90), **given)
    said = {"measure": measure, "on": cast.day(-60), "by": by}
    wrong = operations.record_reading(words="70%", now=cast.moment(-20), **said)
    operations.record_reading(words="40%", now=cast.moment(-10), replaces=wrong, **(said | {"on": cast.day(-70)}))
    client = as_("member")

    def read(days: int) -> str | None:
        found = [each.outcome for each in shown(client, cast, action, days).context["measures"]]
        last = next((each.last for each in found if each.measure == measure), None)
        return last.words if last else None

    latest = {days: read(days) for days in (-21, -20, -11, -10)}
    assert latest == {-21: None, -20: "70%", -11: "70%", -10: "40%"}


def test_contributors_said_what_they_had_said_by_then(as_, cast):
    action = cast.ours.late
    helpers = action.contributors.get()
    said = {"action": action, "agency": helpers, "by": Actor(cast.coordinator)}
    operations.contribute(wording="Rooms are booked.", now=cast.moment(-30), **said)
    operations.contribute(wording="Courses have begun.", now=cast.moment(-10), **said)
    client = as_("member")

    parts = {days: shown(client, cast, action, days).context["parts"][0]["last"] for days in (-31, -30, -10)}
    assert parts[-31] is None
    assert [parts[days].wording for days in (-30, -10)] == ["Rooms are booked.", "Courses have begun."]


# --- evidence ---


def test_to_staff_evidence_is_there_from_its_day_with_its_release_as_then(as_, cast):
    client = as_("coordinator")
    found = {
        days: [
            (item.row.title, item.is_released) for item in shown(client, cast, cast.ours.late, days).context["evidence"]
        ]
        for days in (-100, -99, -98, -97)
    }

    assert found == {
        -100: [],
        -99: [(RELEASED_EVIDENCE, False)],
        -98: [(HIDDEN_EVIDENCE, False), (RELEASED_EVIDENCE, False)],
        -97: [(HIDDEN_EVIDENCE, False), (RELEASED_EVIDENCE, True)],
    }


@pytest.mark.parametrize("person", ["inspector", "member"])
def test_to_others_evidence_is_there_when_it_was_released_then_and_is_today(as_, cast, person):
    client, late = as_(person), cast.ours.late
    assert evidence_on(shown(client, cast, late, -98)) == []
    assert RELEASED_EVIDENCE not in text(shown(client, cast, late, -98))
    assert evidence_on(shown(client, cast, late, -97)) == [RELEASED_EVIDENCE]

    by = Actor(cast.coordinator)
    operations.release_evidence(evidence=cast.ours.released, is_released=False, by=by, now=cast.moment(-1))
    assert evidence_on(shown(client, cast, late, -97)) == [], "what was taken back stays taken back"
    assert RELEASED_EVIDENCE not in text(shown(client, cast, late, -97))


# --- looking back, nothing is written ---


@pytest.mark.parametrize("person", ["coordinator", "owner", "verifier", "approver"])
def test_a_past_day_offers_nothing_to_write(as_, cast, person):
    client = as_(person)
    pages = [cast.ours.late.get_absolute_url(), cast.ours.completed.get_absolute_url()]
    written = ("updates/new/", "/date/new/", "/verify/", "/reopen/", "/drop/", "/release/", "/propose/", "/approval/")
    written = (*written, "/parts/new/", "/decisions/")

    for address in (*pages, cast.ours.plan.get_absolute_url()):
        said = main(at(client, address, cast.day(-1)))
        assert [each for each in written if f'{each}"' in said] == [], address
    assert any(f'{each}"' in main(client.get(address)) for each in written for address in pages)


@pytest.mark.parametrize("address", ["plan", "action", "plans", "recommendation", "meeting"])
def test_a_day_that_has_not_come_is_refused_beside_the_field(as_, cast, address):
    ours, day = cast.ours, cast.day(1)
    arguments = {
        "plan": [ours.plan.slug],
        "action": [ours.plan.slug, "A1"],
        "plans": [],
        "recommendation": [ours.inspection.slug, ours.recommendation.pk],
        "meeting": [ours.plan.slug, ours.next_meeting.pk],
    }
    response = as_("coordinator").get(reverse(f"actionplans:{address}", args=arguments[address]) + f"?on={day}")

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "on": [f"{spoken(day)} has not come yet. Enter today or a day before it."]
    }
    assert f'value="{day}"' in text(response)
    assert response.context["day"].on == cast.today


def test_a_paper_is_not_issued_as_at_a_day_that_has_not_come(as_, cast):
    ours = cast.ours
    address = reverse("actionplans:paper-issue", args=[ours.plan.slug, ours.next_meeting.pk])
    as_("clerk").post(address, {"on": cast.day(1)})

    assert list(ours.plan.papers.all()) == [ours.paper]


# --- the dashboard and the list ---


def test_links_keep_the_reader_in_the_day(as_, cast):
    client, day = as_("member"), cast.day(-8)
    plan, action = cast.ours.plan.get_absolute_url(), cast.ours.late.get_absolute_url()
    recommendation = [cast.ours.inspection.slug, cast.ours.recommendation.pk]
    dashboard = text(at(client, plan, day))

    assert f'href="{plan}?on={day}"' in text(at(client, reverse("actionplans:plans"), day))
    assert f'href="{action}"' not in dashboard
    assert dashboard.count(f'href="{action}?on={day}"') == 2, "in its exception and under its recommendation"
    assert f'href="{plan}?on={day}"' in text(at(client, action, day))
    for address in (plan, action):
        answered = reverse("actionplans:recommendation", args=recommendation)
        assert f'href="{answered}?on={day}"' in text(at(client, address, day))
    assert f'href="{action}?on={day}"' in text(at(client, answered, day))


def test_the_life_of_a_plan_is_told_as_it_was(as_, cast):
    client, plan, by = as_("coordinator"), cast.ours.plan, Actor(cast.coordinator)
    for action in plan.actions.all():
        decision = Decision("Committee of ours")
        operations.drop_action(action=action, by=by, reason="Over", decision=decision, now=cast.moment(-4))
    operations.close_plan(plan=plan, group=cast.ours.group, by=by, now=cast.moment(-3))

    lives = {}
    for days in (-150, -140, -130, -4, -3):
        life = at(client, plan.get_absolute_url(), cast.day(days)).context["life"]
        lives[days] = (life.status.label, life.agreed and life.agreed.version)
    assert lives == {
        -150: ("Draft", None),
        -140: ("Submitted for approval", None),
        -130: ("Approved and active", 1),
        -4: ("Approved and active", 1),
        -3: ("Closed", 1),
    }


def test_a_plan_that_is_closed_today_owed_its_updates_then(as_, cast):
    plan = cast.ours.plan
    Round.objects.filter(plan=plan).update(opens_on=cast.day(-50), updates_due_on=cast.day(-45))
    by, decision = Actor(cast.coordinator), Decision("Committee of ours")
    for action in plan.actions.all():
        operations.drop_action(action=action, by=by, reason="Over", decision=decision, now=cast.moment(-4))
    operations.close_plan(plan=plan, group=cast.ours.group, by=by, now=cast.moment(-3))
    client = as_("member")

    owed = {d: at(client, plan.get_absolute_url(), cast.day(d)).context["figures"].progress_overdue for d in (-30, 0)}
    assert owed == {-30: 3, 0: 0}


def test_papers_issued_later_are_not_on_an_earlier_day(as_, cast):
    client, plan = as_("member"), cast.ours.plan.get_absolute_url()
    papers = {days: at(client, plan, cast.day(days)).context["papers"] for days in (-71, -70)}

    assert {days: [each.pk for each in found] for days, found in papers.items()} == {-71: [], -70: [cast.ours.paper.pk]}


def test_the_list_of_plans_counts_as_at_the_day(as_, cast):
    client = as_("member")
    cards = at(client, reverse("actionplans:plans"), cast.day(-7)).context["cards"]
    late = {card["plan"].slug: card["figures"].overdue for card in cards}

    assert late == {"ours-plan": 1, "ours-other": 0}
    assert "Take all actions as CSV" not in text(at(client, reverse("actionplans:plans"), cast.day(-7)))


def test_an_action_stands_under_what_it_answered_then(as_, cast):
    """Moved by version 2 to a recommendation of another inspection, which an inspector was not granted."""
    plan, action, by = cast.ours.plan, cast.ours.late, Actor(cast.coordinator)
    other = cast.ours.other.inspections.get().recommendations.get()
    both = (cast.ours.recommendation.pk, other.pk)
    changed = ActionText.of(action).but(recommendations_ids=both)
    operations.propose(plan=plan, action=action, text=changed, by=by, now=cast.moment(-31))
    said = {"group": cast.ours.group, "reason": "It answers both", "by": by, "now": cast.moment(-30)}
    operations.agree_version(plan=plan, **said)

    def sections(person, days):
        found = at(as_(person), plan.get_absolute_url(), cast.day(days)).context["grouped"]
        return {each: [one.action.ref for one in stood] for each, stood in found}

    assert sections("member", -31) == {cast.ours.recommendation: ["A1", "A2", "A3"]}
    assert sections("member", -30) == {cast.ours.recommendation: ["A1", "A2", "A3"], other: ["A1"]}
    assert sections("inspector", -30) == {cast.ours.recommendation: ["A1", "A2", "A3"]}
    assert other.text not in text(shown(as_("inspector"), cast, action, -30))


def test_a_recommendation_counts_on_a_past_day_what_answered_it_then(as_, cast):
    """Given to a second recommendation by version 2: its own page, its report's and the plan's agree on each day."""
    plan, action, by = cast.ours.plan, cast.ours.late, Actor(cast.coordinator)
    other = cast.ours.other.inspections.get().recommendations.get()
    changed = ActionText.of(action).but(recommendations_ids=(cast.ours.recommendation.pk, other.pk))
    operations.propose(plan=plan, action=action, text=changed, by=by, now=cast.moment(-31))
    said = {"group": cast.ours.group, "reason": "It answers both", "by": by, "now": cast.moment(-30)}
    operations.agree_version(plan=plan, **said)
    own_page = reverse("actionplans:recommendation", args=[other.inspection.slug, other.pk])
    report = reverse("actionplans:inspection", args=[other.inspection.slug])
    found = {}
    for days in (-31, -30):
        answered = [each.action.plan_id for each in at(as_("member"), own_page, cast.day(days)).context["stood"]]
        counted = at(as_("member"), report, cast.day(days)).context["recommendations"][0]["levels"].actions
        found[days] = (answered.count(plan.pk), counted - len(answered))

    assert found == {-31: (0, 0), -30: (1, 0)}


# --- days to choose from ---


def test_the_days_offered_are_meetings_versions_and_ends_of_periods(as_, cast):
    for days in (-100, -90, -80, -75, -70):
        partnering.add_meeting(group=cast.ours.group, on=cast.day(days))
    response = as_("member").get(cast.ours.plan.get_absolute_url())
    days = response.context["days"]

    assert [each.on for each in days.meetings] == [cast.day(n) for n in (-60, -70, -75, -80, -90)]
    assert [(each.label, each.on) for each in days.versions] == [
        (f"Version 1, {spoken(cast.day(-130))}", cast.day(-130))
    ]
    assert f'<a class="govuk-link" href="?on={cast.day(-130)}">Version 1, {spoken(cast.day(-130))}</a>' in text(
        response
    )
    assert {each.on + timedelta(days=1) for each in days.ends} <= {
        date(cast.today.year, month, 1) for month in range(1, 13)
    }


def test_a_stranger_learns_nothing_of_any_day(as_, cast):
    found = {
        as_("outsider").get(f"{each.get_absolute_url()}?on={cast.day(-90)}").status_code
        for each in (cast.ours.plan, cast.ours.late)
    }

    assert found == {404}
