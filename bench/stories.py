"""What happens to an action from its plan's draft to yesterday, told as dated events."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from actionplans.models import UNDONE, Action, Plan, Status

# How the actions stand in the end, in per cent; and of those not done how many are late, so that 15 in 100 are.
FATES = {
    Status.NOT_STARTED: 8,
    Status.IN_PROGRESS: 40,
    Status.ON_HOLD: 4,
    Status.COMPLETED: 10,
    Status.VERIFIED: 8,
    Status.CLOSED: 30,
}
LATE_OF_UNDONE = 15 / 52
DATE_CHANGES = {0: 78, 1: 14, 2: 6, 3: 2}


class Event(NamedTuple):
    """`what` happens is the name of a method of bench.history.History; `detail` is what it needs beyond the action."""

    on: date
    what: str
    plan: Plan
    action: Action | None = None
    detail: Any = ()


@dataclass
class Story:
    """One action, how it ends, and the due dates that it had, the last being the current one."""

    action: Action
    fate: Status
    updates: int
    reached: int  # per cent, where it is not completed
    due: list[date]
    approved_on: date
    last_on: date
    at_risk: bool
    is_returned: bool
    is_held_up: bool
    random: Random = field(repr=False)

    def day(self, part: float) -> date:
        """A day between the approval (0) and the last update (1)."""
        return self.approved_on + timedelta(days=max(1, round((self.last_on - self.approved_on).days * part)))

    def events(self, yesterday: date) -> list[Event]:
        """In an order that is right where two fall on the same day."""
        plan, action, random = self.action.plan, self.action, self.random
        found = []
        for place, to_on in enumerate(self.due[1:], start=1):
            part = place / (len(self.due) + 1)
            found.append(Event(self.day(part), "request_date", plan, action, (to_on,)))
            found.append(Event(self.day(part + 0.02), "grant_date", plan, action, (to_on,)))
        for number in range(1, self.updates + 1):
            on = self.day(number / self.updates)
            found.append(Event(on, "update", plan, action, self._said(number)))
            if self.is_returned and number == self.updates - 1:
                found.append(Event(on, "verify", plan, action, (False,)))
            if random.random() < 0.03:
                found.append(Event(on, "evidence", plan, action))
                if random.random() < 0.5:
                    found.append(Event(on, "release", plan, action))
        verified_on = min(self.last_on + timedelta(days=random.randint(3, 20)), yesterday)
        if self.fate in {Status.VERIFIED, Status.CLOSED}:
            found.append(Event(verified_on, "verify", plan, action, (True,)))
        if self.fate == Status.CLOSED:
            closed_on = min(verified_on + timedelta(days=random.randint(5, 30)), yesterday)
            found.append(Event(closed_on, "close", plan, action))
        return found

    def _said(self, number: int) -> tuple[Status, int, bool, bool]:
        """Status, per cent, at risk, and whether something is in the way."""
        is_last = number == self.updates
        percent = self.reached * number // self.updates
        if self.fate == Status.NOT_STARTED:
            return self.fate, 0, False, self.is_held_up and is_last
        if (is_last and self.fate not in UNDONE) or (self.is_returned and number == self.updates - 1):
            return Status.COMPLETED, 100, False, False
        if is_last:
            return self.fate, percent, self.at_risk, self.is_held_up or self.at_risk or self.fate == Status.ON_HOLD
        return Status.IN_PROGRESS, percent, False, self.random.random() < 0.1


def make_story(action: Action, updates: int, approved_on: date, today: date, random: Random) -> Story:
    """Draws how an action fares, and gives it the dates that it starts with."""
    fate = random.choices([*FATES], [*FATES.values()])[0]
    yesterday = today - timedelta(days=1)
    is_late = fate in UNDONE and random.random() < LATE_OF_UNDONE
    last_on = yesterday - timedelta(days=random.randint(0, 80))
    if fate not in UNDONE:
        last_on -= timedelta(days=round((yesterday - approved_on).days * random.uniform(0.05, 0.6)))
    if is_late:
        due_on = yesterday - timedelta(days=random.randint(0, 240))
    elif fate in UNDONE:
        due_on = today + timedelta(days=random.randint(0, 400))
    else:
        due_on = last_on + timedelta(days=random.randint(-60, 60))
    due = [due_on]
    for _ in range(random.choices([*DATE_CHANGES], [*DATE_CHANGES.values()])[0]):
        due.insert(0, due[0] - timedelta(days=random.randint(30, 100)))
    action.start_on = min(approved_on + timedelta(days=random.randint(0, 45)), due[0])
    action.current_due_on = due[0]
    return Story(
        action=action,
        fate=fate,
        updates=updates,
        reached=random.randint(20, 95),
        due=due,
        approved_on=approved_on,
        last_on=last_on,
        at_risk=fate == Status.IN_PROGRESS and random.random() < 0.1,
        is_returned=fate == Status.IN_PROGRESS and updates > 2 and random.random() < 0.04,
        is_held_up=is_late,
        random=random,
    )
