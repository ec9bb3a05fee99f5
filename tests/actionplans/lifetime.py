"""One plan on its way through time, for sequences of verbs that nobody would think of (test_sequences.py).

What the plan should be is worked out here anew: the fold says what each kind of row does to the state of an action, and
a diary keeps how everything stood at the end of each day on which time went on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from actionplans import operations
from actionplans.asat import Standing, standings
from actionplans.figures import Figures, figures
from actionplans.integrity import check_history
from actionplans.models import (
    OVER,
    STATE_FIELDS,
    Action,
    Entry,
    EvidenceRequirement,
    Measure,
    Plan,
    Proposal,
    Reading,
)
from actionplans.operations import ActionText, Actor
from core import clock
from tests.actionplans.conftest import House
from tests.cast import GROUP_ROLES

State = dict[str, Any]
LONDON = ZoneInfo("Europe/London")
NEW: State = dict.fromkeys(STATE_FIELDS) | {"status": "not_started", "percent": 0, "at_risk": False}
NEW |= {"barrier": "", "date_changes": 0, "rag_set": "", "rag_reason": ""}
TABLES = (Action, Proposal, Measure, EvidenceRequirement, Reading)


@dataclass(frozen=True)
class Evening:
    """How a plan stood at the end of a day: each action by its reference, and the figures."""

    actions: dict[str, dict[str, Any]]
    figures: Figures


@dataclass
class Lifetime:
    """A plan, its clock, and what is remembered of it. Its actions are never read again: the verbs must do that."""

    house: House
    now: datetime
    plan: Plan
    actions: list[Action]
    marks: list[tuple[int, str]] = field(default_factory=list)
    diary: dict[date, Evening] = field(default_factory=dict)
    turn: int = 0
    is_checked: bool = False

    @property
    def today(self) -> date:
        return clock.day_of(self.now)

    def actor(self, role: str) -> Actor:
        return Actor(self.house.person(role), self.house.ours.post if role == "owner" else None)

    def attempt(self, verb: Callable[..., Any], role: str, **said: Any) -> Any:
        """What a verb gives; None when it is refused, and then nothing at all has changed."""
        before = self.everything()
        try:
            done = verb(by=self.actor(role), now=self.now, **said)
        except ValidationError:
            assert self.everything() == before, f"{verb.__name__} was refused, yet it changed something"
            return None
        self.is_checked = False
        self._look_for_new_actions()
        return done

    def everything(self) -> list:
        """Every row that a verb about the plan may write, but for its history, which the plan counts."""
        kept = [list(model.objects.order_by("pk").values()) for model in TABLES]
        return [Plan.objects.filter(pk=self.plan.pk).values().get(), Entry.objects.count(), *kept]

    def pass_time(self, hours: int) -> None:
        """Time goes on. The days that end meanwhile stay as they are now: the first and the last go into the diary."""
        before, self.now, self.is_checked = self.today, self.now + timedelta(hours=hours), False
        for day in {before, self.today - timedelta(days=1)} if self.today > before else set():
            self.diary[day] = self.evening(day)

    def evening(self, day: date) -> Evening:
        """How the plan stands, told as at the end of `day`, from the rows of its actions alone."""
        is_agreed = self._fresh().version > 0
        told = {
            each.ref: told_of(each, each.title, each.rag(day).word, each.is_overdue(day), is_agreed)
            for each in self._all()
        }
        return Evening(told, self.figures(day))

    def figures(self, day: date) -> Figures:
        return figures(self.standings(day), day)

    def standings(self, day: date) -> list[Standing]:
        return standings(Action.objects.filter(plan=self.plan).order_by("position"), day)

    # --- what must be true ---

    def check(self) -> None:
        """Everything that is true after every step; of what is remembered one mark and one day, in turn."""
        self.turn += 1
        if self.is_checked:
            return  # nothing has changed since
        self.is_checked, plan = True, self._fresh()
        self._check_fold(plan)
        self._check_figures()
        self._check_queries()
        assert plan.status != Plan.Status.CLOSED or not plan.actions.open().exists(), "a closed plan has an open action"
        if not self.marks or self.marks[-1] != (plan.history_count, plan.history_head):
            self.marks.append((plan.history_count, plan.history_head))
        self.check_mark(self.marks[self.turn % len(self.marks)])
        if self.diary:
            self.check_day(list(self.diary)[self.turn % len(self.diary)])

    def check_all(self) -> None:
        """Everything that is remembered."""
        for mark in self.marks:
            self.check_mark(mark)
        for day in self.diary:
            self.check_day(day)

    def check_mark(self, mark: tuple[int, str]) -> None:
        assert check_history(self._fresh(), mark).fault == ""

    def check_day(self, day: date) -> None:
        """The day, read as at its end, is what it was then."""
        evening, stood = self.diary[day], self.standings(day)
        agreed = any(each.revision for each in stood)
        told = {
            each.action.ref: told_of(each.state, each.title, each.rag.word, each.is_overdue, agreed) for each in stood
        }
        assert told == evening.actions, f"{day} is not what it was"
        assert not agreed or figures(stood, day) == evening.figures, f"the figures of {day} are not what they were"

    def _check_fold(self, plan: Plan) -> None:
        """Each row carries the state that the kinds of the rows up to it come to, and the action that of the last."""
        folded: dict[int, State] = {}
        for entry in Entry.objects.filter(plan=plan).order_by("seq").with_details():
            if entry.action_id is None:
                continue
            before = folded.get(entry.action_id, NEW)
            assert before["status"] not in OVER or not is_new_text(entry), f"{entry} is about an action that was over"
            folded[entry.action_id] = fold(before, entry.detail)
            assert state_of(entry) == folded[entry.action_id], f"row {entry} carries another state"
        assert {each.pk: state_of(each) for each in self._all()} == folded

    def _check_figures(self) -> None:
        actions, found = self._all(), self.figures(self.today)
        assert found.actions == len(actions) == sum(count for *_, count in found.status)
        assert found.open + sum(not each.is_open for each in actions) == found.actions
        assert sum(count for _, count in found.rag) == found.actions
        assert found.closed_of_due <= found.verified_of_due <= found.said_done_of_due <= found.due_by_original
        assert sum(count for _, count in found.ageing_current) == found.overdue <= found.open
        assert sum(count for _, count in found.ageing_original) <= found.open
        assert found.revised <= found.actions
        assert (found.longest_late > 0) == (found.overdue > 0)

    def _check_queries(self) -> None:
        """What the database says of many is what Python says of each."""
        actions = Action.objects.filter(plan=self.plan).select_related("plan")
        rounds = list(self.plan.rounds.all())
        for day in (self.today, self.today + timedelta(days=45)):
            assert {each.pk for each in actions.overdue(day)} == {each.pk for each in actions if each.is_overdue(day)}
            assert {each.pk: each.rag_word for each in actions.with_rag(day)} == {
                each.pk: each.rag(day).word for each in actions
            }
            late = {each.pk for each in actions if each.is_progress_overdue(day, rounds)}
            assert {each.pk for each in actions.progress_overdue(day)} == late

    def _fresh(self) -> Plan:
        return Plan.objects.get(pk=self.plan.pk)

    def _all(self) -> list[Action]:
        return list(Action.objects.filter(plan=self.plan))

    def _look_for_new_actions(self) -> None:
        known = {each.pk for each in self.actions}
        self.actions += Action.objects.filter(plan=self.plan).exclude(pk__in=known).order_by("pk")


def begin(house: House, dues: list[int | None]) -> Lifetime:
    """A draft of three actions, due so many days after its first one; the first has a measure that is short."""
    ours, now = house.ours, clock.at(house.day(-400), 9)
    said = {"slug": "lifetime", "title": "A lifetime", "lead_post": ours.post, "inspections": [ours.inspection]}
    plan = operations.draft_plan(partnership=ours.partnership, **said)
    for role in GROUP_ROLES:
        operations.answer_to(plan=plan, group=ours.group, role=role)
    life = Lifetime(house, now, plan, [])
    for number, days in enumerate(dues, 1):
        due_on = None if days is None else life.today + timedelta(days=days)
        text = text_of(house, f"Action {number}", life.today, measure="Attendance" if number == 1 else "")
        life.attempt(operations.add_action, "coordinator", plan=plan, ref=f"L{number}", text=text, due_on=due_on)
    life.actions = list(Action.objects.filter(plan=plan).order_by("position"))
    return life


def text_of(house: House, title: str, start_on: date, measure: str = "") -> ActionText:
    ours = house.ours
    helpers = ours.partnership.agencies.get(name="Helpers")
    return ActionText(
        title=title,
        lead_post_id=ours.post.pk,
        recommendations_ids=(ours.recommendation.pk,),
        contributors_ids=(helpers.pk,),
        start_on=start_on.isoformat(),
        measure=measure,
        baseline="80%" if measure else "",
        target="90%" if measure else "",
        evidence_required=("Register",),
    )


def state_of(holder: Any) -> State:
    return {name: getattr(holder, name) for name in STATE_FIELDS}


def is_new_text(entry: Entry) -> bool:
    """Whether another text was agreed. At the approval of the plan each action's is, also of one that is over."""
    return entry.kind == "revision" and entry.revision.version > 1


