"""What changed between the ends of two days: each kind of change with the actions behind its count.

Page and paper read this one computation. It compares how the actions stood at both ends, and reads the rows of
history that were recorded in between, so that what was done and undone again is not lost.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from actionplans.asat import Standing
from actionplans.figures import Figures, figures
from actionplans.models import UNDONE, Entry, Revision, Status, recorded

NOT_RECORDED = "not recorded"
TOLD = (
    *(Entry.Kind.UPDATE, Entry.Kind.VERIFICATION, Entry.Kind.CLOSURE, Entry.Kind.REOPENING, Entry.Kind.DROPPING),
    *(Entry.Kind.SUSTAINED_CHECK, Entry.Kind.DATE_DECISION, Entry.Kind.REVISION),
)


@dataclass(frozen=True)
class ChangedAction:
    """One action behind a count: what it was at the first end, what it is at the second, and what was said."""

    ref: str
    title: str
    was: str
    now: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of change, how it is counted, and its rows: an action once, however often it happened to it."""

    key: str
    label: str
    meaning: str
    rows: tuple[ChangedAction, ...]


@dataclass(frozen=True)
class Compared:
    """One figure at both ends; None where nothing was due."""

    label: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def said(self) -> str:
        """The difference in words: "+2", "−1", "same"; empty where there is none to tell."""
        if self.difference is None:
            return ""
        return f"{self.difference:+d}".replace("-", "−") if self.difference else "same"


@dataclass(frozen=True)
class Changes:
    """From the end of `start` to the end of `end`."""

    start: date
    end: date
    figures: tuple[Compared, ...]
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Told:
    """A row of history as a kind of change, and the status that the action had before it."""

    key: str
    row: Any  # the row of its kind
    before: Any  # the revision before it, for a change of text


@dataclass(frozen=True)
class Case:
    """One action: how it stood at both ends, and what was told in between, oldest first."""

    then: Standing | None
    now: Standing
    told: tuple[Told, ...]

    def of(self, key: str) -> list[Told]:
        return [each for each in self.told if each.key == key]


Tell = Callable[[Case], ChangedAction | None]


def changes(
    before: list[Standing],
    after: list[Standing],
    start: date,
    end: date,
    *,
    first: int | None = None,
    last: int | None = None,
) -> Changes:
    """Compares how the actions stood at the end of `start` and of `end`. One query, for the rows in between.

    Of one plan: from its row of history `first` to its row `last`, where papers ended there during those days.

    By **events** (a row recorded after the end of `start`, up to the end of `end`, even if it was undone later):
    completed, verified, returned, closed, reopened, cancelled or superseded, date moved, text changed. By the **two
    ends** alone: new, slipped, RAG changed. Actions that are only at the first end are not counted.
    """
    then = {each.action.pk: each for each in before}
    rows = _rows_between(after, start, end, first, last)
    cases = [_case(then.get(each.action.pk), each, rows.get(each.action.pk, [])) for each in after]
    kinds = (Kind(key, label, meaning, _rows(tell, cases)) for key, label, meaning, tell in KINDS)
    return Changes(start, end, _compared(figures(before, start), figures(after, end)), tuple(kinds))


def _rows(tell: Tell, cases: Iterable[Case]) -> tuple[ChangedAction, ...]:
    return tuple(row for case in cases if (row := tell(case)))


def _rows_between(
    stood: list[Standing], start: date, end: date, first: int | None, last: int | None
) -> dict[int, list[Entry]]:
    """What was recorded about the actions after the end of the first day and up to the end of the second."""
    found: dict[int, list[Entry]] = {}
    about = Entry.objects.filter(action__in=[each.action.pk for each in stood], kind__in=TOLD)
    between = about.filter(recorded(end, last)).exclude(recorded(start, first))
    for row in between.with_details().select_related("datedecision__request").order_by("seq"):
        found.setdefault(row.action_id or 0, []).append(row.detail)
    return found


def _case(then: Standing | None, now: Standing, rows: list[Entry]) -> Case:
    status = then.state.status if then else Status.NOT_STARTED
    agreed = then.revision if then else None
    told = []
    for row in rows:
        told.append(Told(_key(row, status, agreed), row, agreed))
        status = row.status
        agreed = row if isinstance(row, Revision) else agreed
    return Case(then, now, tuple(told))


def _key(row: Any, status: str, agreed: Revision | None) -> str:
    """Which kind of change a row of history is; none of them: empty. `status` and `agreed` are those before it."""
    match row.kind:
        case Entry.Kind.UPDATE:
            return "completed" if row.status == Status.COMPLETED and status in UNDONE else ""
        case Entry.Kind.VERIFICATION:
            return "verified" if row.is_accepted else "returned"
        case Entry.Kind.SUSTAINED_CHECK:
            return "" if row.is_sustained else "reopened"
        case Entry.Kind.DATE_DECISION:
            return "moved" if row.is_granted else ""
        case Entry.Kind.REVISION:
            return "text" if agreed else ""
    return {Entry.Kind.CLOSURE: "closed", Entry.Kind.REOPENING: "reopened"}.get(row.kind, "dropped")


