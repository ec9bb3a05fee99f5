"""What the benchmark of reminders measures is what it says, and planning reads only what is due."""

import pytest
from django.db import connection

from actionplans.models import Action, Message
from bench import delivery, planning
from bench.reminders import reminders_in_words
from core import clock

ON = delivery.working_day(clock.today())


@pytest.mark.postgres
@pytest.mark.django_db
def test_planning_reads_only_what_is_due():
    planning.make_actions(50_000, ON)

    found = list(planning.readings(ON))

    assert [each.plan for each in found if not each.is_lean] == []
    assert sum(each.found for each in found) > 1500, "hardly anything is due"
    assert sum(each.read for each in found) < 5000


@pytest.mark.postgres
@pytest.mark.django_db
def test_without_its_indexes_planning_is_not_lean():
    planning.make_actions(20_000, ON)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX action_undone_due; DROP INDEX action_open_updated; DROP INDEX action_late")

    assert not all(each.is_lean for each in planning.readings(ON))


@pytest.mark.django_db
def test_the_bare_loop_gets_the_messages_of_the_product():
    delivery.make_late(owners=4, actions=9, on=ON)

    prepared = delivery.prepared(ON, clock.at(ON, 8))

    assert sorted(given["to"] for _, given in prepared) == [f"owner{n}@mail.example" for n in range(4)]
    assert sum(given["context"]["count"] for _, given in prepared) == Action.objects.count() == 9
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


DELIVERED = {
    "messages": 800,
    "actions": 3000,
    "rounds": 5,
    "planning": 0.7,
    "delivering": 5.0,
    "bare": 2.0,
    "peaks": [2 * 2**20, 3 * 2**20],
    "ratio": 0.4,
    "ratio_with_planning": 0.35,
}
READ = {"read": 10, "found": 9, "plan": "Index Scan " + "x" * 300, "is_lean": True}
PLANNED = {"actions": 50_000, "planning": 0.5, "messages": 7, "readings": [READ, READ]}


def test_the_report_says_what_was_missed():
    said = "\n".join(reminders_in_words(DELIVERED, PLANNED))
    better = "\n".join(reminders_in_words(DELIVERED | {"ratio": 0.6}, PLANNED))
    scanned = "\n".join(reminders_in_words(DELIVERED, PLANNED | {"readings": [READ, READ | {"is_lean": False}]}))

    assert "160 messages a second" in said
    assert "makes 400: 0.40 of its rate (aim 0.60: missed;" in said
    assert "0.60 of its rate (aim 0.60: met;" in better
    assert "holds at most 3.0 MiB at once, a tenth of them 2.0 MiB" in said
    assert "20 rows are read, 18 of them due; no query scans it." in said
    assert "**some query reads more than it should.**" in scanned
    assert "x" * 200 not in said
