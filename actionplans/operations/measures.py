"""Verbs about measures and their readings."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from actionplans.models import Action, Comparator, Entry, Measure, Measured, Plan, Reading
from actionplans.operations.history import Actor, Refusal, append, locked_action, locked_plan
from inspections.models import Inspection

A_NUMBER = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(%?)\s*$")


@transaction.atomic
def add_measure(
    *,
    name: str,
    action: Action | None = None,
    plan: Plan | None = None,
    inspection: Inspection | None = None,
    unit: str = "",
    direction: str = "",
    baseline: str = "",
    target: str = "",
) -> Measure:
    """Adds a measure to an action, a plan or an inspection, baseline and target in the words that were agreed.

    Without a direction: the one from baseline to target when both are numbers, else "in words".
    """
    baseline_value, target_value = as_number(baseline), as_number(target)
    if not direction:
        direction = Measure.Direction.WORDS
        if baseline_value is not None and target_value is not None:
            direction = Measure.Direction.LOWER if target_value < baseline_value else Measure.Direction.HIGHER
    measure = Measure(
        name=name,
        action=action,
        plan=plan,
        inspection=inspection,
        unit=unit or ("%" if "%" in target else ""),
        direction=direction,
        baseline=baseline,
        target=target,
        baseline_value=baseline_value,
        target_value=target_value,
    )
    measure.full_clean()
    measure.save()
    return measure


def add_comparator(*, measure: Measure, name: str) -> Comparator:
    return Comparator.objects.create(measure=measure, name=name)


@transaction.atomic
def record_reading(
    *,
    measure: Measure,
    on: date,
    words: str,
    by: Actor,
    now: datetime,
    comparator: Comparator | None = None,
    source: str = "",
    note: str = "",
    replaces: Reading | None = None,
) -> Reading:
    """Records one value, in words and, where it is one, as a number.

    A reading of a measure of an action or a plan is also a row of that plan's history. `replaces` names the reading
    that this one puts right; both stay. Raises Refusal when that one is of another series or was put right already.
    """
    action = locked_action(measure.action) if measure.action else None
    plan = action.plan if action else locked_plan(measure.plan) if measure.plan else None
    if replaces and (replaces.measure_id, replaces.comparator_id) != (measure.pk, comparator and comparator.pk):
        raise Refusal("Choose a reading of the same series.")
    if replaces and Reading.objects.filter(replaces=replaces).exists():
        raise Refusal("That reading has been corrected already. Correct the correction.")
    reading = Reading.objects.create(
        measure=measure,
        comparator=comparator,
        on=on,
        words=words.strip(),
        value=as_number(words),
        source=source.strip(),
        note=note.strip(),
        replaces=replaces,
        recorded_at=now,
        by_name=by.user.name,
        imported=by.imported,
    )
    if plan:
        row = Measured(plan=plan, kind=Entry.Kind.MEASURED, reading=reading, text=reading.in_words())
        append(row, action=action, by=by, now=now, happened_on=on)
    return reading


def as_number(words: str) -> Decimal | None:
    """The number that words are, with or without a per cent sign; None for any others."""
    match = A_NUMBER.match(words)
    return Decimal(match[1]) if match else None
