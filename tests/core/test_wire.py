"""A letter that is put together by hand is, byte for byte, what Django would have sent."""

import re
from email import message_from_bytes, policy

import pytest
from django.core.mail import BadHeaderError

from core.mail import Letter
from core.wire import address, wire

ORDINARY = {"subject": "2 actions need you", "body": "Anna,\n\nUpdate was due.\r\n", "html": "<p>Anna,</p>\n"}
BOUNDARY = re.compile(rb"==[=0-9a-f]+==")


def letter(*, subject, body, html, sender="Followthrough <no-reply@service.example>", **headers):
    given = {"From": sender, "Date": "Mon, 1 Jan 2024 08:00:00 -0000", "Message-ID": "<1@service.example>", **headers}
    made = Letter(subject, body, from_email="bounces@service.example", to=["anna@council.example"], headers=given)
    made.attach_alternative(html, "text/html")
    return made


@pytest.mark.parametrize(
    "words",
    [
        ORDINARY,
        ORDINARY | {"subject": "Followthrough: 4 actions need you (3 overdue, 1 update due), and this goes on and on"},
        ORDINARY | {"subject": "Prüfung – Plan für Ó Conaire", "sender": "Prüfstelle <no-reply@service.example>"},
        ORDINARY | {"body": "Größe\n.\n..dots\rof old\n", "html": "<p>Größe &amp; 100\u00a0%\u2028</p>"},
        ORDINARY | {"body": "", "html": ""},
        ORDINARY | {"body": "ü" * 700, "html": "<p>" + "x" * 2000 + "</p>"},
        ORDINARY | {"List-Id": "Reminders of a service that has rather a long name <reminders.of-the.service.example>"},
    ],
    ids=[
        "ordinary",
        "long subject",
        "other letters",
        "awkward lines",
        "no plain text",
        "too long a line",
        "long header",
    ],
)
def test_it_says_what_django_says(words):
    made = letter(**words)
    by_hand, by_django = wire(made), made.message().as_bytes(linesep="\r\n")

    assert BOUNDARY.sub(b"BOUNDARY", by_hand) == BOUNDARY.sub(b"BOUNDARY", by_django)
    read = message_from_bytes(by_hand, policy=policy.default)
    assert read["Subject"] == words["subject"]
    expected = ["text/plain", "text/html"] if words["body"] else ["text/html"]
    assert [part.get_content_type() for part in read.iter_parts()] == expected
    assert not read.defects


@pytest.mark.parametrize("field", ["subject", "List-Id"])
def test_a_header_of_two_lines_is_refused(field):
    with pytest.raises(BadHeaderError):
        wire(letter(**ORDINARY | {field: "one\nBcc: somebody@else.example"}))


def test_the_boundary_is_another_in_each():
    made = letter(**ORDINARY)

    assert len({BOUNDARY.search(wire(made)).group() for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("said", "on_the_envelope"),
    [
        ("anna@council.example", "anna@council.example"),
        ("Followthrough <no-reply@service.example>", "no-reply@service.example"),
        ("Prüfstelle <no-reply@prüfung.example>", "no-reply@xn--prfung-4ya.example"),
    ],
)
def test_the_envelope_names_the_bare_address(said, on_the_envelope):
    assert address(said).endswith(on_the_envelope) or f"<{on_the_envelope}>" in address(said)


def test_a_letter_that_names_no_message_id_gets_one():
    read = message_from_bytes(wire(letter(**ORDINARY)), policy=policy.default)
    assert read["Message-ID"] == "<1@service.example>"
    made = letter(**ORDINARY)
    del made.extra_headers["Message-ID"]
    found = {message_from_bytes(wire(made), policy=policy.default)["Message-ID"] for _ in range(2)}
    assert len(found) == 2
    assert all(re.fullmatch(r"<\S+@\S+>", each) for each in found)
