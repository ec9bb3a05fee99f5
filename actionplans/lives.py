"""The life of a plan as at the end of a day: drafted, submitted, approved, changed by new versions, closed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from actionplans.models import Entry, Plan, PlanStep
from core import clock

AGREED = (PlanStep.Step.APPROVED, PlanStep.Step.CHANGED)
OF_LIFE = (Entry.Kind.PLAN_STEP, Entry.Kind.REOPENING, Entry.Kind.SUSTAINED_CHECK)  # rows that a life follows from
AFTER = {
    PlanStep.Step.SUBMITTED: Plan.Status.SUBMITTED,
    PlanStep.Step.RETURNED: Plan.Status.DRAFT,
    PlanStep.Step.APPROVED: Plan.Status.ACTIVE,
    PlanStep.Step.CHANGED: Plan.Status.ACTIVE,
    PlanStep.Step.CLOSED: Plan.Status.CLOSED,
}


@dataclass(frozen=True)
class PlanStanding:
    """A plan as at the end of a day: where it was in its life, and the step that agreed its text, if one had.

    `versions` are all the steps that agreed a text, the first first, those of later days too: days to look at.
    """

    status: Plan.Status = Plan.Status.DRAFT
    agreed: PlanStep | None = None
    versions: tuple[PlanStep, ...] = ()

    def after(self, row: Entry) -> "PlanStanding":
        """After one more row of its history: a step, or an action that was reopened, which opens a closed plan too."""
        if row.kind != Entry.Kind.PLAN_STEP:
            reopens = row.is_open and self.status == Plan.Status.CLOSED
            return replace(self, status=Plan.Status.ACTIVE) if reopens else self
        step = row.planstep
        agreed = step if step.step in AGREED else self.agreed
        return replace(self.aware_of(row), status=AFTER[PlanStep.Step(step.step)], agreed=agreed)

    def aware_of(self, row: Entry) -> "PlanStanding":
        """The same, with one more version to look at, if the row is one."""
        if row.kind != Entry.Kind.PLAN_STEP or row.planstep.step not in AGREED:
            return self
        return replace(self, versions=(*self.versions, row.planstep))


def plan_standings(plans: Iterable[int], on: date, upto: int | None = None) -> dict[int, PlanStanding]:
    """The plans of these keys as at the end of the day; of one, counting its rows up to `upto` only. One query."""
    found = {key: PlanStanding() for key in plans}
    rows = Entry.objects.filter(plan__in=found, kind__in=OF_LIFE).select_related("planstep").order_by("plan", "seq")
    for row in rows:
        life = found[row.plan_id]
        counts = row.recorded_at < clock.end_of(on) and (upto is None or row.seq <= upto)
        found[row.plan_id] = life.after(row) if counts else life.aware_of(row)
    return found
