"""What Python says of one action, SQL says of many: late, without an update, RAG. And what as-at says of the past."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from actionplans import operations
from actionplans.asat import standings
from actionplans.models import STATE_FIELDS, UNDONE, Action, Plan, Round, Status
from actionplans.operations import Actor
from actionplans.rag import AMBER_DAYS, SETTABLE
from core import clock
from partnerships import operations as partnering
from tests.actionplans.conftest import TODAY

MANY = 400
DAYS = [TODAY + timedelta(days=days) for days in (-32, -31, -1, 0, 1, 31, 32, 33, 90)]


@pytest.fixture
def generated(house):
    """Some hundred actions in states that need not make sense, in plans of every status with rounds that overlap."""
    chance = random.Random(20150615)

    def some_day(none=0.2):
        return (
            None if chance.random() < none else TODAY + timedelta(days=chance.choice([*range(-70, 71), -31, -32, 0, 0]))
        )

    plans = []
    for number, status in enumerate([*Plan.Status, Plan.Status.ACTIVE, Plan.Status.ACTIVE]):
        plan = Plan.objects.create(
            slug=f"generated-{number}",
            partnership=house.ours.partnership,
            title="Generated",
            lead_post=house.ours.post,
            status=status,
            version=1,
            approved_on=TODAY,
        )
        plans.append(plan)
        for _ in range(number % 4):
            opens_on = some_day(none=0)
            meeting = partnering.add_meeting(
                group=house.ours.group, on=TODAY + timedelta(days=chance.randint(100, 900))
            )
            due_on = opens_on + timedelta(days=chance.randint(0, 40))
            Round.objects.get_or_create(
                plan=plan, meeting=meeting, defaults={"opens_on": opens_on, "updates_due_on": due_on}
            )
    made = []
    for number in range(MANY):
        status = chance.choice(Status.values)
        due_on = some_day()
        start_on = some_day(none=0.5)
        made.append(
            Action(
                plan=chance.choice(plans),
                position=number,
                ref=f"G{number}",
                title="Generated",
                lead_post=house.ours.post,
                status=status,
                percent=100 if status in {"completed", "verified", "closed"} else chance.randint(0, 100),
                at_risk=chance.random() < 0.3,
                current_due_on=due_on,
                start_on=min(start_on, due_on) if start_on and due_on else start_on,
                last_update_on=some_day(),
                **by_hand(chance, status),
            )
        )
    Action.objects.bulk_create(made)
    return Action.objects.filter(plan__in=plans).select_related("plan").prefetch_related("plan__rounds")


def by_hand(chance: random.Random, status: str) -> dict[str, str]:
    """For about a third of what is not completed, a RAG that somebody has set."""
    is_set = status in UNDONE and chance.random() < 0.35
    return {"rag_set": chance.choice(SETTABLE), "rag_reason": "The post is filled."} if is_set else {}


def test_overdue_is_the_same_in_python_and_in_sql(generated):
    for on in DAYS:
        by_python = {action.ref for action in generated if action.is_overdue(on)}

        assert {action.ref for action in generated.overdue(on)} == by_python, on
        assert 20 < len(by_python) < MANY


def test_progress_overdue_is_the_same_in_python_and_in_sql(generated):
    counts = []
    for on in DAYS:
        by_python = {action.ref for action in generated if action.is_progress_overdue(on, action.plan.rounds.all())}

        assert {action.ref for action in generated.progress_overdue(on)} == by_python, on
        counts.append(len(by_python))

    assert 40 < max(counts) < MANY, "too few states owe an update to prove anything"


def test_rag_is_the_same_in_python_and_in_sql(generated):
    for on in DAYS:
        by_python = {action.ref: action.rag(on).word for action in generated}

        assert {action.ref: action.rag_word for action in generated.with_rag(on)} == by_python, on
        assert set(by_python.values()) == {"Blue", "Green", "Amber", "Red", "No RAG"}
        overridden = [each for each in generated if each.rag_set]
        differs = {each.ref for each in overridden if each.ruled_rag(each.start_on, on).word != by_python[each.ref]}
        assert len(overridden) > 30, "too few are set by hand to prove anything"
        assert len(differs) > 10, "too few are set to another word than the rule gives"


def test_open_is_the_same_in_python_and_in_sql(generated):
    assert {action.ref for action in generated.open()} == {action.ref for action in generated if action.is_open}


@pytest.mark.parametrize(("days", "word"), [(0, "Green"), (1, "Amber"), (AMBER_DAYS, "Amber"), (AMBER_DAYS + 1, "Red")])
def test_the_boundaries_of_rag(house, days, word):
    on = house.p1.current_due_on + timedelta(days=days)
    Action.objects.filter(pk=house.p1.pk).update(status=Status.IN_PROGRESS)
    action = Action.objects.with_rag(on).get(pk=house.p1.pk)

    assert (action.rag(on).word, action.rag_word) == (word, word)
    assert action.is_overdue(on) is (days > 0)
    assert Action.objects.overdue(on).filter(pk=action.pk).exists() is (days > 0)


def test_an_action_without_a_date_is_never_late(house):
    on = TODAY + timedelta(days=10_000)

    assert not house.p2.is_overdue(on)
    assert house.p2.days_late(on) == house.p2.days_past_original(on) == 0
    assert not Action.objects.overdue(on).filter(pk=house.p2.pk).exists()


@pytest.mark.parametrize("update_on", [None, -100, -60, -59])
def test_one_update_answers_every_round_that_was_open(house, update_on):
    """The last round that opened decides, in Python and in SQL."""
    plan = house.fresh
    Round.objects.filter(plan=plan).delete()
    for opens, due in ((-120, -90), (-60, -30)):
        meeting = partnering.add_meeting(group=house.ours.group, on=house.day(due + 500))
        Round.objects.create(plan=plan, meeting=meeting, opens_on=house.day(opens), updates_due_on=house.day(due))
    last = None if update_on is None else house.day(update_on)
    Action.objects.filter(pk=house.p1.pk).update(last_update_on=last)
    expected = update_on is None or update_on < -60
    action = Action.objects.get(pk=house.p1.pk)

    assert action.is_progress_overdue(TODAY, plan.rounds.all()) is expected
    assert Action.objects.progress_overdue(TODAY).filter(pk=action.pk).exists() is expected
    assert not action.is_progress_overdue(house.day(-30), [plan.rounds.get(opens_on=house.day(-60))])


# --- as at ---


def state(holder):
    return {name: getattr(holder, name) for name in STATE_FIELDS}


def test_as_at_today_every_action_stands_as_it_is(house):
    actions = Action.objects.order_by("pk")
    stood = standings(actions, house.today)

    assert [each.action for each in stood] == list(actions)
    for each in stood:
        assert state(each.state) == state(each.action)
        assert each.rag == each.action.rag(house.today)
        assert each.is_overdue == each.action.is_overdue(house.today)
        late = each.action.is_progress_overdue(house.today, each.action.plan.rounds.all())
        assert (each.overdue_round is not None) == late


def test_as_at_today_every_action_of_the_cases_stands_as_it_is(demo):
    on = date(2015, 12, 2)
    stood = standings(Action.objects.filter(plan__in=demo.values()), on)

    assert len(stood) == 27
    assert all(state(each.state) == state(each.action) for each in stood)


def standing(action, on):
    return next(iter(standings(Action.objects.filter(pk=action.pk), on)), None)


def test_a_past_day_gives_what_was_recorded_by_its_end(house):
    """Added 150 days ago, dates fixed 130 days ago, asked 80 days ago, moved 60 days ago, completed 20 days ago."""
    action = house.ours.completed

    assert standing(action, house.day(-151)) is None
    assert standing(action, house.day(-150)).state.original_due_on is None
    assert standing(action, house.day(-130)).state.original_due_on == house.day(60)
    assert standing(action, house.day(-61)).state.current_due_on == house.day(60)
    moved = standing(action, house.day(-60)).state
    assert (moved.current_due_on, moved.date_changes, moved.original_due_on) == (house.day(80), 1, house.day(60))
    assert standing(action, house.day(-21)).status == Status.NOT_STARTED
    assert standing(action, house.day(-20)).status == Status.COMPLETED
    assert standing(action, house.day(-21)).update is None
    assert standing(action, house.day(-20)).update.wording == "The tool is in use everywhere."


def test_what_is_entered_today_about_an_earlier_day_does_not_change_that_day(house):
    operations.post_update(
        action=house.p1,
        by=Actor(house.owner),
        now=house.moment(),
        status=Status.IN_PROGRESS,
        percent=20,
        wording="Begun a month ago.",
        happened_on=house.day(-30),
    )

    assert standing(house.p1, house.day(-1)).status == Status.NOT_STARTED
    assert standing(house.p1, house.today).update.happened_on == house.day(-30)


@pytest.mark.parametrize(
    ("recorded", "belongs_to"),
    [
        (datetime(2015, 7, 1, 22, 30, tzinfo=UTC), date(2015, 7, 1)),
        (datetime(2015, 7, 1, 23, 30, tzinfo=UTC), date(2015, 7, 2)),  # summer: half past midnight in London
        (datetime(2015, 12, 1, 23, 30, tzinfo=UTC), date(2015, 12, 1)),
        (datetime(2015, 12, 2, 0, 0, tzinfo=UTC), date(2015, 12, 2)),
    ],
)
def test_an_update_belongs_to_the_london_day_on_which_it_was_recorded(house, recorded, belongs_to):
    operations.post_update(
        action=house.p2, by=Actor(house.owner), now=recorded, status=Status.IN_PROGRESS, percent=20, wording="Begun."
    )

    assert standing(house.p2, belongs_to - timedelta(days=1)).update is None
    assert standing(house.p2, belongs_to).update.wording == "Begun."
    assert standing(house.p2, belongs_to).state.last_update_on == belongs_to


def test_the_owner_of_a_past_day_is_who_held_the_post_then(house):
    house.ours.post.holdings.update(ends_on=house.day(-11))
    partnering.appoint(post=house.ours.post, user=house.approver, starts_on=house.day(-10))
    partnering.deputise(post=house.ours.post, user=house.clerk, starts_on=house.day(-5), ends_on=house.day(-4))

    named = {days: standing(house.p1, house.day(days)).owner.user for days in (-30, -11, -10, -5, -4, 0)}
    assert named == {
        -30: house.owner,
        -11: house.owner,
        -10: house.approver,
        -5: house.clerk,
        -4: house.clerk,
        0: house.approver,
    }
    assert standing(house.ours.dormant, house.today).owner.is_vacant


def test_a_verification_no_longer_stands_after_the_action_was_returned(house):
    action, by = house.ours.completed, Actor(house.verifier)
    operations.return_action(action=action, by=by, verifier="Audit", reason="Gaps.", now=house.moment(-10))

    returned = standing(action, house.day(-10))
    assert (returned.is_returned, returned.is_verified) == (True, False)
    assert not standing(action, house.day(-11)).is_returned


def test_the_clock_hands_down_london_days():
    assert clock.day_of(clock.end_of(TODAY)) == TODAY + timedelta(days=1)
