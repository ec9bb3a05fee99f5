"""Taking away what was entered by mistake: only as long as nothing whatever points to it."""

from collections.abc import Iterable
from typing import cast

from django.db import models, router, transaction
from django.db.models.deletion import Collector, ProtectedError, RestrictedError


class InUse(Exception):
    """Something points to the row."""


@transaction.atomic
def remove_unused(row: models.Model) -> None:
    """Deletes a row that nothing points to. Raises InUse where a delete would be refused, or take or change more."""
    collector = Collector(using=router.db_for_write(type(row)))
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError) as error:
        raise InUse from error
    others = [each for model in collector.data if model is not type(row) for each in collector.data[model]]
    quick = any(rows.exists() for rows in collector.fast_deletes if rows.model is not type(row))
    changed = any([*cast(Iterable, rows)] for held in collector.field_updates.values() for rows in held)
    if others or quick or changed:
        raise InUse
    row.delete()
