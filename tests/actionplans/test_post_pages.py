"""The pages of posts: one post, handing it over, deputies, leaving, and where the co-ordinator sees a vacancy."""

import pytest
from django.core import mail
from django.urls import reverse

from actionplans import reminders
from actionplans.asat import standings
from actionplans.models import Action
from actionplans.papers import build_report
from actionplans.papers.rows import exceptions
from core.models import AuditEntry
from partnerships import operations as partnering
from partnerships.models import Holding, Membership, User
from partnerships.roles import Role
from tests.actionplans.pages import CHI, date_of, error_of, text


def url(name: str, post, *keys) -> str:
    return reverse(f"actionplans:{name}", args=[post.partnership.slug, post.pk, *keys])


def leave_url(partnership, person) -> str:
    return reverse("actionplans:person-leave", args=[partnership.slug, person.pk])


def sent(client, cast, to, days: int = 0, **given) -> dict[str, object]:
    """What the page of handing over the owner's post sends."""
    form = client.get(url("post-handover", cast.ours.post)).context["form"]
    return {"to": to, "seen": form.initial["seen"], **date_of("on", cast.day(days)), **given}


def cover(cast, user, first: int, last: int) -> Holding:
    return partnering.deputise(post=cast.ours.post, user=user, starts_on=cast.day(first), ends_on=cast.day(last))


def holders(post) -> list[str]:
    return [each.user.name for each in post.holdings.holders().select_related("user").order_by("starts_on")]


# --- one post ---


def test_the_page_of_a_post_says_who_holds_it_what_it_leads_and_who_deputised(cast, as_):
    ours = cast.ours
    ours.group.chair = ours.post
    ours.group.save()
    partnering.hand_over(post=ours.post, to=cast.clerk, on=cast.day(9), by=cast.coordinator, now=cast.moment())
    cover(cast, cast.verifier, -20, -10)
    page = text(as_("member").get(url("post", ours.post)))

    assert "Head of ours" in page
    assert f"{cast.day(-1000):%-d %B %Y}" in page
    assert f"{cast.day(8):%-d %B %Y}" in page  # the last day of the owner
    assert [page.count(f">{word}<") for word in ("Now", "To come")] == [1, 1]
    assert page.count(">Over<") == 1
    assert f'href="{ours.late.get_absolute_url()}"' in page
    assert "10 days late" in page
    assert f'href="{ours.dormant.get_absolute_url()}"' not in page  # of another post
    assert f'href="{ours.plan.get_absolute_url()}"' in page
    assert str(ours.group) in page


def test_a_member_who_reads_is_offered_nothing_to_change_and_sees_no_draft(cast, as_):
    cover(cast, cast.verifier, 0, 10)
    page = text(as_("member").get(url("post", cast.ours.post)))

    for link in ("post-handover", "post-cover"):
        assert url(link, cast.ours.post) not in page
    assert "<button" not in page.partition("<main")[2]
    assert "D1" not in page
    assert "D1" in text(as_("clerk").get(url("post", cast.ours.post)))


def test_a_post_without_a_next_holder_says_so(cast, as_):
    partnering.hand_over(post=cast.ours.post, to=None, on=cast.day(5), by=cast.coordinator, now=cast.moment())

    assert f"Nobody is entered after {cast.day(4):%-d %B %Y}." in text(as_("member").get(url("post", cast.ours.post)))


# --- handing over ---


def test_the_form_says_before_the_button_what_goes_with_the_post(cast, as_):
    cover(cast, cast.verifier, 0, 10)
    page = text(as_("coordinator").get(url("post-handover", cast.ours.post)))

    before = (
        page.partition("<form method")[0].partition("<main")[0]
        + page.partition("<main")[2].partition(">Hand over</")[0]
    )
    for plan, count in (("Plan of ours", "2 open actions"), ("Plan that no group has agreed yet", "1 open action")):
        assert f"<strong>{count}</strong> of {plan}" in before
    assert "The lead of Plan of ours" in before
    assert "Goes on deputising" in before


