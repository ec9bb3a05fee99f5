"""Verbs about partnerships, their agencies, posts and meetings."""

from datetime import date, datetime

from django.db import transaction

from core import audit
from partnerships.calendars import days_off, paper_deadline
from partnerships.models import Agency, Group, Meeting, Partnership, Post, User


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
    off = days_off([group.partnership_id])[group.partnership_id]
    deadline = paper_deadline_on or paper_deadline(group, on, off)
    meeting, _ = Meeting.objects.get_or_create(group=group, on=on, defaults={"paper_deadline_on": deadline})
    return meeting


@transaction.atomic
def set_chair(*, group: Group, post: Post | None, by: User, now: datetime) -> Group:
    """Says which post chairs a group: the last rung of the ladder of the plans that the group monitors."""
    group.chair = post
    group.save(update_fields=["chair"])
    audit.record(who=by, what="said who chairs a group", about=str(group), at=now, chair=str(post or ""))
    return group
