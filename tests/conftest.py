"""What every test gets. The environment is set in environment.py, servers are started by services.py."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests import services


def on_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def pytest_configure(config: pytest.Config) -> None:
    # Real hashing costs a second a user, and hashed names of static files need a collectstatic first.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


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
