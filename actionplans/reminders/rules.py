"""When a reminder falls due, and to whom. Source of the rules: product.md §4, Reminders.

A step is a number of days from an anchor: the due date of the action, or the day by which its update was due. What
counts is the last step that has been reached, so a day on which nothing ran is caught up, and lateness is said again
at intervals that grow to four weeks and never end while it lasts.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from actionplans.models import Action, Plan, Reminder, overdue_round
from partnerships.holders import Answering, answering
from partnerships.models import User

DUE_SOON_STEPS = (-14, -3)
LATE_STEPS = (1, 8, 22)
LATE_EVERY = 28  # days, after the last of LATE_STEPS


@dataclass(frozen=True)
class Line:
    """One thing to say to one person about one action. `step` is in days from the anchor."""

    action: Action
    kind: Reminder.Kind
    anchor_on: date
    step: int
    capacity: Reminder.Capacity

    @property
    def key(self) -> tuple[int, str, date, int]:
        return self.action.pk, self.kind, self.anchor_on, self.step

    def why(self, on: date) -> str:
        """The reason in words, with the date and the days."""
        days = abs((on - self.anchor_on).days)
        span = f"{days} day{'' if days == 1 else 's'}"
        when = f"{self.anchor_on:%-d %B %Y}"
        if self.kind == Reminder.Kind.PROGRESS_OVERDUE:
            return f"update was due by {when}, {span} ago"
        if self.kind == Reminder.Kind.OVERDUE:
            return f"action was due on {when}, {span} ago"
        return f"action is due on {when}, {'today' if days == 0 else f'in {span}'}"


def step_reached(kind: Reminder.Kind, days: int) -> int | None:
    """The last step that has been reached `days` after the anchor (before it: negative); None before the first."""
    steps = DUE_SOON_STEPS if kind == Reminder.Kind.DUE_SOON else LATE_STEPS
    if kind != Reminder.Kind.DUE_SOON and days >= LATE_STEPS[-1] + LATE_EVERY:
        return days - (days - LATE_STEPS[-1]) % LATE_EVERY
    return max((step for step in steps if step <= days), default=None)


def lines_due(on: date) -> dict[User, list[Line]]:
    """What is to be said on the day, by person: most urgent first. A constant number of queries.

    To the deputy when a deputising period covers the day, else to the holder of the post; when the post is vacant to
    whoever answers for the plan lead; to nobody when that is vacant too.
    """
    found = [(action, kind, anchor) for kind in Reminder.Kind for action, anchor in _anchored(kind, on)]
    posts = {action.lead_post_id for action, _, _ in found} | {action.plan.lead_post_id for action, _, _ in found}
    people = answering(posts, on)
    lines: dict[User, list[Line]] = defaultdict(list)
    for action, kind, anchor in found:
        step = step_reached(kind, (on - anchor).days)
        user, capacity = recipient(people, action)
        if user and user.is_active and step is not None:
            lines[user].append(Line(action, kind, anchor, step, capacity))
    return dict(lines)


def recipient(people: dict[int, Answering], action: Action) -> tuple[User | None, Reminder.Capacity]:
    owner = people[action.lead_post_id]
    if owner.deputy:
        return owner.deputy, Reminder.Capacity.DEPUTY
    if owner.holder:
        return owner.holder, Reminder.Capacity.HOLDER
    return people[action.plan.lead_post_id].user, Reminder.Capacity.PLAN_LEAD


def _anchored(kind: Reminder.Kind, on: date) -> list[tuple[Action, date]]:
    """The actions that a kind of reminder is about on the day, each with the date that it counts from."""
    actions = Action.objects.filter(plan__status=Plan.Status.ACTIVE).select_related("plan", "lead_post")
    if kind == Reminder.Kind.PROGRESS_OVERDUE:
        late = actions.progress_overdue(on).prefetch_related("plan__rounds").order_by("plan", "position")
        rounds = [(action, overdue_round(action, action.plan.rounds.all(), on)) for action in late]
        return [(action, each.updates_due_on) for action, each in rounds if each]
    if kind == Reminder.Kind.OVERDUE:
        actions = actions.overdue(on)
    else:
        soon = on + timedelta(days=-min(DUE_SOON_STEPS))
        actions = actions.overdue(soon + timedelta(days=1)).filter(current_due_on__gte=on)
    return [
        (action, action.current_due_on) for action in actions.order_by("current_due_on", "pk") if action.current_due_on
    ]
