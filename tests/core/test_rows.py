"""Rows that are written with kept SQL are what Django would have written."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from actionplans.models import Attempt, Message
from core import clock
from core.locks import is_left, working_on
from core.rows import inserting, is_as, updating, write
from partnerships.models import User

NOW = clock.at(clock.today(), 9)


@pytest.fixture
def message(db):
    user = User.objects.create_user("row@x.example", "Row")
    return Message.objects.create(user=user, on=clock.today(), planned_at=NOW, claim=uuid4(), state="claimed")


def test_what_is_named_is_written_and_nothing_else(message):
    message.state, message.answer, message.sent_at, message.claim, message.attempts = "sent", "it's 100 %", NOW, None, 7
    write(updating(message, "state", "answer", "sent_at", "claim"))

    kept = Message.objects.get(pk=message.pk)
    assert (kept.state, kept.answer, kept.sent_at, kept.claim) == ("sent", "it's 100 %", NOW, None)
    assert kept.attempts == 0


def test_a_new_row_beside_a_changed_one(message):
    attempt = Attempt(message=message, at=NOW, address="row@x.example", outcome="accepted", answer="250 “ok”; DROP --")
    message.answer = "250 “ok”; DROP --"
    write(updating(message, "answer"), inserting(attempt))

    kept = Attempt.objects.get(message=message)
    assert (kept.at, kept.address, kept.outcome) == (NOW, "row@x.example", "accepted")
    assert kept.answer == Message.objects.get(pk=message.pk).answer == "250 “ok”; DROP --"


def test_a_row_is_as_the_object_has_it_or_it_is_not(message):
    assert is_as(message, "claim", "state")
    for change in ({"claim": uuid4()}, {"claim": None}, {"claim": message.claim, "state": "planned"}):
        Message.objects.filter(pk=message.pk).update(**change)
        assert not is_as(message, "claim", "state")


@pytest.mark.django_db(transaction=True)
def test_of_several_statements_all_are_written_or_none():
    user = User.objects.create_user("row@x.example", "Row")
    message = Message.objects.create(user=user, on=clock.today(), planned_at=NOW)
    message.answer = "taken"
    with pytest.raises(IntegrityError):
        write(updating(message, "answer"), inserting(Message(user=user, on=message.on, planned_at=NOW)))
    assert Message.objects.get().answer == ""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_somebody_works_on_is_not_left_until_they_end():
    mine, other = uuid4(), uuid4()
    with working_on(mine), transaction.atomic():
        assert (is_left(mine), is_left(other)) == (False, True)
    with transaction.atomic():
        assert is_left(mine)
