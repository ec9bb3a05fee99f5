"""The figures: counted once, from the same rows, for page, paper, spreadsheet and API.

Source of the definitions: reference/cases.json, conventions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from actionplans.asat import Standing
from actionplans.models import Status
from actionplans.rag import KEY, NONE

BANDS = (("0-3 months", 92), ("3-6 months", 183), ("6-12 months", 365), ("over 12 months", None))
ADDED = (
    *("actions", "open", "overdue", "progress_overdue", "revised"),
    *("due_by_original", "said_done_of_due", "verified_of_due", "closed_of_due"),
)


@dataclass(frozen=True)
class Figures:
    """Counts of actions as at a day. Rates are whole per cent, half up; None where nothing was due."""

    on: date
    actions: int
    open: int
    overdue: int
    progress_overdue: int
    longest_late: int  # days
    revised: int
    rag: tuple[tuple[str, int], ...]
    status: tuple[tuple[str, str, int], ...]
    due_by_original: int
    said_done_of_due: int
    verified_of_due: int
    closed_of_due: int
    ageing_original: tuple[tuple[str, int], ...]
    ageing_current: tuple[tuple[str, int], ...]

    @property
    def ageing(self) -> tuple[tuple[str, int, int], ...]:
        """Each band with the open actions past their original date, and the undone ones past their current date."""
        current = dict(self.ageing_current)
        return tuple((label, count, current[label]) for label, count in self.ageing_original)

    @property
    def implementation_rate(self) -> int | None:
        """Closed, of those due by their original date."""
        return rate(self.closed_of_due, self.due_by_original)

    @property
    def verified_rate(self) -> int | None:
        return rate(self.verified_of_due, self.due_by_original)

    @property
    def said_done_rate(self) -> int | None:
        return rate(self.said_done_of_due, self.due_by_original)


def figures(standings: list[Standing], on: date) -> Figures:
    """Counts the standings, all of which are as at `on`."""
    rags = Counter(each.rag.word for each in standings)
    statuses = Counter(each.state.status for each in standings)
    due = [each for each in standings if each.state.original_due_on and each.state.original_due_on <= on]
    return Figures(
        on=on,
        actions=len(standings),
        open=sum(each.state.is_open for each in standings),
        overdue=sum(each.is_overdue for each in standings),
        progress_overdue=sum(each.overdue_round is not None for each in standings),
        longest_late=max((each.days_late for each in standings), default=0),
        revised=sum(each.state.date_changes > 0 for each in standings),
        rag=tuple((word, rags[word]) for word in (*(word for word, _ in KEY), NONE) if word != NONE or rags[word]),
        status=tuple((status.value, status.label, statuses[status]) for status in Status if statuses[status]),
        due_by_original=len(due),
        said_done_of_due=sum(each.state.is_done for each in due),
        verified_of_due=sum(each.is_verified for each in due),
        closed_of_due=sum(each.state.status == Status.CLOSED for each in due),
        ageing_original=ageing([each.days_past_original for each in standings]),
        ageing_current=ageing([each.days_late for each in standings]),
    )


def total(counted: Sequence[Figures], on: date) -> Figures:
    """The figures of several plans as those of one. Counts are added up, so rates are of the sums, not averages."""

    def summed(name: str) -> int:
        return sum(getattr(each, name) for each in counted)

    def merged(name: str, order: Iterable[str]) -> tuple[tuple[str, int], ...]:
        counts: Counter[str] = sum((Counter(dict(getattr(each, name))) for each in counted), Counter())
        return tuple((label, counts[label]) for label in order)

    words = [word for word, _ in KEY] + [NONE] * any(NONE in dict(each.rag) for each in counted)
    known = (Counter({value: count for value, _, count in each.status}) for each in counted)
    statuses: Counter[str] = sum(known, Counter())
    return Figures(
        on=on,
        longest_late=max((each.longest_late for each in counted), default=0),
        rag=merged("rag", words),
        status=tuple((status.value, status.label, statuses[status]) for status in Status if statuses[status]),
        ageing_original=merged("ageing_original", [label for label, _ in BANDS]),
        ageing_current=merged("ageing_current", [label for label, _ in BANDS]),
        **{name: summed(name) for name in ADDED},
    )


def ageing(days: list[int]) -> tuple[tuple[str, int], ...]:
    """How many of the given days past a date fall into each band of 92, 183 and 365 days; 0 is not past."""
    counts = Counter(band_of(each) for each in days if each > 0)
    return tuple((label, counts[label]) for label, _ in BANDS)


def band_of(days: int) -> str:
    return next(label for label, limit in BANDS if limit is None or days <= limit)


def rate(part: int, whole: int) -> int | None:
    """Whole per cent, half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None
