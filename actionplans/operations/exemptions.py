"""Verbs about what is not published: actions and evidence that are exempt, and small numbers of people.

Whoever makes papers (MAKE_PAPERS: clerks and co-ordinators) says what is exempt: it is a matter of what a paper shows,
decided as it is made. Which measures count people is a matter of the plan (BUILD_PLANS).
"""

from datetime import datetime
from typing import cast

from django.db import transaction

from actionplans.models import (
    Action,
    Entry,
    Evidence,
    EvidenceExemption,
    Exemption,
    Measure,
    Plan,
    first_versions,
)
from actionplans.operations.history import Actor, Refusal, append, locked_action, locked_plan
from core import audit

FEWEST, MOST = 3, 20  # under 3 the words "fewer than" would leave one or two candidates, and a sum fewer


@transaction.atomic
def mark_exempt(*, action: Action, is_exempt: bool, reason: str, by: Actor, now: datetime) -> Exemption:
    """Marks an action as exempt from publication, or no longer so. The last word counts.

    Raises Refusal without a reason, and for what is so already.
    """
    action = locked_action(action)
    last = Exemption.objects.filter(action=action).order_by("-seq").first()
    _check(last, is_exempt, reason, "action")
    row = Exemption(plan=action.plan, kind=Entry.Kind.EXEMPTION, is_exempt=is_exempt, reason=reason.strip())
    return append(row, action=action, by=by, now=now)


@transaction.atomic
def mark_evidence_exempt(
    *, evidence: Evidence, is_exempt: bool, reason: str, by: Actor, now: datetime
) -> EvidenceExemption:
    """As `mark_exempt`, of one evidence: of all its versions, those to come too."""
    action = locked_action(cast(Action, evidence.action))
    _check(last_mark(evidence), is_exempt, reason, "evidence")
    row = EvidenceExemption(
        plan=action.plan,
        kind=Entry.Kind.EVIDENCE_EXEMPTION,
        of=evidence,
        is_exempt=is_exempt,
        reason=reason.strip(),
    )
    return append(row, action=action, by=by, now=now)


def last_mark(evidence: Evidence) -> EvidenceExemption | None:
    """The mark that counts for an evidence: the last of any of its versions. Two queries."""
    first = first_versions(Evidence.objects.filter(action=evidence.action_id))
    versions = [key for key, one in first.items() if one == first[evidence.pk]]
    return EvidenceExemption.objects.filter(of__in=versions).order_by("-seq").first()


@transaction.atomic
def count_people(*, measure: Measure, counts_people: bool, total: Measure | None, by: Actor, now: datetime) -> Measure:
    """Says whether the values of a measure are numbers of people, and of which `total` they are a part.

    Raises Refusal where the total is of another plan, does not count people itself, or is in the end a part of this
    measure; and for a measure that has parts and is to count people no more.
    """
    plan = measure.get_plan()
    locked_plan(plan) if plan else None
    if total and not counts_people:
        raise Refusal("Only numbers of people can be part of a total here.", "total")
    if not counts_people and measure.parts.exists():
        raise Refusal("Other measures are parts of this one. Take them out of it first.", "counts_people")
    if total:
        _check_total(measure, plan, total)
    measure.counts_people, measure.part_of = counts_people, total
    measure.save(update_fields=["counts_people", "part_of"])
    said = {"counts_people": counts_people, "part_of": total.name if total else ""}
    audit.record(who=by.user, what="set whether a measure counts people", about=str(measure)[:300], at=now, **said)
    return measure


@transaction.atomic
def suppress_under(*, plan: Plan, number: int, by: Actor, now: datetime) -> Plan:
    """Sets the number under which numbers of people are suppressed in public papers; 0 suppresses none.

    Raises Refusal for another than 0 and FEWEST to MOST. Papers that are issued stay as they are.
    """
    if number and not FEWEST <= number <= MOST:
        raise Refusal(f"Enter 0, or a number from {FEWEST} to {MOST}.", "number")
    plan = locked_plan(plan)
    plan.suppress_under = number
    plan.save(update_fields=["suppress_under"])
    audit.record(who=by.user, what="set the number of suppression", about=plan.slug, at=now, number=number)
    return plan


def _check(last: Exemption | EvidenceExemption | None, is_exempt: bool, reason: str, what: str) -> None:
    if is_exempt == (last is not None and last.is_exempt):
        raise Refusal(f"This {what} is exempt already." if is_exempt else f"This {what} is not exempt.")
    if not reason.strip():
        raise Refusal("Enter the reason.", "reason")


def _check_total(measure: Measure, plan: Plan | None, total: Measure) -> None:
    if plan is None or total.get_plan() != plan:
        raise Refusal("Choose a measure of the same plan.", "total")
    if not total.counts_people:
        raise Refusal(f"“{total}” does not count people. Say first that it does.", "total")
    above: Measure | None = total
    while above:
        if above.pk == measure.pk:
            raise Refusal(f"“{total}” is a part of this measure. Choose another total.", "total")
        above = above.part_of
