"""A message as the bytes that go to a mail server, put together by hand where it is an ordinary one.

Python's e-mail package folds every header and looks through every body for its boundary, which takes as long as
rendering the message. Where thousands go out one after the other that counts. What is not ordinary is left to it.
"""

import re
from email.policy import compat32
from email.utils import formatdate, make_msgid
from functools import lru_cache
from secrets import token_hex

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers, sanitize_address

END = "\r\n"
FOLDING = compat32.clone(linesep=END)
LINE = re.compile(r"\r\n|\r|\n")
LONGEST_LINE = 998  # octets; source: RFC 5322, 2.1.1
LONGEST_HEADER = 76  # characters of a line that is not folded
PLAIN_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\w.-]+", re.ASCII)


def wire(message: EmailMultiAlternatives) -> bytes:
    """The message, which is plain text with one alternative in HTML.

    Raises BadHeaderError for a header of several lines.
    """
    html, _ = message.alternatives[0]
    texts = [LINE.sub(END, str(each)) for each in (message.body, html)]
    if not message.body or any(len(line.encode()) > LONGEST_LINE for text in texts for line in text.split(END)):
        return message.message().as_bytes(linesep=END)  # type: ignore[call-arg]  # it is Django's own kind
    named = {} if "Message-ID" in message.extra_headers else {"Message-ID": make_msgid(domain=DNS_NAME.get_fqdn())}
    others = {"Date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME)} | named | message.extra_headers
    sender = message.extra_headers.get("From", message.from_email)
    boundary = f"=={token_hex(16)}=="
    head = [
        f'Content-Type: multipart/alternative;{END} boundary="{boundary}"{END}MIME-Version: 1.0{END}',
        *(_header(name, value) for name, value in (("Subject", message.subject), ("From", sender))),
        _header("To", ", ".join(message.to)),
        *(_header(name, value) for name, value in others.items() if name != "From"),
    ]
    parts = (_part(text, subtype, boundary) for text, subtype in zip(texts, ("plain", "html"), strict=True))
    return "".join([*head, END, *parts, f"--{boundary}--{END}"]).encode()


@lru_cache(maxsize=256)
def address(said: str) -> str:
    """An address as the envelope names it."""
    return said if PLAIN_ADDRESS.fullmatch(said) else sanitize_address(said, settings.DEFAULT_CHARSET)


def _header(name: str, said: object) -> str:
    value = str(said)
    if value.isascii() and value.isprintable() and len(name) + len(value) + 2 <= LONGEST_HEADER:
        return f"{name}: {value}{END}"
    return FOLDING.fold(*forbid_multi_line_headers(name, value, settings.DEFAULT_CHARSET))


def _part(text: str, subtype: str, boundary: str) -> str:
    encoding = "7bit" if text.isascii() else "8bit"
    kind = f'Content-Type: text/{subtype}; charset="utf-8"{END}MIME-Version: 1.0{END}'
    return f"--{boundary}{END}{kind}Content-Transfer-Encoding: {encoding}{END}{END}{text}{END}"
