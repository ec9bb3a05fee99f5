"""Several at once, on PostgreSQL: each person one message, each mail sent once, one chain that holds."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection

from actionplans import operations, reminders
from actionplans.integrity import check_history
from actionplans.models import Action, Evidence, EvidenceScan, Message, Plan, Reminder, Verification
from actionplans.operations import Actor, AlreadyDecided, Decision, IllegalMove, NewEvidence, UpdatedMeanwhile
from actionplans.reminders import delivery
from core import clock
from partnerships import operations as partnering
from partnerships.models import Holding, User
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


def test_of_two_updates_written_on_the_same_history_one_is_refused(desk):
    seen = desk.first.entries.order_by("-seq").first().seq

    def post(person):
        return lambda: operations.post_update(
            action=desk.first,
            by=Actor(person),
            now=clock.at(TODAY),
            status="in_progress",
            percent=10,
            wording="Begun.",
            seen=seen,
        )

    results = at_once(post(desk.head), post(desk.deputy))

    assert sorted(type(result).__name__ for result in results) == ["ProgressUpdate", "UpdatedMeanwhile"]
    assert any(isinstance(result, UpdatedMeanwhile) for result in results)
    assert desk.first.entries.filter(kind="progressupdate").count() == 1


def test_everybody_writing_at_once_makes_one_chain_without_gaps(desk, people):
    before = Plan.objects.get(pk=desk.plan.pk).history_count

    def post_on(action):
        return lambda: operations.post_update(
            action=action, by=Actor(desk.head), now=clock.at(TODAY), status="in_progress", percent=10, wording="Begun."
        )

    actions = list(desk.plan.actions.all())[:8]
    results = at_once(*[post_on(action) for action in actions])

    plan = Plan.objects.get(pk=desk.plan.pk)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sorted(row.seq for row in results) == list(range(before + 1, before + 9))
    assert check_history(plan).fault == ""


def test_of_two_verifications_at_once_one_counts(house):
    def verify(user):
        return lambda: operations.verify_action(
            action=house.ours.completed, by=Actor(user), verifier="Audit", statement="Checked.", now=clock.at(TODAY)
        )

    results = at_once(verify(house.verifier), verify(house.clerk))

    assert sorted(type(result).__name__ for result in results) == ["IllegalMove", "Verification"]
    assert any(isinstance(result, IllegalMove) for result in results)
    assert Verification.objects.filter(action=house.ours.completed).count() == 1


def test_of_two_decisions_on_a_request_one_counts(desk):
    by, now, to_on = Actor(desk.head), clock.at(TODAY), desk.due(30)
    asked = operations.request_date_change(action=desk.first, to_on=to_on, reason="Late", by=by, now=now)

    def decide(is_granted):
        return lambda: operations.decide_date_change(
            request=asked, is_granted=is_granted, decision=Decision("Group"), by=by, now=now
        )

    results = at_once(decide(True), decide(True))

    assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "DateDecision"]
    assert any(isinstance(result, AlreadyDecided) for result in results)
    desk.first.refresh_from_db()
    assert (desk.first.current_due_on, desk.first.date_changes) == (to_on, 1)


def test_of_two_appointments_to_a_post_at_once_one_counts(house):
    def appoint(user):
        return lambda: partnering.appoint(post=house.ours.vacant_post, user=user, starts_on=TODAY)

    results = at_once(appoint(house.verifier), appoint(house.clerk))

    assert sum(isinstance(result, Exception) for result in results) == 1
    assert house.ours.vacant_post.holdings.count() == 1


def test_of_two_hand_overs_of_a_post_at_once_one_counts_and_the_other_is_told(house):
    def hand_over(user):
        return lambda: partnering.hand_over(
            post=house.ours.post, to=user, on=TODAY, by=house.coordinator, now=clock.at(TODAY)
        )

    results = at_once(hand_over(house.verifier), hand_over(house.clerk))

    won = next(result for result in results if isinstance(result, Holding))
    told = next(result for result in results if isinstance(result, partnering.PostIsHeld))
    assert told.message_dict == {"on": [f"{won.user} holds the post from 15 June 2015. Enter a later day."]}
    assert list(house.ours.post.holdings.on(TODAY)) == [won]


def test_of_two_deputies_named_at_once_for_the_same_days_one_counts(house):
    days = {"starts_on": TODAY, "ends_on": TODAY}

    def cover(user):
        return lambda: partnering.cover(
            post=house.ours.post, user=user, by=house.coordinator, now=clock.at(TODAY), **days
        )

    results = at_once(cover(house.verifier), cover(house.clerk))

    assert sorted(type(result).__name__ for result in results) == ["Holding", "PostIsHeld"]
    assert house.ours.post.holdings.deputies().count() == 1


def test_two_workers_with_the_same_file_write_what_the_scanner_said_once(house, scanner):
    scanner.waits_for = threading.Barrier(2)
    at_once(*[lambda: operations.scan_pending(now=house.moment())] * 2)

    assert len(scanner.scanned) == 2 * Evidence.objects.exclude(file="").count(), "they did not meet"
    assert EvidenceScan.objects.count() == Evidence.objects.exclude(file="").count()


def test_two_new_versions_of_one_evidence_at_once_leave_one(house):
    def replace():
        given = NewEvidence(title="Register", replaces=house.ours.hidden)
        return operations.add_evidence(
            action=house.ours.late, evidence=given, by=Actor(house.owner), now=house.moment()
        )

    results = at_once(replace, replace)

    assert sorted(type(each).__name__ for each in results) == ["Evidence", "Refusal"]
    assert Evidence.objects.filter(replaces=house.ours.hidden).count() == 1
