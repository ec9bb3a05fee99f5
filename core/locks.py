"""Telling others that somebody still works on what they have claimed, for as long as the process lives.

Where the two engines differ: PostgreSQL lets go of a lock the moment the process that holds it dies, whatever any clock
says. SQLite could only lock everything for everybody, so nothing is locked there: a lease has to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar
from uuid import UUID

from django.db import Error, connection
from django.db.models import Model, QuerySet

from core.rows import is_as

M = TypeVar("M", bound=Model)


@contextmanager
def working_on(key: UUID) -> Iterator[None]:
    """Until the block ends, or the process dies, `is_left` is false of this key for everybody else.

    The lock belongs to a transaction on a connection of its own: the work commits what it likes meanwhile, and
    poolers of connections do not part the lock from its holder.
    """
    if connection.vendor != "postgresql":
        yield
        return
    keeper = connection.copy()
    try:
        keeper.set_autocommit(False)
        with keeper.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(key)])
        yield
    finally:
        with suppress(Error):  # one that was cut off has let go already
            keeper.rollback()
        keeper.close()


def is_left(key: UUID) -> bool:
    """Whether nobody works on what has this key, nor begins to before the transaction ends in which this is asked."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(key)])
        return bool(cursor.fetchone()[0])


def is_kept(row: Model, *names: str) -> bool:
    """Whether a row still has these fields as the object has them, which was read while its key is worked on.

    On PostgreSQL the lock sees to that; where there is none it is looked up.
    """
    return connection.vendor == "postgresql" or is_as(row, *names)


def not_held(rows: QuerySet[M]) -> QuerySet[M]:
    """Those of the rows that nobody holds, to be chosen from inside a transaction."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True)


def _number(key: UUID) -> int:
    """What PostgreSQL calls the lock: 64 bits of the key."""
    return int.from_bytes(key.bytes[:8], "big", signed=True)
