"""Done, verified, closed: each the word of somebody else, and never of the owner."""

from datetime import timedelta

import pytest

from actionplans import operations
from actionplans.models import Action, Closure, Entry, Status, Verification
from actionplans.operations import Actor, Decision, IllegalMove, Refusal, VerifierIsOwner
from partnerships import operations as partnering
from partnerships.models import Holding

SEPARATION = "You own this action or posted its completion. Somebody else must verify it."


def complete(house, action, by, **given):
    said = {"status": Status.COMPLETED, "percent": 100, "wording": "Done.", "evidence_ticked": ["Register"]} | given
    return operations.post_update(action=action, by=by, now=house.moment(), **said)


def verify(house, action, by, **given):
    said = {"verifier": "Internal Audit", "statement": "Looked at the register.", "now": house.moment()} | given
    return operations.verify_action(action=action, by=by, **said)


def give_back(house, action, by, reason="The register has gaps."):
    return operations.return_action(action=action, by=by, verifier="Internal Audit", reason=reason, now=house.moment())


def status(action):
    return Action.objects.get(pk=action.pk).status


def test_a_verification_names_the_verifier_and_who_recorded_it(house):
    row = verify(
        house,
        house.ours.completed,
        Actor(house.verifier),
        statement=" Checked ten files. ",
        happened_on=house.day(-1),
    )

    assert (row.is_accepted, row.verifier, row.statement) == (True, "Internal Audit", "Checked ten files.")
    assert (row.by_name, row.happened_on, row.status) == ("Verifier", house.day(-1), Status.VERIFIED)
    assert status(house.ours.completed) == Status.VERIFIED


def test_a_returned_action_is_in_progress_again_with_the_reason(house):
    row = give_back(house, house.ours.completed, Actor(house.verifier))

    assert (row.is_accepted, row.statement, row.status) == (False, "The register has gaps.", Status.IN_PROGRESS)
    assert status(house.ours.completed) == Status.IN_PROGRESS


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_return_without_a_reason_is_refused(house, reason):
    with pytest.raises(Refusal) as refused:
        give_back(house, house.ours.completed, Actor(house.verifier), reason)

    assert refused.value.message_dict == {"statement": ["Enter why it is returned."]}
    assert status(house.ours.completed) == Status.COMPLETED


def test_a_returned_action_can_be_completed_and_verified_again(house):
    give_back(house, house.ours.completed, Actor(house.verifier))
    complete(house, house.ours.completed, Actor(house.owner))
    verify(house, house.ours.completed, Actor(house.verifier))

    rows = Verification.objects.filter(action=house.ours.completed).order_by("seq")
    assert [row.is_accepted for row in rows] == [False, True]
    assert status(house.ours.completed) == Status.VERIFIED


@pytest.mark.parametrize("verb", [verify, give_back])
@pytest.mark.parametrize("now", sorted(set(Status) - {Status.COMPLETED}))
def test_only_a_completed_action_is_verified_or_returned(house, verb, now):
    percent = 100 if now in {Status.VERIFIED, Status.CLOSED} else 0
    Action.objects.filter(pk=house.p1.pk).update(status=now, percent=percent)

    with pytest.raises(IllegalMove, match="cannot become"):
        verb(house, house.p1, Actor(house.verifier))

    assert status(house.p1) == now
    assert not Verification.objects.filter(action=house.p1).exists()


# --- nobody verifies their own action ---


@pytest.mark.parametrize("verb", [verify, give_back])
def test_the_owner_never_verifies(house, verb):
    with pytest.raises(VerifierIsOwner) as refused:
        verb(house, house.ours.completed, Actor(house.owner))

    assert refused.value.messages == [SEPARATION]
    assert status(house.ours.completed) == Status.COMPLETED


def test_the_owner_does_not_verify_what_somebody_else_completed_for_them(house):
    complete(house, house.p1, Actor(house.coordinator))

    with pytest.raises(VerifierIsOwner):
        verify(house, house.p1, Actor(house.owner))


def test_a_deputy_does_not_verify_while_the_period_lasts(house):
    partnering.deputise(post=house.ours.post, user=house.verifier, starts_on=house.day(-3), ends_on=house.today)

    with pytest.raises(VerifierIsOwner):
        verify(house, house.ours.completed, Actor(house.verifier))


def test_a_deputy_may_verify_when_the_period_is_over(house):
    partnering.deputise(post=house.ours.post, user=house.verifier, starts_on=house.day(-30), ends_on=house.day(-1))

    assert verify(house, house.ours.completed, Actor(house.verifier)).is_accepted


def test_whoever_posted_the_completion_does_not_verify_it(house):
    complete(house, house.p1, Actor(house.coordinator))

    with pytest.raises(VerifierIsOwner):
        verify(house, house.p1, Actor(house.coordinator))


def test_nor_when_somebody_has_added_to_it_since(house):
    complete(house, house.p1, Actor(house.coordinator))
    complete(house, house.p1, Actor(house.owner), wording="Done, and the register is attached.")

    with pytest.raises(VerifierIsOwner):
        verify(house, house.p1, Actor(house.coordinator))


