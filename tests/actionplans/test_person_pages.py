"""The page of a person in a partnership, what may be changed there, and where an address that fails shows."""

import html
import re

import pytest
from django.core import mail
from django.urls import reverse

from actionplans.models import Message
from core.models import AuditEntry
from inspections import operations as inspecting
from partnerships import operations as partnering
from partnerships.models import User
from partnerships.roles import Role
from tests.actionplans.pages import error_of, text
from tests.actionplans.test_post_pages import sent
from tests.actionplans.test_post_pages import url as post_url


def url(cast, person, name: str = "person") -> str:
    return reverse(f"actionplans:{name}", args=[cast.ours.partnership.slug, person.pk])


def fail(cast, person) -> None:
    partnering.mail_failed(user=person, answer="550 5.1.1 <No such person>", now=cast.moment(-3))


def main(response) -> str:
    """What the page says, without its marks."""
    found = response.content.decode().partition("<main")[2]
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", found).split()))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# --- what it says, to whom ---


def test_the_page_says_what_they_hold_and_whether_mail_reaches_them(cast, as_):
    partnering.deputise(post=cast.ours.vacant_post, user=cast.owner, starts_on=cast.day(1), ends_on=cast.day(3))
    response = as_("clerk").get(url(cast, cast.owner))
    page = main(response)

    assert "owner@followthrough.example" in page
    assert f"Head of ours , from {cast.day(-1000):%-d %B %Y}" in page
    assert f"Vacant post of ours , as deputy, from {cast.day(1):%-d %B %Y} to {cast.day(3):%-d %B %Y}" in page
    assert "Account Signs in" in page
    assert "fails" not in page
    assert "<button" not in text(response).partition("<main")[2]
    fail(cast, cast.owner)
    page = main(as_("clerk").get(url(cast, cast.owner)))
    assert "Mail to this address fails" in page
    assert f"Since {cast.day(-3):%-d %B %Y}. The mail server said: 550 5.1.1 <No such person>" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"is_active": False}, "Account Switched off"),
        ({"signs_in": False}, "Account None: gets mail only"),
        ({"password": "!"}, "Account Has one, and has not set a password yet"),
    ],
)
def test_the_page_says_how_it_stands_with_the_account(cast, as_, state, words):
    User.objects.filter(pk=cast.owner.pk).update(**state)

    assert words in main(as_("coordinator").get(url(cast, cast.owner)))


def test_the_reminders_about_plans_of_the_partnership_and_no_other(cast, as_):
    theirs = cast.theirs
    partnering.appoint(post=theirs.vacant_post, user=cast.owner, starts_on=cast.day(-1))
    message = Message.objects.get(user=cast.owner)
    line = message.reminders.order_by("pk").first()
    line.pk, line._state.adding, line.action = None, True, theirs.dormant
    line.save()
    page = as_("coordinator").get(url(cast, cast.owner))

    assert {row.action.plan.partnership for row in page.context["rows"]} == {cast.ours.partnership}
    shown = text(page).partition('id="reminders"')[2].partition("</table>")[0]
    assert f'href="{cast.ours.late.get_absolute_url()}"' in shown
    assert f"Action overdue, 8 days after {cast.day(-10):%-d %B %Y}" in shown
    assert "Holder of the post" in shown
    assert "Plan lead, because the post is vacant" in shown
    assert "Sent and accepted" in shown
    assert theirs.dormant.get_absolute_url() not in shown


def test_the_last_50_messages_are_shown_the_newest_first(cast, as_):
    Message.objects.filter(user=cast.clerk).delete()
    line = {"user": cast.clerk, "action": cast.ours.late, "kind": "overdue", "capacity": "holder"}
    for days in range(60):
        given = {"user": cast.clerk, "planned_at": cast.moment(-days), "sent_at": cast.moment(-days), "state": "sent"}
        message = Message.objects.create(on=cast.day(-days), **given)
        message.reminders.create(**line, anchor_on=cast.day(-90), step=90 - days)
    rows = as_("coordinator").get(url(cast, cast.clerk)).context["rows"]

    assert [row.on for row in rows] == [cast.day(-days) for days in range(50)]


def test_a_person_sees_their_own_page_also_without_the_right_to_see_chasing(cast, as_):
    assert "None about a plan of this partnership." in main(as_("member").get(url(cast, cast.member)))
    assert as_("member").get(url(cast, cast.owner)).status_code == 404
    partnering.leave(
        user=cast.owner,
        partnership=cast.ours.partnership,
        last_day=cast.day(-1),
        by=cast.coordinator,
        now=cast.moment(),
    )
    page = text(as_("owner").get(url(cast, cast.owner)))
    assert f'href="{post_url("post", cast.ours.post)}"' not in page, "they no longer see the post"
    assert "Head of ours" in page


def test_somebody_of_another_partnership_has_no_page_here_and_a_former_holder_has(cast, as_):
    assert as_("coordinator").get(url(cast, cast.outsider)).status_code == 404
    assert as_("outsider").get(url(cast, cast.outsider)).status_code == 404
    leaver = User.objects.create_user("gone@ours.example", "Gone")
    partnering.appoint(post=cast.ours.vacant_post, user=leaver, starts_on=cast.day(-90), ends_on=cast.day(-80))
    assert "Gone" in main(as_("coordinator").get(url(cast, leaver)))


# --- what may be changed ---


