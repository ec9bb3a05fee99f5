"""What a paper asks for and tells beside its table: decisions, what changed, what comes, measures. As at its day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from actionplans.asat import Standing, standings
from actionplans.changes import changes
from actionplans.course import Course, Promised
from actionplans.grades import Grades, matrices
from actionplans.lives import plan_standings
from actionplans.models import (
    OVER,
    Comparator,
    DateRequest,
    Paper,
    Plan,
    PlanGroup,
    Reading,
    Reminder,
    Status,
)
from actionplans.outcomes import Outcome
from actionplans.papers.layouts import Layout
from actionplans.papers.report import (
    RECENT,
    Ahead,
    Closed,
    Closing,
    DateAsked,
    MeasureShown,
    Point,
    Series,
    Since,
)
from actionplans.papers.rows import owner_of, verification_of
from actionplans.slips import Slip, slip_of
from actionplans.traits import AHEAD, due_within
from core import clock
from inspections.models import Inspection
from partnerships.models import Group, Meeting

ESCALATED = (Reminder.Capacity.LINE, Reminder.Capacity.LEAD, Reminder.Capacity.CHAIR)


def last_paper(plan: Plan, meeting: Meeting | None, on: date, before: datetime | None = None) -> Paper | None:
    """The paper on the plan that the group of a meeting had last: for an earlier meeting, as at an earlier day.

    Of several editions the last, among those issued `before` a moment, if one is given. Without a meeting that of any
    group.
    """
    papers = plan.papers.filter(as_at__lt=on)
    if meeting:
        papers = papers.filter(meeting__group=meeting.group_id, meeting__on__lt=meeting.on)
    if before:
        papers = papers.filter(issued_at__lt=before)
    return papers.select_related("meeting").order_by("-meeting__on", "-edition").first()


def since(plan: Plan, last: Paper | None, found: list[Standing], on: date, upto: int | None) -> Since | None:
    """What changed from the row of history that the last paper ended with, to the row that this one ends with."""
    if last is None:
        return None
    before = standings(plan.actions.order_by("position"), last.as_at, last.history_count)
    told = changes(before, found, last.as_at, on, first=last.history_count, last=upto)
    return Since(f"the paper for the meeting of {last.meeting.on:%-d %B %Y}, as at {last.as_at:%-d %B %Y}", told)


def dates_asked(
    plan: Plan, found: list[Standing], group: Group | None, on: date, upto: int | None
) -> tuple[DateAsked, ...]:
    """Later dates that wait for the group: taken to it, or to nobody yet where it approves changes of dates.

    Without a group all that wait. Those of actions that are over do not.
    """
    stood = {each.action.pk: each for each in found if each.state.status not in OVER}
    waiting = DateRequest.objects.filter(action__in=stood).waiting_on(on, upto)
    waiting = waiting.prefetch_related("referrals").order_by("seq")
    decides = group is not None and _does(plan, group, PlanGroup.Role.APPROVES_DATES)
    cut = clock.end_of(on)
    asked = []
    for each in waiting:
        taken = [row for row in each.referrals.all() if row.recorded_at < cut and (upto is None or row.seq <= upto)]
        to = max(taken, key=lambda row: row.seq).group_id if taken else None
        if group is None or to == group.pk or (to is None and decides):
            asked.append(_date_asked(each, stood[each.action_id or 0]))
    return tuple(asked)


def closings(plan: Plan, found: Iterable[Standing], group: Group | None) -> tuple[Closing, ...]:
    """The verified actions, where the group closes actions of the plan; without a group all of them."""
    if group is not None and not _does(plan, group, PlanGroup.Role.CLOSES):
        return ()
    return tuple(
        Closing(each.action.ref, each.title, owner_of(each), verification_of(each), "; ".join(each.not_improved))
        for each in found
        if each.state.status == Status.VERIFIED
    )


def ahead(found: Iterable[Standing]) -> tuple[Ahead, ...]:
    """Undone actions that fall due within the days of AHEAD, the first first. Due today is ahead; late is not."""
    rows = []
    for each in found:
        due = each.state.current_due_on
        if due and due_within(each, AHEAD[-1]):
            within = next(days for days in AHEAD if due_within(each, days))
            rows.append(Ahead(within, each.action.ref, each.title, owner_of(each), due, each.rag.marked))
    return tuple(sorted(rows, key=lambda row: (row.due, row.ref)))


def closed(found: Iterable[Standing], last: Paper | None, on: date) -> tuple[Closed, ...]:
    """Actions that are closed, and were recorded so since the last paper; without one, in the RECENT days before."""
    rows = []
    for each in found:
        row = each.closure
        if row is None or each.state.status != Status.CLOSED:
            continue
        new = row.seq > last.history_count if last else row.happened_on > on - timedelta(days=RECENT)
        if new:
            rows.append(Closed(each.action.ref, each.title, row.happened_on, row.decided_by, row.minute))
    return tuple(sorted(rows, key=lambda row: (row.on, row.ref)))


def course_shown(
    plan: Plan, found: list[Standing], layout: Layout, on: date, upto: int | None
) -> tuple[tuple[Promised, ...], tuple[Slip, ...]]:
    """What was promised and done over time, and the dates of each action; neither where the layout shows neither."""
    if not layout.shows("promised") and not layout.shows("slips"):
        return (), ()
    course = Course(found, on, upto)
    agreed = plan_standings([plan.pk], on, upto)[plan.pk].versions
    begun = agreed[0].happened_on if agreed else None
    points = course.burn_up(begun) if layout.shows("promised") else ()
    slips = [slip_of(each, course) for each in found] if layout.shows("slips") else ()
    return tuple(points), tuple(slips)


def grades_shown(plan: Plan, layout: Layout, on: date) -> tuple[Grades, ...]:
    """How inspections graded the partnership, by each framework of an inspection that the plan answers; nothing where
    the layout does not show it. Those published by the day.
    """
    if not layout.shows("grades"):
        return ()
    here = Inspection.objects.filter(partnership=plan.partnership_id, published_on__lte=on)
    here = here.filter(framework__in=plan.inspections.values("framework"))
    return tuple(each.grades for each in matrices(here))


def measures_shown(
    own: Iterable[Outcome], found: Iterable[Standing], on: date, upto: int | None
) -> tuple[MeasureShown, ...]:
    """The measures of the plan, then those of its actions, with what they are held against. Two queries."""
    listed = [("", False, each) for each in own]
    listed += [(each.action.ref, each.state.is_done, one) for each in found for one in each.outcomes]
    compared = _compared([each.measure.pk for *_, each in listed], on, upto)
    return tuple(_measure(ref, is_done, each, compared.get(each.measure.pk, ())) for ref, is_done, each in listed)


def escalated(found: Iterable[Standing], on: date, before: datetime | None = None) -> dict[int, str]:
    """Of the late actions those about which somebody above the owner was written to: the last time, in words."""
    late = [each.action.pk for each in found if each.is_overdue or each.overdue_round]
    told: dict[int, str] = {}
    lines = Reminder.objects.filter(action__in=late, capacity__in=ESCALATED, withdrawn_at=None)
    sent = (
        lines.filter(message__sent_at__lt=min(clock.end_of(on), before or clock.end_of(on)))
        .select_related("message")
        .order_by("message__sent_at", "pk")
    )
    for each in sent:
        if each.message.sent_at:
            told[each.action_id] = f"to the {each.get_capacity_display().lower()}, {each.message.on:%-d %B %Y}"
    return told


def _does(plan: Plan, group: Group, role: str) -> bool:
    return plan.plan_groups.filter(group=group, role=role).exists()


def _date_asked(row: DateRequest, standing: Standing) -> DateAsked:
    return DateAsked(
        ref=standing.action.ref,
        action=standing.title,
        owner=owner_of(standing),
        original_due=standing.state.original_due_on,
        from_on=row.from_on,
        to_on=row.to_on,
        date_changes=standing.state.date_changes,
        reason=f"{row.get_reason_kind_display()}. {row.reason}",
        asked_by=row.by_post or row.by_name,
        asked_on=row.happened_on,
    )


def _compared(measures: list[int], on: date, upto: int | None) -> dict[int, list[Series]]:
    """By measure, what it is compared with: the series of other bodies."""
    points: dict[int, list[Point]] = {}
    readings = Reading.objects.by(on, upto).filter(measure__in=measures, comparator__isnull=False)
    for each in readings.order_by("on", "pk"):
        points.setdefault(each.comparator_id or 0, []).append(_point(each))
    found: dict[int, list[Series]] = {}
    for each in Comparator.objects.filter(measure__in=measures).order_by("pk"):
        if each.pk in points:
            found.setdefault(each.measure_id, []).append(Series(each.name, tuple(points[each.pk])))
    return found


def _measure(ref: str, is_done: bool, outcome: Outcome, compared: Iterable[Series]) -> MeasureShown:
    measure = outcome.measure
    return MeasureShown(
        key=measure.pk,
        name=measure.name,
        of=ref,
        unit=measure.unit,
        direction=measure.get_direction_display(),
        baseline=measure.baseline,
        target=measure.target,
        baseline_value=_number(measure.baseline_value),
        target_value=_number(measure.target_value),
        latest=outcome.words,
        verdict=outcome.verdict,
        series=(Series("This measure", tuple(_point(each) for each in outcome.readings)), *compared),
        counts_people=measure.counts_people,
        part_of=measure.part_of_id,
        is_done=is_done,
        shortfall=outcome.shortfall,
    )


def _point(reading: Reading) -> Point:
    return Point(reading.on, reading.words, _number(reading.value))


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
