"""The environment of the tests, the same on every machine. Loaded by pytest before Django reads its settings.

Run the tests as `python -m pytest`, which finds this file from the root of the repository. DATABASE_URL is kept when
given (scripts/test gives a PostgreSQL); everything else is ours, whatever the developer's shell has set.
"""

import atexit
import ipaddress
import os
import shutil
import socket
import tempfile

PLACE = tempfile.mkdtemp(prefix="followthrough-tests-")
atexit.register(shutil.rmtree, PLACE, ignore_errors=True)

for name in list(os.environ):
    if name.startswith(("OIDC_", "DJANGO_", "CELERY_")) or name in {
        "REDIS_URL",
        "EMAIL_URL",
        "PORT",
        "SERVICE_NAME",
        "CLAMAV_URL",
        "BOUNCE_ADDRESS",
    }:
        del os.environ[name]
os.environ.setdefault("DATABASE_URL", f"sqlite:///{PLACE}/database.sqlite3")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": "the-tests-own-key-of-fifty-characters-not-a-secret",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SITE_URL": "http://testserver",
    "MAIL_DIR": f"{PLACE}/mail",
    "MEDIA_ROOT": f"{PLACE}/files",
    "TIME_ZONE": "Europe/London",
    "DEFAULT_FROM_EMAIL": "Followthrough <no-reply@followthrough.example>",
}


class NetworkBlockedError(RuntimeError):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def guard(function, host_of):
    def guarded(*args, **kwargs):
        host = host_of(*args)
        if not is_loopback(host):
            raise NetworkBlockedError(f"A test tried to reach {host}. Tests reach this machine only.")
        return function(*args, **kwargs)

    return guarded


def host_of_connect(connection, address):
    return "localhost" if connection.family == socket.AF_UNIX else address[0]


socket.socket.connect = guard(socket.socket.connect, host_of_connect)  # type: ignore[method-assign]
socket.socket.connect_ex = guard(socket.socket.connect_ex, host_of_connect)  # type: ignore[method-assign]
socket.getaddrinfo = guard(socket.getaddrinfo, lambda host, *args: host)
