"""Starts the web server and the worker of the demonstration, and stops both when told to or when either dies."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PORT = os.environ.get("PORT", "8000")
ADDRESS = f"http://127.0.0.1:{PORT}"
LOGS = ROOT / "var" / "log"
PATIENCE = 60  # seconds until the service must answer
GRACE = 15  # seconds a process has to end by itself

# The same commands as in docker-compose.yml (tests/test_compose.py compares them), each with what is added here.
WEB = "gunicorn --config config/gunicorn.py config.wsgi"
WORKER = "celery -A config.celery worker --loglevel info"
BEAT = "celery -A config.celery beat --loglevel info"
COMMANDS = {"web server": WEB, "worker": f"{WORKER} --concurrency 1 --beat --schedule var/beat-schedule"}

PASSWORD = "followthrough-demo"  # made public on purpose; the accounts exist under DEMO=1 only
ACCOUNTS = [
    ("head@ochilvale.example", "Head of Social Services, owner of actions, Ochilvale"),
    ("clerk@ochilvale.example", "clerk of the committee, Ochilvale"),
    ("coordinator@ochilvale.example", "coordinator of the plans, Ochilvale"),
    ("verifier@ochilvale.example", "verifier of evidence, Ochilvale"),
    ("chair@ochilvale.example", "chair, approves the plan, Ochilvale"),
    ("member@ochilvale.example", "elected member, Ochilvale"),
    ("inspector@scrutiny.example", "link inspector, Ochilvale's joint inspection only"),
    ("head@clydemuir.example", "Head of Children and Justice Services, Clydemuir"),
    ("admin@followthrough.example", "administrator of the service"),
]


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal was closed."""


def start(name: str, command: str) -> subprocess.Popen:
    """A process in a group of its own: Ctrl-C reaches us alone, and what it leaves behind can be found by its group."""
    program, *arguments = command.split()
    # On Linux it is told to stop even when we are killed outright.
    told = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    with log_of(name).open("ab") as log:
        return subprocess.Popen(
            [*told, str(BIN / program), *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )


def log_of(name: str) -> Path:
    return LOGS / f"{name.replace(' ', '-')}.log"


def answers() -> bool:
    try:
        with urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def dead(processes: dict[str, subprocess.Popen]) -> str | None:
    return next((name for name, process in processes.items() if process.poll() is not None), None)


def wait_until(ready: Callable[[], bool], processes: dict[str, subprocess.Popen], seconds: float) -> str | None:
    """Waits until `ready`; the answer is what went wrong, if anything did."""
    end = time.monotonic() + seconds
    while not ready():
        if name := dead(processes):
            return f"The {name} has stopped by itself. Its last words are in {log_of(name).relative_to(ROOT)}."
        if time.monotonic() > end:
            return f"The web server did not answer within {seconds} seconds. See {LOGS.relative_to(ROOT)}/."
        time.sleep(0.2)
    return None


def stop(processes: dict[str, subprocess.Popen]) -> None:
    for process in processes.values():
        process.terminate()
    end = time.monotonic() + GRACE
    for process in processes.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, end - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):  # usually nothing is left of the group
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def welcome() -> None:
    width = max(len(email) for email, _ in ACCOUNTS)
    print(f"\nFollowthrough is running: {ADDRESS}/\n")
    print(f"Sign in as one of these, with the password {PASSWORD}\n")
    for email, role in ACCOUNTS:
        print(f"  {email:<{width}}  {role}")
    print(f"\nMessages it would send: {ADDRESS}/demo/mail/   Logs: {LOGS.relative_to(ROOT)}/")
    print("Ctrl-C stops it. make demo-reset forgets everything.", flush=True)


def be_told_to_stop(number: int, frame: object) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # once is enough
    raise Stopped


def main() -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, be_told_to_stop)
    processes: dict[str, subprocess.Popen] = {}
    problem = None
    began = time.monotonic()
    try:
        print("6/6 Web server and worker … ", end="", flush=True)
        for name, command in COMMANDS.items():
            processes[name] = start(name, command)
        problem = wait_until(answers, processes, PATIENCE)
        if not problem:
            print(f"{time.monotonic() - began:.0f} s")
            welcome()
            problem = wait_until(lambda: False, processes, float("inf"))
    except Stopped:
        print("\nStopping …", flush=True)
    finally:
        stop(processes)
    if problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
