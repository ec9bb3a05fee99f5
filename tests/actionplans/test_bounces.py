"""Mail that came back: what counts as a failure, whose address it marks, and what a stranger cannot do with it."""

import io
import sys
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from actionplans import reminders
from actionplans.models import Attempt, Message
from core import clock
from core.bounces import MOST_BYTES, read_report
from core.models import AuditEntry
from partnerships import operations as partnering
from partnerships.models import User
from tests.actionplans.bounced import ANSWERS, DELAY, EXIM, FAILURES, POSTFIX, VACATION

ADDRESS = "head@desk.example"


@pytest.fixture
def sent(desk) -> Message:
    """A reminder to the head of the desk that a mail server has accepted."""
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))
    return desk.message(on)


@pytest.fixture
def feed(monkeypatch):
    """Hands a message to the command, and gives what it printed."""

    def feed(message: str | bytes) -> str:
        data = message if isinstance(message, bytes) else message.encode()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        out = io.StringIO()
        call_command("read_bounces", stdout=out)
        assert sys.stdin.buffer.read() == b"", "the mail server's pipe was left full"
        return out.getvalue().strip()

    return feed


def about(report: str, message: Message, address: str = ADDRESS) -> str:
    return report.replace("{address}", address).replace("{message_id}", reminders.message_id(message))


def marks() -> dict[str, str]:
    """The addresses that fail, with the words of the server."""
    return dict(User.objects.filter(mail_failed_at__isnull=False).values_list("email", "mail_failure"))


def bounced() -> list[tuple[int, str]]:
    return list(Attempt.objects.filter(outcome="bounced").values_list("message", "address"))


# --- what came back ---


@pytest.mark.parametrize("server", FAILURES)
def test_a_message_that_came_back_marks_the_address_and_is_kept_with_it(server, sent, feed):
    said = feed(about(FAILURES[server], sent))

    assert said == f"{ADDRESS}: the message of 6 July 2015 came back. The address is marked as failing."
    assert list(marks()) == [ADDRESS]
    assert bounced() == [(sent.pk, ADDRESS)]
    (about_it,) = AuditEntry.objects.filter(what="mail failed")
    assert (about_it.who, about_it.about) == ("The mail server", ADDRESS)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("Postfix", f"550 5.1.1 <{ADDRESS}>: Recipient address rejected: User unknown in local recipient table"),
        ("Gmail", "550-5.1.1 The email account that you tried to reach does not exist."),
        ("Exim", "550 No such person at this address"),
        ("qmail", "Sorry, no mailbox here by that name. (#5.1.1)"),
    ],
)
def test_the_words_of_the_server_are_kept(server, words, sent, feed):
    feed(about(FAILURES[server], sent))

    assert words in marks()[ADDRESS]
    assert words in Attempt.objects.get(outcome="bounced").answer


def test_line_ends_of_the_network_and_an_address_in_capitals_are_read_alike(sent, feed):
    feed(about(POSTFIX, sent, ADDRESS.upper()).replace("\n", "\r\n"))

    assert list(marks()) == [ADDRESS]


def test_a_report_that_arrives_twice_is_kept_once_and_the_first_failure_stays(sent, feed):
    feed(about(POSTFIX, sent))
    first = User.objects.get(email=ADDRESS).mail_failed_at
    said = feed(about(EXIM, sent))

    assert said == f"{ADDRESS}: known already. Nothing changed."
    assert bounced() == [(sent.pk, ADDRESS)]
    assert User.objects.get(email=ADDRESS).mail_failed_at == first
    assert "User unknown" in marks()[ADDRESS]


def test_an_address_that_was_changed_since_is_not_marked(sent, feed, desk):
    User.objects.filter(pk=desk.head.pk).update(email="new@desk.example")
    said = feed(about(POSTFIX, sent))

    assert "The person has another address by now." in said
    assert bounced() == [(sent.pk, ADDRESS)]
    assert marks() == {}


def test_an_address_that_works_again_can_fail_again(sent, feed, desk, house):
    feed(about(POSTFIX, sent))
    partnering.mail_works(user=desk.head, by=house.coordinator, now=house.moment())
    assert marks() == {}
    on = desk.due(8)
    reminders.plan_day(on, clock.at(on, 7))
    reminders.deliver_outbox(on, clock.at(on, 8))
    feed(about(POSTFIX, desk.message(on)))

    assert list(marks()) == [ADDRESS]


# --- what changes nothing ---


def assert_nothing_changed() -> None:
    assert marks() == {}
    assert bounced() == []
    assert not AuditEntry.objects.filter(what="mail failed").exists()


