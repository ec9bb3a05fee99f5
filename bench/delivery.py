"""How fast reminders go out, beside a bare loop that renders and sends the same messages over one connection.

python -m bench.delivery [OWNERS ACTIONS ROUNDS]      prints what was measured as JSON
"""

import json
import os
import sys
import time
import tracemalloc
from datetime import date, datetime, timedelta
from statistics import median
from unittest.mock import patch

import django

if __name__ == "__main__":  # before anything is imported that has models
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection

from actionplans import reminders
from actionplans.models import Action, Message, Plan, Status
from actionplans.reminders import letters
from bench.sink import sink, taken_by
from core import clock
from core.appendonly import destruction
from core.mail import compose
from partnerships.models import Holding, Partnership, Post, User

OWNERS, ACTIONS, ROUNDS = 800, 3000, 5
PLANS, WARM_UP = 40, 50
Prepared = list[tuple[str, dict]]  # the arguments of compose
TABLES = ("attempt", "reminder", "message")


def make_late(owners: int, actions: int, on: date) -> None:
    """Late actions of so many owners, spread over some plans of one partnership."""
    partnership = Partnership.objects.create(slug="mail", name="Mail")
    users = User.objects.bulk_create(
        [User(email=f"owner{n}@mail.example", name=f"Owner {n}", password="!") for n in range(owners)]
    )
    posts = Post.objects.bulk_create([Post(partnership=partnership, title=f"Post {n}") for n in range(owners)])
    pairs = zip(users, posts, strict=True)
    long_ago = on - timedelta(days=900)
    Holding.objects.bulk_create([Holding(post=post, user=user, starts_on=long_ago) for user, post in pairs])
    lead = Post.objects.create(partnership=partnership, title="Lead")
    plans = Plan.objects.bulk_create(
        Plan(
            slug=f"mail-{n}",
            partnership=partnership,
            title=f"Joint improvement plan {n}",
            lead_post=lead,
            status=Plan.Status.ACTIVE,
            version=1,
            approved_on=long_ago,
        )
        for n in range(min(PLANS, actions))
    )
    Action.objects.bulk_create(
        Action(
            plan=plans[n % len(plans)],
            position=n,
            ref=f"M{n}",
            title=f"Share the chronology of every child on the register, part {n}",
            lead_post=posts[n % owners],
            status=Status.IN_PROGRESS,
            current_due_on=on - timedelta(days=1 + n % 7),
        )
        for n in range(actions)
    )


def working_day(on: date) -> date:
    """A Wednesday, on which the rules let everything be said."""
    return on + timedelta(days=(2 - on.weekday()) % 7)


def forget() -> None:
    """Empties the outbox. The triggers refuse that unless it is announced."""
    with destruction(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM actionplans_{table}")


def prepared(on: date, now: datetime) -> Prepared:
    """What the product would hand to `compose` for each message, in its order; nothing is sent."""
    kept: Prepared = []

    def keep(name, **given):
        kept.append((name, given))
        return compose(name, **given)

    with patch.object(letters, "compose", keep), patch("core.mail.get_connection", lambda **_: Nowhere()):
        plan_and_deliver(on, now)
    return kept


class Nowhere:
    def open(self) -> None: ...
    def close(self) -> None: ...
    def send_messages(self, messages: list) -> int:
        return len(messages)


def plan_and_deliver(on: date, now: datetime) -> tuple[float, float]:
    """From an empty outbox; seconds of planning and of delivering."""
    forget()
    began = time.perf_counter()
    reminders.plan_day(on, now)
    planned = time.perf_counter()
    reminders.deliver_outbox(on, now)
    return planned - began, time.perf_counter() - planned


def bare_loop(messages: Prepared) -> float:
    began = time.perf_counter()
    sender = get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=settings.EMAIL_TIMEOUT)
    sender.open()
    for name, given in messages:
        sender.send_messages([compose(name, **given)])
    sender.close()
    return time.perf_counter() - began


def peak_of_delivering(on: date, now: datetime, count: int) -> int:
    """Bytes at most that were held at once while so many messages of the day were delivered."""
    some = list(Message.objects.filter(on=on).order_by("pk").values_list("pk", flat=True)[:count])
    Message.objects.update(state=Message.State.WITHDRAWN)
    Message.objects.filter(pk__in=some).update(state=Message.State.PLANNED, sent_at=None)
    tracemalloc.start()
    reminders.deliver_outbox(on, now)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def measure(owners: int, actions: int, rounds: int) -> dict:
    on = working_day(clock.today())
    now = clock.at(on, 8)
    make_late(owners, actions, on)
    messages = prepared(on, now)
    with sink() as port:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "core.mail.SmtpBackend", "127.0.0.1", port
        bare_loop(messages[:WARM_UP])
        ours, plain = [], []
        for number in range(rounds):
            for which in ("ours", "bare") if number % 2 else ("bare", "ours"):
                if which == "ours":
                    ours.append(plan_and_deliver(on, now))
                else:
                    plain.append(bare_loop(messages))
        taken = taken_by(port)
        forget()
        reminders.plan_day(on, now)
        peaks = [peak_of_delivering(on, now, count) for count in (len(messages) // 10, len(messages))]
    if taken != len(messages) * 2 * rounds + min(WARM_UP, len(messages)):
        raise SystemExit(f"The mail server took {taken} messages.")
    return {
        "messages": len(messages),
        "actions": actions,
        "rounds": rounds,
        "planning": median(each[0] for each in ours),
        "delivering": median(each[1] for each in ours),
        "bare": median(plain),
        "peaks": peaks,
        "ratio": median(b / d for b, (_, d) in zip(plain, ours, strict=True)),
        "ratio_with_planning": median(b / (p + d) for b, (p, d) in zip(plain, ours, strict=True)),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*[int(each) for each in sys.argv[1:4]] or (OWNERS, ACTIONS, ROUNDS))))
