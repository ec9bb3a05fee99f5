"""Pages of posts that only read: one post with what it leads, and the posts of a partnership."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.models import Action, Plan
from actionplans.overviews import Load, PlanRow, leads_on, loads
from actionplans.views.links import Count, links_of_partnership, links_of_plan, load_row
from actionplans.views.plans import rag_key
from actionplans.views.reading import AsAt, SignedIn, page
from core import clock
from partnerships.holders import Answering, answering
from partnerships.models import Holding, Partnership, Post, User
from partnerships.permissions import may, may_arrange_cover, members
from partnerships.roles import Permission


@dataclass(frozen=True)
class PostRow:
    """A post with who answers for it, and what it leads: open actions, with how late these are, and plans.

    `drafted` are its actions in each plan that is not agreed, which the load leaves out.
    """

    post: Post
    answering: Answering
    load: dict[str, Count]
    drafted: list[Count]
    plans: list[Plan]

    @property
    def leads(self) -> bool:
        return bool(self.load["open"].value or self.drafted or self.plans)

    @property
    def needs_holder(self) -> bool:
        return self.answering.is_vacant and self.leads


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


def posts_of(
    partnership: Partnership, day: AsAt, rows: Sequence[PlanRow], user: User, drafts: Sequence[Plan]
) -> list[PostRow]:
    """The posts of a partnership by title, as at a day; those that are vacant and lead something stand first.

    `rows` are the agreed plans as the person may see them, `drafts` those that are not agreed. Two queries; one more
    where there are drafts, or of a past day.
    """
    posts = list(partnership.posts.select_related("agency").order_by("title"))
    people = answering([each.pk for each in posts], day.on)
    led_by, plans = loads(rows, lambda each: each.post_id), leads_on(rows, day.on, day.today)
    drafted = _drafted(user, drafts, day)
    found = []
    for each in posts:
        links = links_of_partnership(partnership, day, each.title)
        load = load_row(led_by.get(each.pk, Load()), links, post=each.title)
        found.append(PostRow(each, people[each.pk], load, drafted.get(each.pk, []), plans.get(each.pk, [])))
    return sorted(found, key=lambda row: not row.needs_holder)


def _drafted(user: User, drafts: Sequence[Plan], day: AsAt) -> dict[int, list[Count]]:
    """By the key of a post how many actions it leads in each of the drafts. One query where there are any."""
    if not drafts:
        return {}
    led = Action.objects.visible_to(user, day.on).open().filter(plan__in=drafts)
    counted = Counter(led.values_list("lead_post", "lead_post__title", "plan"))
    found: dict[int, list[Count]] = {}
    for plan in drafts:
        for (post, title, key), count in counted.items():
            if key == plan.pk:
                links = links_of_plan(plan, day, plan.title)
                found.setdefault(post, []).append(links.count(count, show="open", post=title))
    return found


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
