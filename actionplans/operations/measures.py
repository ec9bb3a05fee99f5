"""Verbs about measures and their readings."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from actionplans.models import Action, Comparator, Measure, Reading
from actionplans.operations.history import Actor
from inspections.models import Inspection

A_NUMBER = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(%?)\s*$")


@transaction.atomic
def add_measure(
    *,
    name: str,
    action: Action | None = None,
    inspection: Inspection | None = None,
    unit: str = "",
    direction: str = "",
    baseline: str = "",
    target: str = "",
) -> Measure:
    """Adds a measure to an action or to an inspection, baseline and target in the words that were agreed.

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


def record_reading(
    *, measure: Measure, on: date, words: str, by: Actor, now: datetime, comparator: Comparator | None = None
) -> Reading:
    """Records one value, in words and, where it is one, as a number."""
    return Reading.objects.create(
        measure=measure,
        comparator=comparator,
        on=on,
        words=words,
        value=as_number(words),
        recorded_at=now,
        by_name=by.user.name,
        imported=by.imported,
    )


def as_number(words: str) -> Decimal | None:
    """The number that words are, with or without a per cent sign; None for any others."""
    match = A_NUMBER.match(words)
    return Decimal(match[1]) if match else None
