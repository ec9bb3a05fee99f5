"""What is due to be said on a day, and to whom: facts are read once, then any day of their period can be asked about.

Planning asks about today, the forecast about each of the next days, delivery whether what was planned still holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from actionplans.models import (
    OVER,
    UNDONE,
    Action,
    Chase,
    Plan,
    PlanGroup,
    Round,
    has_reported,
    overdue_round,
    owed_round,
)
from actionplans.reminders.rules import ESCALATED, LATE, Capacity, Kind, Rules, rules_of
from core.working_days import is_working_day, next_working_day
from partnerships.calendars import days_off
from partnerships.holders import Roster
from partnerships.models import User

CHASE_HOLDS = timedelta(days=30)  # what a co-ordinator asked for is said within this time, or not at all
ORDER = {kind: number for number, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Line:
    """One thing to say to one person about one action. `step` is in days from the anchor."""

    user_id: int
    action_id: int
    kind: str
    anchor_on: date
    step: int
    capacity: str

    @property
    def key(self) -> tuple[int, int, str, date, int]:
        """What is said once."""
        return self.user_id, self.action_id, self.kind, self.anchor_on, self.step


@dataclass(frozen=True)
class Row:
    """An action, as far as reminders go."""

    pk: int
    plan_id: int
    partnership_id: int
    lead_post_id: int
    line_post_id: int | None
    plan_lead_post_id: int
    status: str
    current_due_on: date | None
    last_update_on: date | None

    @property
    def is_open(self) -> bool:
        return self.status not in OVER


COLUMNS = (
    *("pk", "plan_id", "plan__partnership_id", "lead_post_id", "lead_post__reports_to_id", "plan__lead_post_id"),
    *("status", "current_due_on", "last_update_on"),
)
Matter = tuple[str, date, int | None]  # kind, anchor and, of what a co-ordinator asked for, its step


class Facts:
    """Of some actions everything that decides what is due on the days from `first` to `last`. Eight queries more."""

    def __init__(
        self, actions: Iterable[QuerySet[Action]], first: date, last: date, rules: dict[int, Rules] | None = None
    ) -> None:
        of_active = (each.filter(plan__status=Plan.Status.ACTIVE).values_list(*COLUMNS) for each in actions)
        self.rows = {row[0]: Row(*row) for found in of_active for row in found.iterator()}
        plans = {row.plan_id for row in self.rows.values()}
        self.rules = rules or rules_of(plans)
        self.rounds = _by_plan(Round.objects.filter(plan__in=plans).select_related("meeting"))
        self.called: dict[tuple[int, date], list[Round]] = {}
        self.chairs = _by_plan(_monitoring(plans))
        self.off = days_off({row.partnership_id for row in self.rows.values()})
        self.chases = _chases(self.rows)
        self.roster = Roster(self._posts(), first, last)

    def lines(self, on: date) -> dict[int, list[Line]]:
        """What is to be said on the day, by the key of the person: most urgent first."""
        found: dict[int, list[Line]] = defaultdict(list)
        for row in self.rows.values():
            rests = self._rests(row, on)
            for matter in self._matters(row, on):
                if rests and matter[0] != Kind.CHASED:  # who asks by hand on a Saturday means it
                    continue
                for line in self._lines(row, matter, on):
                    found[line.user_id].append(line)
        for lines in found.values():
            lines.sort(key=lambda line: (ORDER[Kind(line.kind)], line.anchor_on, line.action_id))
        return dict(found)

    def true_on(self, on: date) -> set[tuple[int, int, str, date]]:
        """The matters that hold on the day, of whoever could be told, whatever step was reached."""
        return {
            (user.pk, row.pk, kind, anchor)
            for row in self.rows.values()
            for kind, anchor, _ in self._matters(row, on)
            for user, _ in self._ladder(row, on, [capacity for capacity, _ in Rules().ladder] if kind in LATE else [])
        }

    def unheld(self, on: date) -> list[Row]:
        """Those that nobody is told about, because neither their post nor the plan lead's is held."""
        return [row for row in self.rows.values() if not self._owner(row, on) and list(self._matters(row, on))]

    def _rests(self, row: Row, on: date) -> bool:
        works = is_working_day(on, self.off[row.partnership_id])
        return self.rules[row.plan_id].working_days_only and not works

    def _matters(self, row: Row, on: date) -> Iterator[Matter]:
        """What there is to say about an action on a day: kinds and their anchors."""
        rounds = self._rounds(row.plan_id, on)
        late, owed = overdue_round(row, rounds, on), owed_round(row, rounds, on)
        if row.is_open and late:
            yield Kind.PROGRESS_OVERDUE, late.updates_due_on, None
        elif row.is_open and owed:
            yield Kind.UPDATE_DUE, owed.updates_due_on, None
        if row.status in UNDONE and row.current_due_on:
            yield Kind.OVERDUE if row.current_due_on < on else Kind.DUE_SOON, row.current_due_on, None
        if row.is_open and (asked := self._asked(row, on)):
            anchor = asked.round.updates_due_on
            yield Kind.CHASED, anchor, (asked.on - anchor).days

    def _rounds(self, plan: int, on: date) -> list[Round]:
        """The rounds of a plan that can matter on a day: the one that was called last, and those that are open."""
        found = self.called.get((plan, on))
        if found is None:
            called = [each for each in self.rounds[plan] if each.updates_due_on < on]
            found = [each for each in self.rounds[plan] if each.opens_on <= on <= each.updates_due_on]
            found += [max(called, key=lambda each: each.opens_on)] if called else []
            self.called[plan, on] = found
        return found

    def _asked(self, row: Row, on: date) -> Chase | None:
        """The last time that somebody asked for the update of a round that still waits for it."""
        for chase in self.chases[row.pk]:
            holds = chase.on <= on <= min(chase.on + CHASE_HOLDS, chase.round.meeting.on)
            if holds and not has_reported(row, chase.round):
                return chase
        return None

    def _lines(self, row: Row, matter: Matter, on: date) -> Iterator[Line]:
        kind, anchor, asked = matter
        rules = self.rules[row.plan_id]
        told = self._ladder(row, on, [each for each, _ in rules.rungs((on - anchor).days)] if kind in LATE else [])
        for user, capacity in told:
            counted = week_begins(on) if user.is_weekly and asked is None else on
            days = (counted - anchor).days
            step = asked
            if step is None:
                rungs = dict(rules.rungs(days)) if kind in LATE else {}
                step = rungs.get(capacity) if capacity in ESCALATED else rules.step(kind, days)
            if step is not None:
                yield Line(user.pk, row.pk, str(kind), anchor, step, str(capacity))

    def _ladder(self, row: Row, on: date, rungs: list[Capacity]) -> Iterator[tuple[User, Capacity]]:
        """The owner and who else is told, nobody twice: each in the capacity that is nearest to the action."""
        posts: dict[Capacity, list[int | None]] = {
            Capacity.LINE: [row.line_post_id],
            Capacity.LEAD: [row.plan_lead_post_id],
            Capacity.CHAIR: [each.group.chair_id for each in self.chairs[row.plan_id]],
        }
        seen: set[int] = set()
        owner = self._owner(row, on)
        above = [(self.roster.on(post, on).user, capacity) for capacity in rungs for post in posts[capacity] if post]
        for user, capacity in ([owner] if owner else []) + above:
            if user and user.is_active and user.pk not in seen:
                seen.add(user.pk)
                yield user, capacity

    def _owner(self, row: Row, on: date) -> tuple[User, Capacity] | None:
        """The deputy when a deputising period covers the day, else the holder, else whoever answers for the plan lead.

        None when that post is vacant too: the co-ordinator is told of it.
        """
        answers = self.roster.on(row.lead_post_id, on)
        if answers.deputy:
            return answers.deputy, Capacity.DEPUTY
        if answers.holder:
            return answers.holder, Capacity.HOLDER
        lead = self.roster.on(row.plan_lead_post_id, on).user
        return (lead, Capacity.PLAN_LEAD) if lead else None

    def _posts(self) -> set[int]:
        rows = self.rows.values()
        chairs = {each.group.chair_id for found in self.chairs.values() for each in found}
        named = {post for row in rows for post in (row.lead_post_id, row.line_post_id, row.plan_lead_post_id)}
        return {post for post in named | chairs if post}


def week_begins(on: date) -> date:
    """The first working day of the week that has begun by the day: when a person who wants one message a week gets it.

    On a Monday that is a bank holiday it is still the week before.
    """
    monday = on - timedelta(days=on.weekday())
    first = next_working_day(monday)
    return first if first <= on else next_working_day(monday - timedelta(days=7))


def _by_plan(found: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for each in found:
        grouped[each.plan_id].append(each)
    return grouped


def _monitoring(plans: set[int]) -> QuerySet[PlanGroup]:
    """The groups that monitor the plans and have a chair, by name."""
    found = PlanGroup.objects.filter(plan__in=plans, role=PlanGroup.Role.MONITORS, group__chair__isnull=False)
    return found.select_related("group").order_by("group__name", "pk")


def _chases(rows: dict[int, Row]) -> dict[int, list[Chase]]:
    """By action, what was asked for last first."""
    found: dict[int, list[Chase]] = defaultdict(list)
    for chase in Chase.objects.filter(action__in=rows).select_related("round__meeting").order_by("-on", "-pk"):
        found[chase.action_id].append(chase)
    return found
