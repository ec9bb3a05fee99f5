"""The rules of a plan: steps, ladder, working days; a person's choice of one message a week; what is asked for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from actionplans import operations, reminders
from actionplans.models import Action, Chase, Message, Reminder
from actionplans.operations import Actor
from actionplans.reminders import Rules, planning, problems
from actionplans.reminders.due import week_begins
from core import clock
from core.models import AuditEntry
from partnerships import operations as partnering
from partnerships.models import LocalHoliday, Post, User
from tests.actionplans.desk import set_rules, vacate

pytestmark = pytest.mark.once

OVERDUE, CHASED = Reminder.Kind.OVERDUE, Reminder.Kind.CHASED

# --- rules that cannot be right ---


def test_the_defaults_are_right():
    assert problems(Rules()) == {}


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"due_after": ()}, "due_after", "at least one number"),
        ({"update_after": ()}, "update_after", "at least one number"),
        ({"due_after": (1, 2, 9, 10)}, "due_after", "grow"),
        ({"due_after": (1, 40), "then_every": 28}, "due_after", "grow"),
        ({"due_after": (0, 8)}, "due_after", "from 1 to 365"),
        ({"due_before": (91,)}, "due_before", "from 1 to 90"),
        ({"due_before": (3, 3)}, "due_before", "once"),
        ({"then_every": 1, "due_after": (1,)}, "then_every", "daily for ever"),
        ({"then_every": 92}, "then_every", "from 7 to 91"),
        ({"line_after": 0}, "line_after", "from 1 to 365"),
        ({"line_after": 30, "lead_after": 20}, "lead_after", "Enter 30 or more"),
        ({"line_after": 60, "lead_after": None, "chair_after": 56}, "chair_after", "Enter 60 or more"),
    ],
)
def test_what_cannot_be_right_is_said_beside_the_field(given, field, words):
    found = problems(Rules(**given))

    assert list(found) == [field]
    assert words in found[field]


def test_rules_that_cannot_be_right_are_not_saved(desk, house):
    with pytest.raises(ValidationError):
        operations.set_reminder_rules(
            plan=desk.plan, rules=Rules(then_every=1), by=Actor(house.coordinator), now=house.moment()
        )
    assert reminders.rules_of([desk.plan.pk])[desk.plan.pk].then_every == 28


def test_a_change_of_the_rules_holds_from_now_on_and_is_recorded(desk, house):
    desk.tell(desk.due(1))
    rules = Rules(due_after=(5, 15), then_every=30, working_days_only=False)
    operations.set_reminder_rules(plan=desk.plan, rules=rules, by=Actor(house.coordinator), now=house.moment())

    assert {day: told for day in range(2, 60) if (told := desk.tell(desk.due(day)))} == {
        5: [("D1", OVERDUE, 5)],
        15: [("D1", OVERDUE, 15)],
        45: [("D1", OVERDUE, 45)],
    }
    row = AuditEntry.objects.filter(what="changed the reminder rules", about="desk-plan").order_by("-pk")[0]
    assert (row.details["before"]["due_after"], row.details["after"]["due_after"]) == ([1, 8, 22], [5, 15])


# --- the ladder ---


@pytest.fixture
def above(desk):
    """Posts above the head's, all held: the line, and the chair of the monitoring group."""
    found = {}
    for name in ("line", "chair"):
        post = partnering.post_of(partnership=desk.plan.partnership, title=f"{name} of the desk")
        user = User.objects.create_user(f"{name}@desk.example", name.title())
        partnering.appoint(post=post, user=user, starts_on=date(2010, 1, 1))
        found[name] = post
    partnering.report_to(post=desk.post, to=found["line"], by=desk.lead, now=clock.at(desk.today))
    partnering.set_chair(group=desk.group, post=found["chair"], by=desk.lead, now=clock.at(desk.today))
    return found


def told_of_first(desk, on):
    """Who is told of the first action on a day when it is planned: name and capacity."""
    reminders.plan_day(on, clock.at(on, 7))
    Message.objects.filter(on=on).update(state=Message.State.SENT, sent_at=clock.at(on, 8))
    found = Reminder.objects.filter(message__on=on, action=desk.first).order_by("pk")
    return [(each.user.name, each.capacity) for each in found.select_related("user")]


def test_lateness_goes_up_the_ladder_and_is_said_again_there(desk, above):
    told = {day: found for day in range(1, 100) if (found := told_of_first(desk, desk.due(day)))}

    head, line, lead, chair = ("Head", "holder"), ("Line", "line"), ("Lead", "lead"), ("Chair", "chair")
    assert {day: set(found) for day, found in told.items()} == {
        1: {head},
        8: {head},
        14: {line},
        22: {head},
        28: {lead},
        42: {line},
        50: {head},
        56: {lead, chair},
        70: {line},
        78: {head},
        84: {lead, chair},
        98: {line},
    }


def test_a_rung_that_is_left_out_or_vacant_is_passed_over(desk, above):
    set_rules(desk.plan, line_after=None, working_days_only=False)
    vacate(above["chair"], desk.due(0))
    told = {name for day in range(60) for name, _ in told_of_first(desk, desk.due(day))}

    assert told == {"Head", "Lead"}


def test_somebody_with_two_parts_is_told_once_in_the_nearest(desk, above):
    partnering.report_to(post=desk.post, to=desk.lead_post, by=desk.lead, now=clock.at(desk.today))
    told = [found for day in range(13, 30) for found in told_of_first(desk, desk.due(day))]

    assert told == [("Head", "holder"), ("Lead", "line"), ("Head", "holder")], "the 8th, 14th and 22nd day"


