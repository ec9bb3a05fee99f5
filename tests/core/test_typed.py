"""What was being typed survives a session that ended: an update, evidence, a part of an agency, a request of a date."""

import html

import pytest
from django.urls import reverse

from actionplans.models import ProgressUpdate
from tests.cast import PASSWORD

FORMS = {  # by the name of the page: what is typed, and what the page shows of it afterwards
    "action-update": (
        {"status": "on_hold", "percent": "55", "wording": "Typed for ten minutes.", "at_risk": "on", "seen": "1"},
        ("Typed for ten minutes.", 'value="55"', 'value="on_hold" checked'),
    ),
    "evidence-new": (
        {
            "title": "Training matrix",
            "kind": "minute",
            "where": "link",
            "link": "https://example.org/matrix",
            "dated_on_day": "31",
            "dated_on_month": "octob",
            "dated_on_year": "26",
        },
        (
            *('value="Training matrix"', 'value="minute" selected', 'value="link" checked'),
            *('value="https://example.org/matrix"', 'value="31"', 'value="octob"', 'value="26"'),
            "A file has to be chosen again",
        ),
    ),
    "action-date": (
        {
            "reason_kind": "partner",
            "reason": "The supplier is late.",
            "to_on_day": "7",
            "to_on_month": "",
            "to_on_year": "2031",
        },
        ("The supplier is late.", 'value="7"', 'value="2031"'),
    ),
    "action-contribute": ({"wording": "We have trained everybody."}, ("We have trained everybody.",)),
}


def test_what_was_typed_is_there_after_signing_in_again(client, cast):
    address = cast.ours.late.get_update_url()
    said = {"status": "in_progress", "percent": "55", "wording": "Typed for ten minutes.", "seen": "1"}
    rows = ProgressUpdate.objects.count()

    wall = client.post(address, said)
    assert (wall.status_code, wall.url) == (302, f"/accounts/login/?next={address}")
    client.post(wall.url, {"login": cast.owner.email, "password": PASSWORD})
    page = client.get(address).content.decode()

    assert "Typed for ten minutes." in page
    assert "Your session had ended" in page
    assert ProgressUpdate.objects.count() == rows


def test_it_is_shown_once_and_on_that_page_only(client, cast):
    client.post(cast.ours.late.get_update_url(), {"wording": "Typed for ten minutes."})
    client.force_login(cast.owner)

    elsewhere = client.get(cast.ours.completed.get_update_url()).content.decode()
    once = client.get(cast.ours.late.get_update_url()).content.decode()
    again = client.get(cast.ours.late.get_update_url()).content.decode()

    assert ["Typed for ten minutes." in page for page in (elsewhere, once, again)] == [False, True, False]


@pytest.mark.parametrize("name", FORMS)
def test_every_long_form_is_as_it_was_typed(client, cast, name):
    typed, expected = FORMS[name]
    action, rows = cast.ours.late, cast.ours.plan.entries.count()
    address = reverse(f"actionplans:{name}", args=[cast.ours.plan.slug, action.ref])
    client.post(address, typed)
    client.force_login(cast.coordinator)
    page, again = (" ".join(html.unescape(client.get(address).content.decode()).split()) for _ in range(2))

    assert "Your session had ended" in page
    assert [each for each in expected if each not in page] == []
    assert "Your session had ended" not in again
    assert cast.ours.plan.entries.count() == rows


def test_a_new_version_of_evidence_is_not_taken_for_new_evidence(client, cast):
    address = reverse("actionplans:evidence-new", args=[cast.ours.plan.slug, cast.ours.late.ref])
    version = f"{address}?replaces={cast.ours.released.pk}"
    client.post(version, {"title": "The register of today"})
    client.force_login(cast.owner)

    assert "The register of today" not in client.get(address).content.decode()
    assert "The register of today" in client.get(version).content.decode()


def test_somebody_who_may_not_post_gets_nothing_by_it(client, cast):
    client.post(cast.ours.late.get_update_url(), {"wording": "Typed for ten minutes."})
    client.force_login(cast.member)

    assert client.get(cast.ours.late.get_update_url()).status_code == 403


def test_a_page_that_is_not_marked_keeps_nothing(client, cast):
    client.post(cast.ours.plan.get_absolute_url(), {"wording": "Nothing to keep"})

    assert "typed" not in client.session
