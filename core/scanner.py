"""The virus scanner: ClamAV's daemon, where CLAMAV_URL names one.

Two commands of its protocol (clamd(8)) are all that is needed. Of the client libraries none has a licence that goes
with ours, is kept up, and closes its connection when the scanner is away.
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import File

PORT = 3310
PATIENCE = 60  # seconds without a byte
CHUNK = 64 * 1024  # bytes
LONGEST_ANSWER = 4096  # bytes


class ScannerAway(Exception):
    """The scanner cannot be reached. Nothing is known about any file."""


class NotScanned(Exception):
    """The scanner answers, but does not judge this file."""


@dataclass(frozen=True)
class Answer:
    is_clean: bool
    words: str


def scan(file: BinaryIO | File) -> Answer:
    """What the scanner says about a file, which is sent to it: it need not see our disk.

    Raises ScannerAway, or NotScanned for this file alone: one larger than the scanner's StreamMaxLength, at which it
    hangs up in the middle, so that only asking again tells the two apart.
    """
    pieces = iter(partial(file.read, CHUNK), b"")
    try:
        said = _ask(b"INSTREAM", chain(pieces, [b""]), patience=PATIENCE)  # the empty one is the end
    except OSError as error:
        raise (NotScanned if reach_scanner() else ScannerAway)(repr(error)) from error
    if said == "stream: OK":
        return Answer(is_clean=True, words="OK")
    if said.endswith(" FOUND"):
        return Answer(is_clean=False, words=said.removeprefix("stream: ").removesuffix(" FOUND"))
    raise NotScanned(said)


def reach_scanner() -> bool:
    """Whether the scanner answers, tried once for two seconds."""
    try:
        return _ask(b"PING", patience=2) == "PONG"
    except OSError:
        return False


def _ask(command: bytes, pieces: Iterable[bytes] = (), *, patience: float) -> str:
    """One command a connection, between a z and a zero byte; each piece after its length; an answer and a zero byte."""
    with _connect(patience) as connection:
        connection.sendall(b"z" + command + b"\0")
        for piece in pieces:
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        with connection.makefile("rb") as answer:
            said = answer.read(LONGEST_ANSWER)
    if not said.endswith(b"\0"):
        raise ConnectionError("The scanner hung up in the middle of its answer.")
    return said.rstrip(b"\0").decode(errors="replace")


def _connect(patience: float) -> socket.socket:
    address = urlsplit(settings.CLAMAV_URL)
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname or "", address.port or PORT), timeout=patience)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(patience)
    try:
        connection.connect(address.path)
    except OSError:
        connection.close()
        raise
    return connection
