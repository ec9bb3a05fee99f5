"""Verbs about who holds a post from when to when, and who deputises."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from core import audit, clock
from core.refusal import Refusal
from partnerships.holders import mark_of
from partnerships.models import Holding, Membership, Partnership, Post, User
from partnerships.operations.people import grant_role
from partnerships.roles import Role

A_DAY = timedelta(days=1)


class PostIsHeld(Refusal):
    """Somebody else holds the post, or deputises for its holder, in that period."""


@transaction.atomic
def appoint(*, post: Post, user: User, starts_on: date, ends_on: date | None = None) -> Holding:
    """Makes a person the holder of a post. Raises PostIsHeld when the period overlaps another holder's."""
    held = _locked(post).holdings.holders().during(starts_on, ends_on).select_related("user").first()
    if held:
        raise PostIsHeld(f"{held.user} holds {post} from {_day(held.starts_on)}. End that holding first.")
    return Holding.objects.create(post=post, user=user, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def deputise(*, post: Post, user: User, starts_on: date, ends_on: date) -> Holding:
    """Lets a person answer for a post while its holder is away; both days belong to the period.

    Raises Refusal for a period that ends before it begins and for the holder themself, PostIsHeld when another deputy
    has some of its days.
    """
    if ends_on < starts_on:
        raise Refusal("The last day must not be before the first day.", "ends_on")
    for each in _locked(post).holdings.during(starts_on, ends_on).select_related("user").order_by("starts_on"):
        if each.kind == Holding.Kind.DEPUTY:
            days = f"from {_day(each.starts_on)} to {_day(each.ends_on)}"
            raise PostIsHeld(f"{each.user} deputises {days}. Enter other days, or end that first.", "starts_on")
        if each.user == user:
            raise Refusal(f"{user} holds the post in that time. Choose somebody else.", "user")
    return Holding.objects.create(post=post, user=user, kind=Holding.Kind.DEPUTY, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def report_to(*, post: Post, to: Post | None, by: User, now: datetime) -> Post:
    """Says to which post a post reports: its line, who is told of what is late. Raises Refusal for a circle."""
    above = to
    while above:
        if above == post:
            raise Refusal(f"{to} reports to this post already, directly or through others.", "post")
        above = above.reports_to
    post.reports_to = to
    post.save(update_fields=["reports_to"])
    _record("said what a post reports to", post, by, now, to=str(to or ""))
    return post


@transaction.atomic
def hand_over(
    *, post: Post, to: User | None, on: date, by: User, now: datetime, seen: str | None = None
) -> Holding | None:
    """Hands a post to its next holder or, without one, leaves it vacant.

    1. Whoever holds it on the day before `on` has that as their last day.
    2. The next holder has `on` as their first, is an action owner of the partnership, and deputises no more for a
       post that is now theirs.
    Raises Refusal when `seen` (`holders.mark_of`) is no longer so, for an account that is switched off, and where there
    is nothing to leave; PostIsHeld for the person who holds it already, and for a day on which it is taken.
    """
    post, today = _locked(post), clock.day_of(now)
    if seen is not None and seen != mark_of(post):
        raise Refusal("Somebody else has changed who holds this post. Look again, then save if it is still right.")
    held = list(post.holdings.holders().during(on).select_related("user", "post").order_by("starts_on"))
    before = [each for each in held if each.has_begun(on)]
    _check_next(to, before)
    _check_first_day(held, to, on, today)
    deputised = post.holdings.deputies().during(on).filter(user=to).select_related("user", "post")
    ended = _end([*before, *deputised], on - A_DAY, today, "on")
    after = None
    if to is not None:
        grant_role(user=to, partnership=post.partnership, role=Role.OWNER)
        after = appoint(post=post, user=to, starts_on=on)
    _record("handed over a post" if after else "left a post vacant", post, by, now, ended=ended, begun=_facts(after))
    return after


@transaction.atomic
def cover(*, post: Post, user: User, starts_on: date, ends_on: date, by: User, now: datetime) -> Holding:
    """Names a deputy for a period. Raises as `deputise`, and Refusal for a period that is over."""
    _check_account(user, "user")
    if ends_on < clock.day_of(now):
        raise Refusal("The last day must be today or later.", "ends_on")
    holding = deputise(post=post, user=user, starts_on=starts_on, ends_on=ends_on)
    _record("named a deputy", post, by, now, begun=_facts(holding))
    return holding


@transaction.atomic
def end_holding(*, holding: Holding, by: User, now: datetime) -> None:
    """Makes today the last day of a deputy; withdraws what has not begun. What is over stays as it was.

    Raises Refusal for what ends by today anyway, and for a holder who has begun: their post is handed over.
    """
    post, today = _locked(holding.post), clock.day_of(now)
    found = post.holdings.filter(pk=holding.pk).select_related("user", "post").first()
    if found is None or found.is_over(today + A_DAY):
        raise Refusal("This has been ended already.")
    if not found.can_end_early(today):
        raise Refusal(f"{found.user} holds the post. Hand it over, or leave it vacant.")
    _record("ended a holding early", post, by, now, ended=_end([found], today, today, ""))


@transaction.atomic
def leave(*, user: User, partnership: Partnership, last_day: date, by: User, now: datetime) -> None:
    """Records that a person leaves a partnership.

    1. What they hold or deputise for there ends on their last day; what was to begin later is withdrawn.
    2. When that day has come their roles there end too. Until then they need them.
    Raises Refusal for one's own leaving, for a day before they began to hold something, and when nothing ends.
    """
    if user == by:
        raise Refusal("You cannot record that you leave yourself. Ask another co-ordinator or an administrator.")
    today = clock.day_of(now)
    theirs = Holding.objects.filter(user=user, post__partnership=partnership)
    list(Post.objects.select_for_update().filter(pk__in=theirs.values("post")).order_by("pk"))
    held = theirs.during(max(last_day + A_DAY, today)).select_related("user", "post").order_by("starts_on")
    ended = _end(held, last_day, today, "last_day")
    roles = Membership.objects.filter(user=user, partnership=partnership)
    ended_roles = sorted(roles.values_list("role", flat=True)) if last_day <= today else []
    if not ended and not ended_roles:
        raise Refusal(f"Nothing of {user} here ends by that. Their roles can end once the day has come.", "last_day")
    roles.filter(role__in=ended_roles).delete()
    details = {"last_day": str(last_day), "ended": ended, "roles": ended_roles}
    audit.record(who=by, what="recorded that a person leaves", about=f"{partnership.slug}: {user}", at=now, **details)


def _locked(post: Post) -> Post:
    """The post, locked until the transaction ends: whoever changes who holds it waits here for the one before."""
    return Post.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=post.pk)


def _check_account(user: User, field: str) -> None:
    if not user.is_active:
        raise Refusal(f"The account of {user} is switched off. Choose somebody else.", field)


def _check_next(to: User | None, before: list[Holding]) -> None:
    """Refuses a next holder who cannot be one, and a vacancy where nobody holds the post."""
    if to is None and not before:
        raise Refusal("Nobody holds the post on that day.", "on")
    if to is not None:
        _check_account(to, "to")
    if to in [each.user for each in before]:
        raise PostIsHeld(f"{to} holds the post on that day already. Choose somebody else.", "to")


def _check_first_day(held: Iterable[Holding], to: User | None, on: date, today: date) -> None:
    """Refuses a day from which on somebody has held the post, or for a next holder is to hold it."""
    for each in held:
        if each.is_over(today):
            raise PostIsHeld(f"{each.user} held the post until {_day(each.ends_on)}. Enter a later day.", "on")
        if on <= each.starts_on <= today:
            raise PostIsHeld(f"{each.user} holds the post from {_day(each.starts_on)}. Enter a later day.", "on")
        if each.starts_on == on or (to is not None and each.starts_on > on):
            said = f"{each.user} is to hold the post from {_day(each.starts_on)}. Withdraw that first."
            raise PostIsHeld(said, "on")


def _end(holdings: Iterable[Holding], last: date, today: date, field: str) -> list[dict[str, str]]:
    """Lets holdings end on their last day, and withdraws those that were to begin later. Gives the facts of each.

    Raises Refusal for one that began after that day and by today: what has been stays.
    """
    ended = []
    for each in holdings:
        if last < each.starts_on <= today:
            kind = each.get_kind_display().lower()
            said = f"{each.user} has been {kind} of {each.post} since {_day(each.starts_on)}. Enter a later day."
            raise Refusal(said, field)
        if each.has_begun(last):
            each.ends_on = last
            each.save(update_fields=["ends_on"])
            ended.append(_facts(each))
        else:
            ended.append(_facts(each) | {"until": "withdrawn before it began"})
            each.delete()
    return ended


def _facts(holding: Holding | None) -> dict[str, str]:
    """A holding in the words of the audit."""
    if holding is None:
        return {}
    return {
        "person": str(holding.user),
        "as": holding.kind,
        "of": str(holding.post),
        "from": str(holding.starts_on),
        "until": str(holding.ends_on or "further notice"),
    }


def _record(what: str, post: Post, by: User, now: datetime, **details: object) -> None:
    audit.record(who=by, what=what, about=f"{post.partnership.slug}: {post}"[:300], at=now, **details)


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else ""
