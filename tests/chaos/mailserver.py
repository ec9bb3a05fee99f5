"""A mail server that misbehaves on purpose, at any stage of a message, and knows exactly what it took."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from random import Random

# What can go wrong at each stage, and how often of a thousand messages (at the greeting: of a thousand connections).
FAULTS: dict[str, dict[str, int]] = {
    "greeting": {"stall": 30, "421": 20},
    "mail": {"421": 5, "kill": 6},
    "rcpt": {"451": 40, "stall": 5, "kill": 6},
    "data": {"drop": 5, "kill": 6},
    "content": {"drop": 8, "stall": 5, "kill": 6},  # it has come, and is not taken
    "taken": {"drop": 8, "stall": 5, "kill": 10},  # it was taken, and nobody is told
}
REFUSED = "550 5.1.1 No such person"


class Cut(Exception):
    """The connection ends here."""


class MailServer:
    """`refuses` says which addresses it never takes; `kill` ends the process at the other end of a port.

    `taken` and `unheard` count by Message-ID: how often it took a message, and how often the one who sent it was gone
    before another word of theirs showed that they had heard so. Only of those can a second copy be excused.
    """

    def __init__(self, random: Random, patience: float, refuses: Callable[[str], bool], kill: Callable[[int], bool]):
        self.random, self.patience, self.refuses, self.kill = random, patience, refuses, kill
        self.misbehaves = True
        self.taken: Counter[str] = Counter()
        self.unheard: Counter[str] = Counter()
        self.recipients: dict[str, set[str]] = {}
        self.faults: Counter[str] = Counter()
        self.port = 0
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._is_ready = threading.Event()

    def start(self) -> None:
        self._thread.start()
        if not self._is_ready.wait(10):
            raise RuntimeError("The mail server did not start.")

    def stop(self) -> None:
        """Cuts every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._is_over.set)
            self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._is_over = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._meet, "127.0.0.1", 0) as listening:
            self.port = listening.sockets[0].getsockname()[1]
            self._is_ready.set()
            await self._is_over.wait()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        try:
            await session.talk()
        except (Cut, OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            if session.last_taken:
                self.unheard[session.last_taken] += 1
            writer.close()

    def draw(self, stage: str) -> str:
        """What goes wrong at a stage; mostly nothing."""
        if not self.misbehaves:
            return ""
        number = self.random.randrange(1000)
        for fault, share in FAULTS[stage].items():
            if number < share:
                return fault
            number -= share
        return ""


class Session:
    """One connection, in which one message after another may come."""

    def __init__(self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.recipient = ""
        self.last_taken = ""  # the Message-ID of what was taken and not known to be heard

    async def talk(self) -> None:
        await self._trouble("greeting")
        await self._say("220 here")
        while line := await self.reader.readline():
            self.last_taken = ""
            verb, _, rest = line.decode().strip().partition(" ")
            await self._answer(verb.upper(), rest)

    async def _answer(self, verb: str, rest: str) -> None:
        if verb == "MAIL":
            await self._trouble("mail")
        elif verb == "RCPT":
            self.recipient = rest.partition("<")[2].partition(">")[0]
            if self.server.refuses(self.recipient):
                return await self._say(REFUSED)
            if await self._trouble("rcpt"):
                return await self._say("451 4.2.1 Mailbox busy")
        elif verb == "DATA":
            return await self._take()
        elif verb == "QUIT":
            await self._say("221 bye")
            raise Cut
        return await self._say("250 OK")

    async def _take(self) -> None:
        await self._trouble("data")
        await self._say("354 go on")
        content = await self.reader.readuntil(b"\r\n.\r\n")
        await self._trouble("content")
        self.last_taken = message_from_bytes(content)["Message-ID"]
        self.server.taken[self.last_taken] += 1
        self.server.recipients.setdefault(self.last_taken, set()).add(self.recipient)
        await self._trouble("taken")
        await self._say("250 Taken")

    async def _trouble(self, stage: str) -> bool:
        """Does what was drawn for the stage; true when the recipient is to be put off."""
        fault = self.server.draw(stage)
        if fault == "kill" and not self.server.kill(self.writer.get_extra_info("peername")[1]):
            return False
        if fault:
            self.server.faults[f"{stage}: {fault}"] += 1
        if fault == "stall":
            await asyncio.sleep(self.server.patience * 1.5)
        if fault == "421":
            await self._say("421 4.3.2 Going away")
        if fault and fault != "451":
            raise Cut
        return bool(fault)

    async def _say(self, words: str) -> None:
        self.writer.write(f"{words}\r\n".encode())
        await self.writer.drain()
