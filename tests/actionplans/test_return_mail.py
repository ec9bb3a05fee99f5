"""What is returned to its writer is told on the next day, once, in the message of the day, and without its words."""

from datetime import date

import pytest
from django.core import mail

from actionplans import operations, reminders
from actionplans.models import Action, Message, Plan, Reminder
from actionplans.operations import Actor
from actionplans.permissions import Posting, may_post
from core import clock
from partnerships import operations as partnering
from partnerships.models import Holding, User
from partnerships.roles import Role
from tests.actionplans.desk import vacate
from tests.actionplans.pages import text

pytestmark = pytest.mark.once

WORDING, REMARK, GAPS = "Six in ten are trained.", "Say how many people.", "Two files are empty."
KINDS = (Reminder.Kind.WORDING_RETURNED, Reminder.Kind.DONE_RETURNED)
SAID = {"status": "in_progress", "percent": 60, "wording": WORDING, "barrier": "Ill"}


@pytest.fixture
def sent_back(house):
    """Has the owner's update of an action returned, so many days from today."""
    Plan.objects.filter(pk=house.ours.plan.pk).update(reviews_wording=True)
    mail.outbox.clear()

    def send_back(action, days=0):
        found = Action.objects.get(pk=action.pk)
        said = {"said": SAID | {"seen": None}, "by": Actor(house.owner, house.ours.post)}
        draft = operations.send_draft(action=found, now=house.moment(days, 9), **said)
        by = Actor(house.coordinator)
        return operations.return_draft(draft=draft, by=by, remark=REMARK, now=house.moment(days, 15))

    return send_back


@pytest.fixture
def undone(house, desk):
    """Has what the head says is done returned by the verifier, so many days from today."""
    mail.outbox.clear()
    partnering.grant_role(user=desk.head, partnership=house.ours.partnership, role=Role.OWNER)

    def send_back(action, days=0):
        done = {"status": "completed", "percent": 100, "wording": "All done.", "evidence_gap": "Kept elsewhere"}
        desk.post_update(action, house.day(days), **done)
        by = {"by": Actor(house.verifier), "verifier": "Audit", "reason": GAPS}
        return operations.return_action(action=action, now=house.moment(days, 17), **by)

    return send_back


def run(on: date) -> None:
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))


def told(person) -> list[tuple[str, str, date, str]]:
    rows = Reminder.objects.filter(user=person, kind__in=KINDS, withdrawn_at=None).order_by("pk")
    rows = rows.select_related("action", "message")
    return [(each.action.ref, each.kind, each.anchor_on, each.message.state) for each in rows]


def bodies(person) -> list[str]:
    found = [each for each in mail.outbox if each.to == [person.email]]
    return [body for each in found for body in (each.body, each.alternatives[0].content)]


def test_the_writer_is_told_on_the_next_day_and_led_to_the_form(house, sent_back, client):
    late = house.ours.late
    sent_back(late)
    run(house.today)
    assert told(house.owner) == []
    run(house.day(1))
    run(house.day(1))
    run(house.day(2))

    assert told(house.owner) == [("A1", "wording_returned", house.today, "sent")]
    assert {each.user for each in Reminder.objects.filter(kind__in=KINDS)} == {house.owner}
    found = [body for body in bodies(house.owner) if "our update was returned on 15 June 2015" in body]
    assert len(found) == 2, "in one message, as text and as HTML"
    for body in found:
        assert f"http://testserver{late.get_update_url()}" in body
        assert "Change your update" in body
        assert not [words for words in (WORDING, REMARK) if words in body]
    client.force_login(house.owner)
    assert REMARK in text(client.get(late.get_update_url()))
    for person, is_shown in (("clerk", True), ("member", False)):
        client.force_login(house.person(person))
        assert ("Your update is returned" in text(client.get(late.get_absolute_url()))) is is_shown


