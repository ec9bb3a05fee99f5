"""Rows into tables by the thousand: COPY on PostgreSQL, INSERT elsewhere. Keys are counted here, from 1."""

import io
import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import count
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

ROWS_AT_ONCE = 20_000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Writer:
    """Collects rows and writes them in batches. Foreign keys are checked when the transaction ends."""

    def __init__(self) -> None:
        self.waiting: dict[type[models.Model], list[list[Any]]] = defaultdict(list)
        self.keys: dict[type[models.Model], Any] = defaultdict(lambda: count(1))
        self.written = 0

    def key(self, model: type[models.Model]) -> int:
        """The next key of a table; rows of one kind of entry share the keys of entries."""
        root = [model, *model._meta.get_parent_list()][-1]
        return next(self.keys[root])

    def add(self, row: models.Model) -> None:
        """Takes a row with its key; of multi-table inheritance the row of each table."""
        for model in (*reversed(row._meta.get_parent_list()), type(row)):
            self.waiting[model].append([_value(row, field) for field in model._meta.local_concrete_fields])
            if len(self.waiting[model]) >= ROWS_AT_ONCE:
                self._write(model)

    def new(self, model: type[models.Model], **values: Any) -> Any:
        """Makes a row, gives it a key and takes it."""
        row = model(id=self.key(model), **values)
        self.add(row)
        return row

    def finish(self) -> None:
        """Writes what waits, and sets the sequences after the last keys."""
        for model in list(self.waiting):
            self._write(model)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [*self.keys]):
                cursor.execute(statement)

    def _write(self, model: type[models.Model]) -> None:
        rows = self.waiting.pop(model)
        columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.local_concrete_fields)
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", _copy_text(rows))
            else:
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        self.written += len(rows)


def _value(row: models.Model, field: models.Field) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField):  # as text, which COPY and INSERT both take
        return json.dumps(value)
    return field.get_db_prep_save(value, connection)


def _copy_text(rows: Iterable[list[Any]]) -> io.StringIO:
    return io.StringIO("".join("\t".join(map(_copy_value, row)) + "\n" for row in rows))


def _copy_value(value: Any) -> str:
    return "\\N" if value is None else str(value).translate(ESCAPES)
