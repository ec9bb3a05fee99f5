"""A guard around views that only read: any other SQL is refused, by us and by the database."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

READS = re.compile(r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|EXPLAIN)\b", re.IGNORECASE)
LOCKS = re.compile(r"\bFOR (NO KEY )?UPDATE\b", re.IGNORECASE)


class WriteRefused(Exception):
    """A page that only reads tried to write."""


@contextmanager
def read_only() -> Iterator[None]:
    """Refuses writing SQL inside the block: with a clear error, and under it by the database (nested is fine)."""
    forbid = _forbid_on_postgresql if connection.vendor == "postgresql" else _forbid_on_sqlite
    with forbid(), connection.execute_wrapper(_refuse_writes):
        yield


def reads_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorates a view that only reads. Template responses are rendered inside the guard."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with read_only():
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response = response.render()
            return response

    return guarded


@contextmanager
def _forbid_on_postgresql() -> Iterator[None]:
    with transaction.atomic():
        with connection.connection.cursor() as driver:  # past our own refusal: nested is fine
            driver.execute("SET TRANSACTION READ ONLY")
        yield


@contextmanager
def _forbid_on_sqlite() -> Iterator[None]:
    """Without a transaction: an immediate one would make readers wait for one another.

    Spoken to the driver itself, so that the guard is lifted also when Django thinks the transaction broken.
    """
    connection.ensure_connection()
    driver = connection.connection
    before = driver.execute("PRAGMA query_only").fetchone()[0]
    driver.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA query_only = {before}")


def _refuse_writes(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
    if not READS.match(sql) or LOCKS.search(sql):
        raise WriteRefused(sql.split(None, 3)[:3])
    return execute(sql, params, many, context)
