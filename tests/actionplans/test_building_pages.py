"""Building a plan, having it approved and changing it by versions: the pages, over HTTP."""

import html
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from actionplans import operations
from actionplans.models import Action, Plan, PlanStep, Proposal
from actionplans.operations import ActionText, Actor
from actionplans.smart import smart_hints
from core.models import AuditEntry
from inspections.models import Recommendation
from partnerships.models import Agency, Group
from tests.cast import DRAFT_TITLE

PROPOSED = "Train every team in assessing risk, as proposed"


@pytest.fixture
def client(cast):
    return signed_in(cast.coordinator)


def signed_in(person) -> Client:
    found = Client()
    found.force_login(person)
    return found


def at(name: str, *arguments: object) -> str:
    return reverse(f"actionplans:{name}", args=arguments)


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def parts(name: str, on: date | None) -> dict[str, str]:
    if on is None:
        return {}
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def an_action(cast, due_on: date | None = None, **given: object) -> dict[str, object]:
    data: dict[str, object] = {
        "ref": "1.1",
        "title": "Train all front-line staff",
        "recommendations": [cast.ours.recommendation.pk],
        "lead_post": cast.ours.post.pk,
    }
    return data | parts("due_on", due_on) | given


def problem(response, sentence: str, field: str) -> None:
    """Answered with 422, the sentence beside the field and in the summary that links to it."""
    said = text_of(response)
    assert response.status_code == 422
    assert said.count(sentence) >= 2, sentence
    assert f'href="#id_{field}' in said
    assert f'id="id_{field}_error"' in said


# --- the whole way ---


def test_from_an_inspection_to_the_second_version(cast, client):
    ours, later = cast.ours, cast.today + timedelta(days=30)
    new = at("plan-new", ours.inspection.slug)
    assert f'href="{new}"' in text_of(client.get(at("inspection", ours.inspection.slug)))
    roles = {role: [ours.group.pk] for role in ("approves", "monitors", "closes")}
    started = client.post(new, {"title": "Plan to improve", "lead_post": ours.post.pk, **roles})
    plan = Plan.objects.get(slug="plan-to-improve")
    build = at("plan-build", plan.slug)
    assert started["Location"] == build
    assert (plan.status, list(plan.inspections.all())) == ("draft", [ours.inspection])
    assert ours.recommendation.text in text_of(client.get(build))

    answer = {"response": "partly_agreed", "reason": "Not for the smallest teams"}
    client.post(at("plan-response", plan.slug, ours.recommendation.pk), answer)
    assert "Partly agreed" in text_of(client.get(build))

    add = at("build-action-new", plan.slug)
    assert 'value="1.1"' in text_of(client.get(f"{add}?recommendation={ours.recommendation.pk}"))
    client.post(add, an_action(cast, outside="Children 1st", evidence_required="Register\nRota", start_on_day=""))
    assert 'value="1.2"' in text_of(client.get(f"{add}?recommendation={ours.recommendation.pk}"))
    client.post(add, an_action(cast, later, ref="1.2", title="Audit every case file"))
    first, second = plan.actions.order_by("position")
    assert [str(each) for each in first.contributors.all()] == ["Children 1st"]
    assert [each.text for each in first.evidence_requirements.order_by("position")] == ["Register", "Rota"]
    assert "No due date" in text_of(client.get(build))

    client.post(at("build-move", plan.slug, "1.2"), {"direction": "up", "recommendation": ours.recommendation.pk})
    assert list(plan.actions.order_by("position").values_list("ref", flat=True)) == ["1.2", "1.1"]
    several = {"several-actions": [first.pk, second.pk], "several-priority": "high"}
    client.post(at("build-change", plan.slug), several | parts("several-due_on", later))
    assert set(plan.actions.values_list("priority", "current_due_on")) == {("high", later)}

    approval, minute = at("plan-approval", plan.slug), {"group": ours.group.pk, "meeting": ours.past_meeting.pk}
    client.post(at("build-submit", plan.slug), {"submit-group": ours.group.pk})
    assert "fixes the original due date of 2 actions" in text_of(client.get(approval))
    client.post(approval, {"decision": "return", "reason": "Say who trains", "minute": "14/1", **minute})
    assert "Say who trains" in text_of(client.get(build))
    client.post(at("build-submit", plan.slug), {"submit-group": ours.group.pk})
    client.post(approval, {"decision": "approve", "minute": "14/2", **minute})
    plan.refresh_from_db()
    assert (plan.status, plan.version) == ("active", 1)
    assert set(plan.actions.values_list("original_due_on", flat=True)) == {later}
    assert plan.rounds.filter(meeting=ours.next_meeting).exists()

    propose = at("action-propose", plan.slug, "1.1")
    assert propose in text_of(client.get(first.get_absolute_url()))
    client.post(propose, an_action(cast, title=PROPOSED, measure="Staff trained", target="95%"))
    client.post(at("plan-propose", plan.slug), an_action(cast, later, ref="1.3", title="Publish the results"))
    assert not Action.objects.filter(title=PROPOSED).exists()
    waiting = text_of(client.get(at("plan-versions", plan.slug)))
    assert PROPOSED in waiting
    assert "Publish the results" in waiting
    agreed = client.post(at("plan-agree", plan.slug), {"reason": "After the audit", "minute": "15/3", **minute})
    assert agreed.status_code == 302
    first.refresh_from_db()
    assert (first.title, first.current_due_on) == (PROPOSED, later)
    assert plan.actions.get(ref="1.3").original_due_on == later
    assert not Proposal.objects.filter(plan=plan).exists()

    compared = text_of(client.get(at("plan-versions", plan.slug) + "?from=1&to=2"))
    assert "Version 1 beside version 2" in compared
    assert "Train all front-line staff" in compared
    assert "After the audit" in compared
    assert "minute 15/3" in compared
    steps = PlanStep.objects.filter(plan=plan).order_by("seq").values_list("step", flat=True)
    assert list(steps) == ["submitted", "returned", "submitted", "approved", "changed"]