def test_a_post_is_handed_to_a_member_from_a_day_on(cast, as_):
    client = as_("coordinator")
    response = client.post(url("post-handover", cast.ours.post), sent(client, cast, cast.clerk.pk, 3), follow=True)

    assert holders(cast.ours.post) == ["Owner", "Clerk"]
    assert f"Clerk holds Head of ours from {cast.day(3):%-d %B %Y}." in text(response)


def test_a_post_is_handed_to_somebody_new_who_is_told(cast, as_, django_capture_on_commit_callbacks):
    client = as_("coordinator")
    person = {"name": "Ruaridh Kincardine", "email": "ruaridh@ours.example"}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url("post-handover", cast.ours.post), sent(client, cast, "new", **person), follow=True)

    assert holders(cast.ours.post) == ["Owner", "Ruaridh Kincardine"]
    assert "Ruaridh Kincardine is told by e-mail how to set a password." in text(response)
    assert mail.outbox[-1].to == ["ruaridh@ours.example"]


def test_a_hand_over_that_is_refused_makes_no_account(cast, as_, django_capture_on_commit_callbacks):
    client, before = as_("coordinator"), len(mail.outbox)
    given = sent(client, cast, "new", -1000, name="Ruaridh Kincardine", email="ruaridh@ours.example")
    with django_capture_on_commit_callbacks(execute=True):
        meant = client.post(url("post-handover", cast.ours.post), given)
        response = client.post(url("post-handover", cast.ours.post), given | {f"despite_{cast.day(-1000)}": "on"})

    assert error_of(meant, "on") == ["That is 1,000 days ago. What was recorded since keeps the name that it has."]
    assert error_of(meant, f"despite_{cast.day(-1000)}") == ["Tick the box if it is meant, or enter another day."]
    said = f"Owner holds the post from {cast.day(-1000):%-d %B %Y}. Enter a later day."
    assert error_of(response, "on") == [said]
    assert 'value="Ruaridh Kincardine"' in text(response)  # what was typed stays
    assert not User.objects.filter(email="ruaridh@ours.example").exists()
    assert len(mail.outbox) == before


def test_an_inspector_is_not_handed_a_post_while_they_inspect(cast, as_):
    """As a member their reading would not be recorded any more, and would be of working notes."""
    client, inspector = as_("coordinator"), cast.inspector
    given = sent(client, cast, "new", name="An inspector", email=inspector.email.upper())
    response = client.post(url("post-handover", cast.ours.post), given)

    said = "This is the address of an inspector. Their access must end before they can belong to a partnership."
    assert error_of(response, "email") == [said]
    assert not inspector.memberships.exists()
    inspector.grants.update(ends_on=cast.day(-1))
    assert client.post(url("post-handover", cast.ours.post), given).status_code == 302


def test_a_post_is_left_vacant(cast, as_):
    client = as_("coordinator")
    response = client.post(url("post-handover", cast.ours.post), sent(client, cast, "nobody"), follow=True)

    assert f"Head of ours is vacant from {cast.today:%-d %B %Y}." in text(response)
    assert not cast.ours.post.holdings.on(cast.today).exists()


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"to": ""}, "to", "Choose who holds the post next."),
        ({"to": "new", "email": "r@ours.example"}, "name", "Enter their name."),
        ({"to": "new", "name": "Ruaridh"}, "email", "Enter their e-mail address."),
        ({"to": "new", "email": "r at ours"}, "email", "Enter an e-mail address such as name@example.org."),
        ({"to": "nobody", "name": "Ruaridh"}, "name", "Clear this, or choose “A person who is not in this list”."),
        ({"to": "new", "name": f"Ruaridh {CHI}", "email": "r@ours.example"}, "name", None),
        ({"on_day": ""}, "on", "First day must include a day"),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_its_field(cast, as_, given, field, error):
    client = as_("coordinator")
    data = sent(client, cast, cast.clerk.pk) | given
    response = client.post(url("post-handover", cast.ours.post), data)

    assert response.status_code == 422
    errors = error_of(response, field)
    assert errors == [error] if error else "CHI number" in errors[0]
    assert holders(cast.ours.post) == ["Owner"]


