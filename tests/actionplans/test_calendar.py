"""The private calendar: what stands in it for whom, that the file is valid, and that its address can be stopped."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Event

from actionplans import operations
from actionplans.calendar import address_of, days_of, token_of
from actionplans.models import Action, CalendarFeed, Plan, Round
from actionplans.operations import Refusal
from core.models import AuditEntry
from partnerships import operations as partnering
from tests.actionplans.pages import text
from tests.cast import DRAFT_TITLE, OTHER_TITLE, WORKING_NOTE

pytestmark = pytest.mark.once

PAGE = reverse("actionplans:my-calendar")


def url(feed: CalendarFeed) -> str:
    return reverse("actionplans:calendar", args=[token_of(feed)])


def fetched(feed: CalendarFeed) -> bytes:
    response = Client().get(url(feed))
    assert response.status_code == 200
    return response.content


def events(feed: CalendarFeed) -> dict[str, Event]:
    """By what they are about: the UID without the host."""
    found = Calendar.from_ical(fetched(feed)).events
    assert all(not each.errors for each in found)
    keyed = {str(each["UID"]).partition("@")[0]: each for each in found}
    assert len(keyed) == len(found), "a UID stands twice"
    return keyed


def make(cast, role: str) -> CalendarFeed:
    return operations.make_calendar(user=cast.person(role), now=cast.moment())


def words(feed: CalendarFeed) -> set[str]:
    return {str(each["SUMMARY"]) for each in events(feed).values()}


# --- what stands in it ---


def test_an_owner_has_the_dates_of_their_undone_actions_and_of_what_these_are_reported_to(cast):
    ours = cast.ours
    found = events(ours.calendar)
    rounds = Round.objects.filter(plan__in=[ours.plan, ours.other], updates_due_on__gte=cast.today)
    other = ours.other.actions.get()

    assert set(found) == {
        *(f"action-{ours.late.pk}", f"action-{other.pk}"),  # not the one that is done, nor the vacant post's
        *(f"round-{each.pk}" for each in rounds),
        *(f"meeting-{ours.next_meeting.pk}", f"papers-{ours.next_meeting.pk}"),
    }
    late = found[f"action-{ours.late.pk}"]
    assert str(late["SUMMARY"]) == f"Due: {ours.late}"
    assert (late["DTSTART"].dt, late["DTEND"].dt) == (cast.day(-10), cast.day(-9))
    assert str(late["URL"]) == f"http://testserver{ours.late.get_absolute_url()}"
    updates = found[f"round-{rounds.get(plan=ours.plan).pk}"]
    assert str(updates["SUMMARY"]) == "Updates due: Plan of ours, 2 actions"
    assert str(updates["URL"]) == f"http://testserver{reverse('actionplans:my-actions')}"
    assert found[f"meeting-{ours.next_meeting.pk}"]["DTSTART"].dt == cast.day(40)
    assert found[f"papers-{ours.next_meeting.pk}"]["DTSTART"].dt == ours.next_meeting.paper_deadline_on


@pytest.mark.parametrize("role", ["coordinator", "clerk"])
def test_who_makes_papers_has_the_meetings_and_update_dates_of_every_active_plan_there(cast, role):
    found = words(make(cast, role))

    assert found == {
        *("Updates due: Plan of ours", f"Updates due: {OTHER_TITLE}"),
        *("Meeting: Committee of ours", "Papers due: Committee of ours"),
    }


def test_who_holds_a_chairing_post_has_the_meetings_of_the_group(cast):
    cast.ours.group.chair = cast.ours.vacant_post
    cast.ours.group.save()
    assert words(make(cast, "approver")) == set()
    partnering.appoint(post=cast.ours.vacant_post, user=cast.approver, starts_on=cast.day(-1))

    found = days_of(cast.approver, cast.today)
    assert {"Meeting: Committee of ours", "Papers due: Committee of ours"} <= {each.words for each in found}


def test_a_deputy_has_what_they_answer_for_and_the_next_holder_what_was_handed_over(cast):
    cast.ours.group.plan_groups.all().delete()
    partnering.deputise(post=cast.ours.post, user=cast.verifier, starts_on=cast.day(0), ends_on=cast.day(3))
    partnering.hand_over(post=cast.ours.post, to=cast.clerk, on=cast.day(1), by=cast.coordinator, now=cast.moment())

    def due(user, days: int) -> set[str]:
        return {each.key for each in days_of(user, cast.day(days)) if each.key.startswith("action")}

    assert f"action-{cast.ours.late.pk}" in due(cast.verifier, 3)
    assert due(cast.verifier, 4) == set()
    assert due(cast.owner, 1) == set()
    assert f"action-{cast.ours.late.pk}" in due(cast.clerk, 1)


@pytest.mark.parametrize("role", ["owner", "coordinator"])
def test_nothing_of_a_draft_of_a_closed_plan_or_of_another_partnership(cast, role):
    Plan.objects.filter(pk=cast.ours.other.pk).update(status=Plan.Status.CLOSED)
    file = fetched(make(cast, role)).decode().replace("\r\n ", "")

    assert "Committee of ours" in file, "there is a calendar"
    for secret in (DRAFT_TITLE, OTHER_TITLE, "theirs", WORKING_NOTE, cast.owner.email):
        assert secret not in file


def test_who_has_left_has_an_empty_calendar(cast):
    partnering.leave(
        user=cast.owner,
        partnership=cast.ours.partnership,
        last_day=cast.day(-1),
        by=cast.coordinator,
        now=cast.moment(),
    )

    assert events(cast.ours.calendar) == {}


# --- the file ---


def test_the_file_is_valid(cast):
    title = "Öffentliche „Prüfung“; mit, Komma\\Schrägstrich und einem sehr langen Titel " * 3
    Action.objects.filter(pk=cast.ours.late.pk).update(title=f"{title}\nSUMMARY:injected")
    file = fetched(cast.ours.calendar)
    lines = file.split(b"\r\n")

    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines), "each line ends with CRLF"
    assert max(map(len, lines)) <= 75, "long lines are folded"
    for line in lines:
        line.decode()  # no letter is cut in two
    calendar = Calendar.from_ical(file)
    assert calendar.to_ical() == file, "it reads back as it was written"
    assert (calendar["VERSION"], calendar["CALSCALE"]) == ("2.0", "GREGORIAN")
    assert str(calendar["PRODID"]) == "-//Followthrough//Calendar//EN"
    assert "METHOD" not in calendar
    assert (str(calendar["X-WR-CALNAME"]), str(calendar["NAME"])) == ("Followthrough", "Followthrough")
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=12)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H" in lines
    assert {each.name for each in calendar.walk()} == {"VCALENDAR", "VEVENT"}, "no alarms"
    late = events(cast.ours.calendar)[f"action-{cast.ours.late.pk}"]
    assert str(late["SUMMARY"]) == f"Due: A1 {' '.join(title.split())} SUMMARY:injected"


def test_each_event_is_of_whole_days_stamped_and_linked(cast):
    found = events(cast.ours.calendar)

    for each in found.values():
        assert each["DTEND"].dt - each["DTSTART"].dt == timedelta(days=1)
        assert type(each["DTSTART"].dt) is date
        assert each["DTSTART"].params["VALUE"] == each["DTEND"].params["VALUE"] == "DATE"
        assert re.fullmatch(rb"\d{8}T\d{6}Z", each["DTSTAMP"].to_ical())
        assert str(each["UID"]).endswith("@testserver")
        assert str(each["URL"]).startswith("http://testserver/")
        assert (str(each["TRANSP"]), str(each["CLASS"])) == ("TRANSPARENT", "PRIVATE")


def test_an_event_keeps_its_uid_when_its_date_moves(cast):
    before = events(cast.ours.calendar)
    Action.objects.filter(pk=cast.ours.late.pk).update(current_due_on=cast.day(30))
    after = events(cast.ours.calendar)

    assert set(after) == set(before)
    assert after[f"action-{cast.ours.late.pk}"]["DTSTART"].dt == cast.day(30)


# --- its address ---


def test_the_address_asks_for_no_sign_in_and_is_kept_by_nobody_on_the_way(cast):
    read = AuditEntry.objects.count()
    response = Client().get(url(cast.ours.calendar))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    assert Client().post(url(cast.ours.calendar)).status_code == 405
    assert AuditEntry.objects.count() == read


def test_the_address_cannot_be_made_from_the_database_alone(cast, settings):
    feed = cast.ours.calendar
    token = token_of(feed)
    nonce, _, signature = token.partition(".")
    wrong = [nonce, f"{nonce}.", f"{nonce}.{signature[:-1]}", f"{nonce}.{'A' * len(signature)}", signature]
    wrong += [f"{'A' * len(nonce)}.{signature}", "x", "%00.x", f"{token} "]

    assert nonce == feed.nonce
    for each in wrong:
        address = reverse("actionplans:calendar", args=[each])
        assert Client().get(address).status_code == 404, each
    settings.SECRET_KEY = "another secret that this service does not have, of fifty letters"
    assert Client().get(reverse("actionplans:calendar", args=[token])).status_code == 404


@pytest.mark.parametrize("column", ["is_active", "signs_in"])
def test_the_calendar_of_who_may_not_sign_in_any_more_is_not_there(cast, column):
    setattr(cast.owner, column, False)
    cast.owner.save()

    assert Client().get(url(cast.ours.calendar)).status_code == 404


def test_a_person_makes_copies_and_stops_their_address(cast, as_):
    client = as_("clerk")
    assert "Make a calendar address" in text(client.get(PAGE))
    made = text(client.post(PAGE, {"do": "make"}, follow=True))
    feed = CalendarFeed.objects.get(user=cast.clerk)

    assert f'value="{address_of(feed)}" readonly' in made
    assert address_of(feed) == f"http://testserver/calendar/{token_of(feed)}.ics"
    assert "Whoever has this address can read your calendar." in made
    stopped = text(client.post(PAGE, {"do": "stop"}, follow=True))
    assert "The address has stopped." in stopped
    assert address_of(feed) not in stopped
    assert Client().get(url(feed)).status_code == 404
    said = AuditEntry.objects.filter(who="Clerk").order_by("pk").values_list("what", flat=True)
    assert list(said) == ["made a calendar address", "stopped a calendar address"]


def test_a_new_address_stops_the_old_one(cast, as_):
    old = cast.ours.calendar
    page = text(as_("owner").post(PAGE, {"do": "renew"}, follow=True))
    new = CalendarFeed.objects.get(user=cast.owner, revoked_at__isnull=True)

    assert address_of(new) in page
    assert address_of(old) not in page
    assert [Client().get(url(each)).status_code for each in (old, new)] == [404, 200]


def test_stopping_twice_is_recorded_once(cast):
    for _ in range(2):
        operations.revoke_calendar(user=cast.owner, now=cast.moment())

    assert AuditEntry.objects.filter(what="stopped a calendar address").count() == 1


def test_who_belongs_to_no_partnership_has_no_calendar(cast, as_):
    page = text(as_("inspector").post(PAGE, {"do": "make"}))

    assert "There is nothing to put into a calendar" in page
    assert not CalendarFeed.objects.filter(user=cast.inspector).exists()
    with pytest.raises(Refusal, match="you belong to no partnership"):
        make(cast, "inspector")


def test_my_actions_lead_to_the_calendar(as_):
    assert f'href="{PAGE}"' in text(as_("owner").get(reverse("actionplans:my-actions")))