# --- starting ---


def test_a_plan_without_lead_or_approving_group_is_refused_and_what_was_typed_stays(cast, client):
    answer = client.post(at("plan-new", cast.ours.inspection.slug), {"title": "Kept title"})

    problem(answer, "Choose the plan lead", "lead_post")
    assert "Tick the group or groups that approve the plan" in text_of(answer)
    assert 'value="Kept title"' in text_of(answer)
    assert not Plan.objects.filter(title="Kept title").exists()


def test_titles_may_repeat_and_the_actions_of_an_earlier_plan_are_copied(cast, client):
    ours = cast.ours
    data = {"title": "Our plan", "lead_post": ours.post.pk, "approves": [ours.group.pk], "copied_from": ours.plan.pk}
    for _ in range(2):
        client.post(at("plan-new", ours.inspection.slug), data)

    assert set(Plan.objects.filter(title="Our plan").values_list("slug", flat=True)) == {"our-plan", "our-plan-2"}
    copied = Plan.objects.get(slug="our-plan").actions.order_by("position")
    assert [each.ref for each in copied] == ["A1", "A2", "A3"]
    assert {(each.status, each.current_due_on) for each in copied} == {("not_started", None)}


def test_a_repeated_recommendation_says_so(cast, client):
    earlier = cast.ours.other.inspections.get().recommendations.get()
    Recommendation.objects.filter(pk=cast.ours.recommendation.pk).update(repeats=earlier)

    said = text_of(client.get(at("plan-build", cast.ours.draft.slug)))
    assert "Repeats recommendation 1" in said
    assert str(earlier.inspection) in said


# --- building ---


def test_a_response_that_is_not_agreed_owes_a_reason(cast, client):
    answer = client.post(
        at("plan-response", cast.ours.draft.slug, cast.ours.recommendation.pk), {"response": "not_agreed"}
    )

    problem(answer, "Enter the reason why this is not, or only partly, agreed", "reason")
    assert Recommendation.objects.get(pk=cast.ours.recommendation.pk).response == "agreed"


@pytest.mark.parametrize(
    ("given", "sentence", "field"),
    [
        ({"ref": "D1"}, "This plan already has an action with that reference", "ref"),
        ({"ref": "a/b"}, "Use letters, numbers, dots and hyphens in the reference", "ref"),
        ({"title": ""}, "Enter what will be done", "title"),
        ({"recommendations": []}, "Choose at least one recommendation that the action answers", "recommendations"),
        ({"target": "95%"}, "Enter the success measure that the baseline and target belong to", "measure"),
        ({"verifier": "Board at EH1 1YZ"}, "looks like", "verifier"),
    ],
)
def test_an_action_that_is_refused_keeps_what_was_typed(cast, client, given, sentence, field):
    data = an_action(cast, baseline="Kept baseline" if "target" in given else "", **given) | {"horizon": "long"}
    answer = client.post(at("build-action-new", cast.ours.draft.slug), data)

    problem(answer, sentence, field)
    assert '<option value="long" selected>' in text_of(answer)
    assert cast.ours.draft.actions.count() == 1


def test_an_action_due_before_it_starts_is_refused_beside_the_date(cast, client):
    data = an_action(cast, cast.day(10)) | parts("start_on", cast.day(20))
    problem(
        client.post(at("build-action-new", cast.ours.draft.slug), data),
        "The due date must not be before the start",
        "due_on",
    )


