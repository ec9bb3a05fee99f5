"""Planning a day: what is due goes into the outbox, once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from actionplans.models import UNDONE, Action, Chase, Message, Plan, Reminder, ReminderRules, Round
from actionplans.reminders.answered import Answers
from actionplans.reminders.due import CHASE_HOLDS, Facts, Line, week_begins
from actionplans.reminders.news import News, Period
from actionplans.reminders.returned import Returns
from actionplans.reminders.rules import LONGEST_GAP, Rules
from core import clock
from partnerships.models import User
from partnerships.roles import Role

PEOPLE_A_TIME = 200
PLANS_A_TIME = 2000
SAID_WITHIN = timedelta(days=LONGEST_GAP + 14)  # a step that still counts was reached, and said, within this time


def lines_due(on: date) -> dict[int, list[Line]]:
    """What is due on the day by the rules, said before or not, by the key of the person. A few queries."""
    return joined(Facts(candidates(on), on, on).lines(on), news(on, on).lines(on))


def news(first: date, last: date, plan: Plan | None = None, rules: Rules | None = None) -> News:
    """What became of what people wrote, as far as it can be told on the days of a period. Three queries for none."""
    period = Period(first, last, plan)
    return News([Answers(period), Returns(period)], plan, rules)


def joined(*found: dict[int, list[Line]]) -> dict[int, list[Line]]:
    """Of each person all lines: one message."""
    people = {user for lines in found for user in lines}
    return {user: [line for lines in found for line in lines.get(user, [])] for user in people}


def unsaid(on: date) -> dict[int, list[Line]]:
    """What is due on the day and was not yet said at its present step, by the key of the person.

    Left out is who got a message today, or has one that is being sent: one message a person a day.
    """
    due = lines_due(on)
    said = said_since(on - SAID_WITHIN, {line.action_id for lines in due.values() for line in lines})
    new = {user: [line for line in lines if line.key not in said] for user, lines in due.items()}
    busy = served(on)
    return {user: lines for user, lines in new.items() if lines and user not in busy}


def said_since(day: date, actions: Iterable[int]) -> set[tuple[Any, ...]]:
    """The keys of what was said about actions since a day, or waits to be sent. What was withdrawn was not said."""
    wanted = set(actions)
    rows = Reminder.objects.filter(message__on__gte=day, withdrawn_at=None)
    keys = rows.values_list("user", "action", "kind", "anchor_on", "step")
    return {key for key in keys.iterator() if key[1] in wanted}


def summaries_due(on: date) -> set[int]:
    """The co-ordinators of active plans who did not get this week's summary yet. Nobody who got a message today."""
    week = week_begins(on)
    had = Message.objects.filter(has_summary=True, on__gte=week).exclude(state=Message.State.WITHDRAWN)
    plans = Plan.objects.active().filter(partnership=OuterRef("memberships__partnership"))
    people = User.objects.filter(is_active=True, memberships__role=Role.COORDINATOR).filter(Exists(plans))
    return set(people.exclude(pk__in=had.values("user")).values_list("pk", flat=True)) - served(on)


def plan_day(on: date, now: datetime) -> None:
    """Puts one message a person into the outbox, with what was not yet said and, once a week, the summary.

    A message that still waits takes in what is new. Running it again, or twice at once, changes nothing: the message
    is unique by person and day, the line by person, action, kind, anchor and step.
    """
    lines, summaries = unsaid(on), summaries_due(on)
    people = sorted({*lines, *summaries})  # in one order, so that two who plan at once never wait for each other
    for start in range(0, len(people), PEOPLE_A_TIME):
        some = people[start : start + PEOPLE_A_TIME]
        _plan_people({user: lines.get(user, []) for user in some}, summaries, on, now)


@transaction.atomic
def _plan_people(lines: dict[int, list[Line]], summaries: set[int], on: date, now: datetime) -> None:
    waiting = _waiting(lines)
    new = [Message(user_id=user, on=on, planned_at=now) for user in lines if user not in waiting]
    Message.objects.bulk_create(new, ignore_conflicts=True)
    waiting |= _waiting([message.user_id for message in new])
    with_summary = [waiting[user].pk for user in lines if user in summaries and user in waiting]
    Message.objects.filter(pk__in=with_summary).update(has_summary=True)
    reminders = [_reminder(waiting[user], line) for user, each in lines.items() if user in waiting for line in each]
    Reminder.objects.bulk_create(reminders, ignore_conflicts=True, batch_size=1000)


def _waiting(people: Iterable[int]) -> dict[int, Message]:
    """The message of each person that is not being sent yet; until the transaction ends nobody begins to."""
    found = Message.objects.filter(user__in=list(people), state=Message.State.PLANNED)
    return {message.user_id: message for message in found.select_for_update().order_by("pk")}


def _reminder(message: Message, line: Line) -> Reminder:
    return Reminder(
        message=message,
        user_id=line.user_id,
        action_id=line.action_id,
        kind=line.kind,
        capacity=line.capacity,
        anchor_on=line.anchor_on,
        step=line.step,
    )


def served(on: date) -> set[int]:
    """Who got a message today, whatever day it was planned for, or has one that is being sent."""
    state = Message.State
    of_the_day = Q(on=on) & ~Q(state=state.PLANNED)
    sent_today = Q(sent_at__gte=clock.at(on, 0), sent_at__lt=clock.end_of(on))
    return set(Message.objects.filter(of_the_day | sent_today | Q(state=state.CLAIMED)).values_list("user", flat=True))


def candidates(on: date) -> Iterator[QuerySet[Action]]:
    """The actions that something may be due about, each kind by an index of its own: of a million only these are read.

    Late or due soon; without an update for the round that has passed or closes soon; asked for by a co-ordinator.
    """
    due_within, update_within = _furthest()
    undone = Action.objects.filter(status__in=sorted(UNDONE))
    yield undone.filter(current_due_on__lte=on + timedelta(days=due_within))
    rounds = Round.objects.filter(plan__status=Plan.Status.ACTIVE)
    called = rounds.filter(updates_due_on__lt=on).values_list("plan").annotate(Max("opens_on"))
    yield from _unanswered(called)
    soon = rounds.filter(opens_on__lte=on, updates_due_on__range=(on, on + timedelta(days=update_within)))
    yield from _unanswered(soon.values_list("plan", "opens_on"))
    yield Action.objects.open().filter(pk__in=Chase.objects.filter(on__gte=on - CHASE_HOLDS).values("action"))


def _unanswered(rounds: Iterable[tuple[int, date]]) -> Iterator[QuerySet[Action]]:
    """Open actions without an update since a round of their plan opened; rounds as the plan's key and that day.

    A query for each day, not a join: PostgreSQL cannot tell beforehand how few actions lag behind the round of their
    own plan, and would read them all; how few lag behind a given day, it knows.
    """
    plans: dict[date, list[int]] = defaultdict(list)
    for plan, opens_on in rounds:
        plans[opens_on].append(plan)
    for opens_on, keys in sorted(plans.items()):
        for start in range(0, len(keys), PLANS_A_TIME):
            some = Action.objects.open().filter(plan__in=keys[start : start + PLANS_A_TIME])
            yield some.filter(last_update_on__lt=opens_on)
            yield some.filter(last_update_on=None)


def _furthest() -> tuple[int, int]:
    """How many days ahead the rules of any plan look, to the due date and to the update date."""
    usual = Rules()
    due, update = [*usual.due_before], [*usual.update_before]
    for due_before, update_before in ReminderRules.objects.values_list("due_before", "update_before"):
        due += due_before
        update += update_before
    return max(due, default=0), max(update, default=0)
