"""What every test gets. The environment is set in environment.py, servers are started by services.py."""

import copy
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import TransactionTestCase

from actionplans.demo.load import load_demo
from core import clock
from core.appendonly import destruction
from tests import clamd, environment, services
from tests.cast import make_cast


def on_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def pytest_configure(config: pytest.Config) -> None:
    use_quick_settings()
    TransactionTestCase._fixture_teardown = empty_tables_with_leave  # type: ignore[attr-defined]


def use_quick_settings() -> None:
    """Whatever the tests set otherwise than the settings do; a process that a test starts calls it too."""
    # Real hashing costs a second a user, and hashed names of static files need a collectstatic first.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = f"{environment.PLACE}/collected"
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


_empty_tables = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty_tables_with_leave(test: TransactionTestCase) -> None:
    """The database refuses to lose history, so emptying it after a test is announced."""
    with destruction():
        _empty_tables(test)


def pytest_report_header() -> str:
    if on_sqlite():
        return "database: SQLite (tests marked postgres are left out here; they run on PostgreSQL)"
    return "database: PostgreSQL"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem.endswith("_pages"):  # what they ask of the database is tested without HTTP on both
            item.add_marker("once")
    # The longest test of all begins first: at the end one process would wait for the other.
    items.sort(key=lambda item: item.path.stem != "test_two_years")
    left_out = [item for item in items if on_sqlite() and item.get_closest_marker("postgres")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="module")
def module_data(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a module, for what they share; what each writes itself is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def shared_cast(module_data: None) -> Any:
    return make_cast(clock.today())


@pytest.fixture
def cast(shared_cast: Any, db: None) -> Any:
    """The people by role on each side of a wall, with a plan each (tests/cast.py), as at today."""
    return copy.deepcopy(shared_cast)


@pytest.fixture(scope="module")
def shared_demo(module_data: None) -> Any:
    return load_demo(today=date(2015, 12, 2), as_recorded=True, accounts=True)


@pytest.fixture
def demo(shared_demo: Any, db: None) -> Any:
    """The plans of the three demonstration cases, as recorded, by slug; with the accounts."""
    return {plan.slug: copy.deepcopy(plan) for plan in shared_demo}


@pytest.fixture
def scanner(settings: Any) -> Iterator[clamd.Clamd]:
    """A virus scanner (tests/clamd.py) that the settings name."""
    with clamd.serving(clamd.Clamd(("127.0.0.1", 0))) as server:
        settings.CLAMAV_URL = server.url
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of an empty Redis. Mark the test `system`."""
    with services.redis() as url:
        yield url
