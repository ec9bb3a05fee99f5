"""Holding a row while something slow happens outside the database, such as a mail being sent.

Where the two engines differ: PostgreSQL locks the row, and lets go of it the moment the process that holds it dies.
SQLite could only lock everything for everybody, so nothing is locked there: a lease has to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from core.rows import is_as

M = TypeVar("M", bound=Model)


@contextmanager
def held(row: Model, *names: str) -> Iterator[bool]:
    """Whether the row is there and still has these fields as the object has them: then nobody else writes it before the
    block ends. False also when somebody else holds it."""
    if not connection.features.has_select_for_update_skip_locked:
        yield is_as(row, *names)
        return
    with transaction.atomic():
        yield is_as(row, *names, then=" FOR UPDATE SKIP LOCKED")


def not_held(rows: QuerySet[M]) -> QuerySet[M]:
    """Those of the rows that nobody holds, to be chosen from inside a transaction."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True)