def test_nor_when_they_have_left_the_post(house):
    """The former owner posted the completion; a new post is no reason to verify one's own work."""
    complete(house, house.p1, Actor(house.owner))
    Holding.objects.filter(user=house.owner).update(ends_on=house.day(-1))

    with pytest.raises(VerifierIsOwner):
        verify(house, house.p1, Actor(house.owner))


def test_who_posted_an_earlier_update_may_verify(house):
    operations.post_update(
        action=house.p1,
        by=Actor(house.verifier),
        now=house.moment(),
        status=Status.IN_PROGRESS,
        percent=5,
        wording="Begun.",
    )
    complete(house, house.p1, Actor(house.owner))

    assert verify(house, house.p1, Actor(house.verifier)).is_accepted


# --- closing ---


def test_a_group_closes_a_verified_action_with_its_minute(house):
    verify(house, house.ours.completed, Actor(house.verifier))
    row = operations.close_action(
        action=house.ours.completed,
        by=Actor(house.clerk),
        decision=Decision("Committee of ours", house.ours.past_meeting, "15/44"),
        now=house.moment(),
    )

    assert (row.decided_by, row.meeting, row.minute) == ("Committee of ours", house.ours.past_meeting, "15/44")
    assert status(house.ours.completed) == Status.CLOSED
    assert not Action.objects.open().filter(pk=house.ours.completed.pk).exists()


@pytest.mark.parametrize("now", sorted(set(Status) - {Status.VERIFIED}))
def test_only_a_verified_action_is_closed(house, now):
    percent = 100 if now in {Status.COMPLETED, Status.CLOSED} else 0
    Action.objects.filter(pk=house.p1.pk).update(status=now, percent=percent)

    with pytest.raises(IllegalMove, match="cannot become"):
        operations.close_action(
            action=house.p1, by=Actor(house.clerk), decision=Decision("Committee"), now=house.moment()
        )

    assert not Closure.objects.filter(action=house.p1).exists()


def test_nothing_can_be_done_to_a_closed_action(house):
    """Completed by import without review, or the verified date kept after undoing: seen elsewhere, not here."""
    verify(house, house.ours.completed, Actor(house.verifier))
    operations.close_action(
        action=house.ours.completed, by=Actor(house.clerk), decision=Decision("Committee"), now=house.moment()
    )
    rows = house.ours.completed.entries.count()

    with pytest.raises(IllegalMove):
        complete(house, house.ours.completed, Actor(house.coordinator, imported=True))
    with pytest.raises(IllegalMove):
        verify(house, house.ours.completed, Actor(house.verifier, imported=True))
    with pytest.raises(Refusal):
        operations.request_date_change(
            action=house.ours.completed,
            to_on=house.today + timedelta(days=9),
            reason="Late",
            by=Actor(house.owner),
            now=house.moment(),
        )
    assert house.ours.completed.entries.count() == rows


def test_a_loader_cannot_skip_the_verifier(house):
    imported = Actor(house.coordinator, imported=True)
    for to in (Status.VERIFIED, Status.CLOSED):
        with pytest.raises(IllegalMove):
            complete(house, house.p1, imported, status=to)
    with pytest.raises(IllegalMove):
        operations.close_action(action=house.p1, by=imported, decision=Decision("Committee"), now=house.moment())

    assert list(house.p1.entries.order_by("seq").values_list("kind", flat=True)) == [
        Entry.Kind.ADDED,
        Entry.Kind.REVISION,
    ]


# --- looking again later ---


def close_with_check(house, action):
    return operations.close_action(
        action=action, by=Actor(house.clerk), decision=Decision("Committee"), now=house.moment(), check_months=3
    )


def look_again(house, closure, by):
    said = {"is_sustained": True, "statement": "Ten more files.", "now": house.moment()}
    return operations.check_sustained(closure=closure, by=Actor(by), **said)


def test_whoever_posted_the_completion_that_was_closed_does_not_check_whether_it_lasts(house):
    complete(house, house.p1, Actor(house.coordinator))
    verify(house, house.p1, Actor(house.verifier))
    closure = close_with_check(house, house.p1)

    for person in (house.owner, house.coordinator):
        with pytest.raises(VerifierIsOwner):
            look_again(house, closure, person)
    assert look_again(house, closure, house.verifier).is_sustained is True


def test_whoever_posted_a_completion_that_was_returned_may_check_the_one_that_was_closed(house):
    complete(house, house.p1, Actor(house.coordinator))
    operations.return_action(
        action=house.p1, by=Actor(house.verifier), verifier="Audit", reason="Gaps.", now=house.moment()
    )
    complete(house, house.p1, Actor(house.owner))
    verify(house, house.p1, Actor(house.verifier))

    assert look_again(house, close_with_check(house, house.p1), house.coordinator).is_sustained is True
