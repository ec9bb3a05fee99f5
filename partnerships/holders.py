"""Who answers for a post on a day. Source of the rule: product.md §4, Reminders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core import clock
from partnerships.models import Holding, Post, User


@dataclass(frozen=True)
class Answering:
    """The person who answers for a post on a day. `user` is None when the post is vacant."""

    holder: User | None = None
    deputy: User | None = None

    @property
    def user(self) -> User | None:
        return self.deputy or self.holder

    @property
    def is_vacant(self) -> bool:
        return self.user is None


def answering(post_ids: Iterable[int], on: date) -> dict[int, Answering]:
    """For each post: its holder and, where a deputising period covers the day, the deputy. One query.

    An account that is switched off answers for nothing from today on. On earlier days its holdings count: on which
    day it was switched off is not kept, and old papers still name who held the post then.
    """
    found: dict[int, dict[str, User]] = {post_id: {} for post_id in post_ids}
    holdings = Holding.objects.on(on).filter(post_id__in=found)
    if on >= clock.today():
        holdings = holdings.filter(user__is_active=True)
    for holding in holdings.select_related("user").order_by("starts_on", "pk"):
        found[holding.post_id][holding.kind] = holding.user
    return {post_id: Answering(**people) for post_id, people in found.items()}


def last_holding(post: Post) -> Holding | None:
    """The holding after which nobody is entered, whether it is over, in force or to come."""
    return post.holdings.holders().select_related("user").order_by("-starts_on").first()


def mark_of(post: Post) -> str:
    """Changes whenever somebody hands the post over: a form that was opened before notices it."""
    last = last_holding(post)
    return f"{last.pk}:{last.ends_on or ''}" if last else ""
