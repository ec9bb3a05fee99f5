"""An answer to a question: who asked is told the next day, once, in the message of the day, and without its words."""

from datetime import date

import pytest
from django.core import mail

from actionplans import operations, reminders
from actionplans.models import Message, Plan, Reminder
from actionplans.operations import Actor
from core import clock
from inspections import operations as inspecting
from tests.actionplans.desk import set_rules
from tests.actionplans.pages import text

pytestmark = pytest.mark.once

QUESTION, ANSWER = "Which teams were trained first?", "The duty teams, in March."


@pytest.fixture
def answered(house):
    """Answers a new question of the inspector about an action, so many days from today, at an hour."""
    house.inspector.grants.update(may_ask=True)
    mail.outbox.clear()

    def answer(action, days=0, hour=15, by=None, words=QUESTION):
        asked = {"action": action, "inspection": house.ours.inspection, "by": Actor(by or house.inspector)}
        question = operations.ask_question(text=words, now=house.moment(days, hour), **asked)
        said = {"by": Actor(house.coordinator), "now": house.moment(days, hour)}
        return operations.answer_question(question=question, text=ANSWER, **said)

    return answer


def run(on: date) -> None:
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))


def told(person) -> list[tuple[str, date, str]]:
    rows = Reminder.objects.filter(user=person, kind=Reminder.Kind.ANSWERED, withdrawn_at=None).order_by("pk")
    return [(each.action.ref, each.anchor_on, each.message.state) for each in rows.select_related("action", "message")]


def test_who_asked_is_told_on_the_next_day_once_for_all_answers_of_a_day(house, answered):
    ours, today = house.ours, house.today
    answered(ours.late, hour=9)
    answered(ours.late, hour=17, words="And which are next?")
    answered(ours.completed)
    run(today)
    assert told(house.inspector) == []
    run(house.day(1))
    run(house.day(1))
    run(house.day(2))

    assert told(house.inspector) == [(ref, today, "sent") for ref in ("A1", "A3")]
    (message,) = [each for each in mail.outbox if each.to == [house.inspector.email]]
    assert message.subject.endswith("your questions are answered")
    for body in (message.body, message.alternatives[0].content):
        assert f"{ours.late.get_absolute_url()}#questions" in body
        assert "our question was answered on 15 June 2015." in body
        assert "asked about these actions" in body
        for left_out in (QUESTION, ANSWER, "/updates/new/", "/my-actions/"):
            assert left_out not in body
    assert {each.user for each in Reminder.objects.filter(kind=Reminder.Kind.ANSWERED)} == {house.inspector}


def test_a_later_answer_is_told_anew_be_the_plan_closed_meanwhile(house, answered):
    first = answered(house.ours.late)
    run(house.day(1))
    said = {"by": Actor(house.coordinator), "now": house.moment(2)}
    operations.answer_question(question=first.of, text="Put right: in April.", **said)
    Plan.objects.filter(pk=house.ours.plan.pk).update(status=Plan.Status.CLOSED)
    run(house.day(3))

    assert told(house.inspector) == [("A1", house.day(days), "sent") for days in (0, 2)]


def test_whose_access_has_ended_is_told_nothing_even_of_what_was_planned(house, answered):
    answered(house.ours.late)
    reminders.plan_day(house.day(1), clock.at(house.day(1), 7))
    assert told(house.inspector) == [("A1", house.today, "planned")]
    inspecting.end_access(grant=house.inspector.grants.get(), by=house.coordinator, now=house.moment(1, 7))
    reminders.deliver_outbox(house.day(1), clock.at(house.day(1), 8))
    run(house.day(2))

    assert told(house.inspector) == []
    assert Message.objects.get(user=house.inspector).state == Message.State.WITHDRAWN
    assert not [each for each in mail.outbox if each.to == [house.inspector.email]]


def test_an_action_that_answers_the_report_no_more_is_not_named(house, answered):
    """A new version took it to another report, which the inspector may not read."""
    answered(house.ours.late)
    reminders.plan_day(house.day(1), clock.at(house.day(1), 7))
    house.ours.late.recommendations.clear()
    reminders.deliver_outbox(house.day(1), clock.at(house.day(1), 8))

    assert told(house.inspector) == []
    assert not [each for each in mail.outbox if each.to == [house.inspector.email]]


def test_it_waits_for_a_working_day_and_for_the_week_of_who_wants_one_message_a_week(house, answered):
    set_rules(house.ours.plan, working_days_only=True)
    answered(house.ours.late, days=4)  # a Friday
    for days in (5, 6, 7):
        run(house.day(days))
    assert [each.on for each in Message.objects.filter(user=house.inspector)] == [house.day(7)]

    house.inspector.is_weekly = True
    house.inspector.save()
    answered(house.ours.completed, days=8)
    for days in (9, 10, 14):
        run(house.day(days))
    assert [each.on for each in Message.objects.filter(user=house.inspector).order_by("on")] == [
        house.day(days) for days in (7, 14)
    ]


def test_it_joins_the_message_of_the_day_and_the_forecast_says_so(house, desk, answered):
    """Somebody who owns actions here and reads an inspection elsewhere gets one message about both."""
    span = {"starts_on": house.today, "ends_on": house.day(30)}
    inspecting.grant_inspection(user=desk.head, inspection=house.ours.inspection, may_ask=True, **span)
    answered(house.ours.late, days=desk.due(0).toordinal() - house.today.toordinal(), by=desk.head)
    foreseen = {day.on: day.people for day in reminders.forecast(house.ours.plan, desk.due(0))}
    run(desk.due(1))

    (message,) = Message.objects.filter(user=desk.head, on=desk.due(1))
    assert sorted(each.kind for each in message.reminders.all()) == ["answered", "overdue"]
    (line,) = foreseen[desk.due(1)][desk.head.pk]
    assert (line.kind, line.action_id) == ("answered", house.ours.late.pk)
    (sent,) = [each for each in mail.outbox if each.to == [desk.head.email]]
    assert sent.subject.endswith("1 action needs you (1 overdue, 1 answered)")
    assert "you answer for these actions or plans" in sent.body


def test_members_are_not_shown_that_an_inspector_asked(house, answered, client):
    answered(house.ours.late)
    run(house.day(1))
    pages = {}
    for person in ("clerk", "member"):
        client.force_login(house.person(person))
        pages[person] = text(client.get(house.ours.late.get_absolute_url()))

    assert "Your question is answered" in pages["clerk"]
    assert "Your question is answered" not in pages["member"]
    assert "Action overdue" in pages["member"]  # what was said to owners they are shown
