"""Rounds follow the meetings: added, moved, cancelled, put in between; and what was asked for stays."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from actionplans import operations
from actionplans.models import Plan, PlanGroup, Round
from actionplans.operations import Actor, MeetingIsFixed, PlanText, Refusal, rounds
from core.models import AuditEntry
from partnerships.calendars import updates_due
from partnerships.models import Group, LocalHoliday, Meeting
from tests.actionplans.desk import Desk
from tests.actionplans.pages import text

# Monday 15 June 2015 is today. The desk's plan was approved 130 days before, on 5 February.
JUNE, AUGUST, OCTOBER = date(2015, 6, 22), date(2015, 8, 26), date(2015, 10, 28)


@pytest.fixture
def verbs(house, desk):
    return Verbs(house, desk)


class Verbs:
    """The verbs about the desk group's meetings, said by the clerk on a day."""

    def __init__(self, house, desk: Desk) -> None:
        self.house, self.desk = house, desk

    def said(self, on: date | None = None) -> dict:
        days = ((on or self.house.today) - self.house.today).days
        return {"by": Actor(self.house.clerk), "now": self.house.moment(days)}

    def add(self, *days: date, on: date | None = None) -> list[Meeting]:
        given = [(day, None) for day in days]
        return operations.add_meetings(group=self.desk.group, sittings=given, **self.said(on))

    def move(self, meeting: Meeting, to: date, on: date | None = None, papers: date | None = None) -> Meeting:
        return operations.move_meeting(meeting=meeting, on=to, paper_deadline_on=papers, **self.said(on))

    def cancel(self, meeting: Meeting, on: date | None = None) -> None:
        operations.cancel_meeting(meeting=meeting, **self.said(on))

    def rounds(self, plan: Plan | None = None) -> list[tuple[date, date, date]]:
        found = Round.objects.filter(plan=plan or self.desk.plan).select_related("meeting").order_by("meeting__on")
        return [(each.meeting.on, each.opens_on, each.updates_due_on) for each in found]


def after(day: date) -> date:
    return day + timedelta(days=1)


# --- adding ---


def test_meetings_give_every_active_plan_its_rounds(verbs, desk):
    meetings = verbs.add(AUGUST, OCTOBER)

    assert [each.paper_deadline_on for each in meetings] == [date(2015, 8, 12), date(2015, 10, 14)]
    assert verbs.rounds() == [
        (AUGUST, desk.plan.approved_on, date(2015, 8, 5)),
        (OCTOBER, after(AUGUST), date(2015, 10, 7)),
    ]
    said = AuditEntry.objects.get(what="entered meetings")
    assert (said.who, said.about) == ("Clerk", "ours/desk")
    assert [each["on"] for each in said.details["meetings"]] == [str(AUGUST), str(OCTOBER)]


def test_entering_the_same_again_is_refused_and_changes_nothing(verbs):
    verbs.add(AUGUST, OCTOBER)
    before = verbs.rounds()
    with pytest.raises(Refusal, match="Nothing is new"):
        verbs.add(AUGUST, OCTOBER)
    with pytest.raises(Refusal, match="The group meets on that day already"):
        verbs.add(AUGUST)

    assert verbs.rounds() == before
    assert AuditEntry.objects.filter(what="entered meetings").count() == 1


def test_of_a_series_only_what_is_new_is_entered(verbs, desk):
    verbs.add(AUGUST)

    assert [each.on for each in verbs.add(AUGUST, OCTOBER)] == [OCTOBER]
    assert desk.group.meetings.count() == 2


@pytest.mark.parametrize("state", [Plan.Status.DRAFT, Plan.Status.SUBMITTED, Plan.Status.CLOSED])
def test_a_plan_that_is_not_active_gets_no_round(verbs, desk, state):
    Plan.objects.filter(pk=desk.plan.pk).update(status=state)
    verbs.add(AUGUST)

    assert verbs.rounds() == []


def test_a_plan_that_the_group_only_approves_gets_no_round(verbs, desk):
    desk.plan.plan_groups.filter(role__in=PlanGroup.REPORTED_TO).delete()
    verbs.add(AUGUST)

    assert verbs.rounds() == []


