"""Telling an inspector that a question of theirs is answered: on the next day, once for all answers of a day.

A letter leads to the answer and does not quote it. It goes to who asked, for as long as their access lasts: whatever
has become of the plan since, and whoever owns the action.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from actionplans.models import Action, Answer, Plan
from actionplans.reminders.due import Line, week_begins
from actionplans.reminders.rules import Capacity, Kind, Rules, rules_of
from core import clock
from core.working_days import is_working_day
from inspections.models import Grant
from partnerships.calendars import days_off
from partnerships.models import User

HOLDS = timedelta(days=30)  # an answer is told within this time, or not at all
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """Somebody who asked about an action, and the day on which they were answered."""

    user: User
    inspection_id: int
    action_id: int
    plan_id: int
    partnership_id: int
    on: date


class Answers:
    """Of the answers that can be told on the days from `first` to `last`, perhaps of one plan, all that decides it.

    One query where there is no answer, else five.
    """

    def __init__(self, first: date, last: date, plan: Plan | None = None, rules: Rules | None = None) -> None:
        found = Answer.objects.filter(recorded_at__gte=clock.end_of(first - HOLDS - A_DAY))
        found = found.filter(recorded_at__lt=clock.end_of(last - A_DAY))
        found = found.filter(plan=plan) if plan else found
        rows = found.select_related("of__by", "plan").order_by("pk")
        self.told = list(dict.fromkeys(_told(each) for each in rows))
        if self.told:
            people = {each.user.pk for each in self.told}
            self.linked = _linked(self.told)
            self.grants = list(Grant.objects.filter(user__in=people, ended_at=None))
            self.rules = {plan.pk: rules} if plan and rules else rules_of({each.plan_id for each in self.told})
            self.off = days_off({each.partnership_id for each in self.told})

    def true_on(self, on: date) -> set[tuple[int, int, str, date]]:
        """What holds on the day, as reminders.due.Facts gives it."""
        return {(each.user.pk, each.action_id, str(Kind.ANSWERED), each.on) for each in self._holding(on)}

    def lines(self, on: date) -> dict[int, list[Line]]:
        """What is to be said on the day, by the key of the person."""
        found: dict[int, list[Line]] = defaultdict(list)
        for each in self._holding(on):
            counted = week_begins(on) if each.user.is_weekly else on
            works = is_working_day(on, self.off[each.partnership_id])
            if counted > each.on and (works or not self.rules[each.plan_id].working_days_only):
                line = Line(each.user.pk, each.action_id, str(Kind.ANSWERED), each.on, 1, str(Capacity.ASKER))
                found[each.user.pk].append(line)
        return {user: list(dict.fromkeys(lines)) for user, lines in found.items()}

    def _holding(self, on: date) -> list[Told]:
        return [each for each in self.told if each.on < on <= each.on + HOLDS and self._may_read(each, on)]

    def _may_read(self, told: Told, on: date) -> bool:
        """Whether a grant of the inspection that they asked for is in force on the day, and the action answers it."""
        is_theirs = told.user.is_active and (told.action_id, told.inspection_id) in self.linked
        return is_theirs and any(
            grant.starts_on <= on <= grant.ends_on
            for grant in self.grants
            if (grant.user_id, grant.inspection_id) == (told.user.pk, told.inspection_id)
        )


def _linked(told: list[Told]) -> set[tuple[int, int]]:
    """The actions with the inspections that they answer now: a new version may have taken them from one."""
    links = Action.recommendations.through.objects.filter(action__in={each.action_id for each in told})
    return set(links.values_list("action", "recommendation__inspection"))


def _told(answer: Answer) -> Told:
    asked = answer.of
    return Told(
        user=cast(User, asked.by),  # a question always has who asked it, and what it is about
        inspection_id=asked.inspection_id,
        action_id=cast(int, asked.action_id),
        plan_id=answer.plan_id,
        partnership_id=answer.plan.partnership_id,
        on=clock.day_of(answer.recorded_at),
    )