def test_the_second_of_two_co_ordinators_is_told_and_may_save_again(cast, as_):
    client = as_("coordinator")
    data = sent(client, cast, cast.verifier.pk, 1)
    partnering.hand_over(post=cast.ours.post, to=cast.clerk, on=cast.today, by=cast.administrator, now=cast.moment())
    response = client.post(url("post-handover", cast.ours.post), data)

    assert "Somebody else has changed who holds this post." in text(response)
    assert holders(cast.ours.post) == ["Owner", "Clerk"]
    data["seen"] = response.context["form"]["seen"].value()
    client.post(url("post-handover", cast.ours.post), data)
    assert holders(cast.ours.post) == ["Owner", "Clerk", "Verifier"]


def test_a_holder_who_is_to_go_is_followed_from_the_day_after(cast, as_):
    partnering.hand_over(post=cast.ours.post, to=None, on=cast.day(5), by=cast.coordinator, now=cast.moment())

    assert as_("coordinator").get(url("post-handover", cast.ours.post)).context["form"].initial["on"] == cast.day(5)


def test_the_list_offers_the_members_and_nobody_else(cast, as_):
    cast.verifier.is_active = False
    cast.verifier.save()
    page = text(as_("coordinator").get(url("post-handover", cast.ours.post)))

    assert "Member (member@followthrough.example)" in page
    for person in ("verifier", "inspector", "outsider"):
        assert f"{person}@followthrough.example" not in page


# --- deputies ---


def days(first, last) -> dict[str, int]:
    return date_of("starts_on", first) | date_of("ends_on", last)


def test_the_holder_names_a_deputy_while_away_from_their_own_page(cast, as_):
    client = as_("owner")
    link = url("post-cover", cast.ours.post)
    assert f'href="{link}"' in text(client.get(reverse("actionplans:my-actions")))
    response = client.post(link, {"user": cast.coordinator.pk, **days(cast.day(1), cast.day(3))}, follow=True)

    said = f"Coordinator deputises from {cast.day(1):%-d %B %Y} to {cast.day(3):%-d %B %Y}."
    assert said in text(response)
    holding = cast.ours.post.holdings.deputies().get()
    assert (holding.user, holding.starts_on, holding.ends_on) == (cast.coordinator, cast.day(1), cast.day(3))
    assert said.removesuffix(".") in text(client.get(reverse("actionplans:my-actions")))


def test_a_refused_deputy_is_said_beside_the_field_and_what_was_typed_stays(cast, as_):
    response = as_("owner").post(
        url("post-cover", cast.ours.post), {"user": cast.owner.pk, **days(cast.today, cast.day(3))}
    )

    assert error_of(response, "user") == ["Owner holds the post in that time. Choose somebody else."]
    assert f'<option value="{cast.owner.pk}" selected' in text(response)


def test_deputies_are_chosen_among_those_who_may_post_updates(cast, as_):
    page = text(as_("owner").get(url("post-cover", cast.ours.post)))

    assert "coordinator@followthrough.example" in page
    assert "member@followthrough.example" not in page


def test_a_former_holder_arranges_nothing_for_the_post(cast, as_):
    partnering.hand_over(post=cast.ours.post, to=cast.clerk, on=cast.today, by=cast.coordinator, now=cast.moment())

    assert as_("owner").get(url("post-cover", cast.ours.post)).status_code == 403
    assert url("post-cover", cast.ours.post) not in text(as_("owner").get(reverse("actionplans:my-actions")))


