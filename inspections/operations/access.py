"""Giving inspectors access to one inspection, changing it and ending it."""

from datetime import date, datetime, timedelta
from functools import partial

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core import audit, clock
from core.refusal import Refusal
from inspections.models import (
    Grant,
    Inspection,
)
from partnerships.models import User
from partnerships.operations.people import tell

LONGEST_ACCESS = timedelta(days=3 * 366)


def grant_inspection(
    *, user: User, inspection: Inspection, starts_on: date, ends_on: date, may_ask: bool = False
) -> Grant:
    """Lets an inspector read the plans of one inspection, to the last day."""
    given = {"starts_on": starts_on, "ends_on": ends_on, "may_ask": may_ask}
    return Grant.objects.create(user=user, inspection=inspection, **given)


@transaction.atomic
def give_access(
    *, inspection: Inspection, name: str, email: str, ends_on: date, may_ask: bool, by: User, now: datetime
) -> Grant:
    """Lets the inspector of an e-mail address read the plans of one inspection, from today to the last day.

    1. They are entered on first mention, without a password; one who is here keeps their name.
    2. After the commit they are told, and how to choose a password if they have none.
    Raises Refusal for a member of a partnership, whose reading is not recorded as an inspector's is; for an account
    that is switched off; for who has access already; and as `_check_last_day`.
    """
    _check_last_day(ends_on, clock.day_of(now))
    given = {"name": name, "password": make_password(None)}
    user, is_new = User.objects.get_or_create(email=email.strip().lower(), defaults=given)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.memberships.exists():
        raise Refusal("This is the address of a member of a partnership. An inspector has an own account.", "email")
    if not (user.is_active and user.signs_in):
        raise Refusal("This account is switched off. Enter another address, or ask an administrator.", "email")
    if has := user.grants.filter(inspection=inspection, ended_at=None, ends_on__gte=clock.day_of(now)).first():
        raise Refusal(f"{user} has access already, to {has.ends_on:%-d %B %Y}. Change that instead.", "email")
    on = {"starts_on": clock.day_of(now), "ends_on": ends_on}
    grant = grant_inspection(user=user, inspection=inspection, may_ask=may_ask, **on)
    _record("gave an inspector access", grant, by, now, is_new=is_new)
    transaction.on_commit(partial(_tell_of_access, grant, by))
    return grant


@transaction.atomic
def change_access(*, grant: Grant, ends_on: date, may_ask: bool, by: User, now: datetime) -> Grant:
    """Sets the last day of an inspector's access, and whether they may ask questions.

    Raises Refusal for access that is over, and as `_check_last_day`.
    """
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.is_over(clock.day_of(now)):
        raise Refusal("This access is over. Give access again instead.")
    _check_last_day(ends_on, clock.day_of(now))
    grant.ends_on, grant.may_ask = ends_on, may_ask
    grant.save(update_fields=["ends_on", "may_ask"])
    _record("changed an inspector's access", grant, by, now)
    return grant


@transaction.atomic
def end_access(*, grant: Grant, by: User, now: datetime) -> Grant:
    """Ends an inspector's access at once. Raises Refusal for access that is over."""
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.is_over(clock.day_of(now)):
        raise Refusal("This access is over already.")
    grant.ended_at = now
    grant.save(update_fields=["ended_at"])
    _record("ended an inspector's access", grant, by, now)
    return grant


def _check_last_day(ends_on: date, today: date) -> None:
    """Raises Refusal for a last day in the past, or more than LONGEST_ACCESS from today."""
    if ends_on < today:
        raise Refusal("The last day must be today or later.", "ends_on")
    if ends_on > today + LONGEST_ACCESS:
        raise Refusal("The last day must be within three years. Give access again then.", "ends_on")


def _record(what: str, grant: Grant, by: User, now: datetime, **more: object) -> None:
    said = {"inspector": grant.user.email, "ends_on": grant.ends_on.isoformat(), "may_ask": grant.may_ask}
    audit.record(who=by, what=what, about=grant.inspection.slug, at=now, **said, **more)


def _tell_of_access(grant: Grant, by: User) -> None:
    user, inspection = grant.user, grant.inspection
    context = {
        "name": user.name,
        "email": user.email,
        "by": by.name,
        "partnership": inspection.partnership.name,
        "inspection": inspection.title,
        "ends_on": grant.ends_on,
        "needs_password": not user.has_usable_password(),
    }
    tell("access_given", user.email, context)
