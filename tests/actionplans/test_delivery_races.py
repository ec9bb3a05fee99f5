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

    def send_messages(self, messages):
        time.sleep(0.02)
        self.accepted.extend(messages)
        return len(messages)

    def close(self):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(SlowServer, "accepted", [])
    monkeypatch.setattr(delivery, "get_connection", lambda **options: SlowServer())
    return SlowServer


def test_workers_that_plan_and_deliver_at_once_send_each_person_one_mail(desk, people, server):
    on = desk.due(1)

    def work():
        planned = reminders.plan_day(on, clock.at(on, 7))
        return planned, len(reminders.deliver_outbox(on, clock.at(on, 8)))

    results = at_once(*[work] * WORKERS)
    reminders.deliver_outbox(on, clock.at(on, 9))

    assert all(isinstance(result, tuple) for result in results), results
    messages = Message.objects.filter(on=on)
    assert sum(planned for planned, _ in results) == len(messages) >= len(people) + 1
    assert set(Counter(messages.values_list("user", flat=True)).values()) == {1}
    assert set(messages.values_list("state", "attempts")) == {("sent", 1)}
    sent = Counter(message.to[0] for message in server.accepted)
    assert sent == Counter(messages.values_list("user__email", flat=True))
    said = Reminder.objects.filter(message__on=on).values_list("user", "action", "kind", "step")
    assert len(said) == len(set(said))


def test_one_message_is_claimed_by_one_worker(desk, people, server):
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    pk, true_now = Message.objects.get(user=people[0], on=on).pk, reminders.lines_due(on)

    results = at_once(*[lambda: delivery.deliver(pk, true_now, on, clock.at(on, 8), SlowServer())] * WORKERS)

    assert sorted(result is None for result in results) == [False, *[True] * (WORKERS - 1)]
    assert [message.to for message in server.accepted] == [[people[0].email]]
