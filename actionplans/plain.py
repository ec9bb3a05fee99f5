"""Frozen dataclasses as plain JSON and back: what is computed once can be kept, and read years later."""

import json
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder

T = TypeVar("T")


def as_plain(value: Any) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(value), cls=DjangoJSONEncoder))


def restored(kind: type[T], content: dict[str, Any]) -> T:
    """The dataclass of plain JSON. What was added to the class since has its default."""
    return cast(T, _restore(kind, content))


def _restore(kind: Any, value: Any) -> Any:
    """A value of plain JSON as the annotated type: dataclasses, tuples of one or several types, dates."""
    if value is None:
        return None
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind) if field.name in value]
        return kind(**{name: _restore(hints[name], value[name]) for name in names})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        each = [kinds[0]] * len(value) if kinds[-1] is Ellipsis else kinds
        return tuple(_restore(one, item) for one, item in zip(each, value, strict=True))
    return date.fromisoformat(value) if kind is date else value
