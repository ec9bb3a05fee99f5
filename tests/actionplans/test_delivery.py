"""Delivering: once, only while it is true, again after a temporary refusal, never after a final one."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from actionplans import reminders
from actionplans.models import Action, Message, Reminder
from actionplans.reminders import letters
from core import clock
from partnerships import operations as partnering
from tests.actionplans.desk import WORKING_NOTE

State = Message.State


class Server:
    """A mail server that answers as it is told; what it has accepted is in `accepted`."""

    def __init__(self):
        self.answers = []
        self.accepted = []
        self.tried = []

    def send_messages(self, messages):
        for message in messages:
            self.tried.append(message)
            answer = self.answers.pop(0) if self.answers else None
            if answer:
                raise answer
            self.accepted.append(message)
        return len(messages)

    def open(self):
        pass

    def close(self):
        pass


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr("core.mail.get_connection", lambda **options: server)
    return server


@pytest.fixture
def on(desk):
    """The day after the first action was due, with only the head's message in the outbox."""
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    Message.objects.exclude(user=desk.head).filter(on=on).delete()
    return on


def deliver(on, hour=8, minutes=0):
    return reminders.deliver_outbox(on, clock.at(on, hour) + timedelta(minutes=minutes))


def refused_by(desk, code):
    return smtplib.SMTPRecipientsRefused({desk.head.email: (code, b"no")})


# --- when it goes well ---


def test_a_message_is_sent_once_and_its_acceptance_recorded(desk, on):
    assert deliver(on) == {State.SENT: 1}
    assert not deliver(on, 9)

    message = desk.message(on)
    assert (message.state, message.attempts, message.address) == (State.SENT, 1, "head@desk.example")
    assert clock.at(on, 8) <= message.sent_at < clock.at(on, 9)
    assert message.answer == "Accepted by the mail server."
    assert [(each.outcome, each.at, each.address) for each in message.tries.all()] == [
        ("accepted", message.sent_at, "head@desk.example")
    ]
    assert [sent.to for sent in mail.outbox if sent.to == ["head@desk.example"]] == [["head@desk.example"]]


def sent_to(user):
    return [message for message in mail.outbox if message.to == [user.email]]


def test_the_mail_says_what_when_and_where_in_text_and_in_html(desk, on):
    deliver(on)
    (message,) = sent_to(desk.head)

    assert message.subject == "Followthrough: 1 action needs you (1 overdue)"
    for body in (message.body, message.alternatives[0].content):
        assert "Head," in body
        assert "D1" in body
        assert desk.first.title in body
        assert "ction was due on 5 July 2015, 1 day ago." in body
        assert "http://testserver/plans/desk-plan/actions/D1/updates/new/" in body
        assert "http://testserver/my-actions/" in body
    assert message.alternatives[0].mimetype == "text/html"
    assert message.from_email == "Followthrough <no-reply@followthrough.example>"


def test_the_mail_carries_no_sensitive_text(desk):
    desk.post_update(
        desk.first, desk.due(-1), wording="Committee wording: half are trained.", barrier="A barrier to it"
    )
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on))
    deliver(on)
    (message,) = sent_to(desk.head)

    for body in (message.body, message.alternatives[0].content, message.subject):
        for secret in (WORKING_NOTE, "half are trained", "A barrier to it"):
            assert secret not in body


def test_words_of_people_are_text_in_the_html_and_unharmed_in_the_plain_part(desk):
    Action.objects.filter(pk=desk.first.pk).update(title='Train <b>all</b> & "every" one')
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on))
    deliver(on)
    (message,) = sent_to(desk.head)

    assert 'Train <b>all</b> & "every" one' in message.body
    assert "Train &lt;b&gt;all&lt;/b&gt; &amp; &quot;every&quot; one" in message.alternatives[0].content


def test_a_deputy_is_told_as_what_the_mail_came(desk):
    partnering.deputise(post=desk.post, user=desk.deputy, starts_on=desk.due(0), ends_on=desk.due(9))
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on))
    deliver(on)

    assert sent_to(desk.head) == []
    assert "Sent to you as: deputy of the holder." in sent_to(desk.deputy)[0].body


# --- checked again before it is sent ---


def test_what_is_no_longer_true_is_withdrawn(desk, on):
    desk.complete(desk.first, on)

    assert deliver(on) == {State.WITHDRAWN: 1}
    assert sent_to(desk.head) == []
    assert desk.message(on).answer == "No longer true when it was to be sent."
    assert not Reminder.objects.filter(message=desk.message(on), withdrawn_at=None).exists()


def test_an_update_between_planning_and_delivery_takes_its_line_out_and_leaves_the_others(desk):
    desk.open_round(-30, -10)
    on = desk.day(-9)
    assert [ref for ref, _, _ in desk.plan_day(on)] == ["D1", "D2"]
    desk.post_update(desk.first, on)
    deliver(on)

    (message,) = sent_to(desk.head)
    assert message.subject == "Followthrough: 1 action needs you (1 without an update)"
    assert "D2" in message.body
    assert "D1" not in message.body
    assert [each.action.ref for each in Reminder.objects.filter(message=desk.message(on), withdrawn_at=None)] == ["D2"]


def test_a_message_for_somebody_who_no_longer_holds_the_post_is_withdrawn(desk, on):
    desk.post.holdings.update(ends_on=on - timedelta(days=1))

    assert deliver(on) == {State.WITHDRAWN: 1}
    assert sent_to(desk.head) == []


