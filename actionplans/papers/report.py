"""The progress report: every number and word of a paper, computed once as at a date, then only written out.

A report is plain frozen data (text, whole numbers, dates), so that all formats say the same, and so that an issued
paper can keep it (`as_json`) and give it back (`from_json`) years later.
"""

import json
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder

from actionplans.figures import Figures
from actionplans.outcomes import NOT_IMPROVED

NOT_RECORDED = "not recorded"
EXCEPTIONS = ("Overdue", "No update", "Returned", NOT_IMPROVED, "Post vacant", "Date moved")


@dataclass(frozen=True)
class Row:
    """One action as a paper shows it. Days are calendar days past a date; 0 is not late."""

    ref: str
    action: str
    recommendation: str
    status: str
    percent: int
    rag: str
    rag_because: str
    reason: str
    owner: str
    lead_agency: str
    contributors: str
    start: date | None
    original_due: date | None
    current_due: date | None
    date_changes: int
    days_late: int
    days_past_original: int
    update: str
    update_on: date | None
    update_by: str
    measure: str
    evidence_required: str
    evidence_held: int
    verification: str
    closure: str
    not_improved: str = ""  # papers issued before it was counted lack it


@dataclass(frozen=True)
class Section:
    """One recommendation, in the inspectors' own words, with the actions that answer it."""

    number: str
    text: str
    response: str
    priority: str
    accountable: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ExceptionRow:
    """Something that members should see first."""

    kind: str
    ref: str
    action: str
    owner: str
    detail: str


@dataclass(frozen=True)
class Cover:
    """One section of the cover: a heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    title: str
    plan: str
    plan_slug: str
    partnership: str
    group: str
    meeting_on: date | None
    as_at: date
    report_by: str
    is_draft: bool
    cover: tuple[Cover, ...]
    figures: Figures
    rag_rule: str
    rag_key: tuple[tuple[str, str], ...]
    exceptions: tuple[ExceptionRow, ...]
    sections: tuple[Section, ...]
    history: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """Each action once, in the order of the plan."""
        return tuple({row.ref: row for section in self.sections for row in section.rows}.values())

    def as_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Report":
        return _restore(cls, content)


def days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


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
