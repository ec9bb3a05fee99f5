"""Verbs about measures and their readings."""

from datetime import date, datetime

from django.db import transaction

from actionplans.models import Action, Comparator, Entry, Measure, Measured, Plan, Reading, as_number
from actionplans.operations.exemptions import count_people
from actionplans.operations.history import Actor, Refusal, append, locked_action, locked_plan
from core import audit, clock
from inspections.models import Inspection


@transaction.atomic
def add_measure(
    *,
    name: str,
    by: Actor,
    now: datetime,
    action: Action | None = None,
    plan: Plan | None = None,
    inspection: Inspection | None = None,
    unit: str = "",
    direction: str = "",
    baseline: str = "",
    target: str = "",
    counts_people: bool = False,
    total: Measure | None = None,
) -> Measure:
    """Adds a measure to an action, a plan or an inspection, baseline and target in the words that were agreed.

    It is not part of an action's agreed text (that is `set_measure`), so the audit keeps who added it. Raises Refusal
    as `count_people`.
    """
    measure = Measure(name=name.strip(), action=action, plan=plan, inspection=inspection)
    measure.agree(baseline=baseline.strip(), target=target.strip(), direction=direction, unit=unit.strip())
    measure.full_clean()
    measure.save()
    about = str(plan or action or inspection)[:300]
    said = {"baseline": measure.baseline, "target": measure.target, "direction": measure.direction}
    audit.record(who=by.user, what="added a measure", about=about, at=now, name=measure.name, **said)
    if counts_people or total:
        count_people(measure=measure, counts_people=counts_people, total=total, by=by, now=now)
    return measure


@transaction.atomic
def add_comparator(*, measure: Measure, name: str, by: Actor, now: datetime) -> Comparator:
    """Adds a series to hold a measure against. Raises Refusal when there is one of that name."""
    if measure.comparators.filter(name__iexact=name.strip()).exists():
        raise Refusal(f"This measure is compared with “{name.strip()}” already.", "name")
    comparator = Comparator.objects.create(measure=measure, name=name.strip())
    audit.record(who=by.user, what="added a comparator", about=str(measure)[:300], at=now, name=comparator.name)
    return comparator


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
    that this one puts right; both stay. Raises Refusal without a value, for a day to come or a series of another
    measure, and when the one to put right is of another series or was put right already.
    """
    action = locked_action(measure.action) if measure.action else None
    plan = action.plan if action else locked_plan(measure.plan) if measure.plan else None
    if not words.strip():
        raise Refusal("Enter the value.", "words")
    if on > clock.day_of(now):
        raise Refusal("The date of a reading must be today or in the past.", "on")
    if comparator and comparator.measure_id != measure.pk:
        raise Refusal("Choose a series of this measure.", "series")
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
