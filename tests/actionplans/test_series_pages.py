"""The page of a series of meetings: shown before it is entered, over St Andrew's Day and Christmas."""

import re
from datetime import date

import pytest

from actionplans import operations
from actionplans.models import Round
from actionplans.operations import Actor
from core import clock
from partnerships.models import LocalHoliday
from tests.actionplans.pages import date_of, error_of, group_url, table, text


@pytest.fixture
def autumn(house, client, monkeypatch):
    """The house on Monday 14 September 2015; its clerk has signed in."""
    monkeypatch.setattr(clock, "now", lambda: clock.at(date(2015, 9, 14)))
    client.force_login(house.clerk)
    return house


def series(first: date, until: date, cycle: str = "weeks", weeks: str = "4") -> dict[str, object]:
    return date_of("first_on", first) | date_of("until_on", until) | {"cycle": cycle, "weeks": weeks}


def shown_fields(response) -> dict[str, str]:
    """What the button under the preview sends."""
    form = text(response).partition('id="preview"')[2].partition("<form")[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)) | {"add": "yes"}


def test_a_series_is_shown_before_it_is_entered_over_st_andrews_day_and_christmas(autumn, client):
    """Every four weeks from Monday 2 November 2015: St Andrew's Day is off, and so is the observed Boxing Day."""
    operations.add_meetings(
        group=autumn.ours.group,
        sittings=[(date(2015, 11, 2), date(2015, 10, 20))],
        by=Actor(autumn.clerk),
        now=clock.at(date(2015, 9, 1)),
    )
    LocalHoliday.objects.create(partnership=autumn.ours.partnership, on=date(2015, 12, 1), name="Council closed")
    before = autumn.ours.group.meetings.count()
    response = client.post(group_url(autumn, "series-new"), series(date(2015, 11, 2), date(2016, 1, 30)))

    assert response.status_code == 200
    assert table(response, "Every 4 weeks, on Monday: 4 meetings") == [
        "Monday 2 November 2015 13 October 2015 20 October 2015 Entered already",
        "Wednesday 2 December 2015 9 November 2015 16 November 2015 Moved from Monday 30 November: Saint Andrew's Day",
        "Tuesday 29 December 2015 4 December 2015 11 December 2015 Moved from Monday 28 December: "
        "Boxing Day (observed)",
        "Monday 25 January 2016 31 December 2015 11 January 2016",
    ]
    assert "Add these 3 meetings" in text(response)
    assert autumn.ours.group.meetings.count() == before

    response = client.post(group_url(autumn, "series-new"), shown_fields(response), follow=True)
    assert "3 meetings are entered, the last on 25 January 2016." in text(response)
    days = autumn.ours.group.meetings.filter(on__gte=date(2015, 11, 1)).order_by("on").values_list("on", flat=True)
    assert [str(day) for day in days] == ["2015-11-02", "2015-12-02", "2015-12-29", "2016-01-25"]
    assert Round.objects.filter(plan=autumn.ours.plan, meeting__on__gte=date(2015, 11, 1)).count() == 4


def test_the_same_series_again_is_shown_as_entered_and_adds_nothing(autumn, client):
    given = series(date(2015, 11, 2), date(2016, 1, 30), "monthly", "")
    first = client.post(group_url(autumn, "series-new"), given)
    client.post(group_url(autumn, "series-new"), shown_fields(first))
    count = autumn.ours.group.meetings.count()
    again = client.post(group_url(autumn, "series-new"), given)

    assert "All of these are entered already." in text(again)
    assert "Add these" not in text(again)
    client.post(group_url(autumn, "series-new"), shown_fields(first))  # a back button, and the button again
    assert autumn.ours.group.meetings.count() == count


def test_what_has_changed_since_it_was_shown_is_shown_again(autumn, client):
    given = series(date(2015, 11, 3), date(2015, 12, 30))
    seen = shown_fields(client.post(group_url(autumn, "series-new"), given))
    LocalHoliday.objects.create(partnership=autumn.ours.partnership, on=date(2015, 11, 3), name="Council closed")
    count = autumn.ours.group.meetings.count()
    response = client.post(group_url(autumn, "series-new"), seen)

    assert "What would be entered has changed since it was shown." in text(response)
    assert "Moved from Tuesday 3 November: Council closed" in text(response)
    assert autumn.ours.group.meetings.count() == count
    client.post(group_url(autumn, "series-new"), shown_fields(response))
    assert autumn.ours.group.meetings.filter(on=date(2015, 11, 4)).exists()


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"cycle": ""}, "cycle", "Choose how often the group meets."),
        ({"weeks": ""}, "weeks", "Enter the number of weeks."),
        ({"weeks": "0"}, "weeks", "Enter a number of weeks from 1 to 52."),
        ({"weeks": "six"}, "weeks", "Enter a number of weeks, such as 6."),
        ({"cycle": "quarterly"}, "weeks", "Clear this, or choose “Every so many weeks”."),
        ({"first_on_year": "1915"}, "first_on", "Enter today or a later day."),
        ({"until_on_year": "2014"}, "until_on", "The last day must not be before the first day."),
        ({"until_on_year": "2099"}, "until_on", "Enter a day up to"),
        ({"weeks": "1", "until_on_year": "2018"}, "until_on", "These are more than 60 meetings."),
    ],
)
def test_a_series_that_makes_no_sense_is_refused_beside_the_field(autumn, client, given, field, error):
    data = series(date(2015, 11, 2), date(2016, 1, 30)) | given
    response = client.post(group_url(autumn, "series-new"), data)

    assert response.status_code == 422
    assert error_of(response, field)[0].startswith(error)
    assert 'id="preview"' not in text(response)
