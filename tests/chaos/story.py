"""The story of a fault-injection run: weeks of reminders in which anything may die, then peace, then the verdict."""

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.db.models import QuerySet

from actionplans.models import Message, Reminder
from core import clock
from partnerships.models import User
from tests.chaos.mailserver import MailServer
from tests.chaos.people import Owner, complete, make_people, step_of
from tests.chaos.processes import Processes

FIRST_DAY = date(2027, 3, 25)  # the clocks go forward on the 28th
DAYS_AHEAD = 4  # in each week; a day later the next step would be reached
NINE = 9 * 60  # minutes
PATIENCE = 120  # seconds until what is owed in a week must have been planned, and until the outbox must be empty
MOST_WEEKS = 40


class Clock:
    """The service's clock. `day` counts from the first, `minutes` from midnight, however long it really takes."""

    def __init__(self, file: Path) -> None:
        self.file, self.day, self.minutes = file, 0, NINE
        self.set(0)

    def set(self, day: int, minutes: int = NINE) -> None:
        self.day, self.minutes = day, minutes
        wanted = clock.at(FIRST_DAY + timedelta(days=day), 0) + timedelta(minutes=minutes)
        part = self.file.with_suffix(".part")
        part.write_text(str(wanted.timestamp() - time.time()), encoding="utf-8")
        os.replace(part, self.file)

    def move(self, days: int, hours: int, within: range) -> None:
        """Stays within the days and the working day."""
        day = min(max(self.day + days, within.start), within.stop - 1)
        self.set(day, min(max(self.minutes + 60 * hours, 60), 20 * 60))


class Story:
    def __init__(self, processes: Processes, server: MailServer, file: Path, random: Random, kills: int) -> None:
        self.processes, self.server, self.random = processes, server, random
        self.clock = Clock(file)
        self.wanted = kills
        self.owners: list[Owner] = []
        self.weeks = 0
        self.began = time.monotonic()
        self.moves = 0

    @property
    def kills(self) -> int:
        return self.processes.kills.total()

    def live(self, people: int, kills_a_week: int, say: Callable[[str], None]) -> None:
        """At least two weeks, and more until there were enough kills; then faults end and the outbox must empty."""
        self.owners = make_people(people, FIRST_DAY)
        self._wait(lambda: Message.objects.exists())  # the workers have begun
        while self.weeks < MOST_WEEKS and (self.weeks < 2 or self.kills < self.wanted):
            self.weeks += 1
            self._week(self.weeks - 1, kills_a_week)
            say(f"week {self.weeks}: {self._standing()}")
        self.server.misbehaves = False
        self._drain()
        say(f"peace: {self._standing()}")

    def _standing(self) -> str:
        states = ("sent", "planned", "claimed")
        sent, planned, claimed = (Message.objects.filter(state=state).count() for state in states)
        seconds = time.monotonic() - self.began
        return f"{self.kills} kills; {sent} sent, {planned} waiting, {claimed} being sent; {seconds:.0f} s"

    def _week(self, week: int, kills: int) -> None:
        """Faults until there were enough, everybody's step has been planned, and most of the messages have gone out."""
        self.clock.set(7 * week)
        enough, until, number = self.kills + kills, time.monotonic() + PATIENCE, 0
        while time.monotonic() < until and (self.kills < enough or self._lags(week)):
            self.processes.revive()
            self._fault(range(7 * week - 1, 7 * week + DAYS_AHEAD + 1))
            time.sleep(self.random.uniform(0.2, 0.8))
            number += 1
            if number % 4 == 0:
                self._complete_one()
        self._catch_up(week)

    def _catch_up(self, week: int) -> None:
        """A clock that goes back to before somebody was late undoes what was planned: here it stays where it is."""
        until = time.monotonic() + PATIENCE
        if self._unplanned(week):
            self.clock.set(7 * week + DAYS_AHEAD)
        while time.monotonic() < until and self._unplanned(week):
            self.processes.revive()
            time.sleep(0.5)

    def _lags(self, week: int) -> bool:
        return self._unplanned(week) or waiting().count() > len(self.owners) / 3

    def _complete_one(self) -> None:
        """Somebody whose message waits has done it: from the first week that was not told before, nothing is owed."""
        wait = set(waiting().values_list("user", flat=True))
        able = [each for each in self.owners if each.user_id in wait and each.done_in is None and not each.is_refused]
        if not able:
            return
        owner = self.random.choice(able)
        told = Reminder.objects.filter(user=owner.user_id, message__state=Message.State.SENT, withdrawn_at=None)
        steps = set(told.values_list("step", flat=True))
        complete(owner, min(week for week in range(self.weeks + 1) if step_of(week) not in steps))

    def _wait(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not done():
            time.sleep(0.2)

    def _fault(self, days: range) -> None:
        """Mostly children die, because they are what sends; the others now and then, because they are slow to start."""
        do, move = self.processes, self._move
        chances: list[tuple[int, Callable[[], None]]] = [
            (24, do.kill_child),
            (3, do.kill_worker),
            (3, do.kill_worker_with_children),
            (4, do.kill_beat),
            (3, do.kill_redis),
            (3, do.flush_redis),
            (14, lambda: move(0, 1, days)),
            (8, lambda: move(0, -1, days)),
            (5, lambda: move(1, 0, days)),
            (4, lambda: move(-1, 0, days)),
            (20, lambda: None),
        ]
        weights, deeds = zip(*chances, strict=True)
        self.random.choices(deeds, weights)[0]()

    def _move(self, days: int, hours: int, within: range) -> None:
        self.moves += 1
        self.clock.move(days, hours, within)

    def _unplanned(self, week: int) -> bool:
        said = Reminder.objects.filter(step=step_of(week), withdrawn_at=None).values("user")
        still = [each.user_id for each in self.owners if each.done_in is None]
        return User.objects.filter(pk__in=still).exclude(pk__in=said).exists()

    def _drain(self) -> None:
        """Peace: every two hours of the service's clock take a second, so that what is tried later is tried."""
        last, until = 7 * (self.weeks - 1), time.monotonic() + PATIENCE
        self.clock.set(last)
        while time.monotonic() < until and (waiting().exists() or self._unplanned(self.weeks - 1)):
            self.processes.revive()
            time.sleep(1.2)
            is_over = self.clock.minutes + 120 > 20 * 60
            day = min(self.clock.day + is_over, last + DAYS_AHEAD)
            self.clock.set(day, 60 if is_over else self.clock.minutes + 120)


def waiting() -> QuerySet[Message]:
    return Message.objects.filter(state__in=("planned", "claimed"))
