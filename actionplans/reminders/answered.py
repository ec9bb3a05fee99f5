"""News for an inspector: a question of theirs is answered.

It goes to who asked, for as long as their access lasts: whatever has become of the plan since, and whoever owns the
action.
"""

from datetime import date
from typing import cast

from actionplans.models import Action, Answer
from actionplans.reminders.news import Period, Told
from actionplans.reminders.rules import Capacity, Kind
from core import clock
from inspections.models import Grant
from partnerships.models import User


class Answers:
    """The answers that can be told in a period, and who may still read them. One query for none, else three."""

    def __init__(self, period: Period) -> None:
        found = Answer.objects.filter(recorded_at__gte=period.since, recorded_at__lt=period.until)
        found = found.filter(plan=period.plan) if period.plan else found
        rows = found.select_related("of__by", "plan").order_by("pk")
        self.told = list(dict.fromkeys(_told(each) for each in rows))
        if self.told:
            self.linked = _linked(self.told)
            self.grants = list(Grant.objects.filter(user__in={each.user.pk for each in self.told}, ended_at=None))

    def holds(self, told: Told, on: date) -> bool:
        """Whether a grant of the inspection that they asked for is in force on the day, and the action answers it."""
        return (told.action_id, told.inspection_id) in self.linked and any(
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
        kind=str(Kind.ANSWERED),
        capacity=str(Capacity.ASKER),
        action_id=cast(int, asked.action_id),
        plan_id=answer.plan_id,
        partnership_id=answer.plan.partnership_id,
        on=clock.day_of(answer.recorded_at),
        inspection_id=asked.inspection_id,
    )
