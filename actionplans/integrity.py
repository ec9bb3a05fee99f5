"""Checking the history of a plan from its first row, as an outsider would."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from actionplans.models import Entry, Measured, Plan, as_number
from core import chain


@dataclass(frozen=True)
class Checked:
    """What a check of one plan found: how many rows, the last hash, and the first fault, if any, in a sentence."""

    plan: Plan
    count: int
    head: str
    fault: str = ""

    @property
    def mark(self) -> str:
        """COUNT:HASH, as papers and exports print it."""
        return f"{self.count}:{self.head}"


def check_history(plan: Plan, against: tuple[int, str] | None = None) -> Checked:
    """Recomputes the chain of a plan's history.

    A row is at fault when its number is not the next, when it does not name the hash before it, when its columns do
    not give its hash, or when the reading beside it is not the one that it tells of. The end is at fault when the plan
    remembers another count or hash, and, given `against` (a COUNT and HASH that was printed once), when the row of
    that count has another hash or is missing.
    """
    count, head, seen = 0, chain.FIRST, {0: chain.FIRST}
    for entry in Entry.objects.filter(plan=plan).order_by("seq").with_details().iterator(2000):
        row = entry.detail
        is_next = row.seq == count + 1 and row.previous == head
        if not is_next or row.hash != chain.digest(row.previous, row.facts()) or not _tells_its_reading(row):
            return Checked(plan, count, head, f"Row {entry.seq} does not hold: {entry} of {entry.happened_on}.")
        count, head = row.seq, row.hash
        if against and count == against[0]:
            seen[count] = head
    if count != plan.history_count:
        return Checked(plan, count, head, f"The history ends at row {count}; the plan remembers {plan.history_count}.")
    if head != plan.history_head:
        return Checked(plan, count, head, f"Row {count} is the last, but not the one that the plan remembers.")
    if against and seen.get(against[0]) != against[1]:
        return Checked(plan, count, head, f"Row {against[0]} is not the one whose hash was printed.")
    return Checked(plan, count, head)


def export_history(plan: Plan) -> Iterator[str]:
    """Each row of a plan's history as a line of JSON, for docs/verify.py to check without this program."""
    for entry in Entry.objects.filter(plan=plan).order_by("seq").with_details().iterator(2000):
        row = entry.detail
        line = {"seq": row.seq, "previous": row.previous, "hash": row.hash, "facts": row.facts()}
        yield json.dumps(line, ensure_ascii=False, sort_keys=True)


def _tells_its_reading(row: Entry) -> bool:
    """Whether a reading is what its row of history says. Its measure may have another name since, by agreement."""
    if not isinstance(row, Measured):
        return True
    reading = getattr(row, "reading", None)  # gone, where somebody with the keys took it away
    if reading is None:
        return False
    measure = reading.measure
    is_said = reading.in_words() | {"measure": row.text["measure"]} == row.text
    of_the_same = (measure.action_id, measure.plan_id) == (row.action_id, None if row.action_id else row.plan_id)
    return is_said and of_the_same and reading.value == as_number(reading.words)
