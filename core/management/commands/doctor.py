import sys
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error

from core.health import reach_broker
from core.scanner import reach_scanner


class Command(BaseCommand):
    help = "Reads the configuration and says in words what is wrong or missing. Exit 1 when something is."
    requires_system_checks = ()

    def handle(self, **options: object) -> None:
        self.stdout.write("\n".join(settings.CONFIGURATION_REPORT))
        problems = [*settings.PROBLEMS, *_database(), *_broker(), *_mail(), *_files(), *_scanner()]
        self.stdout.write("")
        for problem in problems:
            self.stdout.write(f"Wrong: {problem}")
        if problems:
            sys.exit(1)
        self.stdout.write("Nothing is wrong: database, queue, mail and files can be used.")


def _database() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        return [f"The database cannot be used: {str(error).strip().splitlines()[0]}"]
    return ["The database is not up to date. Run manage.py migrate."] if waiting else []


def _broker() -> list[str]:
    return [] if reach_broker() else ["The queue cannot be reached. Start Redis, or correct REDIS_URL."]


def _mail() -> list[str]:
    try:
        with get_connection(timeout=5):
            return []
    except OSError as error:
        return [f"The mail server cannot be reached: {error}. Correct EMAIL_URL."]


def _files() -> list[str]:
    problems = []
    for name, folder in (("MEDIA_ROOT", Path(settings.MEDIA_ROOT)), ("var", settings.VAR_DIR)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".doctor"
            probe.touch()
            probe.unlink()
        except OSError as error:
            problems.append(f"The folder {name} cannot be written: {error.strerror}.")
    for part in ("static/app.css", "fonts"):
        if not (settings.BASE_DIR / "build" / part).exists():
            problems.append(f"build/{part} is missing. Run scripts/assets.")
    return problems


def _scanner() -> list[str]:
    if not settings.CLAMAV_URL or reach_scanner():
        return []
    return [
        "The virus scanner does not answer. Start ClamAV's clamd, or correct CLAMAV_URL. Until then nobody can open "
        "what is uploaded."
    ]