def test_a_co_ordinator_changes_the_address(cast, as_, django_capture_on_commit_callbacks):
    fail(cast, cast.owner)
    client = as_("coordinator")
    assert f'href="{url(cast, cast.owner, "person-address")}"' in text(client.get(url(cast, cast.owner)))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url(cast, cast.owner, "person-address"), {"email": "New@ours.example"}, follow=True)

    assert "Mail to Owner now goes to new@ours.example." in main(response)
    assert "fails" not in main(response)
    assert fresh(cast.owner).email == "new@ours.example"
    assert mail.outbox[-1].to == ["owner@followthrough.example"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter the new e-mail address."),
        ("head at ours", "Enter an e-mail address such as name@example.org."),
        ("Member@followthrough.example", "Somebody else has that address. Enter another."),
        ("owner@followthrough.example", "This is their address already."),
    ],
)
def test_an_address_that_cannot_be_theirs_is_said_beside_the_field(cast, as_, typed, error):
    response = as_("coordinator").post(url(cast, cast.owner, "person-address"), {"email": typed})

    assert response.status_code == 422
    assert error_of(response, "email") == [error]
    assert f'value="{typed}"' in text(response) or not typed
    assert fresh(cast.owner).email == "owner@followthrough.example"


def test_an_account_that_opens_more_is_shown_and_cannot_be_changed(cast, as_):
    partnering.grant_role(user=cast.verifier, partnership=cast.theirs.partnership, role=Role.MEMBER)
    inspecting.grant_inspection(
        user=cast.clerk, inspection=cast.theirs.inspection, starts_on=cast.day(-1), ends_on=cast.day(1)
    )
    client = as_("coordinator")
    for person in (cast.verifier, cast.clerk):
        page = text(client.get(url(cast, person)))
        for name, data in (("person-address", {"email": "mine@ours.example"}), ("person-account", {"signs_in": "no"})):
            assert url(cast, person, name) not in page
            assert client.post(url(cast, person, name), data).status_code == 403
        assert fresh(person).signs_in


def test_the_address_works_again(cast, as_):
    fail(cast, cast.owner)
    client = as_("administrator")
    assert url(cast, cast.owner, "person-works") in text(client.get(url(cast, cast.owner)))
    response = client.post(url(cast, cast.owner, "person-works"), follow=True)

    assert "Mail to Owner is no longer marked as failing." in main(response)
    assert "Mail to this address fails" not in main(response)
    assert AuditEntry.objects.get(what="said that an address works").who == "Administrator"


def test_a_person_gets_mail_only_and_an_account_again(cast, as_, django_capture_on_commit_callbacks):
    client, link = as_("coordinator"), url(cast, cast.owner, "person-account")
    with django_capture_on_commit_callbacks(execute=True):
        without = main(client.post(link, {"signs_in": "no"}, follow=True))
    assert "Owner has no account, and gets mail only." in without
    assert "Account None: gets mail only" in without
    assert "a co-ordinator posts for them" in main(client.get(url(cast, cast.clerk)))
    with django_capture_on_commit_callbacks(execute=True):
        again = main(client.post(link, {"signs_in": "yes"}, follow=True))

    assert "Owner has an account." in again
    assert "Account Has one, and has not set a password yet" in again
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([cast.owner.email], "Your account at Followthrough")


def test_a_co_ordinator_is_not_offered_to_take_their_own_account_away(cast, as_):
    client, link = as_("coordinator"), url(cast, cast.coordinator, "person-account")

    assert link not in text(client.get(url(cast, cast.coordinator)))
    assert "You cannot take your own account away." in main(client.post(link, {"signs_in": "no"}, follow=True))
    assert fresh(cast.coordinator).signs_in


@pytest.mark.parametrize(("answer", "signs_in", "told"), [("no", False, 0), ("yes", True, 1), ("", True, 1)])
def test_a_new_holder_may_have_no_account(cast, as_, answer, signs_in, told, django_capture_on_commit_callbacks):
    client = as_("coordinator")
    person = {"name": "Ruaridh Kincardine", "email": "ruaridh@ours.example", "signs_in": answer}
    with django_capture_on_commit_callbacks(execute=True):
        page = main(
            client.post(post_url("post-handover", cast.ours.post), sent(client, cast, "new", **person), follow=True)
        )

    assert User.objects.get(email="ruaridh@ours.example").signs_in is signs_in
    assert len([each for each in mail.outbox if each.to == ["ruaridh@ours.example"]]) == told
    assert ("Ruaridh Kincardine is told by e-mail how to set a password." in page) is bool(told)


# --- where it shows ---


def test_the_partnership_names_the_holders_whom_mail_does_not_reach(cast, as_):
    page = reverse("actionplans:partnership", args=["ours"])
    fail(cast, cast.clerk)  # holds no post
    assert "fails" not in main(as_("coordinator").get(page))
    fail(cast, cast.owner)
    assert "Mail to 1 person fails: Owner ." in main(as_("coordinator").get(page))
    partnering.deputise(post=cast.ours.post, user=cast.clerk, starts_on=cast.day(0), ends_on=cast.day(3))
    response = as_("verifier").get(page)

    assert "Mail to 2 people fails: Clerk , Owner ." in main(response)
    assert f'href="{url(cast, cast.owner)}"' in text(response).partition('id="unreached"')[2].partition("</div>")[0]
    assert "fails" not in main(as_("member").get(page))


def test_names_on_the_pages_of_posts_lead_to_the_person_for_who_may_see_them(cast, as_):
    partnering.hand_over(post=cast.ours.post, to=cast.clerk, on=cast.today, by=cast.coordinator, now=cast.moment())
    pages = (post_url("post", cast.ours.post), reverse("actionplans:partnership", args=["ours"]))

    assert [text(as_("verifier").get(page)).count(f'href="{url(cast, cast.clerk)}"') for page in pages] == [2, 1]
    assert f'href="{url(cast, cast.owner)}"' in text(as_("verifier").get(pages[0])), "a former holder"
    for page in pages:
        assert "/people/" not in text(as_("member").get(page))
