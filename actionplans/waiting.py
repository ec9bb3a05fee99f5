"""What waits to be verified: since when, on whose word, and for whom it is not to verify."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from actionplans.models import Action, Entry, ProgressUpdate, Status
from partnerships.models import Holding, User
from partnerships.roles import Permission

HOLDS_POST = "You hold its post, or deputise for it."
SAID_DONE = "You said that it is completed."


@dataclass(frozen=True)
class Waiting:
    """A completed action, who said so and when, and why the reader must not verify it (empty when they may)."""

    action: Action
    since: date | None
    said_by: str
    own: str


def completions(actions: Iterable[Action]) -> dict[int, list[ProgressUpdate]]:
    """For each action: the updates that said completed since it was last anything else, oldest first. One query."""
    found: dict[int, list[ProgressUpdate]] = {action.pk: [] for action in actions}
    others = Entry.objects.filter(action=OuterRef("action")).exclude(status=Status.COMPLETED).order_by("-seq")
    said = ProgressUpdate.objects.filter(action__in=found, status=Status.COMPLETED)
    for update in said.annotate(before=Coalesce(Subquery(others.values("seq")[:1]), 0)).filter(seq__gt=F("before")):
        found[update.action_id or 0].append(update)
    return {key: sorted(updates, key=lambda each: each.seq) for key, updates in found.items()}


def waiting_for(user: User, on: date) -> list[Waiting]:
    """The completed actions where the person is a verifier, the longest waiting first. Three queries."""
    actions = Action.objects.visible_to(user, on).filter(
        status=Status.COMPLETED, plan__partnership__in=user.partnerships_where(Permission.VERIFY)
    )
    return sorted(
        waiting(actions.select_related("plan", "lead_post"), user, on),
        key=lambda each: (each.since or on, each.action.pk),
    )


def waiting(actions: Iterable[Action], user: User, on: date) -> list[Waiting]:
    found = list(actions)
    said = completions(found)
    posts = set(Holding.objects.on(on).filter(user=user).values_list("post", flat=True))
    return [_waiting(action, said[action.pk], user, posts) for action in found]


def _waiting(action: Action, said: list[ProgressUpdate], user: User, posts: set[int]) -> Waiting:
    own = HOLDS_POST if action.lead_post_id in posts else ""
    own = own or (SAID_DONE if user.pk in {each.by_id for each in said} else "")
    first = said[0] if said else None
    return Waiting(action, first.happened_on if first else None, first.by_name if first else "", own)