def test_a_writer_who_has_seen_to_it_is_told_nothing_and_of_a_second_return_anew(house, sent_back):
    late = house.ours.late
    sent_back(late)
    operations.save_draft(action=late, fields=dict(SAID), by=Actor(house.owner), now=house.moment(0, 18))
    run(house.day(1))
    assert told(house.owner) == []
    sent_back(late, 1)
    run(house.day(2))
    sent_back(late, 2)
    reminders.plan_day(house.day(3), clock.at(house.day(3), 7))
    operations.discard_draft(action=late, by=Actor(house.owner))
    reminders.deliver_outbox(house.day(3), clock.at(house.day(3), 8))

    assert told(house.owner) == [("A1", "wording_returned", house.day(1), "sent")]


def test_whoever_said_done_is_told_that_it_was_returned_and_the_forecast_says_so(house, desk, undone):
    undone(desk.first)
    (day,) = [day for day in reminders.forecast(desk.plan, house.day(1), days=1) if desk.head.pk in day.people]
    assert [(line.kind, line.action_id) for line in day.people[desk.head.pk]] == [("done_returned", desk.first.pk)]
    run(house.day(1))
    run(house.day(2))

    assert told(desk.head) == [("D1", "done_returned", house.today, "sent")]
    assert [each.on for each in Message.objects.filter(user=desk.head)] == [house.day(1)]
    for body in bodies(desk.head):
        assert "ts completion was returned on 15 June 2015" in body
        assert f"http://testserver{desk.first.get_update_url()}" in body
        assert not [words for words in ("All done.", GAPS) if words in body]
    (message,) = [each for each in mail.outbox if each.to == [desk.head.email]]
    assert message.subject.endswith("1 action needs you (1 completion returned)")


@pytest.mark.parametrize("what", ["posted", "cancelled", "closed", "left", "handed over", "no member"])
def test_what_has_been_seen_to_or_is_theirs_no_more_is_not_told(house, desk, undone, what):
    """Planned for the morning, and asked once more before it is sent."""
    undone(desk.first)
    on = house.day(1)
    reminders.plan_day(on, clock.at(on, 6))
    assert told(desk.head) == [("D1", "done_returned", house.today, "planned")]
    if what == "posted":
        desk.post_update(desk.first, on)
    elif what == "cancelled":
        Action.objects.filter(pk=desk.first.pk).update(status="cancelled")
    elif what == "closed":
        Plan.objects.filter(pk=desk.plan.pk).update(status=Plan.Status.CLOSED)
    elif what == "left":
        User.objects.filter(pk=desk.head.pk).update(is_active=False)
    elif what == "handed over":
        vacate(desk.post, on)
    else:
        desk.head.memberships.all().delete()
    reminders.deliver_outbox(on, clock.at(on, 8))

    assert told(desk.head) == []
    assert bodies(desk.head) == []


def test_who_may_post_is_the_same_for_many_as_for_one(house, desk):
    """`Posting` answers for several people what `may_post` answers for one."""
    ours, days = house.ours, [house.day(days) for days in (-1, 0, 1, 40)]
    partnering.grant_role(user=desk.deputy, partnership=ours.partnership, role=Role.OWNER)
    cover = {"kind": Holding.Kind.DEPUTY, "starts_on": house.today, "ends_on": house.day(1)}
    Holding.objects.create(post=ours.post, user=desk.deputy, **cover)
    people = list(User.objects.order_by("pk"))
    actions = {each.pk: each for each in Action.objects.select_related("plan__partnership")}
    posting = Posting({each.pk for each in people}, actions, days[0], days[-1])
    answers = [
        (posting.may(user.pk, key, on), may_post(user, action, on))
        for user in people
        for key, action in actions.items()
        for on in days
    ]

    assert {True, False} == {may for may, _ in answers}
    assert [many for many, _ in answers] == [one for _, one in answers]
    assert [posting.may(desk.deputy.pk, ours.late.pk, on) for on in days] == [False, True, True, False]
