"""Rows that are written once. The queryset refuses here; triggers refuse in the database itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.db import connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SETTING = "followthrough.destroying"  # PostgreSQL: a setting of the session
MARKER = "core_destroying"  # SQLite: a table that holds a row while destruction is under way


class HistoryIsAppendOnly(Exception):
    """History can be added to and read. It cannot be changed or deleted."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise HistoryIsAppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise HistoryIsAppendOnly

    def delete(self) -> NoReturn:
        raise HistoryIsAppendOnly


class AppendOnly(models.Model):
    """A model whose rows are inserted and read, nothing else."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise HistoryIsAppendOnly


@contextmanager
def destruction(using: str = "default") -> Iterator[None]:
    """Announces to the database that rows may be deleted: for the destruction operation and the test runner's flush.

    Changing a row (UPDATE) stays refused even so.
    """
    connection = connections[using]
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(f"SET {SETTING} = 'on'" if postgresql else f"INSERT INTO {MARKER} VALUES (1)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET {SETTING} = 'off'" if postgresql else f"DELETE FROM {MARKER}")


class ForbidChanges(Operation):
    """A migration operation: triggers that refuse UPDATE and unannounced DELETE of the rows of a model.

    On SQLite also an INSERT of a row that is there: OR REPLACE would make it a DELETE that no trigger sees.
    With `columns`, only changes of these columns are refused (the rest of the row stays editable). Say it again at the
    end of a migration that alters such a model: SQLite makes an altered table anew, without its triggers.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str, columns: tuple[str, ...] = ()) -> None:
        self.model_name = model_name
        self.columns = columns

    def deconstruct(self) -> tuple[str, list, dict]:
        return self.__class__.__qualname__, [self.model_name], {"columns": self.columns} if self.columns else {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are not part of the state of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in self.statements(model, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        on_table = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for event in ("update", "delete", "truncate", "replace"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on_table}")

    def describe(self) -> str:
        return f"Refuse changes of {self.model_name} in the database"

    @property
    def migration_name_fragment(self) -> str:
        return f"forbid_changes_{self.model_name.lower()}"

    def statements(self, model: type[models.Model], vendor: str) -> list[str]:
        table = model._meta.db_table
        of_columns = " OF " + ", ".join(self.columns) if self.columns else ""
        if vendor == "postgresql":
            call, create = "EXECUTE FUNCTION core_refuse_change()", "CREATE OR REPLACE TRIGGER"
            return [
                f"{create} {table}_no_update BEFORE UPDATE{of_columns} ON {table} FOR EACH ROW {call}",
                f"{create} {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {call}",
                f"{create} {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
            ]
        refuse = "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        create = "CREATE TRIGGER IF NOT EXISTS"
        unannounced = f"WHEN NOT EXISTS (SELECT 1 FROM {MARKER})"
        same_row = " OR ".join(" AND ".join(f'"{name}" = NEW."{name}"' for name in key) for key in _keys(model))
        taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_row})"
        return [
            f"{create} {table}_no_update BEFORE UPDATE{of_columns} ON {table} FOR EACH ROW {refuse}",
            f"{create} {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {unannounced} {refuse}",
            f"{create} {table}_no_replace BEFORE INSERT ON {table} FOR EACH ROW {taken} {refuse}",
        ]


def _keys(model: type[models.Model]) -> list[tuple[str, ...]]:
    """The columns of a table, by one or several, that no two rows share."""
    own = model._meta

    def columns(*names: str) -> tuple[str, ...]:
        return tuple(str(own.get_field(name).column) for name in names)  # type: ignore[union-attr]  # none is reversed

    single = [columns(field.name) for field in own.local_concrete_fields if field.unique]
    return single + [columns(*each.fields) for each in own.total_unique_constraints]


class PrepareAppendOnly(Operation):
    """A migration operation: what the triggers of ForbidChanges call (PostgreSQL) or look at (SQLite)."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that a model knows of."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"""
                CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF TG_OP <> 'UPDATE' AND current_setting('{SETTING}', true) = 'on' THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END $$
                """
            )
        else:
            schema_editor.execute(f"CREATE TABLE {MARKER} (marker integer NOT NULL)")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("DROP FUNCTION IF EXISTS core_refuse_change()")
        else:
            schema_editor.execute(f"DROP TABLE {MARKER}")

    def describe(self) -> str:
        return "Prepare the database to refuse changes of history"