def told_of(holder: Any, title: str, rag: str, is_overdue: bool, is_agreed: bool) -> dict[str, Any]:
    """What is told of an action as at a day. Before anything is agreed the title is the one that it has today."""
    return {**state_of(holder), "title": title if is_agreed else "", "rag": rag, "is_overdue": is_overdue}


def fold(state: State, row: Any) -> State:
    """The state after a row, from the state before and from what a row of this kind says; no other column is read."""
    said: State = {}
    if row.kind in {"added", "edited"}:
        said = {"current_due_on": row.current_due_on}
    elif row.kind == "revision" and state["original_due_on"] is None:
        said = {"original_due_on": state["current_due_on"]}
    elif row.kind == "progressupdate":
        said = {name: getattr(row, name) for name in ("status", "percent", "at_risk", "barrier")}
        said["last_update_on"] = row.recorded_at.astimezone(LONDON).date()
    elif row.kind == "datedecision" and row.is_granted:
        said = {"current_due_on": row.request.to_on, "date_changes": state["date_changes"] + 1}
    elif row.kind == "verification":
        said = {"status": "verified" if row.is_accepted else "in_progress"}
    elif row.kind == "closure":
        said = {"status": "closed"}
    elif row.kind == "reopening" or (row.kind == "sustainedcheck" and not row.is_sustained):
        said = {"status": "in_progress"}
    elif row.kind == "dropping":
        said = {"status": "superseded" if row.superseded_by_id else "cancelled"}
    elif row.kind == "ragsetting":
        said = {"rag_set": row.word, "rag_reason": row.reason if row.word else ""}
    over = said.get("status") in {"completed", "cancelled", "superseded"}
    return state | said | ({"rag_set": "", "rag_reason": ""} if over else {})
