"""As at: how actions stood at the end of a day, from the rows recorded by then. Pages and papers share it."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.db.models import Case, F, Max, Q, QuerySet, Value, When

from actionplans.lives import PlanStanding, plan_standings
from actionplans.models import (
    Action,
    ActionState,
    Closure,
    Entry,
    Exemption,
    Measure,
    Plan,
    ProgressUpdate,
    Revision,
    Round,
    Status,
    Verification,
    overdue_round,
    owed_round,
    recorded,
)
from actionplans.outcomes import Outcome, not_improved, outcomes
from actionplans.rag import Rag
from inspections.models import Recommendation
from partnerships.holders import Answering, answering

Kind = Entry.Kind
SHOWN = (Kind.REVISION, Kind.UPDATE, Kind.VERIFICATION, Kind.CLOSURE, Kind.EXEMPTION)


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
    exemption: Exemption | None  # of the action itself
    unread: tuple[Outcome, ...]  # of measures that the agreed text does not name, before their first reading

    def agreed(self, name: str, now: Any) -> Any:
        """What the text agreed by then says of `name` (an `ActionText` in words); before the approval what is `now`."""
        return self.revision.text.get(name, now) if self.revision else now

    @cached_property
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

    @cached_property
    def start_on(self) -> date | None:
        if self.revision is None:
            return self.action.start_on
        start = self.revision.text.get("start_on")
        return date.fromisoformat(start) if start else None

    @cached_property
    def rag(self) -> Rag:
        return self.state.rag_of(self.start_on, self.on)

    @cached_property
    def status(self) -> Status:
        return self.state.state_word

    @cached_property
    def is_overdue(self) -> bool:
        return self.state.is_overdue(self.on)

    @cached_property
    def days_late(self) -> int:
        return self.state.days_late(self.on)

    @property
    def days_past_original(self) -> int:
        return self.state.days_past_original(self.on)

    @cached_property
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

    @cached_property
    def not_improved(self) -> tuple[str, ...]:
        """What its measures are short of although it is said to be done, in a few words each."""
        return not_improved(self.state, self.outcomes)

    @property
    def is_returned(self) -> bool:
        """The verifier's last word was a return, and it has not been accepted since."""
        return self.verification is not None and not self.verification.is_accepted and self.state.is_open

    @property
    def is_exempt(self) -> bool:
        """Whether it stands in the exempt edition of papers only."""
        return self.exemption is not None and self.exemption.is_exempt

    @property
    def _reports(self) -> bool:
        return self.plan.status == Plan.Status.ACTIVE and self.state.is_open


@dataclass(frozen=True)
class Whole:
    """One plan as at the end of a day: its life, its actions, and what the measures of the plan itself say."""

    life: PlanStanding
    stood: list[Standing]
    outcomes: list[Outcome]


Answered = list[tuple[Recommendation, list[Standing]]]
Rows = dict[str, Entry]  # of one action: its last row of each kind, and under "last" the last of all


def standings(actions: "QuerySet[Action]", on: date, upto: int | None = None) -> list[Standing]:
    """How the actions stood at the end of the day, in their own order; those added later are left out.

    Of the actions of one plan: counting its history up to the row `upto` only, as a paper that was issued at noon does
    not hold what was recorded in the afternoon. Seven queries, whatever the number of actions.
    """
    found = _with_rows(actions.select_related("plan"), on, upto)
    plans = {action.plan_id for action, _ in found}
    measures = Measure.objects.filter(action__in=[action.pk for action, _ in found]).order_by("pk")
    return _standings(found, on, plan_standings(plans, on, upto), rounds_of(plans), outcomes(measures, on, upto))


def plan_as_at(plan: Plan, actions: "QuerySet[Action]", on: date, rounds: Sequence[Round]) -> Whole:
    """One plan, with its rounds, and those of its actions that are given. Six queries: those of `standings`, but one
    reads the measures of the plan and of its actions, and the rounds are known.
    """
    found = _with_rows(actions, on)
    for action, _ in found:
        action.plan = plan
    lives = plan_standings([plan.pk], on)
    of_both = Q(plan=plan) | Q(action__in=[action.pk for action, _ in found])
    measured = outcomes(Measure.objects.filter(of_both).order_by("pk"), on)
    stood = _standings(found, on, lives, {plan.pk: rounds}, [each for each in measured if each.measure.action_id])
    return Whole(lives[plan.pk], stood, [each for each in measured if each.measure.plan_id])


