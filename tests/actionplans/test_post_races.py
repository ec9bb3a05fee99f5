"""Posts, evidence and reports written by several at once, in threads on PostgreSQL: one counts, the other is told."""

import threading

import pytest
from django.db import connection

from actionplans import operations
from actionplans.models import Evidence, EvidenceScan
from actionplans.operations import Actor, NewEvidence
from core import clock
from core.refusal import Refusal
from inspections import operations as inspecting
from inspections.models import Inspection
from inspections.pasted import Paragraph
from partnerships import operations as partnering
from partnerships.models import Holding
from tests.actionplans.conftest import TODAY
from tests.cast import make_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db):
    return make_cast(TODAY)


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
    def replace(title):
        given = NewEvidence(title=title, replaces=house.ours.hidden)
        return operations.add_evidence(
            action=house.ours.late, evidence=given, by=Actor(house.owner), now=house.moment()
        )

    results = at_once(lambda: replace("Register"), lambda: replace("Register of 2015"))

    assert sorted(type(each).__name__ for each in results) == ["Evidence", "Refusal"]
    assert Evidence.objects.filter(replaces=house.ours.hidden).count() == 1


def test_a_report_that_is_sent_twice_at_once_is_entered_once(house):
    facts = {"partnership": house.ours.partnership, "kind": "joint inspection", "title": "Services for children"}
    facts |= {"lead_body": "Board of Reviewers", "recommendations": [Paragraph("R1", "Respond on the day.")]}

    results = at_once(*[lambda: inspecting.enter_report(**facts, by=house.coordinator, now=clock.at(TODAY))] * 2)

    (told,) = [result for result in results if isinstance(result, Refusal)]
    assert told.message_dict == {"title": ["A report of this title and day is entered already."]}
    assert Inspection.objects.get(title="Services for children").lead_body.name == "Board of Reviewers"
