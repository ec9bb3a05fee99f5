"""Holding a row while something slow happens outside the database, such as a mail being sent.

Where the two engines differ: PostgreSQL locks the row, and lets go of it the moment the process that holds it dies.
SQLite could only lock everything for everybody, so nothing is locked there: a lease has to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@contextmanager
def held(rows: QuerySet[M]) -> Iterator[M | None]:
    """The one row of `rows`, which nobody else writes before the block ends; None when it is gone or held."""
    if not connection.features.has_select_for_update_skip_locked:
        yield rows.first()
        return
    with transaction.atomic():
        yield rows.select_for_update(skip_locked=True).first()


def not_held(rows: QuerySet[M]) -> QuerySet[M]:
    """Those of the rows that nobody holds, to be chosen from inside a transaction."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True)
