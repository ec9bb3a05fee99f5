"""A small virus scanner that speaks the protocol of ClamAV's daemon (PING and INSTREAM, clamd(8)) over sockets."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

VIRUS = b"the very words that this scanner takes for a virus"
FOUND = "Test.Virus"
S = TypeVar("S", bound=socketserver.BaseServer)


class Conversation(socketserver.StreamRequestHandler):
    """One command a connection, between a z and a zero byte; the answer ends by one, too."""

    def handle(self) -> None:
        command = b"".join(iter(lambda: self.rfile.read(1), b"\0"))
        answer = {b"zPING": lambda: "PONG", b"zINSTREAM": self.scan}.get(command, lambda: "UNKNOWN COMMAND")()
        if not self.server.dies:
            self.wfile.write(f"{answer}\0".encode())

    def scan(self) -> str:
        data = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
            if len(data) > self.server.limit:
                return "INSTREAM size limit exceeded. ERROR"  # and it hangs up with the rest unread
        self.server.scanned.append(data)
        if self.server.waits_for:
            self.server.waits_for.wait(10)
        if self.server.fault:
            return f"stream: {self.server.fault} ERROR"
        return f"stream: {FOUND} FOUND" if VIRUS in data else "stream: OK"


class Scanner:
    """Keeps what it was sent. `fault` is said instead of an answer, `limit` is its StreamMaxLength; or it `dies`.

    With `waits_for` it answers only when as many ask as it says.
    """

    daemon_threads = True
    dies = False
    waits_for: threading.Barrier | None = None
    fault = ""
    limit = 1 << 30

    def __init__(self, address: tuple[str, int] | str) -> None:
        super().__init__(address, Conversation)
        self.scanned: list[bytes] = []


class Clamd(Scanner, socketserver.ThreadingTCPServer):
    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class LocalClamd(Scanner, socketserver.ThreadingUnixStreamServer):
    """The same behind a socket of this machine."""


@contextmanager
def serving(server: S) -> Iterator[S]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
