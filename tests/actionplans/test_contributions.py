"""The part of a contributing agency: who may say it, where it shows, and that the state stays the owner's."""

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Contribution, Status
from actionplans.operations import Actor, Refusal
from partnerships import operations as partnering


def address(action) -> str:
    return reverse("actionplans:action-contribute", args=[action.plan.slug, action.ref])


@pytest.fixture
def helper(cast):
    """The owner of our plan also holds a post of the contributing agency."""
    ours = cast.ours.partnership
    agency = partnering.agency_of(partnership=ours, name="Helpers")
    post = partnering.post_of(partnership=ours, title="Helper", agency=agency)
    partnering.appoint(post=post, user=cast.owner, starts_on=cast.day(-30))
    return agency


def test_a_contributor_posts_its_part_and_the_lead_sees_it(client, cast, helper):
    client.force_login(cast.owner)
    before = cast.ours.late.status

    answer = client.post(
        address(cast.ours.late), {"agency": helper.pk, "wording": "Our staff are trained."}, follow=True
    )

    assert "Part of Helpers posted" in answer.content.decode()
    part = Contribution.objects.get(action=cast.ours.late)
    assert (part.agency, part.wording, part.by, part.status) == (helper, "Our staff are trained.", cast.owner, before)


def test_the_lead_sees_who_has_said_nothing(client, cast):
    client.force_login(cast.owner)

    page = client.get(cast.ours.late.get_absolute_url()).content.decode()

    assert "Helpers" in page
    assert "Nothing posted yet" in page


def test_an_owner_without_a_post_of_the_agency_may_not(client, cast):
    client.force_login(cast.owner)

    assert client.post(address(cast.ours.late), {"wording": "Ours"}).status_code == 403
    assert not Contribution.objects.exists()


def test_text_that_looks_like_a_childs_number_is_stopped_and_kept(client, cast, helper):
    client.force_login(cast.owner)
    said = {"agency": helper.pk, "wording": "CHI 0101109997 was seen."}

    answer = client.post(address(cast.ours.late), said)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "looks like a CHI number" in page
    assert "CHI 0101109997 was seen." in page
    assert not Contribution.objects.exists()


def test_an_agency_that_does_not_contribute_is_refused(cast):
    stranger = partnering.agency_of(partnership=cast.ours.partnership, name="Strangers")
    given = {"agency": stranger, "wording": "Ours", "by": Actor(cast.coordinator), "now": cast.moment()}

    with pytest.raises(Refusal, match="Strangers does not contribute to this action"):
        operations.contribute(action=cast.ours.late, **given)


def test_nothing_is_added_to_an_action_that_is_over(cast, helper):
    cast.ours.late.status = Status.CANCELLED
    cast.ours.late.save(update_fields=["status"])

    with pytest.raises(Refusal, match="This action is over"):
        operations.contribute(
            action=cast.ours.late, agency=helper, wording="Late", by=Actor(cast.owner), now=cast.moment()
        )
