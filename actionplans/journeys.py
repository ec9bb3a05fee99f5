"""From grade to grade: what was recommended on an indicator, what was done about it, and how its measures moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from actionplans.asat import Standing, answered, standings
from actionplans.grades import Grade, Matrix
from actionplans.models import Action, Evidence, EvidenceRequirement, Plan, Status, recorded
from actionplans.outcomes import Outcome
from inspections.models import Inspection, QualityIndicator, Recommendation


@dataclass(frozen=True)
class Moved:
    """How a measure moved from one grade to the next, or to the day: what it was, what it is, and what that says."""

    outcome: Outcome
    before: str
    after: str

    @property
    def is_read(self) -> bool:
        return bool(self.after)


@dataclass(frozen=True)
class Done:
    """An action as it stood on the day, and how its measures moved."""

    standing: Standing
    moved: tuple[Moved, ...]


@dataclass(frozen=True)
class Answered:
    """What was done about one recommendation."""

    recommendation: Recommendation
    done: tuple[Done, ...]


@dataclass(frozen=True)
class Levels:
    """How many of some actions have come how far, each level apart. `asked` are those that ask for evidence."""

    actions: int
    said_done: int
    asked: int
    held: int
    verified: int
    closed: int


@dataclass(frozen=True)
class Journey:
    """One indicator: its grade in each inspection, named by its head, and what was recommended on it, the first
    inspection first.

    `served` are actions that name the indicator and answer no recommendation on it.
    """

    indicator: QualityIndicator
    grades: tuple[tuple[str, Grade], ...]
    answers: tuple[Answered, ...]
    served: tuple[Done, ...]


class Periods:
    """From the publication of an inspection to that of the next that graded, or to the day."""

    def __init__(self, graded: Sequence[Inspection], on: date) -> None:
        self.days, self.on = [each.published_on for each in graded if each.published_on], on

    def of(self, inspection: Inspection) -> tuple[date, date]:
        start = inspection.published_on or self.on
        return start, min((day for day in self.days if day > start), default=self.on)


class Work:
    """The recommendations of some inspections, the earliest inspection first, and what was done about them by a day.

    The inspections and the `actions` are those that the reader may see, as at the end of the day; `upto` is a plan and
    the row of its history after which nothing counts. Twelve queries at most; twenty where that is given.
    """

    def __init__(
        self,
        inspections: Sequence[Inspection],
        actions: QuerySet[Action],
        on: date,
        upto: tuple[Plan, int] | None = None,
    ) -> None:
        self.inspections, self.on = inspections, on
        among = Recommendation.objects.filter(inspection__in=[each.pk for each in inspections])
        order = {each.pk: place for place, each in enumerate(inspections)}
        self.recommendations = sorted(
            among.select_related("inspection", "accountable_post", "lead_agency").prefetch_related("indicators"),
            key=lambda each: (order[each.inspection_id], each.position),
        )
        found = answering_as_at(actions, among).order_by("plan", "position")
        self.answers = {one.pk: stood for one, stood in answered(_standings(found, on, upto), among)}
        each_once = {each.action.pk: each for stood in self.answers.values() for each in stood}
        self.stood = list(each_once.values())
        self.evidence = evidence_held(self.stood, on)

    def levels(self, recommendation: Recommendation) -> Levels:
        return levels(self.answers.get(recommendation.pk, []), self.evidence)


def near(found: Inspection, visible: QuerySet[Inspection], on: date) -> list[Inspection]:
    """An inspection and the others of its partnership that somebody may see and that were published by the day.

    Only such as it follows, that follow it, or that grade by the same framework. The earliest first. One query.
    """
    others = Q(pk=found.pk) | Q(pk=found.follows_id) | Q(follows=found)
    others |= Q(framework=found.framework_id) & Q(framework__isnull=False)
    here = visible.filter(others, partnership=found.partnership_id)
    known = [each for each in here if each.pk == found.pk or (each.published_on and each.published_on <= on)]
    return sorted(known, key=lambda each: (each.published_on is None, each.published_on, each.pk))


def _standings(actions: QuerySet[Action], on: date, upto: tuple[Plan, int] | None) -> list[Standing]:
    if upto is None:
        return standings(actions, on)
    plan, last = upto
    return [*standings(actions.filter(plan=plan), on, last), *standings(actions.exclude(plan=plan), on)]


def answering_as_at(actions: QuerySet[Action], among: QuerySet[Recommendation]) -> QuerySet[Action]:
    """Those of the actions that may have answered one of the recommendations on some day: all of the plans that answer
    the inspections, because another version may have linked them, and what is linked now. `answered` says which did.
    """
    linked = Action.recommendations.through.objects.filter(recommendation__in=among).values("action")
    plans = Plan.inspections.through.objects.filter(inspection__in=among.values("inspection")).values("plan")
    return actions.filter(Q(plan__in=plans) | Q(pk__in=linked))


def levels(stood: Sequence[Standing], evidence: dict[int, bool]) -> Levels:
    """`evidence` says of the actions that ask for some whether all of it is held."""
    asking = [each for each in stood if each.action.pk in evidence]
    return Levels(
        actions=len(stood),
        said_done=sum(each.state.is_done for each in stood),
        asked=len(asking),
        held=sum(evidence[each.action.pk] for each in asking),
        verified=sum(each.is_verified for each in stood),
        closed=sum(each.state.status == Status.CLOSED for each in stood),
    )


def evidence_held(stood: Iterable[Standing], on: date) -> dict[int, bool]:
    """Of the actions that ask for evidence: whether something answers each requirement by the end of the day."""
    given = Evidence.objects.filter(recorded(on), answers=OuterRef("pk"))
    asked = EvidenceRequirement.objects.filter(action__in=[each.action.pk for each in stood])
    held: dict[int, bool] = {}
    for action, is_held in asked.annotate(is_held=Exists(given)).values_list("action", "is_held"):
        held[action] = held.get(action, True) and is_held
    return held


def journeys(found: Matrix, work: Work) -> list[Journey]:
    """The indicators that the inspections graded or made a recommendation on, in the order of their framework."""
    periods = Periods(found.inspections, work.on)
    graded = {key.pk: row.grades for key, row in zip(found.indicators, found.grades.rows, strict=True)}
    indicators = {each.pk: each for each in found.indicators}
    indicators |= {each.pk: each for one in work.recommendations for each in one.indicators.all()}
    ordered = sorted(indicators.values(), key=lambda each: (each.framework_id, each.position))
    heads = found.grades.heads
    nothing = (Grade("", 0),) * len(heads)
    return [
        _journey(each, tuple(zip(heads, graded.get(each.pk, nothing), strict=True)), work, periods) for each in ordered
    ]


def _journey(
    indicator: QualityIndicator, grades: tuple[tuple[str, Grade], ...], work: Work, periods: Periods
) -> Journey:
    answers = tuple(
        Answered(one, tuple(_done(each, periods.of(one.inspection)) for each in work.answers.get(one.pk, ())))
        for one in work.recommendations
        if indicator in one.indicators.all()
    )
    told = {done.standing.action.pk for answer in answers for done in answer.done}
    others = [each for each in work.stood if each.action.pk not in told]
    serving = [each for each in others if indicator.pk in each.agreed("indicators_ids", ())]
    period = periods.of(work.inspections[-1])
    return Journey(indicator, grades, answers, tuple(_done(each, period) for each in serving))


def _done(standing: Standing, period: tuple[date, date]) -> Done:
    return Done(standing, tuple(moved(each, *period) for each in standing.outcomes))


def moved(outcome: Outcome, start: date, end: date) -> Moved:
    """From the last reading up to the first day, else the agreed baseline, to the last reading up to the second day.

    Without a reading after the first day it has not moved: nothing was read.
    """
    before = [each for each in outcome.readings if each.on <= start]
    within = [each for each in outcome.readings if start < each.on <= end]
    first = before[-1].words if before else outcome.measure.baseline
    return Moved(Outcome(outcome.measure, (*before, *within)), first, within[-1].words if within else "")