def standing_of(
    action: Action, rows: Sequence[Entry], on: date, life: PlanStanding, rounds: Sequence[Round]
) -> Standing | None:
    """One action of a plan, from its rows of history recorded by the end of the day, newest first. Three queries."""
    if not rows:
        return None
    of_action: Rows = {"last": rows[0]} | {row.kind: row for row in reversed(rows)}
    measured = outcomes(action.measures.order_by("pk"), on)
    return _standings([(action, of_action)], on, {action.plan_id: life}, {action.plan_id: rounds}, measured)[0]


def answered(stood: Iterable[Standing], among: "QuerySet[Recommendation]") -> Answered:
    """The recommendations in the order of the reports, each with the actions that answered it by the text of the day.

    Only those `among` the given ones. One query for what is agreed, and one for what is not agreed yet, if any.
    """
    stood = list(stood)
    found, now = _answered_now([each.action.pk for each in stood if not each.revision], among)
    answers: dict[int, list[Standing]] = {}
    for each in stood:
        for key in each.agreed("recommendations_ids", now.get(each.action.pk, [])):
            answers.setdefault(key, []).append(each)
    agreed = among.filter(pk__in=answers.keys() - found.keys()).select_related("inspection")
    found |= {each.pk: each for each in agreed}
    ordered = sorted(found.values(), key=lambda each: (each.inspection_id, each.position))
    return [(recommendation, answers[recommendation.pk]) for recommendation in ordered]


def _answered_now(actions: list[int], among: "QuerySet[Recommendation]") -> tuple[dict, dict[int, list[int]]]:
    """What actions whose text is not agreed answer now: the recommendations by key, and their keys by action."""
    pairs = Action.recommendations.through.objects.filter(action__in=actions, recommendation__in=among)
    found: dict[int, Recommendation] = {}
    of_action: dict[int, list[int]] = {}
    for pair in pairs.select_related("recommendation__inspection").order_by("pk"):
        found[pair.recommendation_id] = pair.recommendation
        of_action.setdefault(pair.action_id, []).append(pair.recommendation_id)
    return found, of_action


def _with_rows(actions: "QuerySet[Action]", on: date, upto: int | None = None) -> list[tuple[Action, Rows]]:
    """The actions that were there, each with its last rows by the end of the day. Two queries."""
    found = list(actions.select_related("lead_post", "lead_agency"))
    by_then = Entry.objects.filter(recorded(on, upto), action__in=[action.pk for action in found])
    shown = Case(When(kind__in=SHOWN, then=F("kind")), default=Value(""))
    last = by_then.order_by().values("action", shown=shown).annotate(last=Max("pk")).values("last")
    rows: dict[int, Rows] = {}
    for entry in Entry.objects.filter(pk__in=last).select_related(*SHOWN).order_by("pk"):
        of_action = rows.setdefault(cast(int, entry.action_id), {})
        of_action[entry.kind] = of_action["last"] = entry
    return [(action, rows[action.pk]) for action in found if action.pk in rows]


def rounds_of(plans: Iterable[int]) -> dict[int, list[Round]]:
    """The rounds of the plans of these keys, by plan, the first to open first. One query."""
    found: dict[int, list[Round]] = {}
    every = Round.objects.filter(plan__in=plans).select_related("plan", "meeting__group")
    for each in every.order_by("opens_on"):
        found.setdefault(each.plan_id, []).append(each)
    return found


def _standings(
    found: list[tuple[Action, Rows]],
    on: date,
    plans: Mapping[int, PlanStanding],
    rounds: Mapping[int, Sequence[Round]],
    measures: Iterable[Outcome],
) -> list[Standing]:
    """One query: who answered for the posts."""
    posts = {action.pk: _post_id(action, rows) for action, rows in found}
    owners = answering(posts.values(), on)
    measured: dict[int, list[Outcome]] = {}
    for outcome in measures:
        measured.setdefault(cast(int, outcome.measure.action_id), []).append(outcome)
    return [
        Standing(
            action=action,
            plan=plans[action.plan_id],
            on=on,
            state=rows["last"],
            revision=_detail(rows, Kind.REVISION),
            update=_detail(rows, Kind.UPDATE),
            verification=_detail(rows, Kind.VERIFICATION),
            closure=_detail(rows, Kind.CLOSURE),
            exemption=_detail(rows, Kind.EXEMPTION),
            owner=owners[posts[action.pk]],
            rounds=tuple(rounds.get(action.plan_id, ())),
            **_counted(measured.get(action.pk, []), _detail(rows, Kind.REVISION)),
        )
        for action, rows in found
    ]


def _post_id(action: Action, rows: Rows) -> int:
    """The post that owned the action by the text agreed then."""
    revision = rows.get(Kind.REVISION)
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
