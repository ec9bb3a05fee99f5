"""Computing the report on a plan as at a date: from the standings and the figures, every number and word of a paper."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import CharField, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from actionplans.asat import Standing, answered
from actionplans.figures import Figures, figures
from actionplans.models import Entry, Measure, Plan, PlanStep, recorded
from actionplans.outcomes import outcomes
from actionplans.papers import agenda
from actionplans.papers.layouts import Layout, layout_of
from actionplans.papers.report import NOT_RECORDED, Cover, Report, Row, Section, days
from actionplans.papers.rows import build_rows, exceptions
from actionplans.rag import KEY, RULE, RULE_VERSION
from core import clock
from inspections.models import Inspection, Recommendation
from partnerships.models import Meeting

NO_MARK = "0:"  # of a history without a row


def build_report(
    plan: Plan,
    *,
    on: date,
    meeting: Meeting | None = None,
    upto: int | None = None,
    layout: Layout | None = None,
    words: Mapping[str, str] | None = None,
    before: datetime | None = None,
    inspection: Inspection | None = None,
) -> Report:
    """The report on a plan as at the end of a day, for a meeting of a group or for none: everything, exempt or not.

    Counting the history up to the row `upto` only, and papers and messages `before` a moment, where they are given: so
    an issued paper is made again. A layout other than the group's own can be given, and what somebody wrote, by
    heading. Of one `inspection`: only the actions that answer it, and what these say of its recommendations. A constant
    number of queries.
    """
    among = Recommendation.objects.filter(inspection=inspection) if inspection else Recommendation.objects.all()
    actions = plan.actions.order_by("position")
    if inspection:
        actions = actions.filter(pk__in=among.values("actions"))
    found, rows = build_rows(actions, on, upto, among)
    counts = figures(found, on)
    group = meeting.group if meeting else None
    layout = layout or layout_of(group)
    last = agenda.last_paper(plan, meeting, on, before)
    own = outcomes(Measure.objects.filter(plan=plan).order_by("pk"), on, upto)
    asked = agenda.dates_asked(plan, found, group, on, upto)
    closings = agenda.closings(plan, found, group)
    promised, slips = agenda.course_shown(plan, found, layout, on, upto)
    return Report(
        title=f"Progress report: {plan.title}",
        plan=plan.title,
        plan_slug=plan.slug,
        partnership=plan.partnership.name,
        group=group.name if group else "",
        meeting_on=meeting.on if meeting else None,
        as_at=on,
        report_by=plan.lead_post.title,
        is_draft=True,
        cover=_cover(plan, counts, group.name if group else "", on, upto, len(asked), len(closings)),
        figures=counts,
        rag_rule=f"{RULE}, version {RULE_VERSION}",
        rag_key=KEY,
        exceptions=exceptions(found, agenda.escalated(found, on, before)),
        sections=_sections(plan, found, rows, among),
        history=history_mark(plan, on, upto),
        layout=layout,
        words=tuple((heading, said) for heading in layout.written if (said := (words or {}).get(heading, "").strip())),
        since=agenda.since(plan, last, found, on, upto),
        dates_asked=asked,
        closings=closings,
        ahead=agenda.ahead(found),
        closed=agenda.closed(found, last, on),
        measures=agenda.measures_shown(own, found, on, upto),
        promised=promised,
        slips=slips,
        grades=agenda.grades_shown(plan, layout, on),
        is_exempt=True,
        withheld=tuple(each.action.ref for each in found if each.is_exempt),
        suppress_under=plan.suppress_under,
    )


def history_mark(plan: Plan, on: date, upto: int | None = None) -> str:
    """COUNT:HASH of the plan's history at the end of the day, for `verify_history --against`."""
    if upto is None and on >= clock.today():
        return f"{plan.history_count}:{plan.history_head if plan.history_count else ''}"
    return marks(plan, on, upto).first() or NO_MARK


def marks(plan: Plan | OuterRef, on: date, upto: int | None = None) -> QuerySet[Entry, str]:
    """COUNT:HASH after each row of a plan's history recorded by the end of the day, the last first."""
    rows = Entry.objects.filter(recorded(on, upto), plan=plan).order_by("-seq")
    return rows.values_list(Concat("seq", Value(":"), "hash", output_field=CharField()), flat=True)


def _sections(
    plan: Plan, found: list[Standing], rows: dict[int, Row], among: QuerySet[Recommendation]
) -> tuple[Section, ...]:
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
        for each, stood in answered(found, among)
    )


def _cover(
    plan: Plan, counts: Figures, group: str, on: date, upto: int | None, dates: int, closings: int
) -> tuple[Cover, ...]:
    """What is computed for the opening sections, by the key of their block."""
    inspections = [
        f"{each.title}, {each.lead_body}, published {_day(each.published_on)}. {each.conclusion}".strip()
        for each in plan.inspections.select_related("lead_body").order_by("published_on")
    ]
    steps = PlanStep.objects.filter(recorded(on, upto), plan=plan, step=PlanStep.Step.APPROVED)
    approvals = [
        f"{step.group} approved version {step.version} of the plan on {_day(step.happened_on)} "
        f"(minute {step.minute or NOT_RECORDED})."
        for step in steps.select_related("group").order_by("seq")
    ]
    return (
        Cover("purpose", (f"To report progress on the plan to {group or 'members'} as at {_day(on)}.",)),
        Cover("asked", (asked_sentence(counts, on, dates, closings),)),
        Cover("background", (*inspections, *approvals)),
        Cover("summary", (summary_sentence(counts),)),
    )


def asked_sentence(counts: Figures, on: date, dates: int, closings: int) -> str:
    """What members are asked to do, in one sentence."""
    asked = [f"note progress as at {_day(on)}"]
    if counts.overdue:
        asked.append(f"consider the {_many(counts.overdue, 'overdue action')}")
    if dates:
        asked.append(f"decide {_many(dates, 'request')} for a later date")
    if closings:
        asked.append(f"decide whether {_many(closings, 'verified action')} can be closed")
    return f"Members are asked to {_listed(asked)}."


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


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _listed(said: Iterable[str]) -> str:
    """One, two and three."""
    *before, last = said
    return f"{', '.join(before)} and {last}" if before else last


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else NOT_RECORDED
