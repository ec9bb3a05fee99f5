"""Several workers at once, on PostgreSQL: each person one message, each mail sent once.

Threads, because they share the server that mail is sent to; people who write at once are processes (test_races.py).
"""

import threading
import time
from collections import Counter

import pytest
from django.db import connection

from actionplans import reminders
from actionplans.models import Action, Message, Reminder
from actionplans.reminders import delivery
from core import clock
from partnerships import operations as partnering
from partnerships.models import User
from tests.actionplans.conftest import TODAY
from tests.actionplans.desk import make_desk
from tests.cast import make_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 4


@pytest.fixture
def house(transactional_db):
    return make_cast(TODAY)


@pytest.fixture
def desk(house):
    return make_desk(house)


@pytest.fixture
def people(desk):
    """Twelve heads with a late action each."""
    found = []
    for number in range(12):
        user = User.objects.create_user(f"head{number}@many.example", f"Head {number}")
        post = partnering.post_of(partnership=desk.plan.partnership, title=f"Post {number}")
        partnering.appoint(post=post, user=user, starts_on=desk.day(-100))
        Action.objects.create(
            plan=desk.plan,
            position=50 + number,
            ref=f"M{number}",
            title="More",
            lead_post=post,
            current_due_on=desk.due(0),
        )
        found.append(user)
    return found


def at_once(*jobs):
    """Runs each job in a thread of its own, all let go at the same moment; what each gave or raised."""
    gate = threading.Barrier(len(jobs))
    results = [None] * len(jobs)

    def run(number, job):
        gate.wait()
        try:
            results[number] = job()
        except Exception as error:  # is the result
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "a worker hangs"
    return results


class SlowServer:
    """Takes its time, so that the workers meet; remembers what it accepted."""

    accepted: list = []

    def open(self):
        pass

    def send_messages(self, messages):
        time.sleep(0.02)
        self.accepted.extend(messages)
        return len(messages)

    def close(self):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(SlowServer, "accepted", [])
    monkeypatch.setattr("core.mail.get_connection", lambda **options: SlowServer())
    return SlowServer


def test_workers_that_plan_and_deliver_at_once_send_each_person_one_mail(desk, people, server):
    on = desk.due(1)

    def work():
        reminders.plan_day(on, clock.at(on, 7))
        return reminders.deliver_outbox(on, clock.at(on, 8))

    results = at_once(*[work] * WORKERS)
    reminders.deliver_outbox(on, clock.at(on, 9))

    assert not [result for result in results if isinstance(result, Exception)]
    messages = Message.objects.filter(on=on)
    assert len(messages) >= len(people) + 1
    assert set(Counter(messages.values_list("user", flat=True)).values()) == {1}
    assert set(messages.values_list("state", "attempts")) == {("sent", 1)}
    sent = Counter(message.to[0] for message in server.accepted)
    assert sent == Counter(messages.values_list("user__email", flat=True))
    said = Reminder.objects.filter(message__on=on).values_list("user", "action", "kind", "step")
    assert len(said) == len(set(said))


def test_each_message_is_claimed_by_one_worker(desk, people, server, monkeypatch):
    monkeypatch.setattr(delivery, "CHUNK", 2)
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    count = Message.objects.filter(on=on).count()

    def claim_all():
        claims = []
        while claim := delivery.claim_some(clock.at(on, 8)):
            claims.append(claim)
        return claims

    claims = [claim for result in at_once(*[claim_all] * WORKERS) for claim in result]

    assert len(claims) >= count / 2
    assert sum(Message.objects.filter(claim=claim).count() for claim in claims) == count
    assert set(Message.objects.filter(on=on).values_list("state", "attempts")) == {("claimed", 1)}


def test_a_sweep_returns_nothing_that_was_claimed_anew_since_it_looked(desk, people, server, monkeypatch):
    """Another run sweeps at the same time and claims what both found; of two clocks one is a day ahead."""
    on, late = desk.due(1), desk.due(2)
    reminders.plan_day(on, clock.at(on, 7))
    delivery.claim_some(clock.at(on, 8))  # by a worker that died
    asked, claims = delivery.is_left, []

    def ask_while_another_claims(claim):
        if not claims:
            claims.append(None)
            claims[:] = at_once(another)
        return asked(claim)

    def another():
        return reminders.sweep(clock.at(late, 8)) and delivery.claim_some(clock.at(on, 8))

    monkeypatch.setattr(delivery, "is_left", ask_while_another_claims)

    assert reminders.sweep(clock.at(late, 8)) == 0
    assert claims[0]
    assert set(Message.objects.filter(on=on).values_list("state", "claim")) == {("claimed", claims[0])}


def test_a_message_that_is_being_sent_is_not_returned_whatever_the_clock_says(desk, people, server, monkeypatch):
    """The clock jumps a day while a mail is on its way: another run must not send it too."""
    on, late = desk.due(1), desk.due(2)
    reminders.plan_day(on, clock.at(on, 7))
    swept = []
    send = SlowServer.send_messages

    def send_and_sweep(self, messages):
        (jumped,) = at_once(lambda: reminders.sweep(clock.at(late, 8)))
        swept.append(jumped)
        return send(self, messages)

    monkeypatch.setattr(delivery, "CHUNK", 1)
    monkeypatch.setattr(SlowServer, "send_messages", send_and_sweep)
    reminders.deliver_outbox(on, clock.at(on, 8))

    count = Message.objects.filter(on=on).count()
    assert swept == [0] * count
    assert len(SlowServer.accepted) == count
