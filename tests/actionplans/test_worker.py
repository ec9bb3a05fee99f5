"""End to end: a real SMTP server, a real Redis, a real Celery worker in a process of its own."""

import os
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg2
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings

from actionplans import reminders
from actionplans.models import Message
from actionplans.reminders import delivery
from core import clock
from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent


class Mailbox:
    """The handler of a mail server: keeps what it accepts, refuses recipients as it is told."""

    def __init__(self):
        self.messages = []
        self.senders = set()
        self.refusals = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.senders.add(envelope.mail_from)
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 Accepted"

    def sent(self) -> Counter:
        return Counter(address for addresses, _ in self.messages for address in addresses)


@pytest.fixture
def mailbox():
    handler = Mailbox()
    controller = Controller(handler, hostname="127.0.0.1", port=services.free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


@pytest.fixture
def over_smtp(mailbox, settings):
    settings.EMAIL_BACKEND = "core.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    return mailbox


def test_a_reminder_over_a_real_mail_server(desk, over_smtp):
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))

    people = Message.objects.filter(on=on).values_list("user__email", flat=True)
    assert over_smtp.sent() == Counter(people)
    ((_, message),) = (each for each in over_smtp.messages if each[0] == ["head@desk.example"])
    assert message["Subject"] == "Followthrough: 1 action needs you (1 overdue)"
    assert message["From"] == "Followthrough <no-reply@followthrough.example>"
    assert message["To"] == "head@desk.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Followthrough reminders <reminders.testserver>"
    assert message["Message-ID"] == reminders.message_id(desk.message(on))
    assert "Action was due on 5 July 2015, 1 day ago." in message.get_body(("plain",)).get_content()
    assert "Post update on D1" in message.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("bounces", "sender"),
    [
        ("bounces@followthrough.example", "bounces@followthrough.example"),
        ("Followthrough <no-reply@followthrough.example>", "no-reply@followthrough.example"),  # by default
    ],
)
def test_what_cannot_be_delivered_comes_back_to_its_own_address(desk, over_smtp, settings, bounces, sender):
    settings.BOUNCE_ADDRESS = bounces
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))

    assert over_smtp.senders == {sender}
    froms = {str(message["From"]) for _, message in over_smtp.messages}
    assert froms == {"Followthrough <no-reply@followthrough.example>"}


def test_what_a_real_mail_server_refuses(desk, over_smtp):
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    over_smtp.refusals = {"head@desk.example": "450 Mailbox busy"}
    reminders.deliver_outbox(on, clock.at(on, 8))
    waiting = desk.message(on)
    over_smtp.refusals = {"head@desk.example": "550 No such person"}
    reminders.deliver_outbox(on, clock.at(on, 9))
    refused = desk.message(on)

    assert (waiting.state, waiting.attempts) == (Message.State.PLANNED, 1)
    assert "Mailbox busy" in waiting.answer
    assert (refused.state, refused.attempts) == (Message.State.REFUSED, 2)
    assert "No such person" in refused.answer
    assert over_smtp.sent()["head@desk.example"] == 0
    assert set(over_smtp.sent().values()) == {1}, "the others got theirs"


def test_a_mail_server_that_is_down_loses_nothing(desk, settings):
    settings.EMAIL_BACKEND = "core.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", services.free_port()
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))

    messages = Message.objects.filter(on=on)
    assert {(each.state, each.sent_at, each.claim) for each in messages} == {(Message.State.PLANNED, None, None)}
    tried = [each for each in messages if each.attempts]
    assert len(tried) == min(delivery.GIVE_UP, len(messages)), "the others are spared"
    assert all(each.answer.startswith("ConnectionRefusedError") for each in tried)


# --- the worker ---


@pytest.fixture
def own_database(tmp_path):
    """The address of an empty database that another process can open; on the server of the tests, if there is one."""
    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{tmp_path / 'worker.sqlite3'}"
        return
    name, server = f"worker_{uuid4().hex[:8]}", urlsplit(os.environ["DATABASE_URL"])
    connection = psycopg2.connect(server._replace(path="/postgres").geturl())
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        yield server._replace(path=f"/{name}").geturl()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        connection.close()


def run(environment, *command) -> list[str]:
    result = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def wait_for(found, seconds=60):
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)


@pytest.mark.system
def test_the_beats_knock_reaches_every_mailbox_once(own_database, redis_url, mailbox, tmp_path):
    """Redis carries the work, the worker plans and delivers, the mail server has one message a person."""
    environment = os.environ | {
        "DATABASE_URL": own_database,
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "MAIL_DIR": "",
        "MEDIA_ROOT": str(tmp_path / "files"),
    }
    run(environment, "manage.py", "migrate", "-v", "0")
    run(environment, "manage.py", "seed_demo")
    announced = run(environment, "manage.py", "send_reminders", "--dry-run")[:-1]
    expected = {line.partition("<")[2].partition(">")[0] for line in announced}
    knock = ["-m", "celery", "-A", "config.celery", "call", "actionplans.tasks.plan_reminders"]
    worker = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--loglevel", "warning", "-c", "2"]
    with (
        (tmp_path / "worker.log").open("w") as log,
        subprocess.Popen(worker, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            for _ in range(3):
                run(environment, *knock)
            wait_for(lambda: set(mailbox.sent()) == expected)
            run(environment, *knock)
            # Nothing is left to say; what the knocks carried has been worked off when Redis holds no task.
            wait_for(lambda: run(environment, "manage.py", "send_reminders", "--dry-run")[-1].startswith("0 messages"))
        finally:
            process.terminate()
            process.wait(30)

    assert len(expected) >= 5, "the demonstration has nothing to remind of"
    assert mailbox.sent() == Counter(dict.fromkeys(expected, 1))
    assert "Traceback" not in (tmp_path / "worker.log").read_text()


ASK = """
from config.celery import app
from django.utils import timezone
from actionplans.models import Plan
from actionplans.operations import Actor, ask_for_paper
from partnerships.models import User
clerk, now = User.objects.get(email="clerk@ochilvale.example"), timezone.now()
plans = list(Plan.objects.filter(partnership__slug="ochilvale"))
ask_for_paper(plans=plans, group=None, on=now.date(), format="pdf", is_exempt=False, by=Actor(clerk), now=now)
"""
STATE = "from actionplans.models import PaperRun; print(*PaperRun.objects.values_list('state', 'done', 'problem'))"


@pytest.mark.system
def test_a_paper_that_is_asked_for_is_made_by_the_worker(own_database, redis_url, tmp_path):
    """Without a beat: the knock goes over Redis when what was asked for is committed."""
    environment = os.environ | {
        "DATABASE_URL": own_database,
        "REDIS_URL": redis_url,
        "MEDIA_ROOT": str(tmp_path / "files"),
        "DEMO": "1",
    }
    run(environment, "manage.py", "migrate", "-v", "0")
    run(environment, "manage.py", "seed_demo")
    worker = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--loglevel", "warning", "-c", "1"]
    with (
        (tmp_path / "worker.log").open("w") as log,
        subprocess.Popen(worker, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            run(environment, "manage.py", "shell", "--no-imports", "--command", ASK)
            state = ["manage.py", "shell", "--no-imports", "--command", STATE]
            wait_for(lambda: "ready" in (said := run(environment, *state)[-1]) or "failed" in said)
        finally:
            process.terminate()
            process.wait(30)

    assert run(environment, *state) == ["('ready', 2, '')"]
    (file,) = (tmp_path / "files" / "paper-runs").rglob("*.pdf")
    assert file.read_bytes().startswith(b"%PDF")
    assert "Traceback" not in (tmp_path / "worker.log").read_text()
