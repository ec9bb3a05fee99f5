"""Writing history: the one place where rows of a plan's history come into being."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from actionplans.models import STATE_FIELDS, UNDONE, VERBS, Action, Entry, Plan
from core import chain, clock
from core.refusal import Refusal
from partnerships.models import Post, User

E = TypeVar("E", bound=Entry)


class IllegalMove(Refusal):
    """The status cannot go there from where it is."""


@dataclass(frozen=True)
class Actor:
    """Who speaks: a person, the post for which they speak, and whether a loader repeats what was said elsewhere."""

    user: User
    post: Post | None = None
    imported: bool = False

    @property
    def post_title(self) -> str:
        return self.post.title if self.post else ""

    @property
    def signature(self) -> str:
        """Name and post, as a row keeps who else had a part in it."""
        return f"{self.user.name}, {self.post_title}" if self.post else self.user.name


def locked_plan(plan: Plan) -> Plan:
    """The plan, locked until the transaction ends: whoever writes its history waits here for the one before."""
    return Plan.objects.select_for_update().get(pk=plan.pk)


def locked_action(action: Action) -> Action:
    """The action as it is now, under the lock of its plan."""
    plan = locked_plan(action.plan)
    fresh = Action.objects.select_related("lead_post").get(pk=action.pk)
    fresh.plan = plan
    return fresh


def move(action: Action, verb: str) -> None:
    """Moves the status as VERBS says. Raises IllegalMove from any other status."""
    allowed, target = VERBS[verb]
    if action.status not in allowed:
        raise IllegalMove(f"An action that is “{action.get_status_display()}” cannot become “{target.label}”.")
    action.status = target


def append(entry: E, *, by: Actor, now: datetime, happened_on: date | None = None, action: Action | None = None) -> E:
    """Writes one row of history and the state that it leaves, together. Call it with the plan locked.

    1. The row takes the next number of the plan and the state of the action as it is now in memory. A RAG that was set
       by hand ends here, by itself, with an action that is completed or dropped.
    2. Its hash covers the hash before and every column (core.chain).
    3. The plan remembers how many rows there are and the last hash; the action keeps the new state.
    Raises Refusal for a day that has not come in London: nothing has happened on it.
    """
    if happened_on and happened_on > clock.day_of(now):
        raise Refusal("The day on which it happened must be today or in the past.", "happened_on")
    plan = entry.plan
    entry.action = action
    if action is not None and action.status not in UNDONE:
        action.rag_set = action.rag_reason = ""
    for field in STATE_FIELDS:
        if action is not None:
            setattr(entry, field, getattr(action, field))
    if action is None:
        entry.status = ""
    entry.seq = plan.history_count + 1
    entry.happened_on = happened_on or clock.day_of(now)
    entry.recorded_at = now
    entry.by, entry.by_name, entry.by_post = by.user, by.user.name, by.post_title
    entry.imported = by.imported
    entry.previous = plan.history_head
    entry.hash = chain.digest(entry.previous, entry.facts())
    entry.save()
    plan.history_count, plan.history_head = entry.seq, entry.hash
    plan.save(update_fields=["history_count", "history_head"])
    if action is not None:
        action.save(update_fields=[*STATE_FIELDS])
    return entry
