"""The figures: counted once, from the same rows, for page, paper, spreadsheet and API. What is counted is in traits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from actionplans.asat import Standing
from actionplans.models import Round, Status, has_reported
from actionplans.rag import KEY, NONE
from actionplans.traits import BANDS, TRAITS, band_key

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


@dataclass(frozen=True)
class Reporting:
    """How far a round has come that is open on a day."""

    round: Round
    reported: int  # of the open actions
    open: int


def reporting(stood: Sequence[Standing], on: date) -> Reporting | None:
    """The round of a plan that asks for updates on the day and whose paper is due next; None when there is none.

    It asks until the paper is due: who has not reported by the update date is chased from then on.
    """
    rounds = [
        each for each in (stood[0].rounds if stood else ()) if each.opens_on <= on <= each.meeting.paper_deadline_on
    ]
    following = min(rounds, key=lambda each: each.meeting.paper_deadline_on, default=None)
    if following is None:
        return None
    undone = [each.state for each in stood if each.state.is_open]
    return Reporting(following, sum(has_reported(each, following) for each in undone), len(undone))


def figures(standings: list[Standing], on: date) -> Figures:
    """Counts the standings, all of which are as at `on`."""
    rags = Counter(each.rag.word for each in standings)

    def count(trait: str) -> int:
        return sum(map(TRAITS[trait].holds, standings))

    return Figures(
        on=on,
        actions=len(standings),
        open=count("open"),
        overdue=count("overdue"),
        progress_overdue=count("no-update"),
        longest_late=max((each.days_late for each in standings), default=0),
        revised=count("moved"),
        rag=tuple((word, rags[word]) for word in (*(word for word, _ in KEY), NONE) if word != NONE or rags[word]),
        status=statuses(standings),
        due_by_original=count("due"),
        said_done_of_due=count("done-of-due"),
        verified_of_due=count("verified-of-due"),
        closed_of_due=count("closed-of-due"),
        ageing_original=tuple((label, count(band_key("original", label))) for label, _ in BANDS),
        ageing_current=tuple((label, count(band_key("current", label))) for label, _ in BANDS),
    )


def statuses(found: Iterable[Standing]) -> tuple[tuple[str, str, int], ...]:
    """How many actions have each status that any has: its value, its label and the count, in the order of Status."""
    counts = Counter(each.state.status for each in found)
    return tuple((status.value, status.label, counts[status]) for status in Status if counts[status])


def total(counted: Sequence[Figures], on: date) -> Figures:
    """The figures of several plans as those of one. Counts are added up, so rates are of the sums, not averages."""

    def summed(name: str) -> int:
        return sum(getattr(each, name) for each in counted)

    def merged(name: str, order: Iterable[str]) -> tuple[tuple[str, int], ...]:
        counts: Counter[str] = sum((Counter(dict(getattr(each, name))) for each in counted), Counter())
        return tuple((label, counts[label]) for label in order)

    words = [word for word, _ in KEY] + [NONE] * any(NONE in dict(each.rag) for each in counted)
    known = (Counter({value: count for value, _, count in each.status}) for each in counted)
    by_status: Counter[str] = sum(known, Counter())
    return Figures(
        on=on,
        longest_late=max((each.longest_late for each in counted), default=0),
        rag=merged("rag", words),
        status=tuple((each.value, each.label, by_status[each]) for each in Status if by_status[each]),
        ageing_original=merged("ageing_original", [label for label, _ in BANDS]),
        ageing_current=merged("ageing_current", [label for label, _ in BANDS]),
        **{name: summed(name) for name in ADDED},
    )


def rate(part: int, whole: int) -> int | None:
    """Whole per cent, half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None
