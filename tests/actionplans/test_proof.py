"""What is shown of reminders: to whom, as what, about what, when, by which rule, and what became of it."""

from datetime import timedelta

import pytest

from actionplans import reminders
from actionplans.models import Attempt, Message, Reminder
from actionplans.proof import proof_rows
from core import clock
from partnerships import operations as partnering


@pytest.fixture
def told(desk) -> Message:
    """What the head was told a day after the first action was due."""
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))
    return desk.message(on)


def row_of(message: Message):
    (row,) = proof_rows(Reminder.objects.filter(message=message))
    return row


def test_a_row_says_it_all(desk, told):
    row = row_of(told)

    assert (row.action, row.person) == (desk.first, desk.head)
    assert (row.kind, row.capacity) == ("Action overdue", "Holder of the post")
    assert row.rule == "1 day after 5 July 2015"
    assert (row.on, row.planned_at) == (desk.due(1), clock.at(desk.due(1), 7))
    assert (row.outcome, row.outcome_at) == ("Sent and accepted", told.sent_at)
    assert row.address == "head@desk.example"


@pytest.mark.parametrize(
    ("step", "rule"), [(-14, "14 days before 5 July 2015"), (-1, "1 day before 5 July 2015"), (0, "on 5 July 2015")]
)
def test_the_rule_is_said_in_days_from_its_date(told, step, rule):
    told.reminders.update(step=step)

    assert row_of(told).rule == rule


def test_what_waits_what_is_refused_and_what_is_withdrawn(told):
    for state, words in (("planned", "Planned"), ("refused", "Refused"), ("withdrawn", "Withdrawn: no longer true")):
        Message.objects.filter(pk=told.pk).update(state=state, sent_at=None)
        assert (row_of(told).outcome, row_of(told).outcome_at) == (words, None)


def test_what_is_tried_again_says_so_until_it_is_sent(told, desk):
    said = {"message": told, "address": "head@desk.example", "outcome": "later", "answer": "450 Busy"}
    Attempt.objects.create(**said, at=told.sent_at - timedelta(minutes=5))
    assert row_of(told).outcome == "Sent and accepted"
    Message.objects.filter(pk=told.pk).update(state="planned", sent_at=None)

    row = row_of(told)
    assert (row.outcome, row.answer) == ("Not accepted yet, tried again later", "450 Busy")
    assert row.outcome_at == told.sent_at - timedelta(minutes=5)


def test_a_line_that_was_taken_out_was_not_said_whatever_became_of_the_message(told, desk):
    taken_out = clock.at(desk.due(1), 8)
    told.reminders.update(withdrawn_at=taken_out)

    assert (row_of(told).outcome, row_of(told).outcome_at) == ("Withdrawn: no longer true", taken_out)


def test_what_came_back_is_not_called_accepted(told, desk):
    said = {"message": told, "address": "head@desk.example"}
    later = told.sent_at + timedelta(minutes=5)
    Attempt.objects.create(**said, at=told.sent_at, outcome="accepted", answer="250 OK")
    assert row_of(told).outcome == "Sent and accepted"
    Attempt.objects.create(**said, at=later, outcome="bounced", answer="550 No such person")

    row = row_of(told)
    assert (row.outcome, row.outcome_at, row.answer) == ("Came back", later, "550 No such person")


def test_the_deputy_and_the_plan_lead_are_named_as_such(desk):
    partnering.deputise(post=desk.post, user=desk.deputy, starts_on=desk.day(0), ends_on=desk.due(9))
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    rows = proof_rows(Reminder.objects.filter(action=desk.first))

    assert [(row.person.name, row.capacity) for row in rows] == [("Deputy", "Deputy of the holder")]


def test_the_newest_message_comes_first_and_many_cost_as_much_as_few(desk, django_assert_num_queries):
    for days in (1, 8, 22, 50, 78):
        desk.tell(desk.due(days))
    found = Reminder.objects.filter(user=desk.head, action=desk.first)
    with django_assert_num_queries(1):
        rows = proof_rows(found)
        shown = [(row.on, str(row.action), row.action.get_absolute_url(), row.person.name) for row in rows]

    assert [each[0] for each in shown] == [desk.due(days) for days in (78, 50, 22, 8, 1)]
