"""Who may inspect: access is given by e-mail address, changed, and ended early; all of it is recorded."""

import copy
from datetime import timedelta

import pytest
from django.core import mail

from core.models import AuditEntry
from core.refusal import Refusal
from inspections import operations as inspecting
from inspections.models import Grant
from partnerships.models import User


@pytest.fixture
def give(cast):
    def given(**more):
        said = {"name": "Ina Spector", "email": "Ina@Scrutiny.example", "ends_on": cast.day(90), "may_ask": False}
        said |= {"inspection": cast.ours.inspection, "by": cast.coordinator, "now": cast.moment()}
        return inspecting.give_access(**said | more)

    return given


def said_of(refused) -> dict:
    return refused.value.message_dict


def test_a_new_inspector_reads_from_today_and_is_told_how_to_begin(cast, give, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        grant = give(may_ask=True)

    user = User.objects.get(email="ina@scrutiny.example")
    assert (grant.user, grant.starts_on, grant.ends_on, grant.may_ask) == (user, cast.today, cast.day(90), True)
    assert not user.has_usable_password()
    assert cast.ours.inspection in type(cast.ours.inspection).objects.visible_to(user, cast.today)
    (message,) = mail.outbox
    for words in (message.body, message.alternatives[0].content):
        assert "Coordinator has given you access" in words
        assert f"until {cast.day(90):%-d %B %Y}" in words
        assert "/accounts/password/reset/" in words
    (entry,) = AuditEntry.objects.filter(what="gave an inspector access")
    assert (entry.who, entry.about) == ("Coordinator", "ours-inspection")
    said = {"inspector": "ina@scrutiny.example", "ends_on": str(cast.day(90)), "may_ask": True, "is_new": True}
    assert entry.details == said


def test_an_inspector_who_is_here_keeps_name_and_password(cast, give, django_capture_on_commit_callbacks):
    other = cast.theirs.inspection.grants.get().user
    with django_capture_on_commit_callbacks(execute=True):
        grant = give(email=other.email, name="Another name")

    assert (grant.user, grant.user.name) == (other, "Inspector of theirs")
    assert "/accounts/login/" in mail.outbox[0].body
    assert "/password/reset/" not in mail.outbox[0].body


def test_who_gets_no_access(cast, give):
    with pytest.raises(Refusal) as refused:
        give(email=cast.member.email)
    assert said_of(refused) == {
        "email": ["This is the address of a member of a partnership. An inspector has an own account."]
    }
    with pytest.raises(Refusal) as refused:
        give(email=cast.inspector.email.upper())
    assert said_of(refused) == {"email": [f"Inspector has access already, to {cast.day(30):%-d %B %Y}. "
                                          "Change that instead."]}  # fmt: skip
    other = cast.theirs.inspection.grants.get().user
    User.objects.filter(pk=other.pk).update(signs_in=False)
    with pytest.raises(Refusal, match="switched off"):
        give(email=other.email)
    for days, said in ((-1, "today or later"), (1200, "within three years")):
        with pytest.raises(Refusal, match=said):
            give(ends_on=cast.day(days))
    assert not User.objects.filter(email="ina@scrutiny.example").exists(), "what is refused leaves nobody behind"


def test_access_that_is_ended_is_over_at_once_and_for_good(cast):
    grant = cast.inspector.grants.get()
    inspecting.end_access(grant=grant, by=cast.coordinator, now=cast.moment())

    assert not cast.inspector.grants.on(cast.today).exists()
    fresh = Grant.objects.get(pk=grant.pk)
    assert (fresh.ends_on, fresh.ended_at) == (cast.day(30), cast.moment())
    for verb, more in ((inspecting.end_access, {}), (inspecting.change_access, {"ends_on": cast.day(9), "may_ask": 1})):
        with pytest.raises(Refusal, match="is over"):
            verb(grant=fresh, by=cast.coordinator, now=cast.moment(), **more)
    what = AuditEntry.objects.filter(about="ours-inspection").values_list("what", flat=True)
    assert list(what) == ["ended an inspector's access"]


def test_the_last_day_and_the_right_to_ask_are_changed(cast):
    grant = copy.copy(cast.inspector.grants.get())
    said = {"grant": grant, "by": cast.coordinator, "now": cast.moment()}
    changed = inspecting.change_access(ends_on=cast.today, may_ask=True, **said)

    assert (changed.ends_on, changed.may_ask) == (cast.today, True)
    with pytest.raises(Refusal, match="today or later"):
        inspecting.change_access(ends_on=cast.today - timedelta(days=1), may_ask=True, **said)
