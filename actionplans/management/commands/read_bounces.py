import sys
from typing import BinaryIO

from actionplans import operations
from core import clock
from core.bounces import MOST_BYTES, read_report
from core.commands import BadInput
from core.commands import Command as BaseCommand


class Command(BaseCommand):
    help = (
        "Reads one message from standard input. A delivery report about a reminder marks the address as failing. "
        "Exit 0 for every message, so that a mail pipe sends nothing back; 2 when there is none."
    )

    def handle(self, **options):
        data = _read(sys.stdin.buffer)
        if not data.strip():
            raise BadInput("There is no message on standard input: manage.py read_bounces < message")
        report = read_report(data)
        said = operations.record_bounce(report=report, now=clock.now()) if report else []
        for line in said or ["Not a delivery report: nothing changed."]:
            self.stdout.write(line)


def _read(stream: BinaryIO) -> bytes:
    """What is looked at. The rest is taken too: a mail server reports a pipe that closes early as a failure."""
    data = stream.read(MOST_BYTES)
    while stream.read(MOST_BYTES):
        pass
    return data