def test_nobody_owed_an_update_before_it_was_asked_for(verbs, house):
    """A meeting in a week: its papers were due last week. A meeting that was held gets no round."""
    verbs.add(house.day(-30), JUNE)

    assert verbs.rounds() == [(JUNE, house.day(-29), house.today)]


def test_a_meeting_in_between_is_where_the_next_round_opens(verbs):
    verbs.add(JUNE, OCTOBER)
    verbs.add(AUGUST)

    assert [row[:2] for row in verbs.rounds()][1:] == [(AUGUST, after(JUNE)), (OCTOBER, after(AUGUST))]


def test_of_meetings_a_week_apart_each_has_updates_in_time_for_its_paper(verbs, desk):
    verbs.add(AUGUST, date(2015, 9, 2), date(2015, 9, 9), OCTOBER)

    assert verbs.rounds() == [
        (AUGUST, desk.plan.approved_on, date(2015, 8, 5)),
        (date(2015, 9, 2), date(2015, 8, 6), date(2015, 8, 12)),  # its paper is due on 19 August, before AUGUST
        (date(2015, 9, 9), date(2015, 8, 13), date(2015, 8, 19)),
        (OCTOBER, date(2015, 9, 10), date(2015, 10, 7)),
    ]


def test_of_meetings_whose_updates_are_due_together_one_update_answers_both(verbs, desk):
    """A special meeting takes the papers of the day before: its round opens with that of the ordinary one."""
    special = (after(AUGUST), date(2015, 8, 12))
    operations.add_meetings(group=desk.group, sittings=[(AUGUST, None), special], **verbs.said())

    assert verbs.rounds() == [(day, desk.plan.approved_on, date(2015, 8, 5)) for day in (AUGUST, after(AUGUST))]


def test_a_round_that_begins_too_late_for_its_paper_says_so(verbs, desk, house, client):
    verbs.add(JUNE, AUGUST)
    client.force_login(house.coordinator)
    found = [desk.plan.rounds.get(meeting__on=each) for each in (JUNE, AUGUST)]
    pages = [text(client.get(each.get_absolute_url())) for each in found]

    assert ["after the paper is due" in page for page in pages] == [True, False]


@given(
    gaps=some.lists(some.integers(1, 60), min_size=1, max_size=6),
    papers=some.lists(some.integers(0, 70), min_size=6, max_size=6),
    update_days=some.integers(0, 15),
)
@settings(max_examples=100, deadline=None)
def test_rounds_open_before_updates_are_due_before_papers_before_the_meeting(gaps, papers, update_days):
    """Of any meetings whose papers come after the approval. A round whose date is its own has days of its own."""
    group, approved_on = Group(update_days=update_days), date(2015, 2, 5)
    before, found = None, []
    on = approved_on
    for gap, paper in zip(gaps, papers, strict=False):
        on += timedelta(days=gap)
        meeting = Meeting(group=group, on=on, paper_deadline_on=on - timedelta(days=paper))
        due_on = updates_due(meeting, ())
        opens_on = rounds.opening(due_on, before, approved_on)
        if due_on >= approved_on:
            assert approved_on <= opens_on <= due_on <= meeting.paper_deadline_on <= meeting.on
            last = max(found, key=lambda each: each[1], default=None)
            if last and due_on > last[1]:
                assert opens_on > last[1], "an update of the round before does not answer this one"
            elif last:
                assert opens_on <= last[0], "an update of the round before answers this one"
            found.append((opens_on, due_on))
        before = rounds.next_before(before, on, opens_on, max(due_on, opens_on))


def test_a_round_that_has_opened_keeps_its_day_so_that_what_was_reported_stays(verbs):
    verbs.add(JUNE, OCTOBER)
    on = date(2015, 7, 1)  # the round of October is open
    verbs.add(AUGUST, on=on)

    assert [row[:2] for row in verbs.rounds()][1:] == [(AUGUST, after(JUNE)), (OCTOBER, after(JUNE))]


def test_a_round_whose_date_has_passed_never_changes(verbs, desk):
    verbs.add(AUGUST, OCTOBER)
    before = verbs.rounds()
    Group.objects.filter(pk=desk.group.pk).update(update_days=9)
    desk.group.refresh_from_db()
    verbs.add(date(2016, 1, 27), on=date(2015, 8, 6))

    assert verbs.rounds()[0] == before[0]
    assert verbs.rounds()[1][2] == date(2015, 10, 1)  # 9 working days before 14 October


