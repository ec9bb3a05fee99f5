"""Who answers for a post on a day. Source of the rule: product.md §4, Reminders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from partnerships.models import Holding, User


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
    """For each post: its holder and, where a deputising period covers the day, the deputy. One query."""
    found: dict[int, dict[str, User]] = {post_id: {} for post_id in post_ids}
    for holding in Holding.objects.on(on).filter(post_id__in=found).select_related("user").order_by("starts_on", "pk"):
        found[holding.post_id][holding.kind] = holding.user
    return {post_id: Answering(**people) for post_id, people in found.items()}
