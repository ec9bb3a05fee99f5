"""What every test gets. The environment is set in environment.py, servers are started by services.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import TransactionTestCase

from core.appendonly import destruction
from tests import environment, services


def on_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def pytest_configure(config: pytest.Config) -> None:
    # Real hashing costs a second a user, and hashed names of static files need a collectstatic first.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = f"{environment.PLACE}/collected"
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }

    TransactionTestCase._fixture_teardown = empty_tables_with_leave  # type: ignore[attr-defined]


_empty_tables = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty_tables_with_leave(test: TransactionTestCase) -> None:
    """The database refuses to lose history, so emptying it after a test is announced."""
    with destruction():
        _empty_tables(test)


def pytest_report_header() -> str:
    if on_sqlite():
        return "database: SQLite (tests marked postgres are left out here; they run on PostgreSQL)"
    return "database: PostgreSQL"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if on_sqlite() and item.get_closest_marker("postgres")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of an empty Redis. Mark the test `system`."""
    with services.redis() as url:
        yield url
