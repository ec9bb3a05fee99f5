"""Due dates: a request changes nothing, a decision moves the date, the original date stays for ever."""

import pytest

from actionplans import operations
from actionplans.models import Action, DateDecision, DateRequest, DateWithdrawal, Status
from actionplans.operations import Actor, AlreadyDecided, Decision, Refusal
from actionplans.operations.dates import open_request


def ask(house, action, days=50, reason="The supplier is late", **given):
    said = {"by": Actor(house.owner, house.ours.post), "now": house.moment()} | given
    return operations.request_date_change(action=action, to_on=house.day(days), reason=reason, **said)


def decide(house, request, is_granted=True, **given):
    said = {"decision": Decision("Committee of ours"), "by": Actor(house.clerk), "now": house.moment()} | given
    return operations.decide_date_change(request=request, is_granted=is_granted, **said)


def withdraw(house, request, reason="I have changed my mind.", **given):
    said = {"by": Actor(house.owner, house.ours.post), "now": house.moment(1)} | given
    return operations.withdraw_date_request(request=request, reason=reason, **said)


def dates(action):
    fresh = Action.objects.get(pk=action.pk)
    return fresh.original_due_on, fresh.current_due_on, fresh.date_changes


def test_a_request_alone_changes_nothing(house):
    before = dates(house.p1)
    request = ask(house, house.p1, reason="  The supplier is late ")

    assert (request.from_on, request.to_on, request.reason) == (house.day(20), house.day(50), "The supplier is late")
    assert dates(house.p1) == before == (house.day(20), house.day(20), 0)
    assert (request.original_due_on, request.current_due_on, request.date_changes) == before


def test_a_granted_request_moves_the_current_date_and_counts(house):
    decision = decide(
        house, ask(house, house.p1), decision=Decision("Committee of ours", house.ours.past_meeting, "15/9")
    )

    assert dates(house.p1) == (house.day(20), house.day(50), 1)
    assert (decision.current_due_on, decision.date_changes) == (house.day(50), 1)
    assert (decision.decided_by, decision.meeting, decision.minute) == (
        "Committee of ours",
        house.ours.past_meeting,
        "15/9",
    )


def test_a_refused_request_moves_nothing_and_is_kept(house):
    decision = decide(house, ask(house, house.p1), is_granted=False)

    assert dates(house.p1) == (house.day(20), house.day(20), 0)
    assert DateDecision.objects.get(action=house.p1) == decision
    assert decision.is_granted is False


def test_dates_move_again_and_again_and_the_original_stays(house):
    for days in (50, 80, 30):
        decide(house, ask(house, house.p1, days))

    assert dates(house.p1) == (house.day(20), house.day(30), 3)
    moved = [(each.from_on, each.to_on) for each in DateRequest.objects.filter(action=house.p1).order_by("seq")]
    assert moved == [
        (house.day(20), house.day(50)),
        (house.day(50), house.day(80)),
        (house.day(80), house.day(30)),
    ]


def test_a_date_that_moved_late_does_not_hide_how_late_it_is_against_the_original(house):
    action = house.ours.late
    decide(house, ask(house, action, 5))

    action.refresh_from_db()
    assert not action.is_overdue(house.today)
    assert action.days_past_original(house.today) == 10


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_a_request_is_decided_once(house, first, second):
    request = ask(house, house.p1)
    decide(house, request, first)
    before = dates(house.p1)

    with pytest.raises(AlreadyDecided) as refused:
        decide(house, request, second)

    assert refused.value.messages == ["This request has been decided already."]
    assert dates(house.p1) == before
    assert DateDecision.objects.filter(request=request).count() == 1


