"""A Followthrough that only the journeys visit: its own process, database, files and mail.

It is the real web server with the real middleware and the collected assets. Because it is not this process and not
this process's database, no test empties its tables and nothing of it is in other tests' way.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg2

from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Stage:
    """The running service. `keys` are those that stand in addresses, such as `{meeting}`."""

    url: str
    environment: dict[str, str]
    keys: dict[str, int | str] = field(default_factory=dict)

    def address(self, path: str) -> str:
        return self.url + path.format(**self.keys)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def backstage(self, verb: str, *arguments: str) -> Any:
        """Calls a function of backstage.py there."""
        call = f"from tests.journeys import backstage; backstage.run{(verb, *arguments)}"
        return json.loads(self.manage("shell", "--no-imports", "--command", call))

    def mail_to(self, email: str) -> list[EmailMessage]:
        """The messages sent to a person, oldest first."""
        files = sorted(Path(self.environment["MAIL_DIR"]).glob("*.eml"))
        mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in mails if mail["To"] == email]


@contextmanager
def running(place: Path, **more: str) -> Iterator[Stage]:
    """A stage in a folder, prepared and answering; with `more` in its environment."""
    with database(place) as database_url:
        port = services.free_port()
        stage = Stage(f"http://127.0.0.1:{port}", environment(place, port, database_url) | more)
        stage.keys.update(stage.backstage("prepare"))
        variables = [f"{name}={value}" for name, value in stage.environment.items()]
        gunicorn = [
            sys.executable,
            "-m",
            "gunicorn",
            "--chdir",
            str(ROOT),
            "--config",
            str(ROOT / "config/gunicorn.py"),
        ]
        command = ["env", *variables, *services.account(dies_with_us=True), *gunicorn, "config.wsgi"]
        with services.server(command, place, signal.SIGTERM) as process:
            services.wait_until(lambda: answers(stage.url), process, place)
            yield stage


def environment(place: Path, port: int, database_url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MAIL_DIR": f"{place}/mail",
        "MEDIA_ROOT": f"{place}/files",
        "COLLECTED": f"{place}/collected",
        "MAX_UPLOAD_MB": "1",
        "WEB_WORKERS": "1",
    }


@contextmanager
def database(place: Path) -> Iterator[str]:
    """An empty database beside the one of the other tests, of the same kind."""
    given = os.environ["DATABASE_URL"]
    if given.startswith("sqlite"):
        yield f"sqlite:///{place}/journeys.sqlite3"
        return
    name = f"journeys_{uuid4().hex[:12]}"
    with closing(psycopg2.connect(given)) as connection:
        connection.autocommit = True  # a database is not made in a transaction
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
            try:
                yield urlsplit(given)._replace(path=f"/{name}").geturl()
            finally:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
