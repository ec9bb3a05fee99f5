"""The progress report: every number and word of a paper, computed once as at a date, then only written out.

A report is plain frozen data (text, whole numbers, dates), so that all formats say the same, and so that an issued
paper can keep it (`as_json`) and give it back (`from_json`) years later.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from actionplans.changes import Changes
from actionplans.course import Promised
from actionplans.figures import Figures
from actionplans.grades import Grades
from actionplans.outcomes import NOT_IMPROVED
from actionplans.papers.layouts import STANDARD, Layout
from actionplans.plain import as_plain, restored
from actionplans.slips import Slip

NOT_RECORDED = "not recorded"
EXCEPTIONS = ("Overdue", "No update", "Returned", "Escalated", NOT_IMPROVED, "Post vacant", "Date moved")
RECENT = 92  # days that a closure is recent, without an earlier paper


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
    evidence: tuple[tuple[str, bool], ...] = ()  # titles of what is released, and whether each is exempt
    is_exempt: bool = False
    post: str = ""  # the owner without the name; papers issued before the public page lack it


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
class DateAsked:
    """A later date that was asked for and not yet decided, for the group that the paper goes to."""

    ref: str
    action: str
    owner: str
    original_due: date | None
    from_on: date
    to_on: date
    date_changes: int  # before this one
    reason: str
    asked_by: str
    asked_on: date


@dataclass(frozen=True)
class Closing:
    """A verified action that the group is asked to close."""

    ref: str
    action: str
    owner: str
    verification: str
    not_improved: str


@dataclass(frozen=True)
class Ahead:
    """An undone action that falls due within `within` days of the paper, and not within the number before."""

    within: int
    ref: str
    action: str
    owner: str
    due: date
    rag: str


@dataclass(frozen=True)
class Closed:
    """An action that was closed since the last paper."""

    ref: str
    action: str
    on: date
    decided_by: str
    minute: str


@dataclass(frozen=True)
class Point:
    """A value of a series on a day; `value` is its number as text, empty where it is none or suppressed."""

    on: date
    words: str
    value: str = ""


@dataclass(frozen=True)
class Series:
    """A measure as at the day, or what it is held against, with its readings, oldest first."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class MeasureShown:
    """A measure of an action or of the plan. Baseline, target and latest are in words; values are numbers as text."""

    key: int
    name: str
    of: str  # the reference of its action; empty for the plan's own
    unit: str
    direction: str
    baseline: str
    target: str
    baseline_value: str
    target_value: str
    latest: str
    verdict: str
    series: tuple[Series, ...]  # its own readings first
    counts_people: bool = False
    part_of: int | None = None
    is_suppressed: bool = False  # some of its values are
    is_done: bool = False  # its action is said to be done
    shortfall: str = ""  # what is short of target or baseline, in a few words


@dataclass(frozen=True)
class Since:
    """What changed since the last paper of the group on this plan."""

    paper: str
    changes: Changes


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
    layout: Layout = STANDARD
    words: tuple[tuple[str, str], ...] = ()  # what somebody wrote, by the heading that it stands under
    since: Since | None = None
    dates_asked: tuple[DateAsked, ...] = ()
    closings: tuple[Closing, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    closed: tuple[Closed, ...] = ()
    measures: tuple[MeasureShown, ...] = ()
    promised: tuple[Promised, ...] = ()  # where the layout shows them, as the next
    slips: tuple[Slip, ...] = ()
    grades: tuple[Grades, ...] = ()
    edition: int = 0  # 0 until issued
    is_exempt: bool = False  # whether this is the edition that shows what is exempt
    withheld: tuple[str, ...] = ()  # references of the exempt actions; in the public edition as many empty texts
    suppress_under: int = 0
    template_sha256: str = ""  # of the Word template that its looks come from

    def written(self, heading: str) -> str:
        return dict(self.words).get(heading, "")

    @property
    def rows(self) -> tuple[Row, ...]:
        """Each action once, in the order of the plan."""
        return tuple({row.ref: row for section in self.sections for row in section.rows}.values())

    def as_json(self) -> dict[str, Any]:
        return as_plain(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Report":
        return restored(cls, content)


def measure_words(name: str, baseline: str, target: str, latest: str) -> str:
    """A measure in one line, as the rows of actions say it."""
    said = f"baseline {baseline or NOT_RECORDED}, target {target or NOT_RECORDED}, latest {latest or NOT_RECORDED}"
    return f"{name}: {said}"


def days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
