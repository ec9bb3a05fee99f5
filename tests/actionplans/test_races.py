"""People who write at once, as real processes on PostgreSQL: one of them counts, and the chain of the plan holds."""

from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from actionplans import operations
from actionplans.integrity import check_history
from actionplans.models import (
    STATE_FIELDS,
    Action,
    DateDecision,
    DateRequest,
    Entry,
    Plan,
    PlanStep,
    Revision,
    Status,
    Verification,
)
from actionplans.operations import ActionText, Actor, Decision
from actionplans.operations.updates import last_seq
from core import clock
from partnerships import operations as partnering
from tests.actionplans.conftest import TODAY
from tests.actionplans.hands import HANDS, Outcome, hands
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

GROUP = Decision("Committee of ours", minute="15/9")
NOW = clock.at(TODAY)


@pytest.fixture(scope="module")
def many_hands(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), hands() as found:
        yield found


@pytest.fixture
def at_once(many_hands):
    return many_hands.at_once


@pytest.fixture
def house(transactional_db):
    """The cast, in the database for everybody to see. However it ends, the history of every plan holds."""
    yield make_cast(TODAY)
    assert [each.fault for each in map(check_history, Plan.objects.all()) if each.fault] == []
    assert [each for each in Action.objects.all() if state_of(each) != state_of(each.entries.latest("seq"))] == []


def state_of(holder: Action | Entry) -> dict[str, Any]:
    return {name: getattr(holder, name) for name in STATE_FIELDS}


def kinds(outcomes: list[Outcome]) -> list[str]:
    return sorted(each.kind for each in outcomes)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def post(house: Cast, action: Action, **given: Any) -> partial:
    said = {"status": Status.IN_PROGRESS, "percent": 10, "wording": "Begun.", "barrier": "Illness"}
    return partial(operations.post_update, action=action, now=NOW, **{"by": Actor(house.owner)} | said | given)


def verify(house: Cast, action: Action, person: str = "verifier") -> partial:
    by = Actor(house.person(person))
    return partial(operations.verify_action, action=action, by=by, verifier="Audit", statement="Ten files", now=NOW)


def give_back(house: Cast, action: Action) -> partial:
    by = Actor(house.verifier)
    return partial(operations.return_action, action=action, by=by, verifier="Audit", reason="Gaps", now=NOW)


def close(house: Cast, action: Action, **given: Any) -> partial:
    return partial(operations.close_action, action=action, by=Actor(house.approver), decision=GROUP, now=NOW, **given)


def reopen(house: Cast, action: Action) -> partial:
    return partial(operations.reopen_action, action=action, by=Actor(house.approver), reason="Again", now=NOW)


def step(house: Cast, verb: Any, plan: Plan, **given: Any) -> partial:
    return partial(verb, plan=plan, group=house.ours.group, by=Actor(house.approver), now=NOW, **given)


@pytest.fixture
def closed(house) -> Action:
    """The only action of an active plan, closed by its group with a check to come."""
    action = house.ours.other.actions.get()
    post(house, action, status=Status.COMPLETED, percent=100, evidence_ticked=["Register"])()
    verify(house, action)()
    close(house, action, check_months=3)()
    return action


# --- updates ---


def test_ten_who_post_on_one_plan_at_once_make_one_chain_without_gaps(house, at_once):
    plan, actions = fresh(house.ours.plan), [house.ours.late, house.ours.dormant]
    outcomes = at_once(*[post(house, actions[number % 2], percent=number + 1) for number in range(HANDS)])

    assert kinds(outcomes) == ["ProgressUpdate"] * HANDS
    before = plan.history_count
    assert sorted(each.seq for each in outcomes) == list(range(before + 1, before + HANDS + 1))
    assert fresh(plan).history_count == before + HANDS


def test_of_two_updates_written_on_the_same_history_one_is_refused(house, at_once):
    action, before = house.ours.late, house.ours.late.entries.count()
    seen = last_seq(action)
    outcomes = at_once(post(house, action, seen=seen), post(house, action, seen=seen, by=Actor(house.coordinator)))

    assert kinds(outcomes) == ["ProgressUpdate", "UpdatedMeanwhile"]
    assert action.entries.count() == before + 1


