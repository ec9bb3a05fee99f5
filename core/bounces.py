"""Reads mail that came back: which addresses failed for good, in whose words, and which messages it returns.

A report of RFC 3464 says it in fields. What some servers write instead is left to flufl.bounce. Nothing here trusts
the report: it comes from the network, so it is read up to a size, and whatever cannot be read is no report.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

MOST_BYTES = 1_000_000  # ours are far smaller, also when they are returned whole
MOST_PARTS = 60
LONGEST_LINE = 2_000  # twice what RFC 5322 allows; longer ones are cut, so that no pattern takes long
MOST_WORDS = 500
MESSAGE_ID = re.compile(r"^[> ]{0,4}message-id:\s{0,9}(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # what it cannot read is no fault of ours


@dataclass(frozen=True)
class Failure:
    """One recipient: the addresses by which the server knows it, in small letters, and what it said."""

    addresses: frozenset[str]
    words: str


@dataclass(frozen=True)
class Report:
    """What came back for good, whether something is only delayed, and the Message-IDs of what it returns."""

    failures: tuple[Failure, ...]
    is_delayed: bool
    returned: frozenset[str]


def read_report(data: bytes) -> Report | None:
    """What a message says about delivery; None for every other message, and for what cannot be read.

    A recipient with `Action: failed` has failed for good, whatever the status before it was; `delayed` is tried again
    by the server, and the other actions are good news (RFC 3464, 2.3.3).
    """
    try:
        message = _parsed(data)
        recipients = [block for part in _parts(message) for block in _blocks(part)]
        delayed = any(_outcome(each) == "delayed" for each in recipients)
        failures = [_failure(each) for each in recipients if _outcome(each) in {"failed", "error"}]
        if not recipients:
            failures, delayed = _by_wording(message)
        found = tuple(each for each in failures if each.addresses)
        return Report(found, delayed, frozenset(_returned(message))) if found or delayed else None
    except Exception:  # parsers fail in many ways on what nobody meant to send
        return None


def _parsed(data: bytes) -> Message:
    lines = (line[:LONGEST_LINE] for line in data[:MOST_BYTES].replace(b"\r\n", b"\n").split(b"\n"))
    message = message_from_bytes(b"\n".join(lines))
    if sum(1 for _ in message.walk()) > MOST_PARTS:
        raise ValueError("too many parts")
    return message


def _parts(message: Message) -> Iterator[Message]:
    """The parts of the report itself, without what is inside the message that it returns."""
    yield message
    if message.get_content_type() not in {"message/rfc822", "message/delivery-status"} and message.is_multipart():
        for part in message.get_payload():
            yield from _parts(part)  # type: ignore[arg-type]


def _blocks(part: Message) -> list[Message]:
    """The recipients of a part that gives delivery status; the block before them is about the message."""
    if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
        return []
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message) and each["Action"]] if part.is_multipart() else []


def _outcome(block: Message) -> str:
    return str(block["Action"]).split()[0].strip("();").lower()  # some add a comment


def _failure(block: Message) -> Failure:
    names = ("Original-Recipient", "Final-Recipient")
    addresses = (_address(str(block[name]).rpartition(";")[2]) for name in names if block[name])
    said = str(block["Diagnostic-Code"] or "").partition(";")[2] or str(block["Status"] or "")
    return Failure(frozenset(filter(None, addresses)), _printable(said))


def _by_wording(message: Message) -> tuple[list[Failure], bool]:
    """The recipients of a report that is not of RFC 3464; its words are the lines around the address."""
    delayed, failed = all_failures(message)
    text = "\n".join(_text(part) for part in _parts(message))
    return [_worded(each.decode("ascii", "replace"), text) for each in failed], bool(delayed)


def _worded(address: str, text: str) -> Failure:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    place = next((n for n, line in enumerate(lines) if address.lower() in line.lower()), None)
    return Failure(
        frozenset({_address(address)}), _printable(" ".join(lines[place : place + 3]) if place is not None else "")
    )


def _returned(message: Message) -> Iterator[str]:
    """The Message-IDs that stand in the body: of a returned message, of its headers, or of a copy in plain text.

    Those of the report's own header are left out: an answer to a message names it there too.
    """
    for part in message.walk():
        if part is not message and part["Message-ID"]:
            yield from MESSAGE_ID.findall(f"Message-ID: {part['Message-ID']}")
        yield from MESSAGE_ID.findall(_text(part))


def _text(part: Message) -> str:
    """The words of a part, letters that cannot be read replaced."""
    if part.is_multipart() or part.get_content_maintype() not in {"text", "message"}:
        return ""
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _address(text: str) -> str:
    return _printable(text).strip("<> ").lower()


def _printable(text: str) -> str:
    """One line without control characters, and not too long to be shown."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:MOST_WORDS]
