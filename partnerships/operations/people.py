"""Verbs about people and what they may do."""

import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core import audit
from core.mail import compose
from partnerships.models import Membership, Partnership, User
from partnerships.roles import Role

logger = logging.getLogger(__name__)


def grant_role(*, user: User, partnership: Partnership, role: Role) -> Membership:
    membership, _ = Membership.objects.get_or_create(user=user, partnership=partnership, role=role)
    return membership


@transaction.atomic
def add_person(
    *, partnership: Partnership, name: str, email: str, by: User, now: datetime, signs_in: bool = True
) -> User:
    """The person of that address as an action owner of the partnership.

    1. They are entered on first mention, without a password; one who is here keeps their name, and signs in or not as
       before.
    2. After the commit whoever is to sign in and has no password yet is told how to set one. Should that fail, it is
       logged; the person can ask for the link on the page of lost passwords all the same, and is told again when they
       are added again.
    """
    given = {"name": name, "password": make_password(None), "signs_in": signs_in}
    user, is_new = User.objects.get_or_create(email=email.lower(), defaults=given)
    grant_role(user=user, partnership=partnership, role=Role.OWNER)
    details = {"name": user.name, "email": user.email, "is_new": is_new, "signs_in": user.signs_in}
    audit.record(who=by, what="added a person", about=partnership.slug, at=now, **details)
    if user.signs_in and not user.has_usable_password():
        transaction.on_commit(partial(welcome, user, partnership, by))
    return user


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