@pytest.mark.parametrize(
    ("on", "papers", "sentence"),
    [
        (date(1815, 6, 18), None, "Enter a day between"),
        (date(2012, 1, 1), None, "Enter a day between"),
        (date(2051, 1, 1), None, "Enter a day between"),
        (AUGUST, after(AUGUST), "must not be after the meeting"),
        (AUGUST, date(2013, 8, 1), "more than a year before"),
    ],
)
def test_a_slip_of_the_pen_is_refused_and_nothing_is_entered(verbs, desk, on, papers, sentence):
    with pytest.raises(Refusal, match=sentence):
        operations.add_meetings(group=desk.group, sittings=[(OCTOBER, None), (on, papers)], **verbs.said())

    assert not desk.group.meetings.exists()


# --- moving and cancelling ---


def test_a_meeting_that_moves_takes_its_rounds_along(verbs):
    first, _ = verbs.add(AUGUST, OCTOBER)
    opened = verbs.rounds()[0][1]
    verbs.move(first, date(2015, 9, 2))

    first.refresh_from_db()
    assert first.paper_deadline_on == date(2015, 8, 19)
    assert verbs.rounds() == [
        (date(2015, 9, 2), opened, date(2015, 8, 12)),
        (OCTOBER, date(2015, 9, 3), date(2015, 10, 7)),
    ]
    assert AuditEntry.objects.get(what="moved a meeting").details["before"]["on"] == str(AUGUST)


def test_a_meeting_that_comes_sooner_leaves_today_for_the_updates(verbs, house):
    (meeting,) = verbs.add(AUGUST)
    verbs.move(meeting, JUNE, papers=house.day(-3))

    assert verbs.rounds()[0][2] == house.today


def test_a_cancelled_meeting_leaves_its_opening_day_to_the_next(verbs):
    _, meeting, _ = verbs.add(JUNE, AUGUST, OCTOBER)
    verbs.cancel(meeting)

    assert [row[:2] for row in verbs.rounds()][1:] == [(OCTOBER, after(JUNE))]
    assert not Meeting.objects.filter(pk=meeting.pk).exists()
    assert AuditEntry.objects.get(what="cancelled a meeting").details["meeting"]["on"] == str(AUGUST)


def test_what_was_asked_for_stays_where_it_is(verbs):
    (meeting,) = verbs.add(AUGUST)
    before, on = verbs.rounds(), date(2015, 8, 6)
    with pytest.raises(MeetingIsFixed, match="Updates for it were due by 5 August 2015"):
        verbs.move(meeting, OCTOBER, on=on)
    with pytest.raises(MeetingIsFixed, match="Updates for it were due by 5 August 2015"):
        verbs.cancel(meeting, on=on)

    assert verbs.rounds() == before


def test_a_meeting_that_a_paper_or_a_decision_names_stays(verbs, desk, house):
    paper, decision = verbs.add(AUGUST, OCTOBER)
    operations.issue_paper(plan=desk.plan, meeting=paper, on=house.today, **verbs.said())
    operations.propose_plan(plan=desk.plan, text=PlanText("Another title", desk.lead_post.pk), **verbs.said())
    operations.agree_version(plan=desk.plan, group=desk.group, reason="Said so", meeting=decision, **verbs.said())

    with pytest.raises(MeetingIsFixed, match="A paper was issued for it"):
        verbs.move(paper, after(AUGUST))
    with pytest.raises(MeetingIsFixed, match="A decision is recorded that names it"):
        verbs.cancel(decision)


def test_a_meeting_is_not_moved_into_the_past_nor_onto_another_nor_after_it_was_held(verbs, house):
    first, second = verbs.add(AUGUST, OCTOBER)
    (held,) = verbs.add(house.day(-4))
    with pytest.raises(Refusal, match="Enter today or a later day"):
        verbs.move(first, house.day(-1))
    with pytest.raises(Refusal, match="The group meets on that day already"):
        verbs.move(second, AUGUST)
    with pytest.raises(MeetingIsFixed, match="This meeting has been held"):
        verbs.cancel(held)
    verbs.cancel(first)
    with pytest.raises(MeetingIsFixed, match="has been cancelled already"):
        verbs.cancel(Meeting(pk=first.pk or 0, group=house.ours.group, on=AUGUST))


