"""What somebody with the keys of the database can do to a plan's history: take the triggers away and write by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection, models, transaction

from actionplans.models import Entry, Plan, Reading
from core import chain

ENTRY, PLAN = Entry._meta.db_table, Plan._meta.db_table


def drop_triggers() -> None:
    """Until the transaction around is undone, no trigger stands in the way."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET LOCAL session_replication_role = replica")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


@contextmanager
def undone() -> Iterator[None]:
    """What is done meanwhile is undone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sql(statement: str, *values: object) -> int:
    """Runs one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def detail_table(kind: str) -> type[models.Model] | None:
    """The model whose table holds what only this kind of row says, if it has any more to say."""
    relation = {each.name: each.related_model for each in Entry._meta.related_objects if each.one_to_one}
    return relation.get(kind)


def change(row: Entry, model: type[models.Model], field: models.Field, value: object) -> None:
    """Writes another value into one column of a row, of the shared table or of its kind's own."""
    column, table = connection.ops.quote_name(field.column), model._meta.db_table
    stored = field.get_db_prep_save(value, connection)
    assert sql(f"UPDATE {table} SET {column} = %s WHERE {model._meta.pk.column} = %s", stored, row.pk) == 1


def another(field: models.Field, value: Any) -> object:
    """A value of the field's type that is not the one that is there."""
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return value + timedelta(minutes=1)
    if isinstance(field, models.DateField):
        return (value or date(2015, 1, 1)) + timedelta(days=1)
    if isinstance(field, models.JSONField):
        return ["forged"]
    if isinstance(field, models.ForeignKey | models.IntegerField):
        return (value or 0) + 1
    return f"{str(value)[:3]}forged"


def cut(*rows: Entry) -> None:
    """Deletes rows with all that their kinds say."""
    for row in rows:
        cut_detail(row)
        assert sql(f"DELETE FROM {ENTRY} WHERE id = %s", row.pk) == 1


def cut_detail(row: Entry) -> None:
    """Deletes what only the kind of the row says."""
    model = detail_table(row.kind)
    if model:
        assert sql(f"DELETE FROM {model._meta.db_table} WHERE entry_ptr_id = %s", row.pk) == 1


def forge(row: Entry, seq: int, previous: str) -> str:
    """Inserts a copy of a row as the one of that number, with a hash that is right for it; gives the hash."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    copies: list[tuple[type[models.Model], dict[str, object]]] = [(Entry, {"id": last + 1, "seq": seq})]
    model = detail_table(row.kind)
    if model:
        one_to_one = [each for each in model._meta.local_fields if each.one_to_one and not each.primary_key]
        copies.append((model, {"entry_ptr_id": last + 1} | {each.column: last + 1 for each in one_to_one}))
        if row.kind == Entry.Kind.MEASURED:  # the reading that it tells of is forged as well
            _copy(Reading, row.measured.reading_id, {"id": last + 1})
    for table, new in copies:
        _copy(table, row.pk, new)
    forged = Entry.objects.with_details().get(pk=last + 1).detail
    forged.previous = previous
    digest = chain.digest(previous, forged.facts())
    sql(f"UPDATE {ENTRY} SET previous = %s, hash = %s WHERE id = %s", previous, digest, forged.pk)
    return digest


def renumber(plan: Plan, start: int, by: int) -> None:
    """Moves the numbers of the rows from `start` on, in two steps, because each number is there once."""
    far = 1_000_000
    assert sql(f"UPDATE {ENTRY} SET seq = seq + %s WHERE plan_id = %s AND seq >= %s", far, plan.pk, start) > 0
    sql(f"UPDATE {ENTRY} SET seq = seq - %s WHERE plan_id = %s AND seq >= %s", far - by, plan.pk, far)


def swap(first: Entry, second: Entry) -> None:
    """Two rows change their numbers."""
    for row, seq in ((first, 1_000_000), (second, first.seq), (first, second.seq)):
        sql(f"UPDATE {ENTRY} SET seq = %s WHERE id = %s", seq, row.pk)


def remember(plan: Plan, count: int, head: str) -> None:
    """Makes the plan believe in another end of its history."""
    sql(f"UPDATE {PLAN} SET history_count = %s, history_head = %s WHERE id = %s", count, head, plan.pk)


def recompute(plan: Plan) -> None:
    """Writes the whole chain of the plan anew, as a thorough forger would."""
    count, head = 0, chain.FIRST
    for entry in Entry.objects.filter(plan=plan).order_by("seq").with_details():
        row = entry.detail
        count += 1
        row.seq, row.previous = count, head
        head = chain.digest(head, row.facts())
        sql(f"UPDATE {ENTRY} SET seq = %s, previous = %s, hash = %s WHERE id = %s", count, row.previous, head, row.pk)
    remember(plan, count, head)


def _copy(model: type[models.Model], pk: int, new: dict[str, object]) -> None:
    columns = [field.column for field in model._meta.local_concrete_fields]
    quoted = [connection.ops.quote_name(each) for each in columns]
    chosen = ["%s" if each in new else name for each, name in zip(columns, quoted, strict=True)]
    values = [new[each] for each in columns if each in new]
    table, key = model._meta.db_table, model._meta.pk.column
    copied = f"INSERT INTO {table} ({', '.join(quoted)}) SELECT {', '.join(chosen)} FROM {table} WHERE {key} = %s"
    assert sql(copied, *values, pk) == 1
