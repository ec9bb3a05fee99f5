"""When a reminder falls due, to whom, and that it is said once. Faults of others are named where they are tested."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actionplans import operations, reminders
from actionplans.models import Action, Message, Plan, Reminder, Status
from actionplans.operations import Actor, Decision
from actionplans.reminders import Rules
from core import clock
from partnerships import operations as partnering
from partnerships.models import User
from tests.actionplans.desk import vacate

DUE_SOON, OVERDUE, PROGRESS = Reminder.Kind.DUE_SOON, Reminder.Kind.OVERDUE, Reminder.Kind.PROGRESS_OVERDUE
UPDATE = Reminder.Kind.UPDATE_DUE

# --- steps ---


@pytest.mark.parametrize(
    ("days", "step"), [(-15, None), (-14, -14), (-13, -14), (-4, -14), (-3, -3), (-1, -3), (0, -3)]
)
def test_a_due_date_is_announced_two_weeks_and_three_days_before(days, step):
    assert Rules().step(DUE_SOON, days) == step


@pytest.mark.parametrize("kind", [OVERDUE, PROGRESS])
@pytest.mark.parametrize(
    ("days", "step"),
    [
        (0, None),
        (1, 1),
        (7, 1),
        (8, 8),
        (21, 8),
        (22, 22),
        (49, 22),
        (50, 50),
        (77, 50),
        (78, 78),
        (105, 78),
        (106, 106),
    ],
)
def test_lateness_is_said_at_intervals_that_grow_to_four_weeks(kind, days, step):
    assert Rules().step(kind, days) == step


def test_lateness_never_stops_being_said():
    """Reminders that stop silently after seven days: DefectDojo."""
    for days in (365, 1000, 10_000):
        step = Rules().step(OVERDUE, days)
        assert 0 <= days - step < Rules().then_every


def told_on(desk, days):
    """The days, counted from the due date, on which the head gets a message, when each of `days` is planned."""
    return {day: [step for _, _, step in told] for day in days if (told := desk.tell(desk.due(day)))}


def test_a_head_who_does_nothing_is_told_at_each_step_once(desk):
    """One mail per item, every day, for ever: IMPACT OSS."""
    assert told_on(desk, range(-20, 110)) == {
        -14: [-14],
        -3: [-3],
        1: [1],
        8: [8],
        22: [22],
        50: [50],
        78: [78],
        106: [106],
    }


def test_days_on_which_nothing_ran_are_caught_up(desk):
    """A reminder on one exact date, lost if the job misses that day: OCA, Hypha, CISO Assistant."""
    assert told_on(desk, [-20, -10, -9, 0, 3, 20, 21, 49, 80, 81]) == {
        -10: [-14],
        0: [-3],
        3: [1],
        20: [8],
        49: [22],
        80: [78],
    }


def test_a_date_that_was_moved_counts_anew(desk):
    """A date that drifts when overdue, so that no mail goes: Hypha."""
    assert told_on(desk, [1]) == {1: [1]}
    by, now = Actor(desk.head), clock.at(desk.due(2))
    asked = operations.request_date_change(action=desk.first, to_on=desk.due(30), reason="Late", by=by, now=now)
    assert desk.lines(desk.head, desk.due(8)) == [("D1", OVERDUE, 8)]
    operations.decide_date_change(request=asked, is_granted=True, decision=Decision("Group"), by=by, now=now)

    assert told_on(desk, range(2, 60)) == {30 - 14: [-14], 30 - 3: [-3], 30 + 1: [1], 30 + 8: [8], 30 + 22: [22]}


def test_an_action_without_a_date_is_never_late(desk):
    """Items without a date alerted as late: DefectDojo."""
    for days in (1, 400, 4000):
        assert all(ref != "D2" for ref, _, _ in desk.lines(desk.head, desk.day(days)))


@pytest.mark.parametrize(
    "status", [Status.COMPLETED, Status.VERIFIED, Status.CLOSED, Status.CANCELLED, Status.SUPERSEDED]
)
def test_what_is_done_or_dropped_is_not_late(desk, status):
    Action.objects.filter(pk=desk.first.pk).update(status=status, percent=100)

    assert desk.lines(desk.head, desk.due(-3)) == desk.lines(desk.head, desk.due(30)) == []


@pytest.mark.parametrize("status", [Plan.Status.DRAFT, Plan.Status.SUBMITTED, Plan.Status.CLOSED])
def test_only_plans_that_are_approved_and_active_remind(desk, status):
    desk.open_round(-30, -10)
    assert desk.lines(desk.head, desk.due(1)) != []
    Plan.objects.filter(pk=desk.plan.pk).update(status=status)

    assert desk.lines(desk.head, desk.due(1)) == []


# --- updates that are owed ---


def test_an_update_is_overdue_from_the_day_after_it_was_due(desk):
    desk.open_round(-30, -10)

    assert desk.lines(desk.head, desk.day(-10)) == [("D1", UPDATE, -2), ("D2", UPDATE, -2)]
    assert desk.lines(desk.head, desk.day(-9)) == [("D1", PROGRESS, 1), ("D2", PROGRESS, 1)]
    assert desk.lines(desk.head, desk.day(-2)) == [("D1", PROGRESS, 8), ("D2", PROGRESS, 8)]


def test_only_an_update_that_was_posted_clears_it(desk):
    """A draft update clears "overdue": IMPACT OSS."""
    desk.open_round(-30, -10)
    owed = [("D1", PROGRESS, 1), ("D2", PROGRESS, 1)]
    with pytest.raises(operations.Refusal):
        desk.post_update(desk.first, desk.day(-9), wording="")
    with pytest.raises(operations.IllegalMove):
        desk.post_update(desk.first, desk.day(-9), status=Status.VERIFIED)
    operations.add_evidence(
        action=desk.first,
        evidence=operations.NewEvidence(title="Register"),
        by=Actor(desk.head),
        now=clock.at(desk.day(-9)),
    )
    assert desk.lines(desk.head, desk.day(-9)) == owed

    desk.post_update(desk.first, desk.day(-9))
    assert desk.lines(desk.head, desk.day(-9)) == owed[1:]


@pytest.mark.parametrize(("posted", "answers"), [(-31, False), (-30, True), (-10, True)])
def test_an_update_answers_the_rounds_that_had_opened_by_then(desk, posted, answers):
    desk.open_round(-30, -10)
    desk.post_update(desk.first, desk.day(posted))

    assert (("D1", PROGRESS, 1) not in desk.lines(desk.head, desk.day(-9))) is answers


def test_a_new_round_asks_again(desk):
    desk.open_round(-60, -40)
    desk.post_update(desk.second, desk.day(-45))
    desk.open_round(-30, -10)

    assert ("D2", PROGRESS, 1) not in desk.lines(desk.head, desk.day(-39))
    assert ("D2", PROGRESS, 1) in desk.lines(desk.head, desk.day(-9))


def test_a_completed_action_still_owes_its_update_and_a_closed_one_does_not(desk):
    desk.complete(desk.first, desk.day(-40))
    desk.open_round(-30, -10)
    assert ("D1", PROGRESS, 1) in desk.lines(desk.head, desk.day(-9))
    Action.objects.filter(pk=desk.first.pk).update(status=Status.CLOSED)

    assert ("D1", PROGRESS, 1) not in desk.lines(desk.head, desk.day(-9))


# --- to whom ---


def capacities(on):
    """Who is told of the first action on a day, and as what."""
    people, first = dict(User.objects.values_list("pk", "name")), Action.objects.get(ref="D1", plan__slug="desk-plan")
    return [
        (people[user], line.capacity)
        for user, lines in reminders.lines_due(on).items()
        for line in lines
        if line.action_id == first.pk
    ]


def test_the_holder_of_the_post_is_told(desk):
    assert capacities(desk.due(1)) == [("Head", "holder")]


def test_the_deputy_is_told_while_the_period_lasts_and_the_holder_again_after_it(desk):
    partnering.deputise(post=desk.post, user=desk.deputy, starts_on=desk.due(1), ends_on=desk.due(3))

    told = [capacities(desk.due(days))[0] for days in (0, 1, 3, 4)]
    assert told == [("Head", "holder"), ("Deputy", "deputy"), ("Deputy", "deputy"), ("Head", "holder")]


def test_a_new_holder_is_told_from_their_first_day(desk):
    vacate(desk.post, desk.due(5))
    partnering.appoint(post=desk.post, user=desk.deputy, starts_on=desk.due(5))

    assert capacities(desk.due(4)) == [("Head", "holder")]
    assert capacities(desk.due(5)) == [("Deputy", "holder")]


def test_the_plan_lead_is_told_when_the_post_is_vacant(desk):
    vacate(desk.post, desk.due(1))

    assert capacities(desk.due(1)) == [("Lead", "plan_lead")]


def test_the_deputy_of_the_plan_lead_is_told_when_the_lead_is_away(desk):
    vacate(desk.post, desk.due(1))
    partnering.deputise(post=desk.lead_post, user=desk.deputy, starts_on=desk.due(0), ends_on=desk.due(9))

    assert capacities(desk.due(1)) == [("Deputy", "plan_lead")]


def test_nobody_is_told_when_both_posts_are_vacant(desk):
    vacate(desk.post, desk.due(1))
    vacate(desk.lead_post, desk.due(1))

    assert capacities(desk.due(1)) == []


def test_an_account_that_was_switched_off_is_not_written_to(desk):
    User.objects.filter(pk=desk.head.pk).update(is_active=False)

    assert capacities(desk.due(1)) == []


def test_only_the_people_concerned_are_told(desk, house):
    """Only the right people get the mail."""
    actions = set(desk.plan.actions.values_list("pk", flat=True))
    told = {user for user, lines in reminders.lines_due(desk.due(1)).items() if lines[0].action_id in actions}

    assert told == {desk.head.pk}


# --- once, and one message ---


def test_planning_twice_changes_nothing(desk):
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on))
    before = list(Message.objects.values()), list(Reminder.objects.values())
    assert desk.message(on)

    reminders.plan_day(on, clock.at(on, 15))
    assert (list(Message.objects.values()), list(Reminder.objects.values())) == before
    assert desk.head.pk not in reminders.unsaid(on)


def test_a_person_gets_one_message_a_day_whatever_it_holds(desk):
    desk.open_round(-5, 20)
    on = desk.due(1)

    assert desk.tell(on) == [("D1", PROGRESS, 1), ("D2", PROGRESS, 1), ("D1", OVERDUE, 1)]
    assert Message.objects.filter(user=desk.head, on=on).count() == 1


def test_what_falls_due_after_the_message_of_the_day_is_said_the_next_day(desk):
    on = desk.due(1)
    desk.tell(on)
    Action.objects.filter(pk=desk.second.pk).update(current_due_on=on - timedelta(days=2))

    assert desk.tell(on) == [("D1", OVERDUE, 1)]
    assert desk.tell(on + timedelta(days=1)) == [("D2", OVERDUE, 1)]


def test_a_deputy_is_told_what_the_holder_was_told_before_and_the_holder_not_again(desk):
    desk.tell(desk.due(1))
    partnering.deputise(post=desk.post, user=desk.deputy, starts_on=desk.due(2), ends_on=desk.due(4))
    for days in (2, 3, 4, 5):
        desk.tell(desk.due(days))

    said = Reminder.objects.filter(action=desk.first).order_by("pk")
    assert [(each.user.name, each.step, each.message.on) for each in said] == [
        ("Head", 1, desk.due(1)),
        ("Deputy", 1, desk.due(2)),
    ]


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (-14, "action is due on 5 July 2015, in 14 days"),
        (-1, "action is due on 5 July 2015, in 1 day"),
        (0, "action is due on 5 July 2015, today"),
        (1, "action was due on 5 July 2015, 1 day ago"),
        (9, "action was due on 5 July 2015, 9 days ago"),
    ],
)
def test_the_reason_names_the_date_and_the_days(desk, days, why):
    on = desk.due(days)

    assert [reminders.why(line.kind, line.anchor_on, on) for line in reminders.lines_due(on)[desk.head.pk]] == [why]


def test_an_overdue_update_says_by_when_it_was_due(desk):
    desk.open_round(-30, -10)

    lines = reminders.lines_due(desk.day(-3))[desk.head.pk]
    why = {reminders.why(line.kind, line.anchor_on, desk.day(-3)) for line in lines}
    assert why == {"update was due by 5 June 2015, 7 days ago"}


def test_planning_a_day_takes_as_many_queries_for_many_actions_as_for_few(desk):
    on = desk.due(1)
    with CaptureQueriesContext(connection) as few:
        reminders.lines_due(on)
    Action.objects.bulk_create(
        Action(plan=desk.plan, position=n, ref=f"M{n}", title="More", lead_post=desk.post, current_due_on=desk.due(0))
        for n in range(100, 300)
    )
    with CaptureQueriesContext(connection) as many:
        assert len(reminders.lines_due(on)[desk.head.pk]) == 201

    assert len(many) == len(few) <= 18, f"{len(few)} queries for few, {len(many)} for many"