def test_what_looks_personal_passes_with_a_reason_that_is_kept(cast, client):
    data = an_action(cast, verifier="Board at EH1 1YZ", not_personal="A room booking")
    client.post(at("build-action-new", cast.ours.draft.slug), data)

    assert cast.ours.draft.actions.get(ref="1.1").verifier == "Board at EH1 1YZ"
    assert AuditEntry.objects.get(what="passed the personal data check").details["reason"] == "A room booking"


def test_the_second_of_two_edits_is_told_of_the_first_and_keeps_its_text(cast, client):
    action = cast.ours.draft.actions.get()
    url, seen = at("build-action", cast.ours.draft.slug, "D1"), action.entries.latest("seq").seq
    client.post(url, an_action(cast, ref="D1", title="The first edit wins", seen=seen))
    answer = client.post(url, an_action(cast, ref="D1", title="The second is kept", seen=seen))

    assert answer.status_code == 422
    assert "on this action since you opened the form" in text_of(answer)
    assert "The second is kept" in text_of(answer)
    action.refresh_from_db()
    assert action.title == "The first edit wins"
    latest = action.entries.latest("seq").seq
    assert f'name="seen" value="{latest}"' in text_of(answer)


def test_taking_the_measure_away_takes_it_away(cast, client):
    url = at("build-action", cast.ours.draft.slug, "D1")
    client.post(url, an_action(cast, ref="D1", measure="Staff trained", target="95%"))
    assert cast.ours.draft.actions.get().measures.get().target == "95%"
    client.post(url, an_action(cast, ref="D1"))

    assert not cast.ours.draft.actions.get().measures.exists()


def test_several_are_changed_together_or_not_at_all(cast, client):
    draft = cast.ours.draft
    url = at("build-change", draft.slug)
    problem(client.post(url, {"several-priority": "high"}), "Tick the actions to change", "several-actions")
    ticked = {"several-actions": [draft.actions.get().pk]}
    problem(client.post(url, ticked), "Choose a new owner, due date or priority", "several-lead_post")
    early = client.post(url, ticked | {"several-priority": "high"} | parts("several-due_on", cast.day(-500)))

    problem(early, "The due date must not be before the start", "several-due_on")
    assert draft.actions.get().priority == ""


def test_moving_stays_within_the_actions_of_the_recommendation(cast, client):
    draft = cast.ours.draft
    other = Recommendation.objects.create(inspection=cast.ours.inspection, position=2, number="2", text="Another")
    for ref, recommendation in (("X", other), ("D2", cast.ours.recommendation)):
        client.post(at("build-action-new", draft.slug), an_action(cast, ref=ref, recommendations=[recommendation.pk]))
    client.post(at("build-move", draft.slug, "D2"), {"direction": "up", "recommendation": cast.ours.recommendation.pk})

    assert list(draft.actions.order_by("position").values_list("ref", flat=True)) == ["D2", "X", "D1"]


# --- SMART ---


@pytest.mark.parametrize(
    ("text", "due_on", "expected"),
    [
        ({"title": "Training"}, date(2015, 6, 15), {"title", "measure"}),
        ({"title": "Better training for all staff"}, date(2015, 6, 15), {"title", "measure"}),
        ({"title": "Train all front-line staff", "measure": "Trained"}, None, {"target", "due_on"}),
        (
            {"title": "Train all front-line staff", "measure": "M", "target": "better"},
            date(2015, 6, 13),
            {"target", "due_on"},
        ),
        ({"title": "Train all front-line staff", "measure": "M", "target": "95%"}, date(2016, 6, 15), {"due_on"}),
        ({"title": "Staff in every team will be trained", "measure": "M", "target": "all"}, date(2015, 6, 15), set()),
    ],
)
def test_hints_name_what_an_action_lacks(text, due_on, expected):
    said = ActionText(lead_post_id=1, recommendations_ids=(1,), **text)

    assert set(smart_hints(said, due_on, date(2015, 12, 31))) == expected


# --- deciding ---


def test_a_return_owes_a_reason_and_a_meeting_belongs_to_its_group(cast, client):
    ours = cast.ours
    operations.submit_plan(plan=ours.draft, group=ours.group, by=Actor(cast.coordinator), now=cast.moment())
    approver = signed_in(cast.approver)
    url = at("plan-approval", ours.draft.slug)
    problem(
        approver.post(url, {"decision": "return", "group": ours.group.pk}), "Enter why the plan is returned", "reason"
    )
    elsewhere = {"decision": "approve", "group": ours.group.pk, "meeting": cast.theirs.past_meeting.pk}

    assert approver.post(url, elsewhere).status_code == 422
    assert Plan.objects.get(pk=ours.draft.pk).status == "submitted"


