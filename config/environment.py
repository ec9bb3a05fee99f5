"""Reads the environment. Every problem is kept as a sentence, so that `manage.py doctor` can print them all."""

import os
import re
import secrets
import warnings
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
UNSAFE_SECRET_LENGTH = 40

# Every variable that is read, and what it is for: `manage.py doctor` prints them.
VARIABLES = {
    "DATABASE_URL": "the database, as postgres://user:password@host:5432/name (default: SQLite under var/)",
    "REDIS_URL": "the queue and the shared cache, as redis://host:6379/0 (default: a queue of files under var/)",
    "SECRET_KEY": f"signs sessions: at least {UNSAFE_SECRET_LENGTH} random characters",
    "ALLOWED_HOSTS": "the names this service answers to, separated by commas",
    "SITE_URL": "the address of this service, as it stands in messages",
    "EMAIL_URL": "the mail server, as smtp://user:password@host:25 or smtp+tls://…",
    "STATEMENT_TIMEOUT": "seconds after which PostgreSQL gives up on one query (0: never; web: config/gunicorn.py)",
    "EMAIL_TIMEOUT": "seconds that the mail server may take for one answer (20)",
    "MAIL_DIR": "instead of a mail server: a folder, each message becomes one .eml file",
    "DEFAULT_FROM_EMAIL": "the sender of messages",
    "BOUNCE_ADDRESS": "where mail that cannot be delivered comes back (default: DEFAULT_FROM_EMAIL)",
    "MEDIA_ROOT": "the folder of evidence and papers, outside the web root (default: var/files)",
    "CLAMAV_URL": "the virus scanner, as tcp://host:3310 or unix:///run/clamav/clamd.ctl (default: none)",
    "MAX_UPLOAD_MB": "the largest file that may be attached, in megabytes (20)",
    "SERVICE_NAME": "the name at the head of each page (Followthrough)",
    "BRAND_COLOUR": "the colour of the head of each page, as #14505c",
    "TIME_ZONE": "whose days are meant (Europe/London)",
    "PORT": "the port of the web server (8000)",
    "DEMO": "1 only under make demo: demonstration accounts and their mail",
    "DEBUG": "1 only for developers: faults are shown in full",
}
SECRETS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMAIL_URL"}  # never printed


class Environment:
    """Typed look-ups with a default; a value that cannot be read becomes an entry of `problems`."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = dict(os.environ if values is None else values)
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        value = self.text(name, "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            self.problems.append(f"{name} is “{value}”. Set it to 1 or 0.")
        return value in {"1", "true", "yes"}

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit()):
            self.problems.append(f"{name} is “{value}”. Set it to a whole number, such as {default}.")
            return default
        return int(value)

    def report(self) -> list[str]:
        """A line a variable: whether it is set, to what where that is no secret, and what it is for."""
        return [f"{name:<19} {self._shown(name):<28} {meaning}" for name, meaning in VARIABLES.items()]

    def _shown(self, name: str) -> str:
        value = self.text(name)
        return "(set)" if value and name in SECRETS else value or "(default)"

    def address(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """A URL of one of the schemes, with a host."""
        value = self.text(name, default)
        parts = urlsplit(value)
        if value and (parts.scheme not in schemes or not parts.netloc):
            shown = "cannot be read" if name in SECRETS else f"is “{value}”"
            self.problems.append(f"{name} {shown}. Write it as {' or '.join(f'{each}://host' for each in schemes)}.")
            return default
        return value

    def scanner(self, name: str) -> str:
        """The address of a ClamAV daemon, by network or by socket; empty when files are not scanned."""
        value = self.text(name)
        if value and not re.fullmatch(r"tcp://[\w.-]+(:\d{1,5})?|unix:///\S+", value):
            self.problems.append(f"{name} is “{value}”. Write it as tcp://host:3310 or unix:///run/clamav/clamd.ctl.")
            return ""
        return value

    def colour(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            self.problems.append(f"{name} is “{value}”. Set it to a colour such as {default}.")
            return default
        return value

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if value not in available_timezones():
            self.problems.append(f"{name} is “{value}”, which is not a time zone. Set it to one such as {default}.")
            return default
        return value

    def names(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def database(self, var: Path) -> dict:
        """The one database: SQLite under `var` unless DATABASE_URL names another."""
        url = self.text("DATABASE_URL", f"sqlite:///{var / 'followthrough.sqlite3'}")
        try:
            with warnings.catch_warnings(action="ignore"):  # our own sentence says it
                config = dict(environ.Env.db_url_config(url))
        except (ImproperlyConfigured, ValueError):
            config = {}
        engine = config.get("ENGINE", "")
        if engine.endswith("sqlite3"):
            var.mkdir(parents=True, exist_ok=True)
            # Immediate transactions and a write-ahead log: without both, a read that turns into a write fails.
            config["OPTIONS"] = {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            }
            return config
        if engine.endswith(("postgresql", "psycopg2")):
            longest = self.number("STATEMENT_TIMEOUT", 0)
            limit = f" -c statement_timeout={longest}s" if longest else ""  # else what the server is set to
            return config | {
                "ENGINE": "django.db.backends.postgresql",
                "CONN_MAX_AGE": 60,
                "CONN_HEALTH_CHECKS": True,
                # A history joins every kind of row: compiling that takes seconds, answering it milliseconds.
                "OPTIONS": {"options": f"-c jit=off{limit}"} | config.get("OPTIONS", {}),
            }
        self.problems.append(
            "DATABASE_URL cannot be read. Write it as postgres://user:password@host:5432/name or sqlite:///path."
        )
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}

    def email(self, mail_dir: str) -> dict:
        """The settings of outgoing mail: a folder of .eml files, or an SMTP server, or nowhere."""
        if mail_dir:
            return {"EMAIL_BACKEND": "core.mail.FolderBackend"}
        url = self.text("EMAIL_URL")
        if not url:
            return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
        try:
            config = dict(environ.Env.email_url_config(url))
            config["EMAIL_PORT"] = int(config["EMAIL_PORT"] or 25)
        except (ImproperlyConfigured, KeyError, TypeError, ValueError):
            self.problems.append("EMAIL_URL cannot be read. Write it as smtp://user:password@host:25.")
            return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
        known = {"EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"}
        known |= {"EMAIL_USE_TLS", "EMAIL_USE_SSL"}
        found = {key: value for key, value in config.items() if key in known}
        if found["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
            found["EMAIL_BACKEND"] = "core.mail.SmtpBackend"
        return found

    def secret_key(self, var: Path, generated: bool) -> str:
        """SECRET_KEY, or under `make demo` and DEBUG one made once and kept under `var`."""
        key = self.text("SECRET_KEY")
        if key or not generated:
            return key or "unset"
        file = var / "secret-key"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(secrets.token_urlsafe(48))
        return file.read_text().strip()

    def refuse_unsafe(self, secret_key: str, hosts: list[str], mail_goes_somewhere: bool) -> None:
        """What a real service may not start with (contract: DEMO=0)."""
        if len(secret_key) < UNSAFE_SECRET_LENGTH or secret_key.startswith("django-insecure"):
            self.problems.append(
                f"SECRET_KEY is missing or too short. Set it to {UNSAFE_SECRET_LENGTH} random characters."
            )
        if not hosts or "*" in hosts:
            self.problems.append(
                "ALLOWED_HOSTS is missing or allows any host. Set it to the names this service answers to."
            )
        if not mail_goes_somewhere:
            self.problems.append("E-mail goes nowhere. Set EMAIL_URL to an SMTP server, or MAIL_DIR to a folder.")