def test_the_holder_ends_their_own_deputy_and_not_the_holding_that_is_to_follow(cast, as_):
    deputy = cover(cast, cast.coordinator, -1, 5)
    coming = partnering.hand_over(
        post=cast.ours.post, to=cast.clerk, on=cast.day(9), by=cast.coordinator, now=cast.moment()
    )
    client = as_("owner")
    page = text(client.get(url("post", cast.ours.post)))
    assert url("holding-end", cast.ours.post, deputy.pk) in page
    assert url("holding-end", cast.ours.post, coming.pk) not in page

    response = client.post(url("holding-end", cast.ours.post, deputy.pk), follow=True)
    assert "Today is the last day of Coordinator as deputy of Head of ours." in text(response)
    assert Holding.objects.get(pk=deputy.pk).ends_on == cast.today
    assert client.post(url("holding-end", cast.ours.post, coming.pk)).status_code == 403
    assert Holding.objects.filter(pk=coming.pk).exists()


def test_the_co_ordinator_withdraws_what_has_not_begun(cast, as_):
    coming = partnering.hand_over(
        post=cast.ours.post, to=cast.clerk, on=cast.day(9), by=cast.coordinator, now=cast.moment()
    )
    response = as_("coordinator").post(url("holding-end", cast.ours.post, coming.pk), follow=True)

    assert "Withdrawn: Clerk as holder of Head of ours." in text(response)
    assert holders(cast.ours.post) == ["Owner"]


def test_ending_what_cannot_be_ended_says_why(cast, as_):
    holding = cast.ours.post.holdings.get()
    response = as_("coordinator").post(url("holding-end", cast.ours.post, holding.pk), follow=True)

    assert "Owner holds the post. Hand it over, or leave it vacant." in text(response)
    assert Holding.objects.get(pk=holding.pk).ends_on is None


def test_a_holding_is_ended_under_its_own_post_only(cast, as_):
    foreign = cast.theirs.post.holdings.get()

    assert as_("coordinator").post(url("holding-end", cast.ours.post, foreign.pk)).status_code == 404


# --- leaving ---


def test_whoever_leaves_leaves_posts_that_are_listed_with_a_link_to_hand_over(cast, as_):
    client = as_("coordinator")
    link = leave_url(cast.ours.partnership, cast.owner)
    assert f'href="{link}"' in text(client.get(url("post", cast.ours.post)))
    response = client.post(link, date_of("last_day", cast.today), follow=True)

    page = text(response)
    assert f"Recorded: the last day of Owner is {cast.today:%-d %B %Y}." in page
    panel = page.partition('id="vacated"')[2].partition("</ul>")[0]
    assert f"<strong>Head of ours</strong>, vacant after {cast.today:%-d %B %Y}" in panel
    assert f'href="{url("post-handover", cast.ours.post)}"' in panel
    assert "Nothing of Owner here is left to end." in page
    assert not Membership.objects.filter(user=cast.owner, partnership=cast.ours.partnership).exists()


def test_a_leaving_to_come_says_that_the_roles_wait(cast, as_):
    link = leave_url(cast.ours.partnership, cast.owner)
    page = text(as_("administrator").post(link, date_of("last_day", cast.day(4)), follow=True))

    assert "come back after it and record it again" in page
    assert f"vacant after {cast.day(4):%-d %B %Y}" in page
    roles = Membership.objects.filter(user=cast.owner, partnership=cast.ours.partnership)
    assert [each.role for each in roles] == [Role.OWNER]


def test_a_post_that_was_handed_over_is_not_listed_as_left(cast, as_):
    partnering.hand_over(post=cast.ours.post, to=cast.clerk, on=cast.today, by=cast.coordinator, now=cast.moment())

    assert "Posts without a next holder" not in text(
        as_("coordinator").get(leave_url(cast.ours.partnership, cast.owner))
    )


def test_nobody_is_offered_to_record_their_own_leaving(cast, as_):
    page = text(as_("coordinator").get(leave_url(cast.ours.partnership, cast.coordinator)))

    assert "You cannot record that you leave yourself." in page
    assert "Record that they leave" not in page


def test_a_stranger_to_the_partnership_cannot_leave_it(cast, as_):
    assert as_("coordinator").get(leave_url(cast.ours.partnership, cast.outsider)).status_code == 404


