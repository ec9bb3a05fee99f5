"""The rows of a paper: one an action, and what members should see first."""

from datetime import date

from django.db.models import Prefetch, QuerySet

from actionplans.asat import Standing, standings
from actionplans.models import Action, Evidence, EvidenceExemption, EvidenceRelease, Status, first_versions, recorded
from actionplans.outcomes import NOT_IMPROVED
from actionplans.papers.report import EXCEPTIONS, NOT_RECORDED, ExceptionRow, Row, days, measure_words
from inspections.models import Recommendation


def build_rows(
    actions: QuerySet[Action], on: date, upto: int | None = None, among: QuerySet[Recommendation] | None = None
) -> tuple[list[Standing], dict[int, Row]]:
    """How the actions stood at the end of the day, and the row of each by its key. A constant number of queries.

    The rows name the recommendations that an action answers; only those `among` the given ones, where they are given.
    """
    answers = "recommendations" if among is None else Prefetch("recommendations", among)
    prefetched = actions.prefetch_related(answers, "contributors", "evidence_requirements")
    found = standings(prefetched, on, upto)
    evidence = _evidence([each.action.pk for each in found], on, upto)
    return found, {each.action.pk: row_of(each, evidence.get(each.action.pk, [])) for each in found}


def exceptions(found: list[Standing], escalated: dict[int, str] | None = None) -> tuple[ExceptionRow, ...]:
    """What members should see first, by kind in the order of EXCEPTIONS, the longest late first within a kind.

    `escalated` says to whom above the owner a late action was taken, by the key of the action.
    """
    by_lateness = sorted(found, key=lambda each: -each.days_late)
    told = escalated or {}
    rows = [row for each in by_lateness for row in _exceptions_of(each, told.get(each.action.pk, ""))]
    return tuple(sorted(rows, key=lambda row: EXCEPTIONS.index(row.kind)))


def _exceptions_of(standing: Standing, escalated: str) -> list[ExceptionRow]:
    state, on = standing.state, standing.on
    said = []
    if standing.is_overdue:
        said.append(("Overdue", f"{days(standing.days_late)} past {_day(state.current_due_on)}"))
    if missed := standing.overdue_round:
        said.append(("No update", f"none since {_day(state.last_update_on)}; due by {_day(missed.updates_due_on)}"))
    if standing.is_returned and standing.verification:
        said.append(("Returned", f"{standing.verification.statement} ({standing.verification.verifier})"))
    if escalated:
        said.append(("Escalated", escalated))
    if standing.not_improved:
        said.append((NOT_IMPROVED, "; ".join(standing.not_improved)))
    if state.date_changes and state.is_open:
        times = "once" if state.date_changes == 1 else f"{state.date_changes} times"
        said.append(("Date moved", f"{times}, from {_day(state.original_due_on)} to {_day(state.current_due_on)}"))
    if state.is_open and standing.owner.is_vacant:
        said.append(("Post vacant", f"nobody holds the post on {_day(on)}"))
    action = standing.action
    return [ExceptionRow(kind, action.ref, standing.title, owner_of(standing), detail) for kind, detail in said]


def owner_of(standing: Standing) -> str:
    """The post and who answered for it that day."""
    owner = standing.owner
    if owner.is_vacant:
        return f"{standing.lead_post} (vacant)"
    return f"{standing.lead_post} ({owner.user}{', deputy' if owner.deputy else ''})"


def verification_of(standing: Standing) -> str:
    """Who verified it, or returned it; empty for what was neither."""
    verification = standing.verification
    if verification is None or not (standing.is_verified or standing.is_returned):
        return ""
    said = "Verified" if verification.is_accepted else "Returned"
    return f"{said} by {verification.verifier}, {_day(verification.happened_on)}"


def row_of(standing: Standing, evidence: list[Evidence]) -> Row:
    action, state, update = standing.action, standing.state, standing.update
    closure = standing.closure
    rag = standing.rag
    return Row(
        ref=action.ref,
        action=standing.title,
        recommendation="; ".join(str(each) for each in action.recommendations.all()),
        status=standing.status.label,
        percent=state.percent,
        rag=rag.word,
        rag_because=rag.because,
        reason=state.barrier or (NOT_RECORDED if rag.owes_reason and not rag.is_by_hand else ""),
        owner=owner_of(standing),
        lead_agency=standing.lead_agency,
        contributors=", ".join(standing.agreed("contributors", [each.name for each in action.contributors.all()])),
        start=standing.start_on,
        original_due=state.original_due_on,
        current_due=state.current_due_on,
        date_changes=state.date_changes,
        days_late=standing.days_late,
        days_past_original=standing.days_past_original,
        update=update.wording if update else "",
        update_on=update.happened_on if update else None,
        update_by=update.by_post or update.by_name if update else "",
        measure="; ".join(
            measure_words(each.measure.name, each.measure.baseline, each.measure.target, each.words)
            for each in standing.outcomes
        ),
        evidence_required=", ".join(
            standing.agreed("evidence_required", [each.text for each in action.evidence_requirements.all()])
        ),
        evidence_held=len(evidence),
        verification=verification_of(standing),
        closure=f"{closure.decided_by}, {_day(closure.happened_on)}, minute {closure.minute or NOT_RECORDED}"
        if closure and state.status == Status.CLOSED
        else "",
        not_improved="; ".join(standing.not_improved),
        evidence=tuple(
            (each.title, getattr(each, "is_exempt", False)) for each in evidence if getattr(each, "is_out", False)
        ),
        is_exempt=standing.is_exempt,
        post=standing.lead_post,
    )


def _evidence(actions: list[int], on: date, upto: int | None) -> dict[int, list[Evidence]]:
    """By action, the evidence that was held: versions of one are one. Each knows whether it was released, or exempt.

    A version is released by itself; a mark as exempt holds for all versions, the later ones too.
    """
    held = list(Evidence.objects.filter(recorded(on, upto), action__in=actions).order_by("seq"))
    first, replaced = first_versions(held), {each.replaces_id for each in held}
    found: dict[int, list[Evidence]] = {}
    known: dict[int, Evidence] = {}
    newest: dict[int, Evidence] = {}  # by the key of the first version
    for each in (each for each in held if each.pk not in replaced):
        found.setdefault(each.action_id or 0, []).append(each)
        known[each.pk] = newest[first[each.pk]] = each
    by_then = recorded(on, upto)
    for release in EvidenceRelease.objects.filter(by_then, of__in=known).order_by("seq"):
        known[release.of_id].is_out = release.is_released  # type: ignore[attr-defined]  # what this paper knows of it
    for mark in EvidenceExemption.objects.filter(by_then, of__in=first).order_by("seq"):
        newest[first[mark.of_id]].is_exempt = mark.is_exempt  # type: ignore[attr-defined]
    return found


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else NOT_RECORDED
