"""A short fault-injection run, and what the run counts with: a verdict that cannot be bad would prove nothing."""

import os
import re
import smtplib
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from random import Random

import pytest

from tests.chaos import mailserver
from tests.chaos.people import Owner
from tests.chaos.run import ROOT
from tests.chaos.verdict import Book, Row, faults

KILLS, PEOPLE, SECONDS = 2, 40, 300


@pytest.mark.system
@pytest.mark.postgres
def test_nobody_is_missed_whatever_is_killed():
    environment = os.environ | {"KILLS": str(KILLS), "PEOPLE": str(PEOPLE)}
    command = [sys.executable, "-m", "tests.chaos.run"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "All holds (seed " in done.stdout
    found = re.findall(r"^([A-Za-z, ]+?) +(\d+)$", done.stdout, re.MULTILINE)
    count = {name: int(number) for name, number in found}
    assert count["messages planned"] == count["accepted"] + count["refused for good"] + count["withdrawn"]
    assert count["accepted"] >= PEOPLE / 2  # some are refused, or need no message any more
    assert count["refused for good"] >= PEOPLE // 10
    assert count["kills"] >= KILLS
    assert count["duplicates"] <= count["kills"] + count["connections lost after DATA on purpose"]


# --- the verdict ---

DAY = date(2027, 3, 25)
ANNE, BEN = Owner(1, "owner1@chaos.example"), Owner(2, "gone2@chaos.example")
TOLD = Row("<a>", 1, DAY, "sent", ANNE.email, (1,), 1)
REFUSED = Row("<b>", 2, DAY, "refused", BEN.email, (1,), 0)


def book(taken=None, unheard=None, to=ANNE.email):
    taken = Counter(taken or {"<a>": 1})
    return Book(taken, Counter(unheard or {}), {message_id: {to} for message_id in taken})


def judged(*found, the_book=None, owners=(ANNE, BEN), weeks=1):
    return faults(list(found), the_book or book(), owners, weeks)


def test_all_holds():
    assert judged(TOLD, REFUSED) == []
    assert judged(TOLD, REFUSED, the_book=book({"<a>": 3}, {"<a>": 2})) == []
    assert judged(replace(TOLD, state="withdrawn", steps=(), accepted=0), REFUSED, owners=[BEN], the_book=Book()) == []


@pytest.mark.parametrize(
    ("rows", "the_book", "fault"),
    [
        ([REFUSED], Book(), "person 1 was not told of day 1"),
        ([replace(TOLD, state="planned", accepted=0), REFUSED], Book(), "<a> still waits (planned)"),
        ([replace(TOLD, state="claimed", accepted=0), REFUSED], Book(), "<a> still waits (claimed)"),
        ([TOLD, REFUSED], Book(), "<a> is said to be sent, and the server never took it"),
        ([TOLD, REFUSED], book({"<a>": 2}), "<a> was taken 2 times; 0 of these could not be recorded"),
        ([TOLD, REFUSED], book({"<a>": 3}, {"<a>": 1}), "<a> was taken 3 times; 1 of these could not be recorded"),
        (
            [TOLD, REFUSED],
            book(to="else@chaos.example"),
            "<a> went to ['else@chaos.example'], not owner1@chaos.example",
        ),
        ([TOLD, REFUSED], book({"<a>": 1, "<c>": 1}), "<c> was taken and is not in the outbox"),
        ([replace(TOLD, accepted=0), REFUSED], book(), "<a> is sent and was recorded as accepted 0 times"),
        ([TOLD, REFUSED, replace(REFUSED, message_id="<c>", steps=())], book(), "2 messages to person 2 on 2027-03-25"),
        ([TOLD, REFUSED, replace(REFUSED, message_id="<c>")], book(), "person 2 was told of day 1 in 2 messages"),
        ([replace(TOLD, steps=(1, 8)), REFUSED], book(), "person 1 was told of day 8, which never was"),
        ([replace(TOLD, steps=()), REFUSED], book(), "<a> was sent and says nothing"),
        ([replace(TOLD, state="refused", accepted=0), REFUSED], Book(), "owner1@chaos.example was refused"),
    ],
)
def test_what_does_not_hold_is_said(rows, the_book, fault):
    assert fault in judged(*rows, the_book=the_book)


def test_who_has_done_it_is_owed_nothing_from_then_on():
    done = replace(ANNE, done_in=1)

    assert judged(TOLD, owners=[done], weeks=3) == []
    assert judged(TOLD, owners=[ANNE], weeks=2) == ["person 1 was not told of day 8"]
    assert judged(owners=[done], the_book=Book(), weeks=3) == ["person 1 was not told of day 1"]


# --- the mail server ---


@pytest.fixture
def server():
    made = mailserver.MailServer(Random(1), 0.3, lambda address: address.startswith("gone"), lambda port: True)
    made.start()
    yield made
    made.stop()


def send(server, to="anne@chaos.example"):
    message = EmailMessage()
    message["Message-ID"], message["To"], message["From"] = "<a>", to, "us@chaos.example"
    message.set_content("Late.")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=0.3) as smtp:
        smtp.send_message(message)


def only(monkeypatch, stage, fault):
    """From now on every message meets with this fault."""
    monkeypatch.setattr(mailserver, "FAULTS", {each: {} for each in mailserver.FAULTS} | {stage: {fault: 1000}})


def test_it_takes_what_it_is_given_and_refuses_whom_it_is_told_to(server, monkeypatch):
    server.misbehaves = False
    send(server)
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
        send(server, "gone@chaos.example")

    assert (server.taken, server.unheard.total()) == ({"<a>": 1}, 0)


@pytest.mark.parametrize(
    ("stage", "fault", "error", "taken"),
    [
        ("greeting", "stall", smtplib.SMTPServerDisconnected, 0),
        ("greeting", "421", smtplib.SMTPConnectError, 0),
        ("mail", "421", smtplib.SMTPSenderRefused, 0),
        ("rcpt", "451", smtplib.SMTPRecipientsRefused, 0),
        ("rcpt", "stall", smtplib.SMTPServerDisconnected, 0),
        ("data", "drop", smtplib.SMTPServerDisconnected, 0),
        ("content", "drop", smtplib.SMTPServerDisconnected, 0),
        ("taken", "drop", smtplib.SMTPServerDisconnected, 1),
        ("taken", "stall", smtplib.SMTPServerDisconnected, 1),
        ("taken", "kill", smtplib.SMTPServerDisconnected, 1),
    ],
)
def test_it_misbehaves_as_it_is_told_to_and_knows_what_it_took(server, monkeypatch, stage, fault, error, taken):
    only(monkeypatch, stage, fault)
    with pytest.raises(error):
        send(server)
    server.stop()

    assert server.taken.total() == taken
    assert server.faults == {f"{stage}: {fault}": 1}