def test_a_withdrawn_line_is_said_when_it_becomes_true_again(desk, on):
    Action.objects.filter(pk=desk.first.pk).update(status="completed", percent=100)
    deliver(on)
    Action.objects.filter(pk=desk.first.pk).update(status="in_progress")

    assert desk.plan_day(desk.due(2)) == [("D1", "overdue", 1)]


# --- refused ---


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPResponseException(451, b"later"),
        ConnectionRefusedError("nobody there"),
        TimeoutError("too slow"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again(desk, on, server, error):
    server.answers = [error]
    deliver(on)

    message = desk.message(on)
    assert (message.state, message.attempts, message.sent_at) == (State.PLANNED, 1, None)
    assert message.answer.startswith(type(error).__name__)
    assert deliver(on, 8, 30) == {State.SENT: 1}
    assert len(server.accepted) == 1


def test_the_pauses_grow_and_nothing_is_tried_before_its_time(desk, on, server):
    """Five minutes, tripled to six hours, and up to a quarter more."""
    now, pauses = clock.at(on, 8), []
    server.answers = [refused_by(desk, 450) for _ in range(6)]
    for _ in range(6):
        reminders.deliver_outbox(on, now)
        pauses.append(desk.message(on).try_after - now)
        assert reminders.deliver_outbox(on, desk.message(on).try_after - timedelta(seconds=1)) == {}
        now = desk.message(on).try_after

    for pause, minutes in zip(pauses, (5, 15, 45, 135, 360, 360), strict=True):
        assert (
            timedelta(minutes=minutes) <= pause <= timedelta(minutes=minutes * 1.25, seconds=30)
        )  # the run itself takes time
    assert reminders.deliver_outbox(on, now) == {State.SENT: 1}
    assert desk.message(on).attempts == 7


@pytest.mark.parametrize("code", [550, 553, 599])
def test_a_final_refusal_stops_and_says_why(desk, on, server, code):
    server.answers = [refused_by(desk, code)]
    deliver(on)
    message = desk.message(on)
    assert (message.state, message.sent_at) == (State.REFUSED, None)
    assert str(code) in message.answer

    assert not deliver(on, 20)
    assert len(server.tried) == 1


def test_a_message_that_is_refused_does_not_hold_up_the_others(desk, house, server):
    partnering.appoint(post=house.ours.vacant_post, user=house.approver, starts_on=house.day(-5))
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on))
    others = Message.objects.filter(on=on).count() - 1
    server.answers = [refused_by(desk, 550)]

    assert deliver(on, 13) == {State.REFUSED: 1, State.SENT: others}
    assert others >= 2


def test_every_attempt_carries_the_same_message_id(desk, on, server):
    """So that a duplicate after a crash can be recognised."""
    server.answers = [refused_by(desk, 450), TimeoutError("too slow")]
    for hours in (0, 2, 6):
        deliver(on, 8 + hours)

    ids = {message.extra_headers["Message-ID"] for message in server.tried}
    assert len(server.tried) == 3
    assert len(ids) == 1
    assert ids.pop().startswith(f"<reminder-{desk.message(on).pk}-")


# --- claims ---


def test_a_message_that_somebody_else_has_claimed_is_left_to_them(desk, on, server):
    Message.objects.filter(pk=desk.message(on).pk).update(state=State.CLAIMED, claimed_at=clock.at(on, 8))

    assert not deliver(on, 8, 4)
    assert server.tried == []


def test_a_claim_whose_worker_died_is_returned_and_delivered(desk, on, server):
    """Mail marked sent before it was: seen in several."""
    Message.objects.filter(pk=desk.message(on).pk).update(state=State.CLAIMED, claimed_at=clock.at(on, 8), attempts=1)

    assert deliver(on, 8, 16) == {State.SENT: 1}
    assert desk.message(on).attempts == 2
    assert len(server.accepted) == 1


def test_a_worker_that_dies_while_sending_leaves_a_claim_not_a_sent_message(desk, on, server):
    class Killed(BaseException):
        pass

    server.answers = [Killed()]
    with pytest.raises(Killed):
        deliver(on)

    message = desk.message(on)
    assert (message.state, message.sent_at) == (State.CLAIMED, None)
    assert reminders.sweep(clock.at(on, 9)) == 1
    assert desk.message(on).state == State.PLANNED


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(desk, house, on, server, monkeypatch):
    """A fault of ours with one message: it is retried like any other, and the run goes on."""
    Message.objects.create(user=house.owner, on=on, planned_at=clock.at(on))
    compose = letters.compose

    def stumble(name, *, to, **given):
        if to == desk.head.email:
            raise ValueError("a template that cannot be rendered")
        return compose(name, to=to, **given)

    monkeypatch.setattr(letters, "compose", stumble)
    line = reminders.lines_due(on)[house.owner.pk][0]
    Reminder.objects.create(
        message=Message.objects.get(user=house.owner, on=on),
        user=house.owner,
        action_id=line.action_id,
        kind=line.kind,
        capacity=line.capacity,
        anchor_on=line.anchor_on,
        step=line.step + 500,
    )
    deliver(on)

    assert [message.to for message in server.accepted] == [[house.owner.email]]
    assert desk.message(on).state != State.SENT


def test_a_message_that_waited_does_not_make_two_on_one_day(desk, on, server):
    """One message a person a day, also when yesterday's could not be delivered: a week on, the next step is due."""
    server.answers = [refused_by(desk, 450)]
    deliver(on)
    later = desk.due(8)
    desk.plan_day(later)
    deliver(later, 20)

    assert [message.to for message in server.accepted if message.to == [desk.head.email]] == [[desk.head.email]]
