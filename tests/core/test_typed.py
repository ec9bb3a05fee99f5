"""An update that was being typed survives a session that ended."""

from actionplans.models import ProgressUpdate
from tests.cast import PASSWORD


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


def test_somebody_who_may_not_post_gets_nothing_by_it(client, cast):
    client.post(cast.ours.late.get_update_url(), {"wording": "Typed for ten minutes."})
    client.force_login(cast.member)

    assert client.get(cast.ours.late.get_update_url()).status_code == 403


def test_a_page_that_is_not_marked_keeps_nothing(client, cast):
    client.post(cast.ours.plan.get_absolute_url(), {"wording": "Nothing to keep"})

    assert "typed" not in client.session
