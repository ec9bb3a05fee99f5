"""Computing the report on a plan as at a date: from the standings and the figures, every number and word of a paper."""

from collections import Counter
from datetime import date

from django.db.models import CharField, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from actionplans.asat import Standing, answered, standings
from actionplans.figures import Figures, figures
from actionplans.models import Action, Entry, Evidence, Plan, PlanStep, Status
from actionplans.outcomes import NOT_IMPROVED, Outcome
from actionplans.papers.report import EXCEPTIONS, NOT_RECORDED, Cover, ExceptionRow, Report, Row, Section, days
from actionplans.rag import KEY, RULE, RULE_VERSION
from core import clock
from inspections.models import Recommendation
from partnerships.models import Meeting

NO_MARK = "0:"  # of a history without a row


def build_report(plan: Plan, *, on: date, meeting: Meeting | None = None, is_draft: bool = True) -> Report:
    """The report on a plan as at the end of a day, for a meeting of a group or for none."""
    found, rows = build_rows(plan.actions.order_by("position"), on)
    counts = figures(found, on)
    group = meeting.group.name if meeting else ""
    return Report(
        title=f"Progress report: {plan.title}",
        plan=plan.title,
        plan_slug=plan.slug,
        partnership=plan.partnership.name,
        group=group,
        meeting_on=meeting.on if meeting else None,
        as_at=on,
        report_by=plan.lead_post.title,
        is_draft=is_draft,
        cover=_cover(plan, counts, group, on),
        figures=counts,
        rag_rule=f"{RULE}, version {RULE_VERSION}",
        rag_key=KEY,
        exceptions=exceptions(found),
        sections=_sections(plan, found, rows),
        history=history_mark(plan, on),
    )


def build_rows(actions: QuerySet[Action], on: date) -> tuple[list[Standing], dict[int, Row]]:
    """How the actions stood at the end of the day, and the row of each by its key. A constant number of queries."""
    prefetched = actions.prefetch_related("recommendations", "contributors", "evidence_requirements")
    found = standings(prefetched, on)
    held = Counter(
        Evidence.objects.filter(action__in=[each.action.pk for each in found], recorded_at__lt=clock.end_of(on))
        .exclude(replaced_by__recorded_at__lt=clock.end_of(on))  # versions of one evidence are one
        .values_list("action", flat=True)
    )
    return found, {each.action.pk: _row(each, held[each.action.pk]) for each in found}


def exceptions(found: list[Standing]) -> tuple[ExceptionRow, ...]:
    """What members should see first, by kind in the order of EXCEPTIONS, the longest late first within a kind."""
    by_lateness = sorted(found, key=lambda each: -each.days_late)
    rows = [row for each in by_lateness for row in _exceptions_of(each)]
    return tuple(sorted(rows, key=lambda row: EXCEPTIONS.index(row.kind)))


def _exceptions_of(standing: Standing) -> list[ExceptionRow]:
    state, on = standing.state, standing.on
    said = []
    if standing.is_overdue:
        said.append(("Overdue", f"{days(standing.days_late)} past {_day(state.current_due_on)}"))
    if missed := standing.overdue_round:
        said.append(("No update", f"none since {_day(state.last_update_on)}; due by {_day(missed.updates_due_on)}"))
    if standing.is_returned and standing.verification:
        said.append(("Returned", f"{standing.verification.statement} ({standing.verification.verifier})"))
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


def history_mark(plan: Plan, on: date) -> str:
    """COUNT:HASH of the plan's history at the end of the day, for `verify_history --against`."""
    if on >= clock.today():
        return f"{plan.history_count}:{plan.history_head if plan.history_count else ''}"
    return marks(plan, on).first() or NO_MARK


def marks(plan: Plan | OuterRef, on: date) -> QuerySet[Entry, str]:
    """COUNT:HASH after each row of a plan's history recorded by the end of the day, the last first."""
    rows = Entry.objects.filter(plan=plan, recorded_at__lt=clock.end_of(on)).order_by("-seq")
    return rows.values_list(Concat("seq", Value(":"), "hash", output_field=CharField()), flat=True)


