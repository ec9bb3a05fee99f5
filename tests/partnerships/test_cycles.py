"""The days of a series of meetings: cycles, working days, what is entered already."""

from datetime import date, timedelta

import pytest

from core.working_days import why_off, working_days_to
from partnerships import operations as partnering
from partnerships.cycles import MOST_MEETINGS, Cycle, sittings
from partnerships.models import Group, LocalHoliday


@pytest.fixture
def group(db):
    partnership = partnering.found_partnership(slug="here", name="Here", agencies=[])
    return Group.objects.create(partnership=partnership, slug="committee", name="Committee", kind="committee")


@pytest.mark.parametrize(
    ("cycle", "first", "words", "days"),
    [
        (Cycle("weeks", 6), date(2015, 9, 1), "Every 6 weeks, on Tuesday", ["2015-09-01", "2015-10-13", "2015-11-24"]),
        (Cycle("weeks", 1), date(2015, 11, 16), "Every week, on Monday", ["2015-11-16", "2015-11-23", "2015-11-30"]),
        (
            Cycle("monthly"),
            date(2015, 9, 8),
            "Every month, on the second Tuesday",
            ["2015-09-08", "2015-10-13", "2015-11-10"],
        ),
        (
            Cycle("two-monthly"),
            date(2015, 7, 2),
            "Every two months, on the first Thursday",
            ["2015-07-02", "2015-09-03", "2015-11-05"],
        ),
        (
            Cycle("quarterly"),
            date(2015, 5, 27),
            "Every three months, on the fourth Wednesday",
            ["2015-05-27", "2015-08-26", "2015-11-25"],
        ),
        # September 2015 has five Wednesdays, October four: the fifth is the last.
        (
            Cycle("monthly"),
            date(2015, 9, 30),
            "Every month, on the last Wednesday",
            ["2015-09-30", "2015-10-28", "2015-11-25"],
        ),
    ],
)
def test_a_cycle_keeps_its_weekday(cycle, first, words, days):
    assert cycle.words(first) == words
    assert [str(day) for day in cycle.days(first, date(2015, 11, 30))] == days


def test_a_cycle_without_sense_stops_soon():
    assert len(Cycle("weeks", 1).days(date(2015, 1, 1), date(2099, 1, 1))) == MOST_MEETINGS + 1


def test_a_day_off_moves_the_meeting_to_the_next_working_day_and_says_why(group):
    """Every four weeks on a Monday: over St Andrew's Day, then the fourth day of Christmas."""
    LocalHoliday.objects.create(partnership=group.partnership, on=date(2015, 12, 1), name="Council closed")
    partnering.add_meeting(group=group, on=date(2016, 1, 25), paper_deadline_on=date(2016, 1, 20))
    found = sittings(group, Cycle("weeks", 4).days(date(2015, 11, 30), date(2016, 1, 31)))

    assert [(each.on, each.why_moved, each.is_entered) for each in found] == [
        (date(2015, 12, 2), "Saint Andrew's Day", False),  # Tuesday 1 December is off too
        (date(2015, 12, 29), "Boxing Day (observed)", False),
        (date(2016, 1, 25), "", True),
    ]
    # Ten working days before 29 December are 14 December: 28 and 25 do not count. Five before that.
    assert (found[1].paper_deadline_on, found[1].updates_due_on) == (date(2015, 12, 11), date(2015, 12, 4))
    assert found[2].paper_deadline_on == date(2016, 1, 20)  # as it is entered


def test_two_days_of_a_long_closure_are_one_meeting(group):
    for days in range(14):
        on = date(2015, 7, 20) + timedelta(days=days)
        LocalHoliday.objects.create(partnership=group.partnership, on=on, name="Fair fortnight")
    found = sittings(group, Cycle("weeks", 1).days(date(2015, 7, 13), date(2015, 8, 4)))

    assert [(str(each.on), each.why_moved) for each in found] == [
        ("2015-07-13", ""),
        ("2015-08-04", "Fair fortnight"),  # Monday 3 August is a bank holiday
    ]


def test_local_holidays_are_no_working_days_where_a_deadline_is_counted(group):
    elsewhere = partnering.found_partnership(slug="elsewhere", name="Elsewhere", agencies=[])
    LocalHoliday.objects.create(partnership=elsewhere, on=date(2015, 11, 25), name="Elsewhere's day")
    before = partnering.add_meeting(group=group, on=date(2015, 12, 2))
    LocalHoliday.objects.create(partnership=group.partnership, on=date(2015, 11, 26), name="Our day")
    after = partnering.add_meeting(group=group, on=date(2015, 12, 3))

    assert before.paper_deadline_on == date(2015, 11, 17)  # over St Andrew's Day
    assert after.paper_deadline_on == date(2015, 11, 17)  # and over our own


def test_working_days_are_counted_and_days_off_named():
    assert working_days_to(date(2015, 11, 27), date(2015, 12, 2)) == 2  # 1 and 2 December
    assert working_days_to(date(2015, 11, 27), date(2015, 12, 2), {date(2015, 12, 1)}) == 1
    assert working_days_to(date(2015, 12, 2), date(2015, 11, 27)) == 0
    assert why_off(date(2015, 12, 1)) == ""
    assert why_off(date(2015, 12, 5)) == "Saturday"
    assert why_off(date(2015, 12, 1), {date(2015, 12, 1): "Council closed"}) == "Council closed"
