"""The week's summary for a co-ordinator: how each of their plans stands, and what needs them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from actionplans.asat import Standing, standings
from actionplans.figures import Figures, figures, reporting
from actionplans.models import Action, Message, Plan, Question, Round
from actionplans.reminders.due import Facts
from core import clock
from inspections.models import Grant
from partnerships.models import Holding, Membership, User
from partnerships.roles import Role


@dataclass(frozen=True)
class PlanWeek:
    """One plan: its figures as the dashboard gives them, the round that is open, and what nobody answers for."""

    plan: Plan
    figures: Figures
    round: Round | None  # whose update date comes next
    reported: int  # open actions with an update since the round opened
    unheld: int  # actions to be reminded of whose post and plan lead are both vacant
    url: str  # of the round, or of the plan when none is open


@dataclass(frozen=True)
class Summary:
    plans: list[PlanWeek]
    failing: list[User]  # holders of posts and inspectors here to whose address mail fails, by name
    waiting: int  # messages to them that no server has accepted for a day
    questions: int  # of inspectors, without an answer; of all plans


def summary_of(user: User, on: date) -> Summary | None:
    """Of the active plans of the partnerships that the person co-ordinates; None when there is none."""
    mine = Membership.objects.filter(user=user, role=Role.COORDINATOR).values("partnership")
    plans = list(Plan.objects.active().filter(partnership__in=mine).order_by("title"))
    if not plans:
        return None
    actions = Action.objects.filter(plan__in=plans)
    stood = defaultdict(list)
    for standing in standings(actions.order_by("plan", "position"), on):
        stood[standing.action.plan_id].append(standing)
    unheld = [row.plan_id for row in Facts([actions.open()], on, on).unheld(on)]
    holders = Holding.objects.on(on).filter(post__partnership__in=mine).values("user")
    inspectors = Grant.objects.on(on).filter(inspection__partnership__in=mine).values("user")
    people = User.objects.filter(Q(pk__in=holders) | Q(pk__in=inspectors))
    waits = Message.objects.filter(state=Message.State.PLANNED, planned_at__lt=clock.at(on, 0), user__in=people)
    return Summary(
        plans=[_week(plan, stood[plan.pk], unheld.count(plan.pk), on) for plan in plans],
        failing=list(people.filter(mail_failed_at__isnull=False).order_by("name")),
        waiting=waits.count(),
        questions=Question.objects.open().filter(plan__partnership__in=mine).count(),
    )


def _week(plan: Plan, stood: list[Standing], unheld: int, on: date) -> PlanWeek:
    open_round = reporting(stood, on)
    if open_round is None:
        return PlanWeek(plan, figures(stood, on), None, 0, unheld, plan.get_absolute_url())
    url = reverse("actionplans:meeting", args=[plan.slug, open_round.round.meeting_id])
    return PlanWeek(plan, figures(stood, on), open_round.round, open_round.reported, unheld, url)
