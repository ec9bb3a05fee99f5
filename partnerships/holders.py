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


class Roster:
    """Who answers for posts on the days of a period, both ends included. One query.

    An account that is switched off answers for nothing from today on. On earlier days its holdings count: on which
    day it was switched off is not kept, and old papers still name who held the post then.
    """

    def __init__(self, post_ids: Iterable[int], first: date, last: date) -> None:
        self.today = clock.today()
        self.holdings: dict[int, list[Holding]] = {post_id: [] for post_id in post_ids}
        found = Holding.objects.during(first, last).filter(post_id__in=self.holdings)
        for holding in found.select_related("user").order_by("starts_on", "pk"):
            self.holdings[holding.post_id].append(holding)

    def on(self, post_id: int, day: date) -> Answering:
        """The holder and, where a deputising period covers the day, the deputy."""
        people: dict[str, User] = {}
        for each in self.holdings[post_id]:
            if each.has_begun(day) and not each.is_over(day) and (each.user.is_active or day < self.today):
                people[each.kind] = each.user
        return Answering(**people)


def answering(post_ids: Iterable[int], on: date) -> dict[int, Answering]:
    """For each post: who answers for it on the day. One query."""
    roster = Roster(post_ids, on, on)
    return {post_id: roster.on(post_id, on) for post_id in roster.holdings}


def last_holding(post: Post) -> Holding | None:
    """The holding after which nobody is entered, whether it is over, in force or to come."""
    return post.holdings.holders().select_related("user").order_by("-starts_on").first()


def mark_of(post: Post) -> str:
    """Changes whenever somebody hands the post over: a form that was opened before notices it."""
    last = last_holding(post)
    return f"{last.pk}:{last.ends_on or ''}" if last else ""
