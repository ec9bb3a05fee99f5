"""Several people at once: processes of this program, each with its own connection, let go at the same moment."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.db import connection

HANDS = 10
PATIENCE = 60  # seconds until a process must have answered


@dataclass(frozen=True)
class Outcome:
    """What came of a job: the class of what it gave or raised, what that says, and its number if it is a row."""

    kind: str
    words: str
    seq: int = 0


@dataclass(frozen=True)
class Hands:
    """The processes that wait for a job, each at the end of a pipe."""

    pipes: list[Connection]

    def at_once(self, *jobs: Callable[[], Any]) -> list[Outcome]:
        """Gives each job (a `partial`: it travels to another process) to a process; what came of them, in order."""
        for number, pipe in enumerate(self.pipes):
            pipe.send(jobs[number] if number < len(jobs) else None)
        answers = [self._answer(pipe) for pipe in self.pipes]
        return answers[: len(jobs)]

    @staticmethod
    def _answer(pipe: Connection) -> Outcome:
        assert pipe.poll(PATIENCE), "a process hangs"
        return pipe.recv()


@contextmanager
def hands() -> Iterator[Hands]:
    """So many processes that wait for a job. They see what this process has committed."""
    context = multiprocessing.get_context("spawn")
    gate, name = context.Barrier(HANDS), connection.settings_dict["NAME"]
    pairs = [context.Pipe() for _ in range(HANDS)]
    started = [context.Process(target=work, args=(theirs, gate, name), daemon=True) for _, theirs in pairs]
    for process in started:
        process.start()
    yield Hands([ours for ours, _ in pairs])
    for ours, _ in pairs:
        ours.send(STOP)
    for process in started:
        process.join(PATIENCE)


STOP = "stop"


def work(pipe: Connection, gate: Barrier, database: str) -> None:
    """What each process does: wait for jobs, and do each when all are ready."""
    django.setup()
    from tests.conftest import use_quick_settings  # it knows the models, which are there only now

    use_quick_settings()
    connection.settings_dict["NAME"] = database
    while (job := pipe.recv()) != STOP:
        connection.ensure_connection()
        gate.wait(PATIENCE)
        pipe.send(outcome(job) if job else None)
        connection.close()


def outcome(job: Callable[[], Any]) -> Outcome:
    try:
        done = job()
    except Exception as error:  # is the outcome
        return Outcome(type(error).__name__, str(error))
    return Outcome(type(done).__name__, str(done), getattr(done, "seq", 0))