# --- each kind: whether it is one for an action, and in which words ---


def _new(case: Case) -> ChangedAction | None:
    due = case.now.state.current_due_on
    said = f"{case.now.status.label}, {f'due {_day(due)}' if due else 'without a due date'}"
    return None if case.then else _row(case, "Not in the plan", said)


def _slipped(case: Case) -> ChangedAction | None:
    if not case.now.is_overdue or (case.then and case.then.is_overdue):
        return None
    was = f"Due {_day(case.then.state.current_due_on)}" if case.then else "Not in the plan"
    barrier = case.now.state.barrier or f"Reason {NOT_RECORDED}"
    return _row(case, was, f"{_days(case.now.days_late)} past {_day(case.now.state.current_due_on)}", barrier)


def _rag_changed(case: Case) -> ChangedAction | None:
    if case.then is None or case.then.rag.word == case.now.rag.word:
        return None
    because = case.now.rag.because
    return _row(case, case.then.rag.marked, case.now.rag.marked, because[:1].upper() + because[1:])


def _moved(case: Case) -> ChangedAction | None:
    told = case.of("moved")
    if not told:
        return None
    times = [f"Moved {len(told)} times"] if len(told) > 1 else []
    first, last = told[0].row.request.from_on, told[-1].row.request.to_on
    return _row(case, _day(first), _day(last), *times, *(_decided(each.row, each.row.request.reason) for each in told))


def _text_changed(case: Case) -> ChangedAction | None:
    told = case.of("text")
    if not told:
        return None
    said = [f"{_day(each.row.happened_on)}: agreed as version {each.row.version}" for each in told]
    return _row(case, f"Version {told[0].before.version}", f"Version {told[-1].row.version}", *said)


def _by_events(key: str, say: Callable[[Any], str]) -> Tell:
    """A kind that is told by rows of history: the status at both ends, and what each row says."""

    def tell(case: Case) -> ChangedAction | None:
        told = case.of(key)
        was = case.then.status.label if case.then else "Not in the plan"
        return _row(case, was, case.now.status.label, *(say(each.row) for each in told)) if told else None

    return tell


def _row(case: Case, was: str, now: str, *details: str) -> ChangedAction:
    return ChangedAction(case.now.action.ref, case.now.title, was, now, details)


def _completed(row: Any) -> str:
    return f"{_day(row.happened_on)}: {row.by_post or row.by_name}"


def _verification(row: Any) -> str:
    return f"{_day(row.happened_on)}: {row.verifier}{f'. {row.statement}' if row.statement else ''}"


def _decided(row: Any, why: str = "") -> str:
    said = f"{_day(row.happened_on)}: {row.decided_by}, minute {row.minute or NOT_RECORDED}"
    return f"{said}. {why}" if why else said


def _reopened(row: Any) -> str:
    why = row.reason if row.kind == Entry.Kind.REOPENING else row.statement
    return f"{_day(row.happened_on)}: {why}"


KINDS: tuple[tuple[str, str, str, Tell], ...] = (
    ("new", "New", "Added to the plan in between.", _new),
    ("completed", "Completed", "The owner said in between that it is done.", _by_events("completed", _completed)),
    ("verified", "Verified", "Somebody else confirmed it in between.", _by_events("verified", _verification)),
    ("closed", "Closed", "A group closed it in between.", _by_events("closed", _decided)),
    ("returned", "Returned", "The verifier sent it back in between.", _by_events("returned", _verification)),
    ("reopened", "Reopened", "In progress again, after it was verified or closed.", _by_events("reopened", _reopened)),
    (
        *("dropped", "Cancelled or superseded", "Dropped in between, with a reason and an approval."),
        _by_events("dropped", lambda row: _decided(row, row.reason)),
    ),
    ("slipped", "Slipped", "Overdue on the second day, and not on the first.", _slipped),
    ("moved", "Date moved", "A later or earlier due date was granted in between.", _moved),
    ("rag", "RAG changed", "Another RAG on the second day than on the first.", _rag_changed),
    ("text", "Text changed", "A new version of the plan changed what was agreed.", _text_changed),
)


# --- the figures of both days ---

COMPARED = (
    ("Actions", "actions"),
    ("Open", "open"),
    ("Overdue", "overdue"),
    ("Longest late, in days", "longest_late"),
    ("Update overdue", "progress_overdue"),
    ("Date moved at least once", "revised"),
    ("Due by their original date", "due_by_original"),
    ("Of those, the owner says done", "said_done_of_due"),
    ("Of those, verified", "verified_of_due"),
    ("Of those, closed", "closed_of_due"),
    ("Closed of those due, per cent", "implementation_rate"),
)


def _compared(before: Figures, after: Figures) -> tuple[Compared, ...]:
    """The main figures, then the actions of each RAG word that either day has."""
    main = [Compared(label, *map(attrgetter(name), (before, after))) for label, name in COMPARED]
    first, second = dict(before.rag), dict(after.rag)
    words = dict.fromkeys([*first, *second])
    return (*main, *(Compared(f"RAG: {word}", first.get(word, 0), second.get(word, 0)) for word in words))


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else "no date"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