def test_a_request_that_a_later_move_overtook_cannot_be_granted_but_refused(house):
    old = ask(house, house.p1, 50)
    Action.objects.filter(pk=house.p1.pk).update(current_due_on=house.day(60))

    with pytest.raises(Refusal, match="The due date has moved since this was asked. Ask again"):
        decide(house, old)
    assert dates(house.p1) == (house.day(20), house.day(60), 0)
    assert decide(house, old, is_granted=False).is_granted is False


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"days": 20}, "to_on", "Enter a date other than the current due date."),
        ({"days": -131}, "to_on", "The due date must not be before the start of the action."),
        ({"reason": ""}, "reason", "Enter why the date should change."),
        ({"reason": "  "}, "reason", "Enter why the date should change."),
    ],
)
def test_a_request_that_cannot_be_made_is_refused_beside_its_field(house, given, field, sentence):
    with pytest.raises(Refusal) as refused:
        ask(house, house.p1, **given)

    assert refused.value.message_dict == {field: [sentence]}
    assert not DateRequest.objects.filter(action=house.p1).exists()


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED, Status.SUPERSEDED])
def test_an_action_that_is_over_keeps_its_date(house, status):
    Action.objects.filter(pk=house.p1.pk).update(status=status, percent=100)

    with pytest.raises(Refusal, match="This action has no due date that could be moved"):
        ask(house, house.p1)


def test_an_action_without_a_date_has_none_to_move(house):
    with pytest.raises(Refusal, match="This action has no due date that could be moved"):
        ask(house, house.p2)


def test_the_day_of_the_start_itself_may_be_the_date(house):
    assert ask(house, house.p1, -130).to_on == house.p1.start_on


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED, Status.SUPERSEDED])
def test_a_later_date_asked_for_before_the_action_was_over_is_not_granted_after(house, status):
    request = ask(house, house.p1)
    Action.objects.filter(pk=house.p1.pk).update(status=status, percent=100)

    with pytest.raises(Refusal, match="This action is over. Its due date moves no more."):
        decide(house, request)
    assert dates(house.p1) == (house.day(20), house.day(20), 0)
    assert decide(house, request, is_granted=False).is_granted is False


# --- a request that is taken back ---


def test_who_asked_takes_a_request_back_and_asks_again_without_a_change_of_date(house):
    request = ask(house, house.p1)
    operations.refer_date_change(request=request, group=house.ours.group, by=Actor(house.clerk), now=house.moment())
    row = withdraw(house, request, "  A slip of the pen ")

    assert (row.request, row.reason, row.by_name, row.happened_on) == (
        *(request, "A slip of the pen", "Owner", house.day(1)),
    )
    assert dates(house.p1) == (house.day(20), house.day(20), 0)
    assert open_request(house.p1) is None
    again = ask(house, house.p1, 60, now=house.moment(2))
    assert open_request(house.p1) == again
    assert list(DateRequest.objects.waiting_on(house.today).filter(action=house.p1)) == [request]
    assert list(DateRequest.objects.waiting_on(house.day(1)).filter(action=house.p1)) == []
    assert list(DateRequest.objects.waiting_on(house.day(2)).filter(action=house.p1)) == [again]
    assert list(DateRequest.objects.waiting_on(house.day(2), row.seq - 1).filter(action=house.p1)) == [request]


def test_nobody_else_takes_a_request_back_nor_without_a_word_why(house):
    request = ask(house, house.p1)
    with pytest.raises(Refusal, match="Only the person who asked"):
        withdraw(house, request, by=Actor(house.coordinator, house.ours.post))
    with pytest.raises(Refusal) as refused:
        withdraw(house, request, "  ")

    assert refused.value.message_dict == {"reason": ["Enter why you withdraw the request, in a few words."]}
    assert open_request(house.p1) == request


@pytest.mark.parametrize("is_granted", [True, False])
def test_what_is_decided_is_not_withdrawn_and_what_is_withdrawn_is_not_decided(house, is_granted):
    decided = ask(house, house.p1)
    decide(house, decided, is_granted)
    with pytest.raises(AlreadyDecided, match="decided already"):
        withdraw(house, decided)
    withdrawn = ask(house, house.p1, 70)
    withdraw(house, withdrawn)
    before = dates(house.p1)
    with pytest.raises(AlreadyDecided, match="has been withdrawn"):
        decide(house, withdrawn, is_granted)
    with pytest.raises(AlreadyDecided, match="has been withdrawn"):
        operations.refer_date_change(
            request=withdrawn, group=house.ours.group, by=Actor(house.clerk), now=house.moment()
        )
    with pytest.raises(AlreadyDecided, match="has been withdrawn"):
        withdraw(house, withdrawn)

    assert dates(house.p1) == before
    assert DateWithdrawal.objects.filter(action=house.p1).count() == 1
