"""A PostgreSQL and a Redis of our own, on free ports and in temporary folders, gone at the end.

    with postgresql() as database_url, redis() as redis_url:
        ...

    python -m tests.services COMMAND …      runs a command with DATABASE_URL set to such a PostgreSQL

Never anybody else's server: each is started here, and stops with the process that started it, however that ends.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 30  # seconds a server has to start, and again to stop


class ServiceError(RuntimeError):
    """A server is not installed or would not start."""


@contextmanager
def postgresql() -> Iterator[str]:
    """A new, empty PostgreSQL; yields its DATABASE_URL. The account is a superuser: tests may make databases."""
    with folder("followthrough-postgresql-", owner="postgres") as place:
        data, port = place / "data", str(free_port())
        # Nothing here must outlive the tests, so nothing is waited for on the disk.
        options = "fsync=off synchronous_commit=off full_page_writes=off max_connections=100 listen_addresses=127.0.0.1"
        initdb = [program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-N"]
        run([*account("postgres"), *initdb], place)
        command = [program("postgres"), "-D", data, "-p", port, "-k", place]
        for option in options.split():
            command += ["-c", option]
        with server([*account("postgres", dies_with_us=True), *command], place, signal.SIGINT) as process:
            at = ["-h", "127.0.0.1", "-p", port, "-U", "postgres"]
            wait_until(lambda: succeeds([program("pg_isready"), "-q", *at]), process, place)
            run([program("createdb"), *at, "followthrough"], place)
            yield f"postgres://postgres@127.0.0.1:{port}/followthrough"


@contextmanager
def redis() -> Iterator[str]:
    """A new, empty Redis that keeps nothing on disk; yields its REDIS_URL."""
    with folder("followthrough-redis-") as place:
        port = free_port()
        command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", place]
        command += ["--save", "", "--appendonly", "no"]
        with server([*account(dies_with_us=True), *command], place, signal.SIGTERM) as process:
            wait_until(lambda: answers_ping(port), process, place)
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def server(command: list, place: Path, stop_signal: signal.Signals) -> Iterator[subprocess.Popen]:
    """A running process; asked to stop at the end, and made to if it does not."""
    with log_of(place).open("ab") as log:
        process = subprocess.Popen(command, cwd=place, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(stop_signal)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def folder(prefix: str, owner: str | None = None) -> Iterator[Path]:
    """A temporary folder that other accounts can reach; PostgreSQL refuses to run as root."""
    place = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    place.chmod(0o755)
    if owner and os.geteuid() == 0:
        shutil.chown(place, owner)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def program(name: str) -> str:
    """Where a program is. Debian keeps PostgreSQL's off the PATH, one folder a version."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise ServiceError(f"{name} is not installed. On Debian or Ubuntu scripts/system-packages installs it.")
    return found


def account(name: str | None = None, dies_with_us: bool = False) -> list[str]:
    """What goes before a command so that it runs under an account (when we are root) and ends when we end.

    On Linux even kill -9 of the tests then leaves no server behind. Elsewhere there is no setpriv.
    """
    options = []
    if name and os.geteuid() == 0:
        options += [f"--reuid={name}", f"--regid={name}", "--init-groups"]
    if dies_with_us and shutil.which("setpriv"):
        options += ["--pdeathsig", "INT"]
    return ["setpriv", *options] if options else []


def free_port() -> int:
    """A port that nothing listens on, from below those that systems give to outgoing connections.

    One of those could be taken by a client between now and when the server that it is for begins to listen.
    """
    while True:
        port = secrets.choice(range(15_000, 32_000))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def log_of(place: Path) -> Path:
    return place / "log"


def run(command: list, place: Path) -> None:
    result = subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode:
        raise ServiceError(f"{command} failed:\n{result.stdout}{result.stderr}")


def succeeds(command: list) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def answers_ping(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_until(ready: Callable[[], bool], process: subprocess.Popen, place: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise ServiceError(f"The server did not start:\n{log_of(place).read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def main(command: list[str]) -> int:
    """Runs a command beside a PostgreSQL; its exit status is ours. SIGTERM cleans up like Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with postgresql() as database_url:
        # What every new database is a copy of: tests make several, and migrating each takes longer than many tests.
        template = os.environ | {"DATABASE_URL": database_url.replace("/followthrough", "/template1"), "DEMO": "1"}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=template, check=True)
        process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database_url})
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServiceError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
