"""Asking for updates by hand: who has reported in a round, whom that concerns, once a day each."""

from datetime import date

import pytest

from actionplans import operations
from actionplans.models import Action, Chase, Message, Plan, Reminder
from actionplans.operations import Actor, Refusal
from actionplans.operations.chasing import RoundIsOver
from actionplans.reported import round_standing
from core import clock
from core.models import AuditEntry


@pytest.fixture
def opened(desk):
    """A round that opened ten days ago; updates are due in five days."""
    return desk.open_round(-10, 5)


def ask(house, opened, *actions, days: int = 0):
    return operations.chase(round=opened, actions=actions, by=Actor(house.coordinator), now=house.moment(days, hour=9))


def row(opened, action, on):
    return next(each for each in round_standing(opened, on).rows if each.action == action)


# --- who has reported ---


def test_what_was_posted_before_the_round_does_not_count_and_what_is_posted_in_it_does(desk, opened):
    desk.post_update(desk.first, desk.day(-11))
    assert not row(opened, desk.first, desk.today).is_reported

    update = desk.post_update(desk.first, desk.day(-10), wording="Half of it is done.")
    found = row(opened, desk.first, desk.today)
    assert (found.is_reported, found.update) == (True, update)
    assert not row(opened, desk.second, desk.today).is_reported


def test_a_draft_is_no_report_and_an_update_that_is_not_read_yet_is_none_either(desk, house, opened):
    operations.save_draft(action=desk.first, fields={"wording": "Nearly"}, by=Actor(desk.head), now=house.moment())
    typed = row(opened, desk.first, desk.today)
    assert (typed.is_reported, typed.is_typed, typed.waiting, typed.can_be_chased) == (False, True, None, True)

    desk.first.drafts.update(sent_at=house.moment())
    sent = row(opened, desk.first, desk.today)
    assert (sent.is_reported, sent.is_typed, sent.can_be_chased) == (False, False, False)
    assert sent.waiting is not None


def test_the_sentence_says_whether_the_paper_can_be_written(desk, house, opened):
    def sentence():
        return round_standing(opened, desk.today).sentence

    assert sentence() == "0 of 2 open actions have reported. 2 have not."
    desk.post_update(desk.first, desk.today)
    operations.save_draft(action=desk.second, fields={"wording": "Nearly"}, by=Actor(desk.head), now=house.moment())
    desk.second.drafts.update(sent_at=house.moment())
    assert sentence() == ("1 of 2 open actions has reported. 1 has not. 1 update waits for its wording to be read.")
    desk.post_update(desk.second, desk.today)
    assert sentence() == "All 2 open actions have reported. The paper can be written."
    Action.objects.filter(plan=desk.plan).update(status="closed", percent=100)
    assert sentence() == "No action is open, so no update is owed. The paper can be written."


def test_it_says_when_an_owner_was_asked_last_in_this_round_and_what_became_of_it(desk, opened):
    def said(on, state, kind=Reminder.Kind.PROGRESS_OVERDUE, **given):
        sent_at = clock.at(on, 8) if state == Message.State.SENT else None
        message = Message.objects.create(user=desk.head, on=on, planned_at=clock.at(on), state=state, sent_at=sent_at)
        anchor = {"anchor_on": on, "step": 1, "capacity": Reminder.Capacity.HOLDER}
        return Reminder.objects.create(message=message, user=desk.head, action=desk.first, kind=kind, **anchor, **given)

    said(desk.day(-12), Message.State.SENT)  # before the round
    assert row(opened, desk.first, desk.today).asked is None
    asked = said(desk.day(-6), Message.State.REFUSED)
    said(desk.day(-5), Message.State.WITHDRAWN)
    said(desk.day(-4), Message.State.SENT, withdrawn_at=clock.at(desk.day(-4)))
    said(desk.day(-3), Message.State.SENT, kind=Reminder.Kind.OVERDUE)  # about its date, not the update
    found = row(opened, desk.first, desk.today)

    assert (found.asked, found.asked.message.state) == (asked, Message.State.REFUSED)


# --- asking ---


def test_what_is_asked_is_kept_and_audited_once_a_day(desk, house, opened):
    assert [each.action for each in ask(house, opened, desk.first, desk.second)] == [desk.first, desk.second]
    assert ask(house, opened, desk.first) == []

    found = Chase.objects.get(action=desk.first)
    assert (found.round, found.on, found.asked_by) == (opened, house.today, house.coordinator)
    assert Chase.objects.count() == 2
    said = AuditEntry.objects.get(what="asked for updates")
    assert (said.who, said.about, said.details) == (
        "Coordinator",
        opened.get_absolute_url(),
        {"actions": ["D1", "D2"]},
    )
    assert row(opened, desk.first, desk.today).chase == found


def test_another_day_it_is_asked_again(desk, house, opened):
    ask(house, opened, desk.first)
    ask(house, opened, desk.first, days=1)

    assert [each.on for each in Chase.objects.order_by("on")] == [house.today, house.day(1)]
    assert row(opened, desk.first, house.day(1)).chase.on == house.day(1)


def test_after_the_update_date_and_until_the_meeting_it_can_be_asked(desk, house, opened):
    assert len(ask(house, opened, desk.first, days=6)) == 1
    assert len(ask(house, opened, desk.first, days=(opened.meeting.on - house.today).days)) == 1


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(-11, "are asked for from 5 June 2015"), (306, "No update is owed for this meeting")],
)
def test_nothing_is_asked_outside_the_round(desk, house, opened, days, sentence):
    assert house.day(-10) == date(2015, 6, 5)
    with pytest.raises(RoundIsOver, match=sentence):
        ask(house, opened, desk.first, days=days)

    assert not Chase.objects.exists()


def test_nothing_is_asked_of_a_closed_plan(desk, house, opened):
    Plan.objects.filter(pk=desk.plan.pk).update(status=Plan.Status.CLOSED)
    with pytest.raises(RoundIsOver, match="the plan is closed"):
        ask(house, opened, desk.first)


def test_who_has_reported_is_not_asked_and_then_nobody_is(desk, house, opened):
    desk.post_update(desk.first, desk.today)
    with pytest.raises(Refusal, match="D1: reported already"):
        ask(house, opened, desk.first, desk.second)

    assert not Chase.objects.exists()


@pytest.mark.parametrize("case", ["over", "unread", "foreign", "none"])
def test_only_who_owes_an_update_is_asked(desk, house, opened, case):
    action, sentence = desk.second, "Choose"
    if case == "over":
        Action.objects.filter(pk=action.pk).update(status="closed", percent=100)
        sentence = "D2: over"
    if case == "unread":
        operations.save_draft(action=action, fields={"wording": "Nearly"}, by=Actor(desk.head), now=house.moment())
        action.drafts.update(sent_at=house.moment())
        sentence = "D2: waiting for its wording to be read"
    if case == "foreign":
        action = house.p1
    with pytest.raises(Refusal, match=sentence):
        ask(house, opened, *([] if case == "none" else [action]))

    assert not Chase.objects.exists()


def test_a_cancelled_meeting_takes_what_was_asked_along(desk, house, opened):
    ask(house, opened, desk.first)
    operations.cancel_meeting(meeting=opened.meeting, by=Actor(house.clerk), now=house.moment())

    assert not Chase.objects.exists()
    assert AuditEntry.objects.filter(what="asked for updates").exists()