def test_a_refused_last_day_is_said_beside_it(cast, as_):
    link = leave_url(cast.ours.partnership, cast.owner)
    response = as_("coordinator").post(link, date_of("last_day", cast.day(-1001)))

    said = f"Owner has been holder of Head of ours since {cast.day(-1000):%-d %B %Y}. Enter a later day."
    assert error_of(response, "last_day") == [said]
    assert not AuditEntry.objects.filter(what="recorded that a person leaves").exists()


# --- where a vacancy shows ---


def rows(client, cast) -> list[tuple[str, bool]]:
    page = client.get(reverse("actionplans:partnership", args=[cast.ours.partnership.slug]))
    return [(row.post.title, row.needs_holder) for row in page.context["posts"]]


def test_the_partnership_shows_vacant_posts_that_lead_something_first(cast, as_):
    partnering.post_of(partnership=cast.ours.partnership, title="An idle vacant post")
    client = as_("coordinator")
    assert rows(client, cast) == [
        ("Vacant post of ours", True),
        ("An idle vacant post", False),
        ("Head of ours", False),
    ]
    page = text(client.get(reverse("actionplans:partnership", args=["ours"])))
    assert "1 vacant post leads open work." in page
    first = page.partition('id="posts"')[2].partition("<tbody")[2].partition("</tr>")[0]
    assert "<strong>Vacant</strong>" in first
    assert "1 open action" in first
    assert f'href="{url("post-handover", cast.ours.vacant_post)}"' in first


def test_a_post_that_leads_a_plan_alone_is_missed_too(cast, as_):
    Action.objects.filter(lead_post=cast.ours.post).update(lead_post=cast.ours.vacant_post)
    partnering.hand_over(post=cast.ours.post, to=None, on=cast.today, by=cast.coordinator, now=cast.moment())

    assert ("Head of ours", True) in rows(as_("coordinator"), cast)


def test_a_reader_sees_the_vacancy_and_no_link_to_hand_over(cast, as_):
    page = text(as_("member").get(reverse("actionplans:partnership", args=["ours"])))

    assert "1 vacant post leads open work." in page
    assert url("post-handover", cast.ours.vacant_post) not in page


def test_the_action_leads_members_to_its_post_and_not_the_inspector(cast, as_):
    link = f'href="{url("post", cast.ours.vacant_post)}"'

    assert link in text(as_("member").get(cast.ours.dormant.get_absolute_url()))
    assert link not in text(as_("inspector").get(cast.ours.dormant.get_absolute_url()))


def test_late_actions_name_the_deputy_and_the_vacancy(cast, as_):
    cover(cast, cast.verifier, 0, 4)
    page = text(as_("member").get(reverse("actionplans:late", args=["ours"])))

    assert "Head of ours: Verifier, deputy" in page
    assert "Vacant post of ours: <strong>vacant</strong>" in page


# --- accounts that are switched off ---


@pytest.mark.parametrize(("days_ago", "owner", "is_exception"), [(1, "Owner", False), (0, "vacant", True)])
def test_a_switched_off_account_leaves_its_actions_without_an_owner_today_and_is_named_in_the_past(
    cast, days_ago, owner, is_exception
):
    cast.owner.is_active = False
    cast.owner.save()
    on = cast.day(-days_ago)

    found = exceptions(standings(Action.objects.filter(pk=cast.ours.late.pk), on))
    assert ("Post vacant" in {row.kind for row in found}) is is_exception
    assert {row.owner for row in build_report(cast.ours.plan, on=on).rows if row.ref == "A1"} == {
        f"Head of ours ({owner})"
    }


def test_reminders_about_the_post_of_a_switched_off_account_go_to_the_plan_lead(cast):
    post = cast.ours.vacant_post
    partnering.hand_over(post=post, to=cast.clerk, on=cast.day(-20), by=cast.coordinator, now=cast.moment())
    cast.clerk.is_active = False
    cast.clerk.save()

    lines = reminders.lines_due(cast.today)
    assert {line.capacity for line in lines[cast.owner.pk] if line.action_id == cast.ours.dormant.pk} == {"plan_lead"}
    assert cast.clerk.pk not in lines
