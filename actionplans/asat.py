"""As at: how actions stood at the end of a day, from the rows recorded by then. Pages and papers share it."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django.db.models import Max, Q, QuerySet

from actionplans.models import (
    Action,
    ActionState,
    Closure,
    Entry,
    Measure,
    Plan,
    PlanStep,
    ProgressUpdate,
    Revision,
    Round,
    Status,
    Verification,
    overdue_round,
    owed_round,
)
from actionplans.outcomes import Outcome, not_improved, outcomes
from actionplans.rag import Rag
from core import clock
from inspections.models import Recommendation
from partnerships.holders import Answering, answering

SHOWN = (Entry.Kind.REVISION, Entry.Kind.UPDATE, Entry.Kind.VERIFICATION, Entry.Kind.CLOSURE)
AGREED = (PlanStep.Step.APPROVED, PlanStep.Step.CHANGED)
AFTER = {
    PlanStep.Step.SUBMITTED: Plan.Status.SUBMITTED,
    PlanStep.Step.RETURNED: Plan.Status.DRAFT,
    PlanStep.Step.APPROVED: Plan.Status.ACTIVE,
    PlanStep.Step.CHANGED: Plan.Status.ACTIVE,
    PlanStep.Step.CLOSED: Plan.Status.CLOSED,
}


@dataclass(frozen=True)
class PlanStanding:
    """A plan as at the end of a day: where it was in its life, and the step that agreed its text, if one had."""

    status: Plan.Status = Plan.Status.DRAFT
    agreed: PlanStep | None = None

    def after(self, row: Entry) -> "PlanStanding":
        """After one more row of its history: a step, or an action that was reopened, which opens a closed plan too."""
        if row.kind != Entry.Kind.PLAN_STEP:
            reopens = row.is_open and self.status == Plan.Status.CLOSED
            return replace(self, status=Plan.Status.ACTIVE) if reopens else self
        step = row.planstep
        return PlanStanding(AFTER[PlanStep.Step(step.step)], step if step.step in AGREED else self.agreed)


@dataclass(frozen=True)
class Standing:
    """One action as at the end of a day: its state, what was said last, and who answered for it."""

    action: Action
    plan: PlanStanding
    on: date
    state: ActionState
    revision: Revision | None
    update: ProgressUpdate | None
    verification: Verification | None
    closure: Closure | None
    owner: Answering
    rounds: tuple[Round, ...]
    outcomes: tuple[Outcome, ...]
    unread: tuple[Outcome, ...]  # of measures that the agreed text does not name, before their first reading

    def agreed(self, name: str, now: Any) -> Any:
        """What the text agreed by then says of `name` (an `ActionText` in words); before the approval what is `now`."""
        return self.revision.text.get(name, now) if self.revision else now

    @property
    def title(self) -> str:
        return self.agreed("title", self.action.title)

    @property
    def lead_post(self) -> str:
        return self.agreed("lead_post", self.action.lead_post.title)

    @property
    def post_id(self) -> int:
        """The key of the post that owned the action by the text of the day."""
        return self.agreed("lead_post_id", self.action.lead_post_id)

    @property
    def lead_agency(self) -> str:
        return self.agreed("lead_agency", self.action.lead_agency.name if self.action.lead_agency else "")

    @property
    def start_on(self) -> date | None:
        if self.revision is None:
            return self.action.start_on
        start = self.revision.text.get("start_on")
        return date.fromisoformat(start) if start else None

    @property
    def rag(self) -> Rag:
        return self.state.rag_of(self.start_on, self.on)

    @property
    def status(self) -> Status:
        return self.state.state_word

    @property
    def is_overdue(self) -> bool:
        return self.state.is_overdue(self.on)

    @property
    def days_late(self) -> int:
        return self.state.days_late(self.on)

    @property
    def days_past_original(self) -> int:
        return self.state.days_past_original(self.on)

    @property
    def overdue_round(self) -> Round | None:
        """The round whose update is overdue, if any."""
        return overdue_round(self.state, self.rounds, self.on) if self._reports else None

    @property
    def owed_round(self) -> Round | None:
        """The open round that waits for an update, if any."""
        return owed_round(self.state, self.rounds, self.on) if self._reports else None

    @property
    def is_verified(self) -> bool:
        return self.state.status in {Status.VERIFIED, Status.CLOSED}

    @property
    def not_improved(self) -> tuple[str, ...]:
        """What its measures are short of although it is said to be done, in a few words each."""
        return not_improved(self.state, self.outcomes)

    @property
    def is_returned(self) -> bool:
        """The verifier's last word was a return, and it has not been accepted since."""
        return self.verification is not None and not self.verification.is_accepted and self.state.is_open

    @property
    def _reports(self) -> bool:
        return self.plan.status == Plan.Status.ACTIVE and self.state.is_open


Rows = dict[str, Entry]  # of one action: its last row of each kind, and under "last" the last of all


