"""The forecast of a plan comes true: a year day by day over the demonstration, compared with what was then sent."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from actionplans import operations, reminders
from actionplans.models import Message, Reminder
from actionplans.operations import Actor
from actionplans.reminders import Rules
from core import clock
from partnerships import operations as partnering
from partnerships.models import User

START = date(2015, 3, 20)  # the day after the joint inspection's as-at date
YEAR = 366
STATE = Message.State
LATE = (Reminder.Kind.OVERDUE, Reminder.Kind.PROGRESS_OVERDUE)
OWNER = dict.fromkeys(("holder", "deputy", "plan_lead"), "owner")


def live(on: date) -> None:
    """A day passes: what is due is planned, and every message accepted."""
    reminders.plan_day(on, clock.at(on, 7))
    Message.objects.filter(state=STATE.PLANNED).update(state=STATE.SENT, sent_at=clock.at(on, 8))


def sent(plan, first: date, days: int) -> Counter:
    found = Reminder.objects.filter(
        action__plan=plan, message__on__range=(first, first + timedelta(days=days - 1)), withdrawn_at=None
    )
    return Counter(found.values_list("message__on", "user", "action", "kind", "anchor_on", "step", "capacity"))


def foretold(plan, on: date) -> Counter:
    return Counter(
        (day.on, line.user_id, line.action_id, line.kind, line.anchor_on, line.step, line.capacity)
        for day in reminders.forecast(plan, on)
        for lines in day.people.values()
        for line in lines
    )


@pytest.mark.once
def test_a_year_goes_as_the_forecasts_said(demo):
    """At every start of sixty days the forecast of each plan is taken, then the days are lived through.

    One mail per item, every day, for ever: IMPACT OSS. Reminders stop silently after seven days: DefectDojo.
    """
    plans = list(demo.values())
    for plan in plans:
        coordinator = User.objects.get(email=f"coordinator@{plan.partnership.slug}.example")
        rules = Rules(working_days_only=plan != plans[0])
        operations.set_reminder_rules(plan=plan, rules=rules, by=Actor(coordinator), now=timezone.now())
    weekly = User.objects.get(email="head@ochilvale.example")
    partnering.choose_how_often(user=weekly, is_weekly=True, now=timezone.now())
    said = 0
    for start in range(0, YEAR, reminders.DAYS):
        first = START + timedelta(days=start)
        expected = {plan: foretold(plan, first) for plan in plans}
        for ahead in range(reminders.DAYS):
            live(first + timedelta(days=ahead))
        for plan in plans:
            came = sent(plan, first, reminders.DAYS)
            assert came == expected[plan], f"{plan} from {first}"
            said += came.total()

    assert said > 200
    a_day = Counter(Message.objects.values_list("user", "on"))
    assert set(a_day.values()) == {1}, "one message a person a day"
    weeks = Counter(on.isocalendar()[:2] for on in Message.objects.filter(user=weekly).values_list("on", flat=True))
    assert set(weeks.values()) == {1}, "one a week for who wants that"
    check_gaps()


def check_gaps() -> None:
    """Nothing is said daily, and nothing that is late falls silent, at any rung of the ladder."""
    found = Reminder.objects.filter(kind__in=LATE).order_by("message__on")
    days: dict = {}
    for *key, capacity, on in found.values_list("action", "kind", "anchor_on", "capacity", "message__on"):
        if on > START:  # on the first day everything is caught up at once
            days.setdefault((*key, OWNER.get(capacity, capacity)), {})[on] = None
    gaps = {key: [(later - earlier).days for earlier, later in pairwise(each)] for key, each in days.items()}

    assert len(days) > 50
    assert min(gap for each in gaps.values() for gap in each) >= 3, "seven days less a New Year that was caught up"
    assert max(gap for each in gaps.values() for gap in each) <= 28 + 7, "and a week for who wants one message a week"
    assert any(sum(each) > 300 for each in gaps.values()), "said for most of a year"


def test_rules_can_be_tried_before_they_are_saved(desk):
    on = desk.due(0)
    tried = Rules(due_after=(3,), due_before=(), line_after=None, lead_after=None, working_days_only=False)

    found = reminders.forecast(desk.plan, on, tried, days=40)
    mine = [(day.on, line) for day in found for line in day.people.get(desk.head.pk, [])]
    steps = [(day, line.step) for day, line in mine if line.kind == "overdue"]
    assert steps == [(desk.due(3), 3), (desk.due(31), 31)]
    assert reminders.rules_of([desk.plan.pk])[desk.plan.pk].due_after == (1, 8, 22)


def test_who_had_a_message_today_is_foretold_for_tomorrow(desk):
    on = desk.due(1)
    Message.objects.create(user=desk.head, on=on, planned_at=clock.at(on, 7), state=STATE.SENT, sent_at=clock.at(on, 8))

    days = [day.on for day in reminders.forecast(desk.plan, on, days=7) if desk.head.pk in day.people]
    assert days[0] == desk.due(2)


def test_an_appointment_and_a_deputy_that_are_entered_are_foreseen(desk):
    partnering.deputise(post=desk.post, user=desk.deputy, starts_on=desk.due(1), ends_on=desk.due(2))
    days = reminders.forecast(desk.plan, desk.due(0), days=10)

    told = [(day.on, user) for day in days for user, lines in day.people.items() if lines[0].kind == "overdue"]
    assert told == [(desk.due(1), desk.deputy.pk), (desk.due(3), desk.head.pk), (desk.due(8), desk.head.pk)]