def test_a_delay_changes_nothing(sent, feed):
    assert feed(about(DELAY, sent)) == "A delay: the mail server goes on trying. Nothing changed."
    assert_nothing_changed()


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_to_a_message_changes_nothing(answer, sent, feed):
    assert feed(about(ANSWERS[answer], sent)) == "Not a delivery report: nothing changed."
    assert_nothing_changed()


def test_good_news_changes_nothing(sent, feed):
    for action in ("delivered", "relayed", "expanded"):
        news = about(POSTFIX, sent).replace("Action: failed", f"Action: {action}")
        assert feed(news) == "Not a delivery report: nothing changed."
    assert_nothing_changed()


def test_a_forged_report_marks_nobody(sent, feed):
    """About an address without a message of ours, with one to somebody else, of another host, day or signature."""
    own, another = reminders.message_id(sent), Message.objects.exclude(user=sent.user).exclude(address="").first()
    forged = [
        about(POSTFIX, sent).replace(own, "<made-up@elsewhere.example>"),
        about(POSTFIX, sent).replace(f"Message-ID: {own}\n", ""),
        about(POSTFIX, sent).replace(own, reminders.message_id(another)),
        about(POSTFIX, sent).replace("@testserver", "@elsewhere.example"),
        about(POSTFIX, sent).replace("-20150706-", "-20150707-"),
        about(POSTFIX, sent).replace(f"-{sent.pk}-", "-999999999999999-"),
        about(POSTFIX, sent).replace(f"-{sent.pk}-", f"-{'9' * 60}-"),
        about(POSTFIX, sent).replace("@testserver", "0@testserver"),
        about(POSTFIX, sent).replace(own, f"{own[:-20]}0000{own[-16:]}"),
        about(POSTFIX, sent, "lead@desk.example"),
    ]
    for report in forged:
        assert "the report returns no message that we sent there. Nothing changed." in feed(report)
    assert_nothing_changed()


def test_a_message_that_was_never_sent_cannot_come_back(desk, feed):
    on = desk.due(1)
    reminders.plan_day(on, clock.at(on, 7))

    assert "Nothing changed." in feed(about(POSTFIX, desk.message(on)))
    assert_nothing_changed()


def test_nothing_on_standard_input_is_bad_input(db, feed):
    for nothing in (b"", b" \r\n\n"):
        with pytest.raises(CommandError, match="There is no message on standard input") as refused:
            feed(nothing)
        assert refused.value.returncode == 2


# --- what nobody meant to send ---


def nested(levels: int) -> str:
    heads = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(levels))
    return f"From: a@b.example\nSubject: failure notice\n{heads}\nend\n"


HOSTILE = {
    "bytes of every kind": bytes(range(256)) * 2000,
    "only a line": b"\n".join([b"X-Failed-Recipients: " + b"a@b," * 300_000, b"", b"Message-ID: <x@y>"]),
    "nested parts": nested(3000).encode(),
    "nested messages": b"Content-Type: message/rfc822\n\n" * 5000,
    "an unknown charset": VACATION.replace("utf-8", "klingon-8").encode("utf-16"),
    "a status without an end": POSTFIX.partition("Final-Recipient")[0].encode() + b"Action:\nStatus:\n\nAction: (\n",
    "a status that is text": POSTFIX.replace("message/delivery-status", "message/delivery-status; x=\x00").encode(),
    "base64 that is none": POSTFIX.replace(
        "Content-Type: message/delivery-status",
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64",
    ).encode(),
    "many recipients": POSTFIX.replace("\nFinal-Recipient", "\nAction: failed\n\nFinal-Recipient" * 2000).encode(),
    "a pattern's nightmare": b"From: x\nSubject: failure notice\n\n" + b"<" * 400_000 + b"\n" + b"@a" * 200_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mail_neither_stops_the_command_nor_changes_anything(kind, sent, feed):
    assert feed(HOSTILE[kind]).endswith(("nothing changed.", "Nothing changed."))
    assert_nothing_changed()


def test_what_is_too_long_is_read_up_to_a_size_and_taken_whole(sent, feed):
    feed(about(POSTFIX, sent) + "x\n" * MOST_BYTES)

    assert list(marks()) == [ADDRESS]


def test_the_words_of_a_server_are_one_short_line_without_control_characters():
    shouting = POSTFIX.replace("User unknown", "User\x1b[2J\x07 unknown " * 200)
    (failure,) = read_report(shouting.encode()).failures

    assert failure.words.startswith("550 5.1.1")
    assert len(failure.words) <= 500
    assert failure.words.isprintable()