# --- versions ---


def test_a_group_that_comes_with_a_new_version_gets_rounds_and_one_that_goes_loses_those_to_come(verbs, desk, house):
    verbs.add(AUGUST, OCTOBER)
    board = Group.objects.create(partnership=house.ours.partnership, slug="new", name="New board", kind="board")
    held, coming = date(2015, 5, 6), date(2015, 9, 9)
    operations.add_meetings(group=board, sittings=[(held, None), (coming, None)], **verbs.said())
    groups = ((desk.group.pk, PlanGroup.Role.APPROVES), (board.pk, PlanGroup.Role.MONITORS))
    text = PlanText(desk.plan.title, desk.lead_post.pk, groups=groups)
    operations.propose_plan(plan=desk.plan, text=text, **verbs.said(date(2015, 8, 20)))
    operations.agree_version(plan=desk.plan, group=desk.group, reason="New board", **verbs.said(date(2015, 8, 20)))

    assert verbs.rounds() == [
        (AUGUST, desk.plan.approved_on, date(2015, 8, 5)),  # its date has passed
        (coming, after(held), date(2015, 8, 20)),  # counted it would have been 19 August
    ]


# --- local holidays ---


def test_a_local_holiday_moves_what_was_counted_and_not_what_was_given(verbs, desk, house):
    counted, _ = verbs.add(AUGUST, OCTOBER)
    given = operations.add_meetings(
        group=desk.group, sittings=[(date(2015, 8, 28), date(2015, 8, 20))], **verbs.said()
    )[0]
    holiday = {"partnership": house.ours.partnership, "on": date(2015, 8, 18), "name": "Trades holiday"}
    changed = operations.add_holiday(**holiday, **verbs.said())

    assert changed == [counted]
    counted.refresh_from_db()
    given.refresh_from_db()
    assert (counted.paper_deadline_on, given.paper_deadline_on) == (date(2015, 8, 11), date(2015, 8, 20))
    assert [row[2] for row in verbs.rounds()] == [date(2015, 8, 4), date(2015, 8, 12), date(2015, 10, 7)]

    operations.remove_holiday(holiday=LocalHoliday.objects.get(name="Trades holiday"), **verbs.said())
    counted.refresh_from_db()
    assert counted.paper_deadline_on == date(2015, 8, 12)
    assert verbs.rounds()[0][2] == date(2015, 8, 5)
    assert AuditEntry.objects.filter(what__endswith="a local holiday").count() == 2


def test_a_holiday_that_comes_too_late_changes_nothing_that_has_passed(verbs, house):
    (meeting,) = verbs.add(AUGUST)
    before, on = verbs.rounds(), date(2015, 8, 6)  # updates were due yesterday
    holiday = {"partnership": house.ours.partnership, "on": date(2015, 8, 18), "name": "Trades holiday"}
    assert operations.add_holiday(**holiday, **verbs.said(on)) == []

    meeting.refresh_from_db()
    assert meeting.paper_deadline_on == date(2015, 8, 12)
    assert verbs.rounds() == before


@pytest.mark.parametrize(
    ("on", "name", "sentence"),
    [
        (date(2015, 11, 30), "St Andrew", "is no working day already: Saint Andrew's Day"),
        (date(2015, 8, 15), "A Saturday", "is no working day already: Saturday"),
        (date(2015, 8, 18), " ", "Enter what the day is called"),
        (date(1899, 8, 18), "Long ago", "Enter a day between"),
        (date(2015, 8, 19), "Twice", "entered as a holiday already"),
    ],
)
def test_a_holiday_that_makes_no_difference_is_refused(verbs, house, on, name, sentence):
    ours = house.ours.partnership
    operations.add_holiday(partnership=ours, on=date(2015, 8, 19), name="Once", **verbs.said())
    with pytest.raises(Refusal, match=sentence):
        operations.add_holiday(partnership=ours, on=on, name=name, **verbs.said())

    found = ours.local_holidays.filter(on__gte=house.today)
    assert [str(each) for each in found] == ["Once, 19 August 2015"]
    assert not LocalHoliday.objects.filter(name=name).exists()
