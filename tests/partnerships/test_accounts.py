"""The account of a person: another address, an address that fails and works again, people who get mail only."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from core.models import AuditEntry
from core.refusal import Refusal
from partnerships import operations as partnering
from partnerships.models import User
from partnerships.roles import Role
from tests.cast import PASSWORD

LOGIN, RESET = reverse("account_login"), reverse("account_reset_password")


@pytest.fixture
def done(django_capture_on_commit_callbacks):
    """Does a verb, with what follows its commit."""

    def done(verb, **given):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(**given)

    return done


def sign_in(client, email: str, password: str = PASSWORD) -> bool:
    client.post(LOGIN, {"login": email, "password": password})
    return "_auth_user_id" in client.session


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def recorded(what: str) -> list[str]:
    return list(AuditEntry.objects.filter(what=what).values_list("who", flat=True))


# --- mail that fails ---


def test_the_first_failure_is_the_one_that_is_kept(cast):
    for days, answer in ((-3, "550 No such person"), (0, "550 Mailbox full")):
        partnering.mail_failed(user=cast.owner, answer=answer, now=cast.moment(days))

    owner = fresh(cast.owner)
    assert (owner.mail_failed_at, owner.mail_failure) == (cast.moment(-3), "550 No such person")
    assert recorded("mail failed") == ["The mail server"]


def test_an_address_that_works_again_is_recorded_once(cast):
    partnering.mail_failed(user=cast.owner, answer="550 No such person", now=cast.moment(-3))
    for _ in range(2):
        partnering.mail_works(user=cast.owner, by=cast.coordinator, now=cast.moment())

    owner = fresh(cast.owner)
    assert (owner.mail_failed_at, owner.mail_failure) == (None, "")
    assert recorded("said that an address works") == ["Coordinator"]


# --- another address ---


def test_another_address_is_theirs_at_once_and_the_old_one_opens_nothing(cast, done, client):
    old = cast.owner.email
    assert sign_in(client, old)
    client.logout()
    client.post(RESET, {"email": old})
    assert EmailAddress.objects.get(user=cast.owner).email == old, "django-allauth remembers addresses"
    partnering.mail_failed(user=cast.owner, answer="550 No such person", now=cast.moment(-3))
    done(partnering.change_address, user=cast.owner, email=" New@Ours.example ", by=cast.coordinator, now=cast.moment())

    owner = fresh(cast.owner)
    assert (owner.email, owner.mail_failed_at, owner.mail_failure) == ("new@ours.example", None, "")
    assert not sign_in(client, old)
    client.post(RESET, {"email": old})
    assert not re.search("/password/reset/key/", mail.outbox[-1].body), "the old address gets no link"
    assert sign_in(client, "new@ours.example")
    (entry,) = AuditEntry.objects.filter(what="changed an e-mail address")
    assert (entry.who, entry.about) == ("Coordinator", "Owner")
    assert entry.details == {"before": old, "after": "new@ours.example"}


def test_the_old_address_is_told_who_changed_it(cast, done):
    old = cast.owner.email
    done(partnering.change_address, user=cast.owner, email="new@ours.example", by=cast.coordinator, now=cast.moment())

    message = mail.outbox[-1]
    assert message.to == [old]
    for words in (message.body, message.alternatives[0].content):
        assert "Coordinator has changed your e-mail address" in words
        assert "new@ours.example" in words


def test_an_address_that_somebody_has_is_refused(cast):
    with pytest.raises(Refusal) as refused:
        partnering.change_address(
            user=cast.owner, email=cast.outsider.email.upper(), by=cast.coordinator, now=cast.moment()
        )

    assert refused.value.message_dict == {"email": ["Somebody else has that address. Enter another."]}
    assert fresh(cast.owner).email == "owner@followthrough.example"
    assert recorded("changed an e-mail address") == []


def test_their_own_address_is_no_change(cast):
    with pytest.raises(Refusal, match="This is their address already."):
        partnering.change_address(user=cast.owner, email=cast.owner.email, by=cast.coordinator, now=cast.moment())


def test_an_account_that_opens_more_than_the_partnership_is_not_theirs_to_change(cast):
    """Whoever sets an address gets its password."""
    partnering.grant_role(user=cast.verifier, partnership=cast.theirs.partnership, role=Role.MEMBER)
    User.objects.filter(pk=cast.clerk.pk).update(is_superuser=True)
    for user in (cast.verifier, fresh(cast.clerk)):
        for verb, given in (
            (partnering.change_address, {"email": "mine@ours.example"}),
            (partnering.set_signs_in, {"signs_in": False, "partnership": cast.ours.partnership}),
        ):
            with pytest.raises(Refusal, match="used outside your partnership too"):
                verb(user=user, by=cast.coordinator, now=cast.moment(), **given)

    assert (fresh(cast.verifier).email, fresh(cast.verifier).signs_in) == ("verifier@followthrough.example", True)


def test_who_manages_posts_everywhere_that_it_is_used_may(cast):
    partnering.grant_role(user=cast.verifier, partnership=cast.theirs.partnership, role=Role.MEMBER)
    partnering.grant_role(user=cast.coordinator, partnership=cast.theirs.partnership, role=Role.ADMINISTRATOR)
    by = fresh(cast.coordinator)
    partnering.change_address(user=cast.verifier, email="new@ours.example", by=by, now=cast.moment())

    assert fresh(cast.verifier).email == "new@ours.example"


# --- people who get mail only ---


@pytest.fixture
def mail_only(cast, done) -> User:
    given = {"partnership": cast.ours.partnership, "by": cast.coordinator, "now": cast.moment()}
    return done(partnering.add_person, name="Ruaridh Kincardine", email="ruaridh@ours.example", signs_in=False, **given)


def test_a_new_person_without_an_account_is_an_owner_and_gets_no_welcome(mail_only, cast):
    assert (mail_only.signs_in, mail_only.has_usable_password()) == (False, False)
    assert mail_only.memberships.get().role == Role.OWNER
    assert not [each for each in mail.outbox if each.to == ["ruaridh@ours.example"]]
    assert AuditEntry.objects.get(what="added a person").details["signs_in"] is False


def test_they_are_answered_like_somebody_whom_nobody_knows(mail_only, client):
    mail_only.set_password(PASSWORD)
    mail_only.save()
    answers = []
    for email in (mail_only.email, "nobody@ours.example"):
        failed = client.post(LOGIN, {"login": email, "password": PASSWORD})
        asked = client.post(RESET, {"email": email})
        body = mail.outbox[-1].body.replace(email, "…")
        answers.append((failed.status_code, failed.context["form"].errors, asked.status_code, asked["Location"], body))

    assert answers[0] == answers[1]
    assert "_auth_user_id" not in client.session
    assert "/password/reset/key/" not in answers[0][-1]


def test_an_account_that_is_taken_away_ends_at_once_and_its_password_with_it(cast, client, done):
    assert sign_in(client, cast.owner.email)
    client.post(RESET, {"email": cast.owner.email})
    link = re.search(r"https?://[^/\s]+(/\S+/key/\S+)", mail.outbox[-1].body)[1]
    given = {"partnership": cast.ours.partnership, "by": cast.coordinator, "now": cast.moment()}
    done(partnering.set_signs_in, user=cast.owner, signs_in=False, **given)

    assert client.get(reverse("actionplans:my-actions")).url.startswith(LOGIN)
    assert not sign_in(client, cast.owner.email)
    assert b"password1" not in client.get(link, follow=True).content
    assert recorded("took a person's account away") == ["Coordinator"]


def test_with_an_account_again_they_are_told_how_to_set_a_password(cast, mail_only, done, client):
    given = {"partnership": cast.ours.partnership, "by": cast.coordinator, "now": cast.moment()}
    for _ in range(2):  # the second says nothing new
        done(partnering.set_signs_in, user=mail_only, signs_in=True, **given)

    told = [each.subject for each in mail.outbox if each.to == [mail_only.email]]
    assert told == ["Your account at Followthrough"]
    client.post(RESET, {"email": mail_only.email})
    assert "/password/reset/key/" in mail.outbox[-1].body
    assert recorded("gave a person an account") == ["Coordinator"]


def test_nobody_takes_their_own_account_away(cast):
    with pytest.raises(Refusal, match="You cannot take your own account away"):
        partnering.set_signs_in(
            user=cast.coordinator,
            signs_in=False,
            partnership=cast.ours.partnership,
            by=cast.coordinator,
            now=cast.moment(),
        )
