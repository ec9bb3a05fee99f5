"""A draft as a whole: its settings, an action taken out of it, quality indicators, two people who change it at once."""

import re

import pytest
from django.test import Client

from actionplans import operations
from actionplans.models import Action, Entry, Plan, PlanGroup
from actionplans.operations import Actor, PlanIsAgreed, PlanText
from actionplans.versions import compared
from core.models import AuditEntry
from inspections.models import QualityFramework, QualityIndicator
from partnerships import operations as partnering
from partnerships.models import Group
from partnerships.roles import Role
from tests.actionplans.test_building_pages import an_action, at, parts, signed_in, text_of


@pytest.fixture
def client(cast):
    return signed_in(cast.coordinator)


@pytest.fixture
def indicator(cast):
    framework = QualityFramework.objects.create(slug="qi", title="Quality indicators")
    cast.ours.inspection.framework = framework
    cast.ours.inspection.save(update_fields=["framework"])
    return QualityIndicator.objects.create(framework=framework, code="5.2", title="Assessing risk", position=1)


def settings_of(plan: Plan) -> str:
    return at("plan-settings", plan.slug)


def test_a_draft_gets_another_title_lead_end_and_groups(cast, client):
    draft, day = cast.ours.draft, cast.day(400)
    board = Group.objects.create(partnership=cast.ours.partnership, slug="board", name="Board", kind="board")
    page = text_of(client.get(settings_of(draft)))
    assert f'value="{draft.title}"' in page
    said = {
        "title": "Another title",
        "lead_post": cast.ours.vacant_post.pk,
        "approves": [board.pk],
        "dates": [board.pk],
    }
    client.post(settings_of(draft), said | parts("ends_on", day))

    draft.refresh_from_db()
    assert (draft.title, draft.lead_post, draft.ends_on) == ("Another title", cast.ours.vacant_post, day)
    roles = PlanGroup.objects.filter(plan=draft).order_by("role").values_list("group__name", "role")
    assert list(roles) == [("Board", "approves"), ("Board", "approves date changes")]
    assert draft.entries.latest("seq").kind == Entry.Kind.EDITED


def test_an_agreed_plan_keeps_what_was_agreed(cast):
    with pytest.raises(PlanIsAgreed):
        operations.change_draft(
            plan=cast.ours.plan, text=PlanText("Another", 1), by=Actor(cast.coordinator), now=cast.moment()
        )


def test_another_lead_and_end_of_an_agreed_plan_are_proposed_and_become_the_next_version(cast, client):
    plan, group, end = cast.ours.plan, cast.ours.group, cast.day(700)
    roles = {"approves": [group.pk], "monitors": [group.pk], "closes": [group.pk], "dates": [group.pk]}
    said = {"title": plan.title, "lead_post": cast.ours.vacant_post.pk, **roles} | parts("ends_on", end)
    client.post(settings_of(plan), said)
    plan.refresh_from_db()
    assert (plan.lead_post, plan.ends_on) == (cast.ours.post, None), "a proposal changes nothing"
    versions = at("plan-versions", plan.slug)
    assert "Vacant post of ours" in text_of(client.get(versions))
    agreed = {"group": group.pk, "minute": "3/4", "reason": "The service was reorganised"}
    client.post(at("plan-agree", plan.slug), agreed)

    plan.refresh_from_db()
    assert (plan.version, plan.lead_post, plan.ends_on) == (2, cast.ours.vacant_post, end)
    side_by_side = text_of(client.get(f"{versions}?from=1&to=2"))
    lines = compared(plan, plan.actions.all(), 1, 2)
    assert [each.ref for each in lines] == ["The plan"]
    assert lines[0].lines == [
        ("Plan lead", "Head of ours", "Vacant post of ours"),
        ("End of the plan", "none", f"{end:%-d %B %Y}"),
    ]
    assert "Version 1 beside version 2" in side_by_side
    assert plan.plan_groups.count() == 4


def test_proposing_what_is_agreed_already_says_so(cast, client):
    plan, group = cast.ours.plan, cast.ours.group
    roles = {"approves": [group.pk], "monitors": [group.pk], "closes": [group.pk], "dates": [group.pk]}
    answer = client.post(settings_of(plan), {"title": plan.title, "lead_post": plan.lead_post_id, **roles})

    assert answer.status_code == 422
    assert "Nothing is changed yet" in text_of(answer)


def test_whether_wording_is_read_can_be_set_at_any_time_and_is_on_record(cast, client):
    plan = cast.ours.plan
    client.post(settings_of(plan), {"is_read": "on", "review": "Save this setting"})
    assert Plan.objects.get(pk=plan.pk).reviews_wording
    assert "Wording to read" in text_of(client.get(plan.get_absolute_url()))
    client.post(settings_of(plan), {"review": "Save this setting"})

    assert not Plan.objects.get(pk=plan.pk).reviews_wording
    kept = AuditEntry.objects.filter(what="set whether wording is read").order_by("pk")
    assert [each.details["is_read"] for each in kept] == [True, False]


def test_an_action_is_taken_out_of_a_draft_and_its_rows_stay(cast, client):
    draft, action = cast.ours.draft, cast.ours.draft.actions.get()
    client.post(at("build-action", draft.slug, "D1"), {"remove": "yes"})

    assert not draft.actions.exists()
    assert client.get(action.get_absolute_url()).status_code == 404
    assert list(action.entries.order_by("seq").values_list("kind", flat=True)) == ["added", "removed"]
    added = client.post(at("build-action-new", draft.slug), an_action(cast, ref="D1"))
    assert added.status_code == 302, "its reference is free again"
    assert draft.actions.get().ref == "D1"


