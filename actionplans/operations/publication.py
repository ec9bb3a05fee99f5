"""Verbs about the public page of a plan: it is published because the partnership decided so, and stops at once.

Both are rows of the plan's history, so that anybody who reads it sees who decided what when, and cannot be told
otherwise later. Whoever approves plans (APPROVE_PLANS) records it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from actionplans.models import Entry, Plan, Publication
from actionplans.operations.completion import Decision
from actionplans.operations.history import Actor, append, locked_plan
from actionplans.operations.plans import PlanIsNotReady
from core import clock
from core.refusal import Refusal, UpdatedMeanwhile
from inspections.models import Inspection


@transaction.atomic
def publish_plan(*, plan: Plan, decision: Decision, by: Actor, now: datetime, seen: str | None = None) -> Publication:
    """Puts a plan before the public.

    1. Raises PlanIsNotReady for a plan that no group has agreed, or whose inspection has not been reported yet: the
       page has the inspectors' words. Raises Refusal for one that is public.
    2. Raises UpdatedMeanwhile when the history has gone on since `seen`, the mark of what was looked at before.
    """
    plan = locked_plan(plan)
    if not Plan.objects.agreed().filter(pk=plan.pk).exists():
        raise PlanIsNotReady("Only a plan that a group has approved can be published.")
    if plan.published_at:
        raise Refusal("This plan is public already.")
    for each in _unreported(plan, now):
        raise PlanIsNotReady(f"The report “{each}” is not published yet. The plan can be published after it.")
    if seen is not None and seen != seen_mark(plan):
        raise UpdatedMeanwhile("Something was recorded about this plan since you looked. Look again, then publish it.")
    if not decision.decided_by.strip():
        raise Refusal("Enter who decided.", "decided_by")
    row = Publication(
        plan=plan,
        kind=Entry.Kind.PUBLICATION,
        is_public=True,
        decided_by=decision.decided_by.strip(),
        meeting=decision.meeting,
        minute=decision.minute.strip(),
    )
    plan.published_at = now
    plan.save(update_fields=["published_at"])
    return append(row, by=by, now=now)


@transaction.atomic
def stop_publishing(*, plan: Plan, by: Actor, now: datetime, reason: str = "") -> Publication:
    """Takes the public page away, from the next request on. Raises Refusal for a plan that is not public.

    No reason is asked for: what should not have been seen must be gone before anybody has found the words for it.
    """
    plan = locked_plan(plan)
    if not plan.published_at:
        raise Refusal("This plan is not public.")
    plan.published_at = None
    plan.save(update_fields=["published_at"])
    row = Publication(plan=plan, kind=Entry.Kind.PUBLICATION, is_public=False, reason=reason.strip())
    return append(row, by=by, now=now)


def seen_mark(plan: Plan) -> str:
    """Names what somebody looks at before they publish it: changes with every row of the history."""
    return f"{plan.history_count}:{plan.history_head}"


def _unreported(plan: Plan, now: datetime) -> list[Inspection]:
    """The inspections that the plan answers whose reports have not been published."""
    answered = Inspection.objects.filter(Q(plans=plan) | Q(recommendations__actions__plan=plan)).distinct()
    return list(answered.filter(Q(published_on=None) | Q(published_on__gt=clock.day_of(now)))[:1])
