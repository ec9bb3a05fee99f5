"""Verbs about people and what they may do."""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core import audit, clock
from core.mail import compose
from core.refusal import Refusal
from partnerships.models import Holding, Membership, Partnership, User
from partnerships.roles import Role

logger = logging.getLogger(__name__)


def grant_role(*, user: User, partnership: Partnership, role: Role) -> Membership:
    membership, _ = Membership.objects.get_or_create(user=user, partnership=partnership, role=role)
    return membership


@transaction.atomic
def add_person(
    *,
    partnership: Partnership,
    name: str,
    email: str,
    by: User,
    now: datetime,
    signs_in: bool = True,
    roles: Iterable[Role] = (Role.OWNER,),
) -> User:
    """The person of that address with roles in the partnership, those of an action owner if none are named.

    1. They are entered on first mention, without a password; one who is here keeps their name, and signs in or not as
       before.
    2. After the commit whoever is to sign in and has no password yet is told how to set one. Should that fail, it is
       logged; the person can ask for the link on the page of lost passwords all the same, and is told again when they
       are added again.
    """
    given = {"name": name, "password": make_password(None), "signs_in": signs_in}
    user, is_new = User.objects.get_or_create(email=email.lower(), defaults=given)
    given_roles = [Role(each) for each in roles]
    for role in given_roles:
        grant_role(user=user, partnership=partnership, role=role)
    details = {"name": user.name, "email": user.email, "is_new": is_new, "signs_in": user.signs_in}
    details |= {"roles": [str(each) for each in given_roles]}
    audit.record(who=by, what="added a person", about=partnership.slug, at=now, **details)
    if user.signs_in and not user.has_usable_password():
        transaction.on_commit(partial(welcome, user, partnership, by))
    return user


@transaction.atomic
def set_roles(*, user: User, partnership: Partnership, roles: Iterable[Role], by: User, now: datetime) -> None:
    """Says what a person may do in a partnership, from now on.

    Raises Refusal for one's own roles, so that nobody widens what they may do and an administrator is left; for none at
    all, which is leaving; and for taking the role of an owner from who answers for a post today or later.
    """
    if user == by:
        raise Refusal("You cannot change your own roles. Ask another administrator.")
    wanted = {Role(each) for each in roles}
    if not wanted:
        raise Refusal("Choose at least one role, or record on the page of the person that they leave.", "roles")
    theirs = Membership.objects.select_for_update().filter(user=user, partnership=partnership)
    before = {Role(each) for each in theirs.values_list("role", flat=True)}
    held = Holding.objects.during(clock.day_of(now)).filter(user=user, post__partnership=partnership)
    if Role.OWNER in before - wanted and (holding := held.select_related("post").first()):
        raise Refusal(f"{user} answers for {holding.post}: hand that over first, or keep “Action owner”.", "roles")
    theirs.exclude(role__in=wanted).delete()
    for role in wanted - before:
        grant_role(user=user, partnership=partnership, role=role)
    details = {"before": sorted(before), "after": sorted(wanted)}
    audit.record(who=by, what="changed roles", about=f"{partnership.slug}: {user.email}"[:300], at=now, **details)


@transaction.atomic
def choose_how_often(*, user: User, is_weekly: bool, now: datetime) -> None:
    """A person's own choice: at most one message a week, or a day. There is no "never"."""
    user.is_weekly = is_weekly
    user.save(update_fields=["is_weekly"])
    audit.record(who=user, what="chose how often to be reminded", about=user.email, at=now, is_weekly=is_weekly)


def welcome(user: User, partnership: Partnership, by: User) -> None:
    """Tells a person of their new account, and how to set a password."""
    tell(
        "welcome", user.email, {"name": user.name, "email": user.email, "partnership": partnership.name, "by": by.name}
    )


def tell(message: str, email: str, context: dict[str, Any]) -> None:
    """Sends a message about an account. That it cannot be sent undoes nothing: it is logged."""
    try:
        compose(message, to=email, context=context, headers={}).send()
    except OSError:  # of the network or, as SMTPException, of the mail server
        logger.exception("%s could not be told of their account", email)
