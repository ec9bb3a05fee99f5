"""What would be sent about a plan in the days to come, if nothing happened meanwhile."""

from dataclasses import dataclass
from datetime import date, timedelta

from actionplans.models import Plan
from actionplans.reminders.due import Facts, Line
from actionplans.reminders.planning import SAID_WITHIN, joined, news, said_since, served
from actionplans.reminders.rules import Rules

DAYS = 60


@dataclass(frozen=True)
class Day:
    """A day on which something would be sent: to each person, by key, the lines of their message about the plan."""

    on: date
    people: dict[int, list[Line]]


def forecast(plan: Plan, on: date, rules: Rules | None = None, days: int = DAYS) -> list[Day]:
    """By the plan's rules, or by others that somebody thinks of: the days on which something would be sent.

    Nothing happens in it: no update, no later date, no new round, nobody appointed but who is entered already. It goes
    day by day through what planning goes through, so what comes true of it is what planning will do.
    """
    last = on + timedelta(days=days)
    facts = Facts([plan.actions.open()], on, last, {plan.pk: rules} if rules else None)
    told = news(on, last, plan, rules)
    said = said_since(on - SAID_WITHIN, {*facts.rows, *(each.action_id for each in told.told)})
    busy = served(on)  # have their message of today: what is new for them comes tomorrow
    found = []
    for ahead in range(days):
        day = on + timedelta(days=ahead)
        due = joined(facts.lines(day), told.lines(day))
        people = {user: [line for line in lines if line.key not in said] for user, lines in due.items()}
        people = {user: lines for user, lines in people.items() if lines and not (ahead == 0 and user in busy)}
        said |= {line.key for lines in people.values() for line in lines}
        if people:
            found.append(Day(day, people))
    return found
