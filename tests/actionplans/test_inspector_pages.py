"""The pages of who inspects: access, when each last looked, and that others do not know of it."""

import pytest
from django.urls import reverse

from inspections import operations as inspecting
from inspections.models import Grant
from partnerships.models import User
from tests.actionplans.pages import date_of, error_of, table, text

LIST = "/inspections/ours-inspection/inspectors/"


@pytest.fixture
def grant(cast) -> Grant:
    return cast.inspector.grants.get()


def change(grant) -> str:
    return reverse("actionplans:inspector-change", args=[grant.inspection.slug, grant.pk])


def test_the_list_says_who_has_access_and_when_each_last_looked(as_, cast, grant):
    assert f"{cast.day(-30):%-d %B %Y} {cast.day(30):%-d %B %Y} Not yet Off" in table(
        as_("verifier").get(LIST), "Access now"
    )[0]  # fmt: skip
    as_("inspector").get("/plans/ours-plan/")
    assert "The inspectors last looked on" in text(as_("owner").get("/plans/ours-plan/"))
    (row,) = table(as_("coordinator").get(LIST), "Access now")
    assert row == (
        f"Inspector inspector@followthrough.example {cast.day(-30):%-d %B %Y} {cast.day(30):%-d %B %Y} "
        f"{cast.today:%-d %B %Y} Off Change or end the access of Inspector"
    )


def test_looking_elsewhere_is_not_looking_here(as_, cast):
    """Another inspector read their own plan; ours opened a list, and a plan whose address begins alike."""
    client = as_("inspector")
    client.get("/plans/")
    client.get("/plans/ours-plan-b/")
    client.force_login(cast.theirs.inspection.grants.get().user)
    assert client.get("/plans/theirs-plan/").status_code == 200

    assert "The inspectors have not looked yet." in text(as_("coordinator").get("/plans/ours-plan/"))
    assert "The inspectors" not in text(as_("coordinator").get("/plans/ours-other/")), "nobody has access to it"


@pytest.mark.parametrize("person", ["member", "inspector"])
def test_readers_are_not_told_when_inspectors_look(as_, person):
    client = as_(person)
    client.get("/plans/ours-plan/")
    assert "last looked" not in text(client.get("/plans/ours-plan/"))
    assert client.get(LIST).status_code == 404


def test_access_is_given_on_a_page(as_, cast):
    client, page = as_("coordinator"), f"{LIST}new/"
    sent = {"name": "Ina Spector", "email": "ina@scrutiny.example", "may_ask": "on", **date_of("ends_on", cast.day(90))}
    response = client.post(page, sent | {"email": cast.member.email})
    assert error_of(response, "email") == [
        "This is the address of a member of a partnership. An inspector has an own account."
    ]
    assert error_of(client.post(page, sent | date_of("ends_on", cast.day(-1))), "ends_on") == [
        "The last day must be today or later."
    ]
    assert client.post(page, sent).status_code == 302
    given = User.objects.get(email="ina@scrutiny.example").grants.get()
    assert (given.inspection, given.ends_on, given.may_ask) == (cast.ours.inspection, cast.day(90), True)


def test_access_is_changed_and_ended(as_, cast, grant):
    client = as_("administrator")
    response = client.post(change(grant), {**date_of("ends_on", cast.day(5)), "may_ask": "on"})
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert table(client.get(LIST), "Access now")[0].endswith("May ask Change or end the access of Inspector")
    response = client.post(reverse("actionplans:inspector-end", args=["ours-inspection", grant.pk]), follow=True)
    assert "Access of Inspector ended." in text(response)
    assert table(response, "Access that is over")[0].endswith(f"{cast.today:%-d %B %Y}, early Never")
    assert "This access is over." in text(client.get(change(grant)))
    client = as_("inspector")
    assert [client.get(each).status_code for each in ("/plans/ours-plan/", "/inspections/ours-inspection/")] == [
        404
    ] * 2


def test_the_access_to_another_inspection_is_not_found_here(as_, cast):
    other = cast.ours.other.inspections.get()
    grant = inspecting.grant_inspection(
        user=cast.inspector, inspection=other, starts_on=cast.today, ends_on=cast.day(1)
    )
    for name in ("inspector-change", "inspector-end"):
        address = reverse(f"actionplans:{name}", args=["ours-inspection", grant.pk])
        assert as_("coordinator").post(address).status_code == 404
