"""A new person gets an account without a password, and a message with the way to one."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from core.models import AuditEntry
from partnerships import operations as partnering
from partnerships.models import Membership, User
from partnerships.roles import Role


@pytest.fixture
def add(cast, django_capture_on_commit_callbacks):
    def add(name: str, email: str) -> User:
        with django_capture_on_commit_callbacks(execute=True):
            return partnering.add_person(
                partnership=cast.ours.partnership, name=name, email=email, by=cast.coordinator, now=cast.moment()
            )

    return add


def test_a_new_person_is_an_action_owner_without_a_password_and_is_told_after_the_commit(add, cast):
    user = add("Ruaridh Kincardine", "Ruaridh@Ours.example")

    assert (user.name, user.email, user.has_usable_password()) == ("Ruaridh Kincardine", "ruaridh@ours.example", False)
    assert [each.role for each in Membership.objects.filter(user=user)] == [Role.OWNER]
    message = mail.outbox[-1]
    assert (message.to, message.subject) == (["ruaridh@ours.example"], "Your account at Followthrough")
    assert "Coordinator has made an account for you" in message.body
    assert reverse("account_reset_password") in message.body
    assert reverse("account_reset_password") in message.alternatives[0].content
    details = {"name": "Ruaridh Kincardine", "email": "ruaridh@ours.example", "is_new": True}
    assert AuditEntry.objects.filter(what="added a person").values_list("about", "details").get() == (
        "ours",
        details | {"signs_in": True, "roles": ["owner"]},
    )


def test_the_page_that_the_message_names_lets_a_new_person_in(add, client):
    user = add("Ruaridh Kincardine", "ruaridh@ours.example")
    page = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)[1]
    client.post(page, {"email": user.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True)
    words = {"password1": "a long new password", "password2": "a long new password"}
    client.post(form.request["PATH_INFO"], words)

    client.post(reverse("account_login"), {"login": user.email, "password": "a long new password"})
    assert client.get(reverse("start")).url == reverse("actionplans:my-actions")


def test_somebody_with_an_account_keeps_their_name_and_gets_no_message(add, cast):
    before = len(mail.outbox)
    user = add("Another Name", cast.outsider.email.upper())

    assert (user.pk, user.name) == (cast.outsider.pk, "Outsider")
    assert Membership.objects.filter(user=user, partnership=cast.ours.partnership, role=Role.OWNER).exists()
    assert len(mail.outbox) == before


def test_a_person_who_has_not_set_a_password_is_told_again_when_added_again(add):
    add("Ruaridh Kincardine", "ruaridh@ours.example")
    add("Ruaridh Kincardine", "ruaridh@ours.example")

    assert [message.to for message in mail.outbox[-2:]] == [["ruaridh@ours.example"]] * 2


def test_a_mail_server_that_fails_undoes_nothing(add, monkeypatch, caplog):
    def fail(*args, **options):
        raise OSError("no route")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    user = add("Ruaridh Kincardine", "ruaridh@ours.example")

    assert User.objects.filter(pk=user.pk).exists()
    assert "ruaridh@ours.example could not be told of their account" in caplog.text
