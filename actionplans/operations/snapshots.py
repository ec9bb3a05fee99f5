"""Verbs about kept figures: those of each agreed plan at the end of each day."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from actionplans.asat import Standing
from actionplans.figures import figures
from actionplans.models import Action, Plan, Snapshot
from actionplans.replay import replay
from actionplans.snapshots import as_kept
from core import clock

A_DAY = timedelta(days=1)
PLANS_AT_ONCE = 50
ROWS_AT_ONCE = 500


def keep_snapshots(*, now: datetime) -> int:
    """Keeps the figures of each agreed plan for each day that is over and not kept yet; gives how many.

    1. A plan begins on the day of its approval. The day of `now` is not over: it is kept tomorrow.
    2. Days on which nothing ran are caught up, from the day after the last that is kept.
    3. Two that run at once, or one that runs twice, change nothing (`snapshot_once_a_day`).
    """
    last = clock.day_of(now) - A_DAY
    missing: dict[date, list[int]] = {}
    for plan in Plan.objects.agreed().annotate(kept_on=Max("snapshots__on")).order_by("pk"):
        first = plan.kept_on + A_DAY if plan.kept_on else plan.approved_on
        if first and first <= last:
            missing.setdefault(first, []).append(plan.pk)
    return sum(_keep(plans, first, last) for first, keys in missing.items() for plans in _batches(keys))


@transaction.atomic
def rebuild_snapshots(*, plans: Iterable[Plan], since: date | None = None, now: datetime) -> int:
    """Makes the kept figures of agreed plans anew, from a day or from their approval on; gives how many."""
    last = clock.day_of(now) - A_DAY
    made = 0
    for plan in plans:
        if plan.approved_on:
            first = max(since, plan.approved_on) if since else plan.approved_on
            Snapshot.objects.filter(plan=plan, on__gte=first).delete()
            made += _keep([plan.pk], first, last)
    return made


def _batches(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + PLANS_AT_ONCE] for start in range(0, len(keys), PLANS_AT_ONCE))


@transaction.atomic
def _keep(plans: list[int], first: date, last: date) -> int:
    """The days from the first to the last of some plans. A plan without an action counts nothing, and is kept too."""
    made: list[Snapshot] = []
    for day, stood in replay(Action.objects.filter(plan__in=plans), first, last):
        of_plan: dict[int, list[Standing]] = {key: [] for key in plans}
        for each in stood:
            of_plan[each.action.plan_id].append(each)
        made += [Snapshot(plan_id=key, on=day, figures=as_kept(figures(of_plan[key], day))) for key in plans]
    Snapshot.objects.bulk_create(made, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    return len(made)
