"""Writing single rows with as little as can be, where thousands are written one by one and each is committed.

Django builds its SQL anew each time, which takes longer than the database needs. Here the text is kept.
"""

from functools import cache
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.db.models import Field, Model

Statement: TypeAlias = tuple[str, list[Any]]


def inserting(row: Model) -> Statement:
    """The row as a new one, with a key that the database gives."""
    return _insert(type(row)), _values(row, _columns(type(row)))


def updating(row: Model, *names: str) -> Statement:
    """These fields of a row that is there, as the object has them."""
    fields = [row._meta.get_field(name) for name in names]
    return _update(type(row), names), [*_values(row, fields), row.pk]


def is_as(row: Model, *names: str) -> bool:
    """Whether the row is there and has these fields as the object has them."""
    fields = [row._meta.get_field(name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(_select(type(row), names), [row.pk, *_values(row, fields)])
        return cursor.fetchone() is not None


def write(*statements: Statement) -> None:
    """Runs all of the statements, or none. PostgreSQL takes and commits them in one go."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            values = [value for _, some in statements for value in some]
            cursor.execute("; ".join(text for text, _ in statements), values)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for text, values in statements:
            cursor.execute(text, values)


def _values(row: Model, fields: Any) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


@cache
def _columns(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


@cache
def _insert(model: type[Model]) -> str:
    names = [_quoted(field) for field in _columns(model)]
    marks = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {_table(model)} ({', '.join(names)}) VALUES ({marks})"


@cache
def _select(model: type[Model], names: tuple[str, ...]) -> str:
    columns = [_quoted(model._meta.pk), *(_quoted(model._meta.get_field(name)) for name in names)]
    return f"SELECT 1 FROM {_table(model)} WHERE {' AND '.join(f'{each} = %s' for each in columns)}"


@cache
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    news = ", ".join(f"{_quoted(model._meta.get_field(name))} = %s" for name in names)
    return f"UPDATE {_table(model)} SET {news} WHERE {_quoted(model._meta.pk)} = %s"


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)