def _row(standing: Standing, evidence_held: int) -> Row:
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
        reason=state.barrier or (NOT_RECORDED if rag.owes_reason else ""),
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
        measure="; ".join(_measure(each) for each in standing.outcomes),
        evidence_required=", ".join(
            standing.agreed("evidence_required", [each.text for each in action.evidence_requirements.all()])
        ),
        evidence_held=evidence_held,
        verification=_verification(standing) if standing.is_verified or standing.is_returned else "",
        closure=f"{closure.decided_by}, {_day(closure.happened_on)}, minute {closure.minute or NOT_RECORDED}"
        if closure and state.status == Status.CLOSED
        else "",
        not_improved="; ".join(standing.not_improved),
    )


def _measure(outcome: Outcome) -> str:
    measure, latest = outcome.measure, outcome.last.words if outcome.last else NOT_RECORDED
    said = f"baseline {measure.baseline or NOT_RECORDED}, target {measure.target or NOT_RECORDED}, latest {latest}"
    return f"{measure.name}: {said}"


def _verification(standing: Standing) -> str:
    verification = standing.verification
    if verification is None:
        return ""
    said = "Verified" if verification.is_accepted else "Returned"
    return f"{said} by {verification.verifier}, {_day(verification.happened_on)}"


def _sections(plan: Plan, found: list[Standing], rows: dict[int, Row]) -> tuple[Section, ...]:
    posts = {post.pk: post.title for post in plan.partnership.posts.all()}
    return tuple(
        Section(
            number=each.number,
            text=each.text,
            response=each.get_response_display() or NOT_RECORDED,
            priority=each.get_priority_display(),
            accountable=posts.get(each.accountable_post_id or 0, ""),
            rows=tuple(rows[standing.action.pk] for standing in stood),
        )
        for each, stood in answered(found, Recommendation.objects.all())
    )


def _cover(plan: Plan, counts: Figures, group: str, on: date) -> tuple[Cover, ...]:
    inspections = [
        f"{each.title}, {each.lead_body}, published {_day(each.published_on)}. {each.conclusion}".strip()
        for each in plan.inspections.select_related("lead_body").order_by("published_on")
    ]
    steps = PlanStep.objects.filter(plan=plan, step=PlanStep.Step.APPROVED, recorded_at__lt=clock.end_of(on))
    approvals = [
        f"{step.group} approved version {step.version} of the plan on {_day(step.happened_on)} "
        f"(minute {step.minute or NOT_RECORDED})."
        for step in steps.select_related("group").order_by("seq")
    ]
    asked = [f"note progress as at {_day(on)}"]
    if counts.overdue:
        asked.append(f"consider the {counts.overdue} overdue action{'' if counts.overdue == 1 else 's'}")
    return (
        Cover("Purpose", (f"To report progress on the plan to {group or 'members'} as at {_day(on)}.",)),
        Cover("Recommendations", (f"Members are asked to {' and to '.join(asked)}.",)),
        Cover("Background", (*inspections, *approvals)),
        Cover("Summary", (summary_sentence(counts),)),
    )


def summary_sentence(counts: Figures) -> str:
    """The figures in plain English, for the head of pages and papers."""
    if not counts.actions:
        return "This plan has no actions yet."
    done = "No action was due by now"
    if counts.due_by_original:
        done = f"{counts.closed_of_due} of the {counts.due_by_original} actions due by now are closed"
        done += f" ({counts.implementation_rate} per cent)"
    late = {0: "none is late", 1: f"1 is late, by {days(counts.longest_late)}"}
    many_late = f"{counts.overdue} are late, the longest by {days(counts.longest_late)}"
    moved = {0: "no due date has moved", 1: "the due date of 1 has moved"}
    many_moved = f"the due dates of {counts.revised} have moved"
    said = [done, late.get(counts.overdue, many_late), moved.get(counts.revised, many_moved)]
    return "; ".join(said) + "."


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else NOT_RECORDED