def test_a_plan_with_open_actions_stays_open_and_says_which(cast, client):
    url = at("plan-approval", cast.ours.plan.slug)
    answer = client.post(url, {"group": cast.ours.group.pk})

    assert answer.status_code == 422
    assert "These actions are open: A1, A2, A3" in text_of(answer)
    assert Plan.objects.get(pk=cast.ours.plan.pk).status == "active"
    Action.objects.filter(plan=cast.ours.plan).update(status="cancelled")
    client.post(url, {"group": cast.ours.group.pk, "minute": "16/1"})
    assert Plan.objects.get(pk=cast.ours.plan.pk).status == "closed"


# --- who sees what ---


def propose(cast, title=PROPOSED):
    body = Agency.objects.create(partnership=cast.ours.partnership, name="Body of a proposal", is_member=False)
    text = ActionText.of(cast.ours.late).but(title=title, contributors_ids=(body.pk,))
    said = {"by": Actor(cast.coordinator), "now": cast.moment()}
    return operations.propose(plan=cast.ours.plan, action=cast.ours.late, text=text, **said)


@pytest.mark.parametrize("person", ["member", "inspector", "outsider"])
def test_drafts_do_not_exist_for_those_who_only_read(cast, person):
    reader, draft = signed_in(cast.person(person)), cast.ours.draft
    urls = [at("plan-build", draft.slug), at("plan-approval", draft.slug), at("plan-versions", draft.slug)]
    urls += [at("build-action", draft.slug, "D1"), at("build-action-new", draft.slug), at("plan-propose", draft.slug)]
    answers = [reader.get(url) for url in urls]

    assert {each.status_code for each in answers} == {404}
    assert not any(DRAFT_TITLE in text_of(each) for each in answers)


@pytest.mark.parametrize("person", ["member", "inspector"])
def test_proposals_are_nowhere_for_those_who_read_what_was_agreed(cast, person):
    propose(cast)
    reader, ours = signed_in(cast.person(person)), cast.ours
    urls = [ours.plan.get_absolute_url(), ours.late.get_absolute_url(), at("plan-versions", ours.plan.slug)]
    urls += [at("plans"), at("inspection", ours.inspection.slug), at("plan-versions", ours.plan.slug) + "?from=1&to=1"]
    if person == "member":
        urls.append(at("partnership", ours.partnership.slug))
    answers = [reader.get(url) for url in urls]

    assert {each.status_code for each in answers} == {200}
    assert not any(PROPOSED in text_of(each) or "Body of a proposal" in text_of(each) for each in answers)
    assert PROPOSED in text_of(signed_in(cast.coordinator).get(at("plan-versions", ours.plan.slug)))


def test_an_inspector_reads_in_a_version_only_the_actions_of_granted_inspections(cast):
    hidden = Action.objects.get(plan=cast.ours.other)
    Action.objects.filter(pk=cast.ours.dormant.pk).get().recommendations.set(hidden.recommendations.all())
    for action in (cast.ours.late, cast.ours.dormant):
        text = ActionText.of(action).but(title=f"Second text of {action.ref}")
        operations.propose(plan=cast.ours.plan, action=action, text=text, by=Actor(cast.clerk), now=cast.moment())
    said = {"reason": "Because", "by": Actor(cast.clerk), "now": cast.moment()}
    operations.agree_version(plan=cast.ours.plan, group=cast.ours.group, **said)
    read = text_of(signed_in(cast.inspector).get(at("plan-versions", cast.ours.plan.slug)))

    assert "Second text of A1" in read
    assert "Second text of A2" not in read


def test_a_proposal_that_changes_nothing_is_refused_and_one_may_be_withdrawn(cast, client):
    url = at("action-propose", cast.ours.plan.slug, "A1")
    contributors = list(cast.ours.late.contributors.values_list("pk", flat=True))
    measure = {name: getattr(cast.ours.measure, name) for name in ("baseline", "target")}
    same = an_action(cast, title=cast.ours.late.title, evidence_required="Register", contributors=contributors)
    same |= measure | {"measure": cast.ours.measure.name}
    refused = client.post(url, same)
    assert refused.status_code == 422
    assert "Nothing is changed yet" in text_of(refused)
    client.post(url, same | {"title": PROPOSED})
    proposal = Proposal.objects.get()
    assert PROPOSED in text_of(client.get(url))
    client.post(at("plan-withdraw", cast.ours.plan.slug), {"proposal": proposal.pk})

    assert not Proposal.objects.exists()


def test_a_version_owes_a_reason_and_a_group_that_approves(cast, client):
    propose(cast)
    url = at("plan-agree", cast.ours.plan.slug)
    problem(client.post(url, {"group": cast.ours.group.pk}), "Enter why the plan is changed", "reason")
    stranger = Group.objects.create(partnership=cast.ours.partnership, slug="s", name="Strangers", kind="board")

    assert client.post(url, {"group": stranger.pk, "reason": "Kept reason"}).status_code == 422
    assert Plan.objects.get(pk=cast.ours.plan.pk).version == 1
