"""A mail server that takes everything and keeps nothing: python -m bench.sink

Prints its port and serves until it is stopped. XCOUNT gives how many messages it has taken.
"""

import asyncio
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

taken = 0


async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    global taken
    writer.write(b"220 here\r\n")
    while line := await reader.readline():
        verb = line[:6].strip().upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            taken += 1
        answer = {b"XCOUNT": f"250 {taken}", b"QUIT": "221 bye"}.get(verb, "250 OK")
        writer.write(f"{answer}\r\n".encode())
        if verb == b"QUIT":
            break
    writer.close()


async def serve() -> None:
    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def sink() -> Iterator[int]:
    """One in a process of its own, so that it takes no time from who sends; yields its port."""
    command = [sys.executable, "-m", "bench.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def taken_by(port: int) -> int:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        return int(smtp.docmd("XCOUNT")[1])


if __name__ == "__main__":
    asyncio.run(serve())
