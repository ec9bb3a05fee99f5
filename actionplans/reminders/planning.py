"""Planning a day: what is due goes into the outbox, once."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from actionplans.models import Message, Reminder
from actionplans.reminders.rules import Line, lines_due
from core import clock
from partnerships.models import User


def unsaid(on: date) -> dict[User, list[Line]]:
    """What is due on the day and was not yet said at its present step.

    Left out is who has a message of the day, one that still waits, or got an older one today: one message a day.
    """
    due = lines_due(on)
    waits = Q(state__in=[Message.State.PLANNED, Message.State.CLAIMED])
    sent_today = Q(sent_at__gte=clock.at(on, 0), sent_at__lt=clock.end_of(on))
    have_one = set(Message.objects.filter(Q(on=on) | waits | sent_today).values_list("user", flat=True))
    said = {
        (row[0], row[1:])
        for row in Reminder.objects.filter(user__in=due).values_list("user", "action", "kind", "anchor_on", "step")
    }
    new = {user: [line for line in lines if (user.pk, line.key) not in said] for user, lines in due.items()}
    return {user: lines for user, lines in new.items() if lines and user.pk not in have_one}


def plan_day(on: date, now: datetime) -> int:
    """Puts one message a person into the outbox, with the lines not yet said. Gives the number of new messages.

    Running it again, or twice at once, changes nothing: the message is unique by person and day, the line by person,
    action, kind, anchor and step, and each person's are written in one transaction.
    """
    return sum(_plan_person(user, lines, on, now) for user, lines in unsaid(on).items())


@transaction.atomic
def _plan_person(user: User, lines: list[Line], on: date, now: datetime) -> bool:
    message, is_new = Message.objects.get_or_create(user=user, on=on, defaults={"planned_at": now})
    if is_new:
        Reminder.objects.bulk_create(
            Reminder(
                message=message,
                user=user,
                action=line.action,
                kind=line.kind,
                capacity=line.capacity,
                anchor_on=line.anchor_on,
                step=line.step,
            )
            for line in lines
        )
    return is_new
