"""Pages of posts that only read: one post with what it leads, and the posts of a partnership."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.models import Action, Plan
from actionplans.views.plans import rag_key
from actionplans.views.reading import SignedIn, page
from core import clock
from partnerships.holders import Answering, answering
from partnerships.models import Holding, Partnership, Post, User
from partnerships.permissions import may, may_arrange_cover, members
from partnerships.roles import Permission


@dataclass(frozen=True)
class PostRow:
    """A post with who answers for it, and how many open actions and active plans it leads."""

    post: Post
    answering: Answering
    actions: int
    plans: int

    @property
    def needs_holder(self) -> bool:
        return self.answering.is_vacant and bool(self.actions or self.plans)


@page
def post(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Who holds the post, held it and is to hold it, its deputies, and what it leads."""
    today = clock.today()
    found = visible_post(request, partnership, pk)
    manages = may(request.user, Permission.MANAGE_POSTS, found.partnership)
    covers = may_arrange_cover(request.user, found, today)
    leavers = set(members(found.partnership).exclude(pk=request.user.pk)) if manages else set()
    holdings = list(found.holdings.select_related("user").order_by("-starts_on", "-pk"))
    holders = [each for each in holdings if each.kind == Holding.Kind.HOLDER]
    deputies = [each for each in holdings if each.kind == Holding.Kind.DEPUTY]
    actions = open_actions(request, found, today).select_related("plan").order_by("current_due_on", "pk")
    context = {
        "post": found,
        "partnership": found.partnership,
        "answering": answering([found.pk], today)[found.pk],
        "last": holders[0] if holders else None,
        "tables": [
            _table("Holders", holders, today, may_end=manages, leavers=leavers),
            _table("Deputies", deputies, today, may_end=covers, leavers=leavers),
        ],
        "manages": manages,
        "covers": covers,
        "sees_people": may(request.user, Permission.SEE_CHASING, found.partnership),
        "actions": [{"action": each, "rag": each.rag(today), "days_late": each.days_late(today)} for each in actions],
        "rags": rag_key(),
        "today": today,
        **led(request, found, today),
    }
    return render(request, "actionplans/post.html", context)


def visible_post(request: SignedIn, partnership: str, pk: int) -> Post:
    """The post, to the members of its partnership; to everybody else it does not exist."""
    visible = Post.objects.visible_to(request.user).select_related("partnership", "agency", "reports_to")
    return get_object_or_404(visible, pk=pk, partnership__slug=partnership)


def open_actions(request: SignedIn, post: Post, on: date) -> QuerySet[Action]:
    """The open actions that the post leads, of those that the reader may see."""
    return Action.objects.visible_to(request.user, on).open().filter(lead_post=post)


def led(request: SignedIn, post: Post, on: date) -> dict[str, object]:
    """The plans that it leads, of those that the reader may see and that are not closed; the groups that it chairs."""
    plans = Plan.objects.visible_to(request.user, on).exclude(status=Plan.Status.CLOSED).filter(lead_post=post)
    return {"plans": plans.order_by("title"), "groups": post.chairs.order_by("name")}


def posts_of(partnership: Partnership, user: User, on: date, plans: Iterable[Plan]) -> list[PostRow]:
    """The posts of a partnership by title; those that are vacant and lead something stand first. Three queries.

    `plans` are those of the partnership that the person may see.
    """
    posts = list(partnership.posts.select_related("agency").order_by("title"))
    people = answering([each.pk for each in posts], on)
    opened = Action.objects.visible_to(user, on).open().filter(plan__partnership=partnership).order_by()
    actions = Counter(dict(opened.values_list("lead_post").annotate(Count("pk"))))
    active = Counter(each.lead_post_id for each in plans if each.status == Plan.Status.ACTIVE)
    rows = [PostRow(each, people[each.pk], actions[each.pk], active[each.pk]) for each in posts]
    return sorted(rows, key=lambda row: not row.needs_holder)


def unreached(rows: Iterable[PostRow]) -> list[User]:
    """Whoever answers for one of the posts and has an address that mail does not reach, by name."""
    people = {user for row in rows for user in (row.answering.holder, row.answering.deputy) if user}
    return sorted((user for user in people if user.mail_failed_at), key=lambda user: (user.name, user.pk))


def _table(heading: str, holdings: list[Holding], on: date, *, may_end: bool, leavers: set[User]) -> dict:
    """Each holding with when it is, in a word, and what the reader may do about it."""
    rows = [
        {
            "holding": each,
            "when": "Over" if each.is_over(on) else "Now" if each.has_begun(on) else "To come",
            "may_end": may_end and each.can_end_early(on),
            "may_leave": each.user in leavers,
        }
        for each in holdings
    ]
    return {"heading": heading, "rows": rows, "changes": any(row["may_end"] or row["may_leave"] for row in rows)}
