"""Taking away an agency, a group or a post that was entered by mistake, which a text may name by its key."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from actionplans.models import Proposal, Revision
from actionplans.operations.history import Actor
from core.refusal import Refusal
from partnerships import operations as partnering
from partnerships.models import Agency, Group, Post


@transaction.atomic
def remove_mistake(*, thing: Agency | Group | Post, by: Actor, now: datetime) -> None:
    """Raises Refusal, besides for what has rows that point to it, for what a proposal or an agreed text names."""
    if any(_names(text, thing) for text in _texts(thing.partnership_id)):
        raise Refusal(f"“{thing}” stays: a text that is agreed or proposed names it.", "thing")
    partnering.remove_mistake(thing=thing, by=by.user, now=now)


def _texts(partnership_id: int) -> Iterator[dict[str, Any]]:
    """What is proposed, and what was ever agreed: texts keep keys, which the database does not follow."""
    yield from Proposal.objects.filter(plan__partnership=partnership_id).values_list("text", flat=True)
    agreed = Revision.objects.filter(action__plan__partnership=partnership_id)
    yield from agreed.values_list("text", flat=True).iterator()


def _names(text: dict[str, Any], thing: Agency | Group | Post) -> bool:
    if isinstance(thing, Post):
        return text.get("lead_post_id") == thing.pk
    if isinstance(thing, Agency):
        return thing.pk in {text.get("lead_agency_id"), *text.get("contributors_ids", [])}
    return thing.pk in {key for key, _ in text.get("groups", [])}