def send(address: str, session: str, form: dict[str, Any]) -> str:
    """Posts a form as a browser does; how it was answered."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return f"{client.post(address, form).status_code}"


def test_a_form_that_is_sent_twice_is_posted_once(house, at_once):
    """A double press of the button, or a phone that tries again: both are answered with the one update."""
    action, client = house.ours.late, Client()
    client.force_login(house.owner)
    form = {"status": "in_progress", "percent": 50, "wording": "Half of it.", "barrier": "Illness"}
    form |= {"seen": last_seq(action), "evidence_ticked": ["Register"]}
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    outcomes = at_once(*[partial(send, action.get_update_url(), session, form)] * 2)

    assert sorted(each.words for each in outcomes) == ["302", "302"]
    assert action.entries.filter(progressupdate__wording="Half of it.").count() == 1


# --- dates ---


def test_of_two_deciders_of_a_date_one_is_heard(house, at_once):
    action = house.ours.late
    said = {"to_on": house.day(30), "reason": "Late", "by": Actor(house.owner), "now": NOW}
    request = operations.request_date_change(action=action, **said)
    decide = partial(operations.decide_date_change, request=request, decision=GROUP, by=Actor(house.approver), now=NOW)

    outcomes = at_once(partial(decide, is_granted=True), partial(decide, is_granted=False))

    assert kinds(outcomes) == ["AlreadyDecided", "DateDecision"]
    is_granted = DateDecision.objects.get(request=request).is_granted
    assert fresh(action).date_changes == int(is_granted)
    assert fresh(action).current_due_on == (house.day(30) if is_granted else house.day(-10))


def test_a_date_that_is_withdrawn_and_granted_at_once_is_one_of_them(house, at_once):
    action, said = house.ours.late, {"by": Actor(house.owner), "now": NOW}
    request = operations.request_date_change(action=action, to_on=house.day(30), reason="Late", **said)
    decided = {"request": request, "decision": GROUP, "by": Actor(house.approver), "now": NOW}
    outcomes = at_once(
        partial(operations.decide_date_change, is_granted=True, **decided),
        partial(operations.withdraw_date_request, request=request, reason="A slip", **said),
    )

    first, second = kinds(outcomes)
    assert (first, second in {"DateDecision", "DateWithdrawal"}) == ("AlreadyDecided", True)
    assert fresh(action).date_changes == int(second == "DateDecision")


def test_of_two_requests_for_one_action_one_waits(house, at_once):
    ask = partial(operations.request_date_change, action=house.ours.late, reason="Late", by=Actor(house.owner), now=NOW)
    outcomes = at_once(partial(ask, to_on=house.day(30)), partial(ask, to_on=house.day(40)))

    assert kinds(outcomes) == ["DateRequest", "Refusal"]
    assert DateRequest.objects.filter(action=house.ours.late).count() == 1


# --- whether done is done ---


def test_of_two_verifications_at_once_one_counts(house, at_once):
    done = house.ours.completed
    outcomes = at_once(verify(house, done), verify(house, done, "clerk"))

    assert kinds(outcomes) == ["IllegalMove", "Verification"]
    assert Verification.objects.filter(action=done).count() == 1


def test_of_accepting_and_returning_at_once_one_counts(house, at_once):
    done = house.ours.completed
    outcomes = at_once(verify(house, done), give_back(house, done))

    assert kinds(outcomes) == ["IllegalMove", "Verification"]
    word = Verification.objects.get(action=done)
    assert fresh(done).status == (Status.VERIFIED if word.is_accepted else Status.IN_PROGRESS)


def test_verifying_against_reopening_ends_as_the_order_of_the_rows_says(house, at_once):
    """What is only completed is not reopened, so reopening goes through only behind the verification."""
    done = house.ours.completed
    verified, reopened = at_once(verify(house, done), reopen(house, done))

    assert verified.kind == "Verification"
    assert reopened.kind in {"IllegalMove", "Reopening"}
    assert fresh(done).status == (Status.VERIFIED if reopened.kind == "IllegalMove" else Status.IN_PROGRESS)
    assert reopened.seq in {0, verified.seq + 1}


def test_closing_against_reopening_an_action_leaves_it_open(house, at_once):
    done = house.ours.completed
    verify(house, done)()
    closed, reopened = at_once(close(house, done), reopen(house, done))

    assert reopened.kind == "Reopening"
    assert closed.kind in {"Closure", "IllegalMove"}
    assert fresh(done).status == Status.IN_PROGRESS


# --- the plan ---


def test_closing_a_plan_against_reopening_its_action_leaves_both_open(house, at_once, closed):
    plan = house.ours.other
    ended, reopened = at_once(step(house, operations.close_plan, plan), reopen(house, closed))

    assert (reopened.kind, ended.kind in {"PlanStep", "ActionsAreOpen"}) == ("Reopening", True)
    assert (fresh(plan).status, fresh(closed).status) == (Plan.Status.ACTIVE, Status.IN_PROGRESS)


def test_closing_a_plan_against_a_check_that_fails_leaves_both_open(house, at_once, closed):
    plan, closure = house.ours.other, closed.entries.get(kind=Entry.Kind.CLOSURE).closure
    said = {"is_sustained": False, "statement": "Five files", "by": Actor(house.verifier), "now": NOW}
    check = partial(operations.check_sustained, closure=closure, **said)
    ended, checked = at_once(step(house, operations.close_plan, plan), check)

    assert (checked.kind, ended.kind in {"PlanStep", "ActionsAreOpen"}) == ("SustainedCheck", True)
    assert (fresh(plan).status, fresh(closed).status) == (Plan.Status.ACTIVE, Status.IN_PROGRESS)


def test_a_plan_is_closed_once(house, at_once, closed):
    outcomes = at_once(*[step(house, operations.close_plan, house.ours.other)] * 2)

    assert kinds(outcomes) == ["PlanIsNotReady", "PlanStep"]
    assert fresh(house.ours.other).status == Plan.Status.CLOSED


def test_of_two_approvals_one_counts(house, at_once):
    plan = house.ours.draft
    step(house, operations.submit_plan, plan)()
    outcomes = at_once(*[step(house, operations.approve_plan, plan)] * 2)

    assert kinds(outcomes) == ["PlanIsNotReady", "PlanStep"]
    assert (fresh(plan).version, Revision.objects.filter(plan=plan).exclude(action=None).count()) == (
        1,
        plan.actions.count(),
    )


def test_of_approving_and_returning_at_once_one_counts(house, at_once):
    plan = house.ours.draft
    step(house, operations.submit_plan, plan)()
    give = step(house, operations.return_plan, plan, reason="Too thin")
    outcomes = at_once(step(house, operations.approve_plan, plan), give)

    assert kinds(outcomes) == ["PlanIsNotReady", "PlanStep"]
    said = PlanStep.objects.filter(plan=plan).latest("seq").step
    assert (said, fresh(plan).status) in {("approved", Plan.Status.ACTIVE), ("returned", Plan.Status.DRAFT)}


def propose(house: Cast, action: Action, title: str) -> partial:
    text = ActionText.of(action).but(title=title)
    return partial(operations.propose, plan=action.plan, action=action, text=text, by=Actor(house.coordinator), now=NOW)


def test_what_is_proposed_is_agreed_once(house, at_once):
    plan = house.ours.plan
    for action in (house.ours.late, house.ours.dormant):
        propose(house, action, "Train every team")()
    outcomes = at_once(*[step(house, operations.agree_version, plan, reason="The committee asked")] * 2)

    assert kinds(outcomes) == ["PlanIsNotReady", "PlanStep"]
    assert (fresh(plan).version, plan.proposals.count()) == (2, 0)
    assert Revision.objects.filter(plan=plan, version=2).count() == 2


def test_of_two_proposals_for_one_action_the_later_stands(house, at_once):
    late = house.ours.late
    titles = ["Train every team", "Train all staff"]
    outcomes = at_once(*[propose(house, late, title) for title in titles])

    assert kinds(outcomes) == ["Proposal", "Proposal"]
    assert late.proposals.get().text["title"] in titles


# --- the draft ---


def edit(house: Cast, action: Action, title: str, seen: int) -> partial:
    text = ActionText.of(action).but(title=title)
    said = {"due_on": house.day(20), "by": Actor(house.coordinator), "now": NOW, "seen": seen}
    return partial(operations.edit_action, action=action, text=text, **said)


def test_of_two_edits_of_one_draft_the_second_is_told_of_the_first(house, at_once):
    action = house.ours.draft.actions.get()
    titles = ["Train every team", "Train all staff"]
    outcomes = at_once(*[edit(house, action, title, last_seq(action)) for title in titles])

    assert kinds(outcomes) == ["Action", "UpdatedMeanwhile"]
    done = next(title for title, each in zip(titles, outcomes, strict=True) if each.kind == "Action")
    assert fresh(action).title == done
    assert action.entries.filter(kind=Entry.Kind.EDITED).count() == 1


def test_nothing_of_a_draft_is_changed_once_it_is_submitted(house, at_once):
    plan = house.ours.draft
    action = plan.actions.get()
    submitted, edited = at_once(
        step(house, operations.submit_plan, plan), edit(house, action, "Train all", last_seq(action))
    )

    assert submitted.kind == "PlanStep"
    assert edited.kind in {"Action", "PlanIsAgreed"}
    if edited.kind == "Action":
        assert action.entries.latest("seq").seq == submitted.seq - 1
    else:
        assert fresh(action).title == action.title


def test_of_two_new_actions_with_one_reference_one_is_added(house, at_once):
    plan = house.ours.draft
    text = ActionText.of(plan.actions.get())
    add = partial(operations.add_action, plan=plan, ref="D2", text=text, by=Actor(house.coordinator), now=NOW)
    outcomes = at_once(add, add)

    assert kinds(outcomes) == ["Action", "ValidationError"]
    assert plan.actions.filter(ref="D2").count() == 1


# --- posts ---


def test_of_two_appointments_to_a_post_at_once_one_counts(house, at_once):
    post = house.ours.vacant_post
    outcomes = at_once(
        *[partial(partnering.appoint, post=post, user=user, starts_on=TODAY) for user in (house.verifier, house.clerk)]
    )

    assert sum(each.kind == "Holding" for each in outcomes) == 1
    assert post.holdings.count() == 1
