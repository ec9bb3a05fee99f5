"""Chains of rows by hash, so that an outsider can check that nothing was changed, inserted or cut off."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

from django.db import models

FIRST = "0" * 64  # what the first row of a chain names as the one before it


def facts(row: models.Model, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The columns of a row as plain values: keys, moments in UTC, files by name.

    What is empty (no value, no text, an empty list, "no") is left out: a column that is added later, empty on the rows
    that there are, does not change their hashes.
    """
    columns = (field.attname for field in row._meta.concrete_fields if field.attname not in leave_out)
    values = {name: _plain(getattr(row, name)) for name in columns}
    return {name: value for name, value in values.items() if value is not False and value not in (None, "", [], {})}


def digest(previous: str, values: dict[str, Any]) -> str:
    """SHA-256 over the hash of the row before and this row's facts, as JSON with sorted keys."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def mark(values: dict[str, Any]) -> str:
    """A short word for plain values, which is another one whenever they are."""
    return digest("", values)[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | dict | list):
        return value
    return str(value)
