"""The pages that set a partnership up, from the first account to a plan's co-ordinator who can sign in."""

from dataclasses import replace

import pytest
from django.core import mail
from django.urls import reverse

from actionplans import operations
from actionplans.operations import ActionText, Actor
from actionplans.operations.texts import PlanText
from core import clock
from partnerships import operations as partnering
from partnerships.models import Membership, Partnership, User
from tests.actionplans.pages import error_of, text

pytestmark = pytest.mark.once


def url(name: str, partnership, *keys) -> str:
    return reverse(f"actionplans:{name}", args=[partnership.slug, *keys])


def test_from_the_first_account_to_a_coordinator(client, db, django_capture_on_commit_callbacks):
    keeper = User.objects.create_superuser("keeper@followthrough.example", "Keeper")
    client.force_login(keeper)

    begun = client.get("/", follow=True)
    assert "Enter a partnership" in text(begun)
    made = client.post(
        reverse("actionplans:partnership-new"),
        {"name": "Glen", "names": "Glen Council\r\n\r\n NHS  Glen "},
        follow=True,
    )
    glen = Partnership.objects.get(slug="glen")
    assert made.redirect_chain[-1][0] == url("set-up", glen)
    assert "Glen is entered. You are its administrator." in text(made)
    client.post(url("posts-new", glen), {"titles": "Head of Service\nLink Officer", "agency": ""})
    group = {"name": "Care Committee", "kind": "council committee", "paper_days": "8", "update_days": "4"}
    client.post(url("group-new", glen), group)
    with django_capture_on_commit_callbacks(execute=True):
        person = {"name": "Kim", "email": "kim@glen.example", "roles": ["coordinator"], "signs_in": "yes"}
        entered = client.post(url("person-new", glen), person, follow=True)

    assert "Kim is entered. They are told by e-mail how to set a password." in text(entered)
    assert [each.to for each in mail.outbox] == [["kim@glen.example"]]
    page = text(client.get(url("set-up", glen)))
    for said in (
        "NHS Glen",
        "Head of Service</a>: <strong>vacant</strong>",
        "Papers 8 working days before",
        "Kim",
        "Plan co-ordinator",
    ):
        assert said in page
    assert page.count("To\xa0do") == 2  # who holds the posts, and the inspection


def test_what_cannot_be_entered_is_said_beside_it_and_kept(client, cast):
    client.force_login(cast.administrator)
    long = f"{'x' * 201}\nPolice"

    agencies = client.post(url("agencies-new", cast.ours.partnership), {"names": long, "is_member": "yes"})
    group = client.post(url("group-new", cast.ours.partnership), {"name": "", "kind": "", "paper_days": "-1"})
    mistake = client.post(url("mistake-remove", cast.ours.partnership), {"thing": f"post-{cast.ours.post.pk}"})

    assert "has 201 characters" in error_of(agencies, "names")[0]
    assert long in agencies.content.decode()
    assert error_of(group, "paper_days") == ["Enter a number of working days from 0 to 60."]
    assert "stays" in error_of(mistake, "thing")[0]


def test_an_inspector_gets_no_role_and_no_thing_of_another_partnership_is_offered(client, cast):
    client.force_login(cast.administrator)
    ours = cast.ours.partnership
    given = {"name": "I", "email": cast.inspector.email.upper(), "roles": ["member"], "signs_in": "yes"}

    refused = client.post(url("person-new", ours), given)
    foreign = client.post(url("mistake-remove", ours), {"thing": f"post-{cast.theirs.post.pk}"})
    stranger = client.get(url("person-roles", ours, cast.outsider.pk))

    assert "address of an inspector" in error_of(refused, "email")[0]
    assert not Membership.objects.filter(user=cast.inspector).exists()
    assert error_of(foreign, "thing") == ["Choose what to remove."]
    assert stranger.status_code == 404


def test_roles_are_changed_by_an_administrator(client, cast):
    client.force_login(cast.administrator)
    ours = cast.ours.partnership

    shown = client.get(url("person-roles", ours, cast.clerk.pk))
    saved = client.post(url("person-roles", ours, cast.clerk.pk), {"roles": ["clerk", "approver"]}, follow=True)

    assert shown.context["form"]["roles"].value() == ["clerk"]
    assert "Saved what" in text(saved)
    assert {*Membership.objects.filter(user=cast.clerk).values_list("role", flat=True)} == {"clerk", "approver"}


def test_what_only_a_proposal_names_stays(client, cast):
    client.force_login(cast.administrator)
    ours, by, now = cast.ours.partnership, Actor(cast.coordinator), clock.now()
    posts = partnering.enter_posts(partnership=ours, titles=["A", "B", "C"], agency=None, by=by.user, now=now)
    [agency] = partnering.enter_agencies(partnership=ours, names=["D"], is_member=True, by=by.user, now=now)
    group = partnering.enter_group(
        partnership=ours, name="E", kind="board", paper_days=5, update_days=5, by=by.user, now=now
    )
    text = ActionText.of(cast.ours.late).but(lead_post_id=posts[0].pk, contributors_ids=(agency.pk,))
    operations.propose(plan=cast.ours.plan, action=cast.ours.late, text=text, by=by, now=now)
    whole = PlanText.of(cast.ours.plan)
    whole = replace(whole, lead_post_id=posts[1].pk, groups=(*whole.groups, (group.pk, "monitors")))
    operations.propose_plan(plan=cast.ours.plan, text=whole, by=by, now=now)

    for thing in (posts[0], posts[1], agency, group):
        key = f"{thing._meta.model_name}-{thing.pk}"
        refused = client.post(url("mistake-remove", ours), {"thing": key})
        assert "agreed or proposed names it" in error_of(refused, "thing")[0]
    client.post(url("mistake-remove", ours), {"thing": f"post-{posts[2].pk}"})

    assert [each.title for each in ours.posts.filter(pk__in=[each.pk for each in posts])] == ["A", "B"]
