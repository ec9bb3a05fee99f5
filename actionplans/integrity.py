"""Checking the history of a plan from its first row, as an outsider would."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from actionplans.models import Entry, Measured, Plan, as_number
from core import chain

KINDS: dict[str, type[Entry]] = {
    each.name: each.related_model
    for each in Entry._meta.related_objects
    if each.one_to_one and issubclass(each.related_model, Entry)
}
OF_READINGS = ("reading__measure", "reading__comparator", "reading__replaces")


@dataclass(frozen=True)
class Checked:
    """What a check of one plan found: how many rows, the last hash, and the first fault, if any, in a sentence.

    `row` is the number of the row at fault, where it is one; `began_at` when the first row was recorded; `hashes` those
    of the rows that were asked for, as far as the chain holds.
    """

    plan: Plan
    count: int
    head: str
    fault: str = ""
    row: int = 0
    began_at: datetime | None = None
    hashes: Mapping[int, str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """COUNT:HASH, as papers and exports print it."""
        return f"{self.count}:{self.head}"

    def has(self, count: int, digest: str) -> bool:
        """Whether the row of that number, which was asked for, has the hash that was printed."""
        return self.hashes.get(count) == digest


def check_history(plan: Plan, against: tuple[int, str] | None = None, counts: Iterable[int] = ()) -> Checked:
    """Recomputes the chain of a plan's history. The plan's end is read with the rows, in one query, so that what is
    written meanwhile is not taken for a fault.

    A row is at fault when its number is not the next, when it does not name the hash before it, when its columns do
    not give its hash, or when the reading beside it is not the one that it tells of. The end is at fault when the plan
    remembers another count or hash, and, given `against` (a COUNT and HASH that was printed once), when the row of
    that count has another hash or is missing. The hashes of the rows `counts` are kept for `Checked.has`.
    """
    count, head, wanted = 0, chain.FIRST, {*counts, *([against[0]] if against else [])}
    began_at, remembered = None, [plan.history_count, plan.history_head]
    seen = {0: chain.FIRST} if 0 in wanted else {}

    def checked(fault: str = "", row: int = 0) -> Checked:
        return Checked(plan, count, head, fault, row, began_at, seen)

    listed = Entry.objects.filter(plan=plan).annotate(end=F("plan__history_count"), last=F("plan__history_head"))
    for row, *end in rows_of(listed, "end", "last"):
        is_next = row.seq == count + 1 and row.previous == head
        if not is_next or row.hash != chain.digest(row.previous, row.facts()) or not _tells_its_reading(row):
            return checked(f"Row {row.seq} does not hold: {row} of {row.happened_on}.", row.seq)
        count, head, remembered = row.seq, row.hash, end
        began_at = began_at or row.recorded_at
        if count in wanted:
            seen[count] = head
    if count != remembered[0]:
        return checked(f"The history ends at row {count}; the plan remembers {remembered[0]}.")
    if head != remembered[1]:
        return checked(f"Row {count} is the last, but not the one that the plan remembers.")
    if against and seen.get(against[0]) != against[1]:
        return checked(f"Row {against[0]} is not the one whose hash was printed.")
    return checked()


def export_history(plan: Plan) -> Iterator[str]:
    """Each row of a plan's history as a line of JSON, for docs/verify.py to check without this program."""
    for (row,) in rows_of(Entry.objects.filter(plan=plan)):
        line = {"seq": row.seq, "previous": row.previous, "hash": row.hash, "facts": row.facts()}
        yield json.dumps(line, ensure_ascii=False, sort_keys=True)


def rows_of(entries: QuerySet[Entry], *names: str) -> Iterator[list[Any]]:
    """Each row of some history, in its order, as the row of its kind; with what is annotated under these names.

    A query that lists them and one for each kind: with joins to the tables of all kinds it takes nearly twice as long.
    Rows that are added meanwhile are not among them, and none changes.
    """
    listed = list(entries.order_by("seq").values_list("pk", "kind", *names))
    found: dict[int, Entry] = {}
    for kind in {kind for _, kind, *_ in listed}:
        rows = KINDS.get(kind, Entry).objects.filter(pk__in=entries.filter(kind=kind).values("pk"))
        found |= {row.pk: row for row in (rows.select_related(*OF_READINGS) if kind == Entry.Kind.MEASURED else rows)}
    bare = Entry.objects.in_bulk([key for key, *_ in listed if key not in found])  # what their kind said is gone
    return ([(found.get(key) or bare[key]), *more] for key, _, *more in listed)


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
