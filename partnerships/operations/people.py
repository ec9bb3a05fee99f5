"""Verbs about people and what they may do."""

import logging
from datetime import datetime
from functools import partial

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
def add_person(*, partnership: Partnership, name: str, email: str, by: User, now: datetime) -> User:
    """The person of that address as an action owner of the partnership.

    1. An account is made on first mention, without a password; one that exists keeps its name.
    2. After the commit whoever has no password yet is told how to set one. Should that fail, it is logged; the person
       can ask for the link on the page of lost passwords all the same, and is told again when they are added again.
    """
    given = {"name": name, "password": make_password(None)}
    user, is_new = User.objects.get_or_create(email=email.lower(), defaults=given)
    grant_role(user=user, partnership=partnership, role=Role.OWNER)
    details = {"name": user.name, "email": user.email, "is_new": is_new}
    audit.record(who=by, what="added a person", about=partnership.slug, at=now, **details)
    if not user.has_usable_password():
        transaction.on_commit(partial(_welcome, user, partnership, by))
    return user


@transaction.atomic
def choose_how_often(*, user: User, is_weekly: bool, now: datetime) -> None:
    """A person's own choice: at most one message a week, or a day. There is no "never"."""
    user.is_weekly = is_weekly
    user.save(update_fields=["is_weekly"])
    audit.record(who=user, what="chose how often to be reminded", about=user.email, at=now, is_weekly=is_weekly)


def mail_failed(*, user: User, answer: str, now: datetime) -> None:
    """Mail to a person's address was refused for good, or came back: shown until somebody mends it."""
    user.mail_failed_at = user.mail_failed_at or now
    user.mail_failure = answer
    user.save(update_fields=["mail_failed_at", "mail_failure"])
    audit.record(who="the mail server", what="mail failed", about=user.email, at=now, answer=answer)


def _welcome(user: User, partnership: Partnership, by: User) -> None:
    context = {"name": user.name, "email": user.email, "partnership": partnership.name, "by": by.name}
    try:
        compose("welcome", to=user.email, context=context, headers={}).send()
    except OSError:  # of the network or, as SMTPException, of the mail server
        logger.exception("%s could not be told of their account", user.email)
