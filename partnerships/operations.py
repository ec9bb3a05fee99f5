"""Verbs about who: the only writers of this app."""

from datetime import date

from django.db import transaction

from core.working_days import working_days_before
from partnerships.models import Agency, Group, Holding, Meeting, Membership, Partnership, Post, User
from partnerships.roles import Role


class PostIsHeld(Exception):
    """Somebody else holds the post in that period."""


def found_partnership(*, slug: str, name: str, agencies: list[str]) -> Partnership:
    partnership, _ = Partnership.objects.get_or_create(slug=slug, defaults={"name": name})
    for agency in agencies:
        agency_of(partnership=partnership, name=agency, is_member=True)
    return partnership


def agency_of(*, partnership: Partnership, name: str, is_member: bool = False) -> Agency:
    """The agency of that name; an outside body is entered on first mention."""
    agency, _ = Agency.objects.get_or_create(partnership=partnership, name=name, defaults={"is_member": is_member})
    return agency


def post_of(*, partnership: Partnership, title: str, agency: Agency | None = None) -> Post:
    """The post of that title, entered on first mention."""
    post, _ = Post.objects.get_or_create(partnership=partnership, title=title, defaults={"agency": agency})
    return post


def add_meeting(*, group: Group, on: date, paper_deadline_on: date | None = None) -> Meeting:
    """A sitting of the group. Papers are due the group's own number of working days before, unless a day is given."""
    deadline = paper_deadline_on or working_days_before(on, group.paper_days)
    meeting, _ = Meeting.objects.get_or_create(group=group, on=on, defaults={"paper_deadline_on": deadline})
    return meeting


@transaction.atomic
def appoint(*, post: Post, user: User, starts_on: date, ends_on: date | None = None) -> Holding:
    """Makes a person the holder of a post. Raises PostIsHeld when the period overlaps another holder's."""
    others = post.holdings.select_for_update().filter(kind=Holding.Kind.HOLDER)
    for other in others:
        if (ends_on is None or other.starts_on <= ends_on) and (other.ends_on is None or starts_on <= other.ends_on):
            raise PostIsHeld(f"{other.user} holds {post} from {other.starts_on:%-d %B %Y}. End that holding first.")
    return Holding.objects.create(post=post, user=user, starts_on=starts_on, ends_on=ends_on)


def deputise(*, post: Post, user: User, starts_on: date, ends_on: date) -> Holding:
    """Lets a person answer for a post while its holder is away; both days belong to the period."""
    return Holding.objects.create(post=post, user=user, kind=Holding.Kind.DEPUTY, starts_on=starts_on, ends_on=ends_on)


def grant_role(*, user: User, partnership: Partnership, role: Role) -> Membership:
    membership, _ = Membership.objects.get_or_create(user=user, partnership=partnership, role=role)
    return membership
