"""The servers of a run, each our own, on a free port, and gone at the end."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGINT, SIGTERM

from tests import services

ROOT = Path(__file__).resolve().parent.parent
WSGI = {"ours": "config.wsgi", "bare": "bench.bare.wsgi"}


@contextmanager
def postgresql() -> Iterator[str]:
    """A new PostgreSQL with its own defaults, flushing every commit to the disk; yields its DATABASE_URL.

    The tests' PostgreSQL flushes nothing. Here posting is measured, and in earnest a commit waits for the disk.
    """
    with services.folder("followthrough-bench-", owner="postgres") as place:
        data, port = place / "data", str(services.free_port())
        owner = services.account("postgres")
        initdb = [services.program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--locale=C.UTF-8"]
        services.run([*owner, *initdb], place)
        command = [*services.account("postgres", dies_with_us=True), services.program("postgres")]
        command += ["-D", data, "-p", port, "-k", place, "-c", "listen_addresses=127.0.0.1"]
        with services.server(command, place, SIGINT) as process:
            at = ["-h", "127.0.0.1", "-p", port, "-U", "postgres"]
            ready = [services.program("pg_isready"), "-q", *at]
            services.wait_until(lambda: services.succeeds(ready), process, place)
            services.run([services.program("createdb"), *at, "followthrough"], place)
            yield f"postgres://postgres@127.0.0.1:{port}/followthrough"


@contextmanager
def gunicorn(name: str) -> Iterator[int]:
    """One of the two applications under config/gunicorn.py; yields its port."""
    port = services.free_port()
    with services.folder(f"followthrough-{name}-") as place:
        variables = ["env", f"BIND=127.0.0.1:{port}", f"SITE_URL=http://127.0.0.1:{port}"]
        program = [Path(sys.executable).parent / "gunicorn", "--chdir", ROOT, "--config", ROOT / "config/gunicorn.py"]
        command = [*services.account(dies_with_us=True), *variables, *program, WSGI[name]]
        with services.server(command, place, SIGTERM) as process:
            services.wait_until(lambda: _answers(port), process, place)
            yield port


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Databases of our own, and the environment in which the product runs as in earnest (DEMO=0, DEBUG=0)."""
    with postgresql() as database_url, services.redis() as redis_url, services.folder("followthrough-files-") as place:
        yield {name: value for name, value in os.environ.items() if not name.startswith(("OIDC_", "DJANGO_"))} | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "MEDIA_ROOT": str(place / "files"),
            "MAIL_DIR": str(place / "mail"),
            "SECRET_KEY": "the-benchmarks-own-key-of-fifty-characters-no-secret",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DEMO": "0",
            "DEBUG": "0",
            "TIME_ZONE": "Europe/London",
        }


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()