def test_an_action_of_an_agreed_plan_is_not_taken_out(cast, client):
    client.post(at("build-action", cast.ours.plan.slug, cast.ours.late.ref), {"remove": "yes"})

    assert Action.objects.filter(pk=cast.ours.late.pk).exists()
    with pytest.raises(PlanIsAgreed):
        operations.remove_action(action=cast.ours.late, by=Actor(cast.coordinator), now=cast.moment())


def test_an_action_names_the_quality_indicators_that_it_serves(cast, client, indicator):
    url = at("build-action", cast.ours.draft.slug, "D1")
    assert "5.2 Assessing risk" in text_of(client.get(url))
    client.post(url, an_action(cast, ref="D1", indicators=[indicator.pk]))

    action = cast.ours.draft.actions.get()
    assert list(action.indicators.all()) == [indicator]
    assert "5.2 Assessing risk" in text_of(client.get(action.get_absolute_url()))


def test_the_second_of_two_edits_sees_what_the_first_changed(cast, client):
    action = cast.ours.draft.actions.get()
    url, seen = at("build-action", cast.ours.draft.slug, "D1"), action.entries.latest("seq").seq
    client.post(url, an_action(cast, ref="D1", title="The first edit wins", priority="high", seen=seen))
    said = an_action(cast, ref="D1", title="The second is kept", outside="A new charity", seen=seen)
    page = text_of(client.post(url, said))

    assert "What was saved meanwhile, and what you typed" in page
    assert "The first edit wins<br>" in page
    assert "High<br>" in page
    assert not cast.ours.partnership.agencies.filter(name="A new charity").exists(), "what is compared enters nothing"


def seen_in(page: str) -> str:
    """What the form on the page says that it was opened on."""
    field = re.search(r'name="seen" value="([^"]+)"', page)
    assert field, "the form does not say what it was opened on"
    return field[1]


def another_coordinator(cast) -> Client:
    partnering.grant_role(user=cast.clerk, partnership=cast.ours.partnership, role=Role.COORDINATOR)
    return signed_in(cast.clerk)


def test_a_second_response_sees_the_first_and_goes_through_when_it_is_sent_again(cast, client):
    other, found = another_coordinator(cast), cast.ours.recommendation
    url = at("plan-response", cast.ours.draft.slug, found.pk)
    seen = seen_in(text_of(client.get(url)))
    other.post(url, {"response": "not_agreed", "reason": "There is no money", "seen": seen})
    mine = {"response": "partly_agreed", "reason": "Not for small teams", "lead_agency": "", "seen": seen}
    refused = client.post(url, mine)
    page = text_of(refused)

    assert refused.status_code == 422
    assert "This response was saved since you opened the form" in page
    assert "Saved:</span> There is no money<br>" in page
    assert "You typed:</span> Partly agreed" in page
    assert "Not for small teams</textarea>" in page
    found.refresh_from_db()
    assert (found.response, found.response_reason) == ("not_agreed", "There is no money")

    again = client.post(url, mine | {"seen": seen_in(page)})
    found.refresh_from_db()
    assert (again.status_code, found.response, found.response_reason) == (302, "partly_agreed", "Not for small teams")


@pytest.mark.parametrize("which", ["draft", "plan"])
def test_second_settings_see_the_first_and_go_through_when_they_are_sent_again(cast, client, which):
    """Of a draft, and of an active plan, whose settings are proposed."""
    other, plan, group = another_coordinator(cast), getattr(cast.ours, which), cast.ours.group
    url, board = settings_of(plan), {"approves": [group.pk]}
    seen = seen_in(text_of(client.get(url)))
    first = {"title": "The first edit", "lead_post": cast.ours.vacant_post.pk, **board, "seen": seen}
    assert other.post(url, first).status_code == 302
    mine = {"title": "The second edit", "lead_post": cast.ours.post.pk, **board, "seen": seen}
    refused = client.post(url, mine)
    page = text_of(refused)

    assert refused.status_code == 422
    assert "These settings were saved since you opened the form" in page
    assert 'Saved:</span> The first edit<br><span class="ft-quiet">You typed:</span> The second edit' in page
    assert "Vacant post of ours<br>" in page
    assert 'value="The second edit"' in page
    assert PlanText.waiting(Plan.objects.get(pk=plan.pk)).title == "The first edit"

    assert client.post(url, mine | {"seen": seen_in(page)}).status_code == 302
    assert PlanText.waiting(Plan.objects.get(pk=plan.pk)).title == "The second edit"


def test_a_form_with_an_error_still_notices_what_was_saved_meanwhile(cast, client):
    url, group = settings_of(cast.ours.draft), cast.ours.group
    seen = seen_in(text_of(client.get(url)))
    said = {"title": "The first edit", "lead_post": cast.ours.post.pk, "approves": [group.pk], "seen": seen}
    another_coordinator(cast).post(url, said)
    page = text_of(client.post(url, said | {"title": ""}))

    assert seen_in(page) == seen
    assert "saved since you opened" in text_of(client.post(url, said | {"title": "Mine", "seen": seen_in(page)}))
