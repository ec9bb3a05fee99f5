"""A desk for reminders: a head with two actions, a plan lead, a deputy, and no round until a test opens one."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from actionplans import operations, reminders
from actionplans.models import Action, Message, Plan, Reminder, ReminderRules, Round, Status
from actionplans.operations import Actor
from actionplans.reminders import Rules, lines_due
from core import clock
from partnerships import operations as partnering
from partnerships.models import Group, Holding, Post, User
from tests.cast import make_plan

ROLES = ("head", "lead", "deputy")
DUE_IN = 20  # days from today, of the first action
WORKING_NOTE = "Working note: two posts are frozen"


@dataclass
class Desk:
    today: date
    head: User
    lead: User
    deputy: User
    post: Post
    lead_post: Post
    group: Group
    plan: Plan
    first: Action  # due in 20 days
    second: Action  # without a date

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def due(self, days: int) -> date:
        """So many days after the first action's due date."""
        return self.day(DUE_IN + days)

    def open_round(self, opens: int, due: int) -> Round:
        meeting = partnering.add_meeting(group=self.group, on=self.day(due + 300))
        return Round.objects.create(
            plan=self.plan, meeting=meeting, opens_on=self.day(opens), updates_due_on=self.day(due)
        )

    def post_update(self, action: Action, on: date, **given):
        said: dict[str, Any] = {
            "status": "in_progress",
            "percent": 10,
            "wording": "Begun.",
            "working_note": WORKING_NOTE,
            "barrier": "Ill",
        }
        return operations.post_update(action=action, by=Actor(self.head), now=clock.at(on), **(said | given))

    def complete(self, action: Action, on: date) -> None:
        """As if the head had said that it is done; what that asks for is tested elsewhere."""
        Action.objects.filter(pk=action.pk).update(status=Status.COMPLETED, percent=100, last_update_on=on)

    def lines(self, user: User, on: date) -> list[tuple[str, str, int]]:
        """What is due to a person on a day: reference, kind, step."""
        refs = dict(Action.objects.values_list("pk", "ref"))
        return [(refs[line.action_id], line.kind, line.step) for line in lines_due(on).get(user.pk, [])]

    def plan_day(self, on: date) -> list[tuple[str, str, int]]:
        """Plans a day; what the head is to be told."""
        reminders.plan_day(on, clock.at(on, 7))
        found = Reminder.objects.filter(message__user=self.head, message__on=on).order_by("pk")
        return [(each.action.ref, each.kind, each.step) for each in found.select_related("action")]

    def tell(self, on: date) -> list[tuple[str, str, int]]:
        """Plans a day and has everything delivered; what the head was told."""
        told = self.plan_day(on)
        Message.objects.filter(on=on).update(state=Message.State.SENT, sent_at=clock.at(on, 8))
        return told

    def message(self, on: date) -> Message:
        return Message.objects.get(user=self.head, on=on)


def make_desk(house) -> Desk:
    ours, today = house.ours, house.today
    head, lead, deputy = (User.objects.create_user(f"{name}@desk.example", name.title()) for name in ROLES)
    post, lead_post = (
        partnering.post_of(partnership=ours.partnership, title=f"{name.title()} of the desk") for name in ROLES[:2]
    )
    for each, user in ((post, head), (lead_post, lead)):
        partnering.appoint(post=each, user=user, starts_on=date(2010, 1, 1))
    group = Group.objects.create(partnership=ours.partnership, slug="desk", name="Desk group", kind="board")
    plan, (first, second) = make_plan(
        "desk-plan",
        "Desk plan",
        ours.inspection,
        ours.recommendation,
        actions=[("D1", post, DUE_IN), ("D2", post, None)],
        lead_post=lead_post,
        group=group,
        by=Actor(house.coordinator),
        today=today,
    )
    return Desk(today, head, lead, deputy, post, lead_post, group, plan, first, second)


def set_rules(plan: Plan, **given: Any) -> ReminderRules:
    """The plan's reminder rules: the defaults, but for what is given."""
    return ReminderRules.objects.update_or_create(plan=plan, defaults=replace(Rules(), **given).as_row())[0]


def vacate(post: Post, on: date) -> None:
    """The last day of the holder was the day before."""
    Holding.objects.filter(post=post).update(ends_on=on - timedelta(days=1))
