"""Verbs about the account of a person: their address, whether mail reaches it, whether they sign in."""

from datetime import datetime
from functools import partial

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from core import audit
from core.refusal import Refusal
from partnerships.models import Partnership, User
from partnerships.operations.people import tell, welcome
from partnerships.permissions import may_change_account


@transaction.atomic
def mail_failed(*, user: User, answer: str, now: datetime) -> None:
    """Marks the address of a person as failing, with what the mail server said. The first failure is the one kept."""
    locked = _locked(user)
    if locked.mail_failed_at is None:
        locked.mail_failed_at, locked.mail_failure = now, answer
        locked.save(update_fields=["mail_failed_at", "mail_failure"])
        audit.record(who="The mail server", what="mail failed", about=locked.email, at=now, answer=answer)


@transaction.atomic
def mail_works(*, user: User, by: User, now: datetime) -> None:
    """Takes the mark of a failing address away: somebody has found out that it works again."""
    locked = _locked(user)
    if locked.mail_failed_at is not None:
        _unmark(locked)
        locked.save(update_fields=["mail_failed_at", "mail_failure"])
        audit.record(who=by, what="said that an address works", about=locked.email, at=now)


@transaction.atomic
def change_address(*, user: User, email: str, by: User, now: datetime) -> None:
    """Gives a person another e-mail address.

    1. Whoever has the address can ask for a new password, so only who may change the account may do this, and the old
       address is told after the commit.
    2. What failed was the old address: the mark goes.
    3. The sign-in forgets the old address, which would go on opening the account.
    Raises Refusal for an address that somebody has, and where the account is not theirs to change.
    """
    locked, email = _locked(user), email.strip().lower()
    _require(by, locked)
    if email == locked.email.lower():
        raise Refusal("This is their address already.", "email")
    before, locked.email = locked.email, email
    _unmark(locked)
    try:
        with transaction.atomic():
            locked.save(update_fields=["email", "mail_failed_at", "mail_failure"])
    except IntegrityError:
        raise Refusal("Somebody else has that address. Enter another.", "email") from None
    EmailAddress.objects.filter(user=locked).delete()
    audit.record(who=by, what="changed an e-mail address", about=str(locked), at=now, before=before, after=email)
    context = {"name": locked.name, "email": email, "by": by.name}
    transaction.on_commit(partial(tell, "address_changed", before, context))


@transaction.atomic
def set_signs_in(*, user: User, signs_in: bool, partnership: Partnership, by: User, now: datetime) -> None:
    """Says whether a person has an account, or gets mail only.

    1. Without one they get the same mail, and cannot sign in: their password goes, which ends their sessions.
    2. With one again they are told, after the commit, how to set a password.
    Raises Refusal for one's own account, and where the account is not theirs to change.
    """
    locked = _locked(user)
    if locked == by:
        raise Refusal("You cannot take your own account away. Ask another co-ordinator or an administrator.")
    _require(by, locked)
    if locked.signs_in == signs_in:
        return
    locked.signs_in = signs_in
    locked.set_unusable_password()
    locked.save(update_fields=["signs_in", "password"])
    what = "gave a person an account" if signs_in else "took a person's account away"
    audit.record(who=by, what=what, about=locked.email, at=now)
    if signs_in:
        transaction.on_commit(partial(welcome, locked, partnership, by))


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _unmark(user: User) -> None:
    user.mail_failed_at, user.mail_failure = None, ""


def _require(by: User, user: User) -> None:
    if not may_change_account(by, user):
        raise Refusal(
            "This account is used outside your partnership too. Somebody who manages posts everywhere that it is used "
            "must do this."
        )
