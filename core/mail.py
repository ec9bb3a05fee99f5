"""Outgoing mail: one call over templates/emails/<name>.{subject,txt,html}, one connection for many messages, what the
server answered, and a backend that writes .eml files."""

import os
import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from core.wire import address, wire


class Letter(EmailMultiAlternatives):
    """A message in plain text and HTML: over SMTP it goes as `wire` writes it."""


def compose(name: str, *, to: str, context: dict[str, Any], headers: dict[str, str]) -> Letter:
    """The message `name` in plain text and HTML, ready to send. The subject is one line whatever its template says."""
    context = {"site_url": settings.SITE_URL, "service_name": settings.SERVICE_NAME} | context
    subject = " ".join(render_to_string(f"emails/{name}.subject", context).split())
    sender = {"From": settings.DEFAULT_FROM_EMAIL} if settings.BOUNCE_ADDRESS != settings.DEFAULT_FROM_EMAIL else {}
    message = Letter(
        subject,
        render_to_string(f"emails/{name}.txt", context),
        from_email=settings.BOUNCE_ADDRESS,  # the envelope: where a mail server sends what it cannot deliver
        to=[to],
        headers={"Auto-Submitted": "auto-generated"} | sender | headers,
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message


class Outcome(Enum):
    ACCEPTED = "accepted"
    LATER = "later"  # what may pass: it is tried again
    REFUSED = "refused"  # the server will never take it for this recipient


@dataclass(frozen=True)
class Answer:
    """What became of one message. `is_trouble`: it was the server or the way to it, not this message."""

    outcome: Outcome
    words: str
    is_trouble: bool = False


class Mailer:
    """One connection for many messages; after trouble it is opened anew for the next one.

    `trouble` counts the messages in a row that met with trouble.
    """

    def __init__(self) -> None:
        self.connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
        self.trouble = 0

    def send(self, message: EmailMessage) -> Answer:
        """Raises whatever is no answer of a mail server, such as a message that cannot be written."""
        try:
            self.connection.open()
            message.connection = self.connection
            message.send()
        except (smtplib.SMTPException, OSError) as error:
            answer = answer_of(error)
        else:
            answer = Answer(Outcome.ACCEPTED, self._last_answer())
        self.trouble = self.trouble + 1 if answer.is_trouble else 0
        if answer.is_trouble:
            self.close()
        return answer

    def close(self) -> None:
        self.connection.close()

    def _last_answer(self) -> str:
        """What the server said when it took the message: most name the number under which they queued it."""
        smtp = getattr(self.connection, "connection", None)
        code, words = getattr(smtp, "accepted", (None, b""))
        return f"{code} {words.decode('utf-8', 'replace')}"[:500] if code else "Accepted by the mail server."


def answer_of(error: Exception) -> Answer:
    """What a fault means. Source: RFC 5321, 4.2.1: 5xx is for good, 4xx may pass.

    For good is only what the server says of the recipient or the message. A sender or a password that it does not
    like, a connection that breaks or stalls, is trouble: another message would not fare better.
    """
    words = f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        is_final = all(500 <= code < 600 for code, _ in error.recipients.values())
        return Answer(Outcome.REFUSED if is_final else Outcome.LATER, words)
    if isinstance(error, smtplib.SMTPDataError):
        return Answer(Outcome.REFUSED if 500 <= error.smtp_code < 600 else Outcome.LATER, words)
    return Answer(Outcome.LATER, words, is_trouble=True)


class _Smtp(smtplib.SMTP):
    """Keeps what the server said to the message that it took last."""

    accepted: tuple[int, bytes] = (0, b"")

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.accepted = super().data(msg)
        return self.accepted


class _SmtpOverSsl(smtplib.SMTP_SSL, _Smtp):
    pass


class SmtpBackend(EmailBackend):
    """Django's, which also knows what the server answered, and writes a letter out as fast as can be."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverSsl if self.use_ssl else _Smtp

    def _send(self, email_message: EmailMessage) -> bool:
        if not isinstance(email_message, Letter):
            return super()._send(email_message)  # type: ignore[misc]  # the stubs leave it out
        sender, to = address(email_message.from_email), [address(each) for each in email_message.recipients()]
        self.connection.sendmail(sender, to, wire(email_message))  # type: ignore[union-attr]  # it is open
        return True


class FolderBackend(BaseEmailBackend):
    """Writes each message as one .eml file into MAIL_DIR, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            data = message.message()
            stem = f"{time.time_ns()}-{uuid4().hex[:8]}"
            unfinished = folder / f".{stem}.part"
            unfinished.write_bytes(data.as_bytes())
            os.replace(unfinished, folder / f"{stem}.eml")
        return len(email_messages)
