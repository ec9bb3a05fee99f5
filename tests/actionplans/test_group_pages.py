"""The pages of a group: its meetings, adding one, moving and cancelling, local holidays."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.operations import Actor
from actionplans.operations.dates import date_warnings
from actionplans.smart import smart_hints
from core.working_days import is_working_day, working_days_before
from partnerships.models import LocalHoliday, Meeting
from tests.actionplans.pages import CHI, ask_for, date_of, decisions, error_of, group_url, table, text, url, working_day


def holidays_url(cast) -> str:
    return reverse("actionplans:holidays", args=[cast.ours.partnership.slug])


def one(on: date, papers: date | None = None) -> dict[str, object]:
    return date_of("on", on) | (date_of("paper_deadline_on", papers) if papers else {})


def words(day: date) -> str:
    return f"{day:%-d %B %Y}"


# --- the page ---


def test_members_read_when_the_group_meets_who_chairs_it_and_what_is_reported_to_it(cast, as_):
    ours = cast.ours
    ours.group.chair = ours.post
    ours.group.save()
    response = as_("member").get(group_url(cast))
    page = text(response)

    due = ours.next_meeting.rounds.first().updates_due_on
    (coming,) = table(response, "Meetings to come")
    papers = ours.next_meeting.paper_deadline_on
    assert coming == f"{ours.next_meeting.on:%A} {words(ours.next_meeting.on)} {words(due)} {words(papers)}"
    assert table(response, "Meetings held")[0].startswith(f"{ours.past_meeting.on:%A} {words(ours.past_meeting.on)}")
    assert "Head of ours</a>, Owner" in page
    assert f'href="{ours.plan.get_absolute_url()}"' in page
    assert "Plan that no group has agreed yet" not in page  # a draft
    assert "/meetings/" not in page.partition("<main")[2]
    for name in ("meeting-new", "series-new"):
        assert group_url(cast, name) not in page


def test_the_clerk_is_led_to_the_rounds_and_to_what_changes_the_meetings(cast, as_):
    page = text(as_("clerk").get(group_url(cast)))

    assert reverse("actionplans:meeting", args=[cast.ours.plan.slug, cast.ours.next_meeting.pk]) in page
    for link in (
        *(group_url(cast, "meeting-new"), group_url(cast, "series-new"), holidays_url(cast)),
        group_url(cast, "meeting-change", cast.ours.next_meeting.pk),
    ):
        assert f'href="{link}"' in page
    assert group_url(cast, "meeting-change", cast.ours.past_meeting.pk) not in page


def test_the_partnership_and_the_plan_lead_to_the_group(cast, as_):
    link = f'href="{group_url(cast)}"'

    assert link in text(as_("member").get(reverse("actionplans:partnership", args=["ours"])))
    assert link in text(as_("clerk").get(cast.ours.plan.get_absolute_url()))


# --- one meeting ---


def test_a_meeting_is_added_with_its_rounds(cast, as_):
    on = working_day(cast.day(100))
    response = as_("clerk").post(group_url(cast, "meeting-new"), one(on), follow=True)

    meeting = cast.ours.group.meetings.get(on=on)
    assert meeting.paper_deadline_on == working_days_before(on, 10)
    assert f"Entered: {words(on)}, papers by {words(meeting.paper_deadline_on)}." in text(response)
    assert set(meeting.rounds.values_list("plan", flat=True)) == {cast.ours.plan.pk, cast.ours.other.pk}


def test_a_meeting_may_be_on_a_day_off_and_the_page_says_that_it_is_one(cast, as_):
    on = next(day for n in range(100, 107) if (day := cast.day(n)).weekday() == 5)
    response = as_("clerk").post(group_url(cast, "meeting-new"), one(on, cast.day(90)), follow=True)

    assert "The day of the meeting is no working day: Saturday." in text(response)
    assert cast.ours.group.meetings.get(on=on).paper_deadline_on == cast.day(90)


@pytest.mark.parametrize(
    ("days", "papers", "field", "error"),
    [
        (40, None, "on", "The group meets on that day already."),
        (100, 101, "paper_deadline_on", "The paper deadline must not be after the meeting."),
        (100, -300, "paper_deadline_on", "The paper deadline is more than a year before the meeting."),
        (4000, None, "on", "Enter a day between"),
        (-4000, None, "on", "Enter a day between"),
        (-(365 * 100), None, "on", "Enter a day between"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(cast, as_, days, papers, field, error):
    given = one(cast.day(days), cast.day(papers) if papers else None)
    response = as_("clerk").post(group_url(cast, "meeting-new"), given)

    assert response.status_code == 422
    assert error_of(response, field)[0].startswith(error)
    assert f'value="{cast.day(days).year}"' in text(response)
    assert cast.ours.group.meetings.count() == 2


@pytest.mark.parametrize("year", ["1900", "2199"])
def test_the_ends_of_the_calendar_are_refused_too(cast, as_, year):
    given = {"on_day": "1", "on_month": "1", "on_year": year}
    assert "Enter a day between" in error_of(as_("clerk").post(group_url(cast, "meeting-new"), given), "on")[0]
    given = {"on_day": "1", "on_month": "1", "on_year": year, "name": "Fair"}
    assert "Enter a day between" in error_of(as_("clerk").post(holidays_url(cast), given), "on")[0]


# --- moving and cancelling ---


def test_a_meeting_to_come_is_moved_and_cancelled(cast, as_):
    on = working_day(cast.day(100))
    client = as_("clerk")
    client.post(group_url(cast, "meeting-new"), one(on))
    meeting = cast.ours.group.meetings.get(on=on)
    later = working_day(on + timedelta(days=8))
    page = text(client.get(group_url(cast, "meeting-change", meeting.pk)))
    assert f"Plan of ours: updates due {words(meeting.rounds.first().updates_due_on)}" in page

    response = client.post(group_url(cast, "meeting-change", meeting.pk), one(later), follow=True)
    assert f"Moved to {words(later)}, papers by {words(working_days_before(later, 10))}." in text(response)
    response = client.post(group_url(cast, "meeting-cancel", meeting.pk), follow=True)
    assert f"Cancelled: the meeting of {words(later)}." in text(response)
    assert not Meeting.objects.filter(pk=meeting.pk).exists()


def test_a_deadline_that_was_given_stays_in_the_form_and_one_that_was_counted_does_not(cast, as_):
    meeting, client = cast.ours.next_meeting, as_("clerk")
    change = group_url(cast, "meeting-change", meeting.pk)
    assert client.get(change).context["form"].initial["paper_deadline_on"] is None

    Meeting.objects.filter(pk=meeting.pk).update(paper_deadline_on=cast.day(30))
    assert client.get(change).context["form"].initial["paper_deadline_on"] == cast.day(30)


def test_what_stands_in_the_way_is_said_instead_of_the_form(cast, as_):
    meeting, client = cast.ours.next_meeting, as_("clerk")
    operations.issue_paper(plan=cast.ours.plan, meeting=meeting, on=cast.today, by=Actor(cast.clerk), now=cast.moment())
    page = text(client.get(group_url(cast, "meeting-change", meeting.pk)))
    assert "A paper was issued for it." in page
    assert "Move the meeting" not in page

    response = client.post(group_url(cast, "meeting-cancel", meeting.pk), follow=True)
    assert "A paper was issued for it." in text(response)
    assert Meeting.objects.filter(pk=meeting.pk).exists()


def test_a_meeting_is_changed_under_its_own_group_only(cast, as_):
    foreign = cast.theirs.next_meeting

    assert as_("clerk").post(group_url(cast, "meeting-cancel", foreign.pk)).status_code == 404
    assert Meeting.objects.filter(pk=foreign.pk).exists()


# --- local holidays ---


def test_a_holiday_is_entered_and_removed_and_says_what_was_counted_anew(cast, as_):
    meeting, client = cast.ours.next_meeting, as_("administrator")
    Meeting.objects.filter(pk=meeting.pk).update(paper_deadline_on=working_days_before(meeting.on, 10))
    on = working_days_before(meeting.on, 1)
    response = client.post(holidays_url(cast), one(on) | {"name": "Fair Monday"}, follow=True)

    assert f"Entered: Fair Monday, {words(on)}. 1 paper deadline counted anew." in text(response)
    meeting.refresh_from_db()
    assert meeting.paper_deadline_on == working_days_before(meeting.on, 11)
    holiday = LocalHoliday.objects.get(name="Fair Monday")
    response = client.post(reverse("actionplans:holiday-remove", args=["ours", holiday.pk]), follow=True)
    assert f"Removed: Fair Monday, {words(on)}. 1 paper deadline counted anew." in text(response)
    meeting.refresh_from_db()
    assert meeting.paper_deadline_on == working_days_before(meeting.on, 10)


def test_a_holiday_with_personal_data_in_its_name_is_stopped(cast, as_):
    on = working_day(cast.day(20))
    response = as_("clerk").post(holidays_url(cast), one(on) | {"name": f"Day of {CHI}"})

    assert "CHI number" in error_of(response, "name")[0]
    assert LocalHoliday.objects.filter(partnership=cast.ours.partnership).count() == 1


def test_a_holiday_is_removed_under_its_own_partnership_only(cast, as_):
    foreign = cast.theirs.holiday

    assert as_("clerk").post(reverse("actionplans:holiday-remove", args=["ours", foreign.pk])).status_code == 404
    assert LocalHoliday.objects.filter(pk=foreign.pk).exists()


def test_a_due_date_on_a_local_holiday_warns_wherever_a_date_is_chosen(cast, as_):
    day = working_day(cast.day(30))
    sentence = f"{day:%A} {words(day)} is not a working day."
    off = frozenset({day})
    assert is_working_day(day)
    assert date_warnings(cast.ours.late, day, cast.today, ()) == []
    assert date_warnings(cast.ours.late, day, cast.today, off) == [sentence]
    said = operations.ActionText.of(cast.ours.late)
    assert "due_on" not in smart_hints(said, day)
    assert smart_hints(said, day, off=off)["due_on"] == sentence

    LocalHoliday.objects.create(partnership=cast.ours.partnership, on=day, name="Fair")
    given = date_of("to_on", day) | {"reason_kind": "other", "reason": "The supplier is late"}
    assert error_of(as_("owner").post(url("action-date", cast.ours.late), given), "to_on") == [sentence]
    ask_for(cast, cast.ours.late, 30)
    assert sentence in text(as_("approver").get(decisions(cast)))
