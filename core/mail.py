"""Outgoing mail: one call over templates/emails/<name>.{subject,txt,html}, and a backend that writes .eml files."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string


def compose(name: str, *, to: str, context: dict[str, Any], headers: dict[str, str]) -> EmailMultiAlternatives:
    """The message `name` in plain text and HTML, ready to send. The subject is one line whatever its template says."""
    context = {"site_url": settings.SITE_URL, "service_name": settings.SERVICE_NAME} | context
    subject = " ".join(render_to_string(f"emails/{name}.subject", context).split())
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"emails/{name}.txt", context),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"} | headers,
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message


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
