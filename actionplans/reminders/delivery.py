"""Delivering the outbox: claim, check that it is still true, send, record."""

import logging
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q

from actionplans.models import Message, Reminder
from actionplans.reminders.rules import Line, lines_due
from core.mail import compose
from partnerships.models import User

SHORT = {
    Reminder.Kind.PROGRESS_OVERDUE: "without an update",
    Reminder.Kind.OVERDUE: "overdue",
    Reminder.Kind.DUE_SOON: "due soon",
}
logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)  # longer than any attempt can take (EMAIL_TIMEOUT is 20 seconds a step)
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=6)


def deliver_outbox(on: date, now: datetime) -> list[Message]:
    """Delivers every message that waits, over one connection; gives those that this run has handled."""
    sweep(now)
    true_now = lines_due(on)
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        return [message for pk in _waiting(now) if (message := deliver(pk, true_now, on, now, connection))]
    finally:
        connection.close()


def deliver(
    pk: int, true_now: dict[User, list[Line]], on: date, now: datetime, connection: BaseEmailBackend
) -> Message | None:
    """Delivers one message; None when another worker has it.

    1. Claims it by one compare-and-swap: planned becomes claimed, or somebody else was first.
    2. Drops the lines that are no longer true of this person; withdraws a message that holds none.
    3. Sends it, always with the same Message-ID.
    4. Records acceptance; a temporary refusal waits longer each time, a permanent one stops.
    A worker that dies after 1 leaves a claim that `sweep` returns after the lease.
    """
    claimed = Message.objects.filter(pk=pk, state=Message.State.PLANNED).update(
        state=Message.State.CLAIMED, claimed_at=now, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    message = Message.objects.select_related("user").get(pk=pk)
    lines = _still_true(message, true_now.get(message.user, []))
    if not lines:
        return _record(message, Message.State.WITHDRAWN, "No longer true when it was to be sent.")
    message.address = message.user.email
    try:
        _mail(message, lines, others=len(true_now[message.user]) - len(lines), on=on, connection=connection)
    except Exception as error:  # a fault of ours with one message must not hold up the others
        connection.close()
        if not isinstance(error, SMTPException | OSError):
            logger.exception("Message %s could not be written", message.pk)
        if is_permanent(error):
            return _record(message, Message.State.REFUSED, _words(error))
        message.try_after = now + _pause(message.attempts)
        return _record(message, Message.State.PLANNED, _words(error))
    message.sent_at = now
    return _record(message, Message.State.SENT, "Accepted by the mail server.")


def sweep(now: datetime) -> int:
    """Returns messages whose claim outlived its lease to the outbox."""
    return Message.objects.filter(state=Message.State.CLAIMED, claimed_at__lt=now - LEASE).update(
        state=Message.State.PLANNED
    )


def is_permanent(error: Exception) -> bool:
    """Whether the server will never take it (5xx of RFC 5321, 4.2.1); anything else is tried again."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, SMTPResponseException) and 500 <= error.smtp_code < 600


def _waiting(now: datetime) -> Iterator[int]:
    ready = Q(try_after__isnull=True) | Q(try_after__lte=now)
    return iter(Message.objects.filter(ready, state=Message.State.PLANNED).order_by("pk").values_list("pk", flat=True))


def _still_true(message: Message, lines: list[Line]) -> list[Line]:
    """The lines of the message that hold today, as they are today. The others are taken out of it."""
    today = {(line.action.pk, str(line.kind), line.anchor_on): line for line in lines}
    kept: list[Line] = []
    dropped: list[int] = []
    for reminder in message.reminders.order_by("pk"):
        line = today.get((reminder.action_id, reminder.kind, reminder.anchor_on))
        if line:
            kept.append(line)
        else:
            dropped.append(reminder.pk)
    Reminder.objects.filter(pk__in=dropped).delete()
    return kept


def _mail(message: Message, lines: list[Line], *, others: int, on: date, connection: BaseEmailBackend) -> None:
    host = urlsplit(settings.SITE_URL).hostname
    kinds = [(kind, [line for line in lines if line.kind == kind]) for kind in Reminder.Kind]
    context = {
        "name": message.user.name,
        "on": on,
        "kinds": [
            {
                "label": kind.label,
                "short": SHORT[kind],
                "lines": [{"line": line, "why": line.why(on)} for line in found],
            }
            for kind, found in kinds
            if found
        ],
        "count": len({line.action.pk for line in lines}),
        "others": others,
    }
    headers = {
        "Message-ID": f"<reminder-{message.pk}-{message.on:%Y%m%d}@{host}>",
        "List-Id": f"{settings.SERVICE_NAME} reminders <reminders.{host}>",
    }
    mail = compose("reminder", to=message.user.email, context=context, headers=headers)
    mail.connection = connection
    mail.send()


def _record(message: Message, state: Message.State, answer: str) -> Message:
    message.state, message.answer = state, answer
    message.save(update_fields=["state", "answer", "address", "sent_at", "try_after"])
    return message


def _pause(attempts: int) -> timedelta:
    """Five minutes, tripled with each attempt to six hours, and up to a quarter more so that not all knock at once."""
    pause = min(FIRST_RETRY * 3 ** (attempts - 1), LAST_RETRY)
    return pause * random.uniform(1, 1.25)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
