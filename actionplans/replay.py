"""How actions stood at the end of each of many days: history is read once and gone through, day by day."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import cast

from django.db.models import Case, IntegerField, Max, Q, QuerySet, Value, When

from actionplans.asat import Standing, rounds_of
from actionplans.lives import OF_LIFE, PlanStanding
from actionplans.models import Action, Entry, Revision, recorded
from core import clock
from partnerships.holders import Answering

A_DAY = timedelta(days=1)


class Replay:
    """What is known of actions and their plans after the rows of history that were taken so far."""

    def __init__(self, actions: "QuerySet[Action]", upto: date) -> None:
        self.actions = list(actions.select_related("plan", "lead_post", "lead_agency"))
        self.plans = {action.plan_id for action in self.actions}
        self.rounds = rounds_of(self.plans)
        self.states: dict[int, Entry] = {}
        self.texts: dict[int, Revision] = {}
        self.steps: dict[int, list[Entry]] = {key: [] for key in self.plans}
        self.upto = upto

    def take(self, row: Entry) -> None:
        """One more row. Of two the one with the higher key is the later, as for `asat.standings`."""
        if row.kind in OF_LIFE:
            self.steps[row.plan_id].append(row)
        if row.action_id is None:
            return
        known = self.states.get(row.action_id)
        if known is None or known.pk < row.pk:
            self.states[row.action_id] = row
        if row.kind == Entry.Kind.REVISION:
            self.texts[row.action_id] = cast(Revision, row.detail)

    def standings(self, on: date) -> list[Standing]:
        lives = {key: self._life(rows) for key, rows in self.steps.items()}
        return [self._standing(each, lives[each.plan_id], on) for each in self.actions if each.pk in self.states]

    def rows(self, first: date) -> "deque[Entry]":
        """What a replay from a day on needs, in the order of time: what had the last word then, and all that follows.

        One query.
        """
        keys = [action.pk for action in self.actions]
        is_text = Case(When(kind=Entry.Kind.REVISION, then=Value(1)), default=Value(0), output_field=IntegerField())
        begun = Entry.objects.filter(recorded(first), action__in=keys).order_by()
        last = begun.values("action", is_text=is_text).annotate(last=Max("pk")).values("last")
        wanted = Q(pk__in=last) | Q(action__in=keys, recorded_at__gte=clock.end_of(first))
        wanted |= Q(plan__in=self.plans, kind__in=OF_LIFE)
        found = Entry.objects.filter(wanted, recorded(self.upto)).select_related("revision", "planstep")
        return deque(found.order_by("recorded_at", "pk"))

    @staticmethod
    def _life(rows: Iterable[Entry]) -> PlanStanding:
        life = PlanStanding()
        for row in sorted(rows, key=lambda each: each.seq):
            life = life.after(row)
        return life

    def _standing(self, action: Action, life: PlanStanding, on: date) -> Standing:
        return Standing(
            action=action,
            plan=life,
            on=on,
            state=self.states[action.pk],
            revision=self.texts.get(action.pk),
            update=None,
            verification=None,
            closure=None,
            exemption=None,
            owner=Answering(),
            rounds=tuple(self.rounds.get(action.plan_id, ())),
            outcomes=(),
            unread=(),
        )


def replay(actions: "QuerySet[Action]", first: date, last: date) -> Iterator[tuple[date, list[Standing]]]:
    """Each day from the first to the last, with the standings of the actions at its end, in their own order.

    They are those of `asat.standings`, but for what no figure counts: who answered for a post, what was said last, and
    what measures say are left empty. Three queries, whatever the number of days, plans and actions.
    """
    known = Replay(actions, last)
    rows = known.rows(first)
    day = first
    while day <= last:
        while rows and rows[0].recorded_at < clock.end_of(day):
            known.take(rows.popleft())
        yield day, known.standings(day)
        day += A_DAY


def stood_on(actions: "QuerySet[Action]", on: date) -> list[Standing]:
    """The standings of one day, to be counted. Three queries."""
    return next(replay(actions, on, on))[1]