def test_a_post_cannot_report_to_itself_through_others(desk, above):
    post = Post.objects.get(pk=desk.post.pk)
    with pytest.raises(ValidationError, match="reports to this post already"):
        partnering.report_to(post=above["line"], to=post, by=desk.lead, now=clock.at(desk.today))


# --- working days ---


def test_on_a_weekend_nothing_goes_out_and_on_monday_it_is_caught_up(desk):
    set_rules(desk.plan)
    assert desk.due(0).weekday() == 6, "the first action is due on a Sunday"
    told = {day: found for day in range(-20, 30) if (found := desk.tell(desk.due(day)))}

    assert {day: [step for _, _, step in found] for day, found in told.items()} == {
        -13: [-14],  # a Sunday, said on Monday
        -3: [-3],  # Thursday
        1: [1],
        8: [8],
        22: [22],
    }


def test_a_local_holiday_is_no_working_day(desk):
    set_rules(desk.plan)
    LocalHoliday.objects.create(partnership=desk.plan.partnership, on=desk.due(1), name="Fair Monday")

    assert desk.tell(desk.due(1)) == []
    assert desk.tell(desk.due(2)) == [("D1", OVERDUE, 1)]


# --- one message a week ---


def test_a_week_begins_on_its_first_working_day():
    assert week_begins(date(2015, 6, 15)) == date(2015, 6, 15)
    assert week_begins(date(2015, 6, 21)) == date(2015, 6, 15)
    assert week_begins(date(2015, 5, 4)) == date(2015, 4, 27), "early May bank holiday: still the week before"
    assert week_begins(date(2015, 5, 5)) == date(2015, 5, 5)


def test_who_wants_one_message_a_week_gets_what_was_due_when_it_began(desk):
    partnering.choose_how_often(user=desk.head, is_weekly=True, now=clock.at(desk.today))
    told = {
        desk.due(day): [step for _, _, step in found] for day in range(-20, 60) if (found := desk.tell(desk.due(day)))
    }

    assert {day.weekday() for day in told} == {0}
    assert list(told.values()) == [[-14], [1], [8], [22], [50]]


def test_a_monday_on_which_nothing_ran_is_caught_up_in_the_week(desk):
    partnering.choose_how_often(user=desk.head, is_weekly=True, now=clock.at(desk.today))

    assert desk.tell(desk.due(3)) == [("D1", OVERDUE, 1)], "due since Monday, the day after the due date"


# --- what a co-ordinator asked for ---


@pytest.fixture
def asked(desk, house):
    """On Tuesday the co-ordinator asks for the update of the second action, which is due in ten days."""
    each = desk.open_round(-5, 11)
    return Chase.objects.create(
        round=each, action=desk.second, on=desk.day(1), asked_by=house.coordinator, asked_at=house.moment(1)
    )


def chased(desk, days):
    return [told for told in desk.tell(desk.day(days)) if told[1] == CHASED]


def test_what_is_asked_for_is_said_once_the_same_day(desk, asked):
    assert chased(desk, 0) == []
    assert chased(desk, 1) == [("D2", CHASED, -10)]
    assert chased(desk, 2) == []


def test_what_is_asked_for_comes_tomorrow_when_there_was_a_message_today(desk, asked):
    desk.tell(desk.day(1))  # of the plans of the house
    Reminder.objects.filter(kind=CHASED).delete()

    assert chased(desk, 1) == []
    assert chased(desk, 2) == [("D2", CHASED, -10)]


def test_who_wants_one_message_a_week_is_asked_the_same_day(desk, asked):
    partnering.choose_how_often(user=desk.head, is_weekly=True, now=clock.at(desk.today))

    assert chased(desk, 1) == [("D2", CHASED, -10)]


@pytest.mark.parametrize("days", [32, 400])
def test_what_is_asked_for_is_not_said_long_after(desk, asked, days):
    assert chased(desk, days) == []


def test_an_update_answers_what_was_asked_for(desk, asked):
    desk.post_update(desk.second, desk.day(1))

    assert chased(desk, 2) == []


# --- a message that waits ---


def test_a_message_that_waits_takes_in_what_is_new(desk):
    on, later = desk.due(1), desk.due(8)
    desk.plan_day(on)
    assert desk.plan_day(later) == [], "it goes into the one that waits"

    waiting = Message.objects.get(user=desk.head, on=on)
    assert [each.step for each in waiting.reminders.order_by("pk")] == [1, 8]
    assert not Message.objects.filter(user=desk.head, on=later).exists()


def test_a_message_that_is_being_sent_takes_in_nothing(desk):
    on, later = desk.due(1), desk.due(8)
    desk.plan_day(on)
    Message.objects.filter(user=desk.head, on=on).update(state=Message.State.CLAIMED, claimed_at=clock.at(later, 7))

    assert desk.plan_day(later) == []
    assert Reminder.objects.filter(message__user=desk.head, action=desk.first, kind=OVERDUE).count() == 1


def test_days_are_read_by_index_of_what_is_late_or_soon(desk):
    """Those that are due far from now, closed, or without a date are not even read."""
    rows = [
        Action(plan=desk.plan, position=n, ref=f"X{n}", title="Far", lead_post=desk.post, current_due_on=far)
        for n, far in enumerate([desk.day(400), None], start=70)
    ]
    Action.objects.bulk_create(rows)
    found = {row.pk for each in planning.candidates(desk.due(1)) for row in each}

    assert desk.first.pk in found
    assert not found & {row.pk for row in rows}
    assert desk.due(1) - timedelta(days=1) == desk.first.current_due_on
