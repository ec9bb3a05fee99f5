"""Verbs about the private calendar address of a person. What the address is made of: actionplans/calendar.py."""

import secrets
from datetime import datetime

from django.db import transaction

from actionplans.models import CalendarFeed
from actionplans.operations.history import Refusal
from core import audit
from partnerships.models import User
from partnerships.permissions import all_roles_of

NONCE_BYTES = 24  # 32 characters


@transaction.atomic
def make_calendar(*, user: User, now: datetime) -> CalendarFeed:
    """Makes a new private address for the calendar of a person; the one before, if any, stops.

    Raises Refusal for who belongs to no partnership: there is nothing that could stand in their calendar.
    """
    if not all_roles_of(user):
        raise Refusal("There is nothing to put into a calendar: you belong to no partnership.")
    stopped = _stop(user, now)
    feed = CalendarFeed.objects.create(user=user, nonce=secrets.token_urlsafe(NONCE_BYTES), made_at=now)
    what = "made a new calendar address" if stopped else "made a calendar address"
    audit.record(who=user, what=what, about=user.email, at=now, feed=feed.pk)
    return feed


@transaction.atomic
def revoke_calendar(*, user: User, now: datetime) -> None:
    """Makes the address of a person's calendar stop for good. Without one nothing is done."""
    if _stop(user, now):
        audit.record(who=user, what="stopped a calendar address", about=user.email, at=now)


def _stop(user: User, now: datetime) -> int:
    """The person is locked first: of two clicks at once the second finds what the first has made."""
    User.objects.select_for_update().get(pk=user.pk)
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now)