def standings(actions: "QuerySet[Action]", on: date) -> list[Standing]:
    """How the actions stood at the end of the day, in their own order; those added later are left out.

    Eight queries, whatever the number of actions.
    """
    found = list(actions.select_related("plan", "lead_post", "lead_agency"))
    ids = [action.pk for action in found]
    by_then = Entry.objects.filter(action__in=ids, recorded_at__lt=clock.end_of(on)).order_by()
    shown = {f"last_{kind}": Max("pk", filter=Q(kind=kind)) for kind in SHOWN}
    rows = by_then.values("action").annotate(last=Max("pk"), **shown).values_list("last", *shown)
    last = {pk for row in rows for pk in row if pk}
    entries: dict[int, Rows] = {}
    for entry in Entry.objects.filter(pk__in=last).select_related(*SHOWN).order_by("pk"):
        of_action = entries.setdefault(cast(int, entry.action_id), {})
        of_action[entry.kind] = of_action["last"] = entry
    return _standings([(action, entries[action.pk]) for action in found if action.pk in entries], on)


def standing_of(action: Action, rows: Sequence[Entry], on: date) -> Standing | None:
    """One action, from its rows of history recorded by the end of the day, the newest first. Five queries."""
    if not rows:
        return None
    return _standings([(action, {"last": rows[0]} | {row.kind: row for row in reversed(rows)})], on)[0]


def plan_standings(plans: Iterable[int], on: date) -> dict[int, PlanStanding]:
    """The plans of these keys as at the end of the day. One query."""
    found = {key: PlanStanding() for key in plans}
    kinds = (Entry.Kind.PLAN_STEP, Entry.Kind.REOPENING, Entry.Kind.SUSTAINED_CHECK)
    rows = Entry.objects.filter(plan__in=found, kind__in=kinds, recorded_at__lt=clock.end_of(on))
    for row in rows.select_related("planstep").order_by("plan", "seq"):
        found[row.plan_id] = found[row.plan_id].after(row)
    return found


def answered(
    stood: Iterable[Standing], among: "QuerySet[Recommendation]"
) -> list[tuple[Recommendation, list[Standing]]]:
    """The recommendations in the order of the reports, each with the actions that answered it by the text of the day.

    Only those `among` the given ones. One query, when the recommendations of the actions are prefetched.
    """
    answers: dict[int, list[Standing]] = {}
    for each in stood:
        for key in each.agreed("recommendations_ids", [now.pk for now in each.action.recommendations.all()]):
            answers.setdefault(key, []).append(each)
    found = among.filter(pk__in=answers).select_related("inspection").order_by("inspection", "position")
    return [(recommendation, answers[recommendation.pk]) for recommendation in found]


def _standings(found: list[tuple[Action, Rows]], on: date) -> list[Standing]:
    """Five queries: who answered for the posts, the plans and their rounds, the measures and their readings."""
    posts = {action.pk: _post_id(action, rows) for action, rows in found}
    owners = answering(posts.values(), on)
    plans = plan_standings({action.plan_id for action, _ in found}, on)
    of_plan: dict[int, list[Round]] = {}
    every = Round.objects.filter(plan__in=plans).select_related("plan", "meeting__group")
    for each in every.order_by("opens_on"):
        of_plan.setdefault(each.plan_id, []).append(each)
    measured: dict[int, list[Outcome]] = {}
    of_actions = Measure.objects.filter(action__in=[action.pk for action, _ in found])
    for outcome in outcomes(of_actions.order_by("pk"), on):
        measured.setdefault(cast(int, outcome.measure.action_id), []).append(outcome)
    return [
        Standing(
            action=action,
            plan=plans[action.plan_id],
            on=on,
            state=rows["last"],
            revision=_detail(rows, Entry.Kind.REVISION),
            update=_detail(rows, Entry.Kind.UPDATE),
            verification=_detail(rows, Entry.Kind.VERIFICATION),
            closure=_detail(rows, Entry.Kind.CLOSURE),
            owner=owners[posts[action.pk]],
            rounds=tuple(of_plan.get(action.plan_id, ())),
            **_counted(measured.get(action.pk, []), _detail(rows, Entry.Kind.REVISION)),
        )
        for action, rows in found
    ]


def _post_id(action: Action, rows: Rows) -> int:
    """The post that owned the action by the text agreed then."""
    revision = rows.get(Entry.Kind.REVISION)
    return revision.revision.text["lead_post_id"] if revision else action.lead_post_id


def _counted(found: list[Outcome], revision: Revision | None) -> dict[str, tuple[Outcome, ...]]:
    counted = _as_agreed(found, revision)
    known = {each.measure.pk for each in counted}
    return {"outcomes": counted, "unread": tuple(each for each in found if each.measure.pk not in known)}


def _as_agreed(found: list[Outcome], revision: Revision | None) -> tuple[Outcome, ...]:
    """The outcomes that count, with the success measure, which is the first, in the words agreed by then.

    Where these named none, a measure counts from its first reading on.
    """
    if revision is None or not revision.text["measure"]:
        return tuple(each for each in found if each.last or revision is None)
    agreed = []
    for each in found[:1]:
        measure = copy.copy(each.measure)
        measure.name = revision.text["measure"]
        measure.agree(baseline=revision.text["baseline"], target=revision.text["target"])
        agreed.append(replace(each, measure=measure))
    return (*agreed, *found[1:])


def _detail(rows: Rows, kind: str):
    return rows[kind].detail if kind in rows else None
