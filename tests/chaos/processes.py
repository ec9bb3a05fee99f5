"""The processes of the fault-injection run: started, killed with -9 and started again."""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent
CELERY = [sys.executable, "-m", "celery", "-A", "tests.chaos.app"]
QUIETLY = ["--loglevel", "warning"]
CHILDREN = 2  # of each worker: they are what sends


class Processes:
    """Two workers, two beats and a Redis. `kills` counts what was killed, by kind: each process counts.

    `revived` counts what ended of itself and was started again.
    """

    def __init__(self, place: Path, environment: dict[str, str], random: Random) -> None:
        self.place, self.random = place, random
        self.environment = environment
        self.redis_port = services.free_port()
        self.running: dict[str, subprocess.Popen] = {}
        self.kills: Counter[str] = Counter()
        self.revived: Counter[str] = Counter()

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.redis_port}/0"

    def start_redis(self) -> None:
        command = [services.program("redis-server"), "--port", str(self.redis_port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self.place), "--save", "", "--appendonly", "no"]
        self._start("redis", command)
        services.wait_until(lambda: services.answers_ping(self.redis_port), self.running["redis"], self.place)

    def start_all(self) -> None:
        for number in (1, 2):
            self.start_worker(f"worker{number}")
            self.start_beat(f"beat{number}")

    def start_worker(self, name: str) -> None:
        options = ["-c", str(CHILDREN), "-n", f"{name}@here", "--without-mingle", "--without-gossip"]
        self._start(name, [*CELERY, "worker", *QUIETLY, *options])

    def start_beat(self, name: str) -> None:
        self._start(name, [*CELERY, "beat", *QUIETLY, "-s", str(self.place / f"{name}-schedule")])

    def _start(self, name: str, command: list[str]) -> None:
        """In a session of its own, so that all it leaves behind can be found; it does not outlive us."""
        with services.log_of(self.place).open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*services.account(dies_with_us=True), *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def revive(self) -> None:
        """Starts again what has ended of itself, as whoever runs the service has it done."""
        for name, process in list(self.running.items()):
            if process.poll() is not None and name != "redis":
                self.revived[name.rstrip("12")] += 1
                (self.start_worker if name.startswith("worker") else self.start_beat)(name)

    def workers(self) -> list[str]:
        return [name for name in self.running if name.startswith("worker")]

    def children(self) -> list[int]:
        """The pool's processes of all workers."""
        return [pid for name in self.workers() for pid in children_of(self.running[name].pid)]

    # --- faults ---

    def kill_child(self) -> None:
        if found := self.children():
            self._kill(self.random.choice(found), "child, at any moment")

    def kill_sender(self, port: int, stage: str = "while it sends") -> bool:
        """Kills the child that holds the other end of a connection from `port`; false when it is none of ours."""
        inode = inode_of(port)
        for pid in self.children() if inode else ():
            if holds(pid, inode):
                self._kill(pid, f"child, {stage}")
                return True
        return False

    def kill_worker(self) -> None:
        """The worker alone: its children finish what they do, as orphans."""
        name = self.random.choice(self.workers())
        self._end(name, "worker")
        self.start_worker(name)

    def kill_worker_with_children(self) -> None:
        name = self.random.choice(self.workers())
        children = children_of(self.running[name].pid)
        self._end(name, "worker")
        for pid in children:
            self._kill(pid, "child, with its worker")
        self.start_worker(name)

    def kill_beat(self) -> None:
        name = self.random.choice([name for name in self.running if name.startswith("beat")])
        self._end(name, "beat")
        self.start_beat(name)

    def kill_redis(self) -> None:
        self._end("redis", "redis")
        self.start_redis()

    def flush_redis(self) -> None:
        command = [services.program("redis-cli"), "-p", str(self.redis_port), "FLUSHALL"]
        subprocess.run(command, capture_output=True, check=True, timeout=10)

    def _end(self, name: str, kind: str) -> None:
        self._kill(self.running[name].pid, kind)
        self.running[name].wait(10)

    def _kill(self, pid: int, kind: str) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[kind] += 1

    def stop_all(self) -> None:
        """Whatever is left of the sessions that were started, orphans and all."""
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def children_of(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def inode_of(port: int) -> str:
    """Of the socket on this machine that is bound to the port and has connected to another."""
    ours = f"0100007F:{port:04X}"
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1] == ours:
            return fields[9]
    return ""


def holds(pid: int, inode: str) -> bool:
    with suppress(OSError):
        return any(_target(each) == f"socket:[{inode}]" for each in Path(f"/proc/{pid}/fd").iterdir())
    return False


def _target(link: Path) -> str:
    with suppress(OSError):
        return os.readlink(link)
    return ""
