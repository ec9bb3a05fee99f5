"""The verb of mail that came back after it was accepted."""

import re
from datetime import datetime

from django.db import transaction

from actionplans.models import Attempt, Message
from actionplans.reminders import message_id
from core.bounces import Failure, Report
from partnerships import operations as partnering

OURS = re.compile(r"<reminder-([1-9]\d{0,15})-\d{8}-[0-9a-f]{16}@[^@>]+>")


@transaction.atomic
def record_bounce(*, report: Report, now: datetime) -> list[str]:
    """Records what a delivery report says about messages of ours; gives a line for each thing that was done or not.

    1. Only a report that returns a message of ours counts, and only for the address that this very message went to.
       Anybody can send us mail: without this a stranger could have any address marked as failing. The name of a
       message is signed, so it cannot be guessed.
    2. That it came back is kept as an attempt of that message, once, however often the report arrives.
    3. The person's address is marked as failing if it is still that address.
    """
    messages = _ours(report.returned)
    said = [line for failure in report.failures for line in _record(failure, messages, now)]
    if report.is_delayed and not report.failures:
        said.append("A delay: the mail server goes on trying. Nothing changed.")
    return said


def _ours(returned: frozenset[str]) -> list[Message]:
    """The messages that these Message-IDs name, locked: of two reports at once the second waits."""
    keys = {int(match.group(1)) for each in returned if (match := OURS.fullmatch(each))}
    messages = Message.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    named = {each.lower() for each in returned}
    return [each for each in messages.select_related("user").prefetch_related("tries") if message_id(each) in named]


def _record(failure: Failure, messages: list[Message], now: datetime) -> list[str]:
    said = [_came_back(each, address, failure.words, now) for each in messages for address in _sent_to(each, failure)]
    shown = ", ".join(sorted(failure.addresses))
    return said or [f"{shown}: the report returns no message that we sent there. Nothing changed."]


def _sent_to(message: Message, failure: Failure) -> list[str]:
    """The addresses of the failure that the message went to."""
    tried = {message.address, *(each.address for each in message.tries.all())}
    return sorted({address.lower() for address in tried if address} & failure.addresses)


def _came_back(message: Message, address: str, words: str, now: datetime) -> str:
    bounced = {"message": message, "address": address, "outcome": Attempt.Outcome.BOUNCED}
    if Attempt.objects.filter(**bounced).exists():
        return f"{address}: known already. Nothing changed."
    Attempt.objects.create(**bounced, at=now, answer=words)
    if message.user.email.lower() != address:
        return f"{address}: the message of {message.on:%-d %B %Y} came back. The person has another address by now."
    partnering.mail_failed(user=message.user, answer=words, now=now)
    return f"{address}: the message of {message.on:%-d %B %Y} came back. The address is marked as failing."
