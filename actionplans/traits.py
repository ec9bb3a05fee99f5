"""What can be counted of actions: each trait with its one definition, for figures and for the lists behind them.

Source of the definitions: reference/cases.json, conventions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from actionplans.asat import Standing
from actionplans.models import UNDONE, Status
from actionplans.outcomes import NOT_IMPROVED

BANDS = (("0-3 months", 92), ("3-6 months", 183), ("6-12 months", 365), ("over 12 months", None))
AHEAD = (14, 30, 60)  # days


@dataclass(frozen=True)
class Trait:
    """Something that an action has or has not as at a day. `key` stands in addresses."""

    key: str
    label: str
    holds: Callable[[Standing], bool]

    def among(self, found: Iterable[Standing]) -> list[Standing]:
        return [each for each in found if self.holds(each)]


def band_of(days: int) -> str:
    return next(label for label, limit in BANDS if limit is None or days <= limit)


def band_key(of: str, label: str) -> str:
    """How an address names a band of ageing against the "original" or the "current" date."""
    return f"past-{of}-{label.replace(' ', '-')}"


def due_within(each: Standing, days: int) -> bool:
    """Undone, and due today or in the days after it; late is not ahead."""
    due = each.state.current_due_on
    return each.state.status in UNDONE and due is not None and each.on <= due <= each.on + timedelta(days=days)


def _is_due(each: Standing) -> bool:
    due = each.state.original_due_on
    return due is not None and due <= each.on


def _bands() -> Iterable[Trait]:
    def past(label: str, days: Callable[[Standing], int]) -> Callable[[Standing], bool]:
        return lambda each: days(each) > 0 and band_of(days(each)) == label

    for label, _ in BANDS:
        said = f"Past the original date by {label}, open"
        yield Trait(band_key("original", label), said, past(label, lambda each: each.days_past_original))
    for label, _ in BANDS:
        yield Trait(band_key("current", label), f"Overdue by {label}", past(label, lambda each: each.days_late))


def _ahead(days: int) -> Trait:
    return Trait(f"due-in-{days}", f"Due in the next {days} days", lambda each: due_within(each, days))


TRAITS = {
    each.key: each
    for each in (
        Trait("open", "Open", lambda each: each.state.is_open),
        Trait("overdue", "Overdue", lambda each: each.is_overdue),
        Trait("no-update", "No update in the last round", lambda each: each.overdue_round is not None),
        Trait("returned", "Returned by the verifier", lambda each: each.is_returned),
        Trait("not-improved", NOT_IMPROVED, lambda each: bool(each.not_improved)),
        Trait("vacant", "Open, post vacant", lambda each: each.state.is_open and each.owner.is_vacant),
        Trait("moved", "Date moved at least once", lambda each: each.state.date_changes > 0),
        *map(_ahead, AHEAD),
        Trait("rag-by-hand", "RAG set by hand", lambda each: each.rag.is_by_hand),
        Trait("done", "Owner says done, or further", lambda each: each.state.is_done),
        Trait("verified", "Verified, or closed", lambda each: each.is_verified),
        Trait("closed", "Closed by a group", lambda each: each.state.status == Status.CLOSED),
        Trait("due", "Due by now, by the original date", _is_due),
        Trait("done-of-due", "Due by now, owner says done", lambda each: _is_due(each) and each.state.is_done),
        Trait("verified-of-due", "Due by now, verified", lambda each: _is_due(each) and each.is_verified),
        Trait("closed-of-due", "Due by now, closed", lambda each: _is_due(each) and each.state.status == Status.CLOSED),
        *_bands(),
    )
}
