"""Who holds a post from when to when: handing over, deputies, ending early, leaving. Each is refused in a sentence."""

import pytest

from core.models import AuditEntry
from core.refusal import Refusal
from partnerships import operations as partnering
from partnerships.holders import answering, mark_of
from partnerships.models import Holding, Membership
from partnerships.operations import PostIsHeld
from partnerships.roles import Role


def hand_over(cast, to, days: int = 0, post=None, **given):
    post = post or cast.ours.post
    return partnering.hand_over(post=post, to=to, on=cast.day(days), by=cast.coordinator, now=cast.moment(), **given)


def cover(cast, user, first: int, last: int, **given):
    days = {"starts_on": cast.day(first), "ends_on": cast.day(last)}
    return partnering.cover(post=cast.ours.post, user=user, by=cast.coordinator, now=cast.moment(), **days, **given)


def leave(cast, user, days: int, by=None):
    return partnering.leave(
        user=user,
        partnership=cast.ours.partnership,
        last_day=cast.day(days),
        by=by or cast.coordinator,
        now=cast.moment(),
    )


def end(cast, holding) -> None:
    partnering.end_holding(holding=holding, by=cast.coordinator, now=cast.moment())


def periods(cast, post=None) -> list[tuple[str, str, int, int | None]]:
    """Who holds a post or deputises, from and to how many days from today."""
    return [
        (
            each.user.name,
            each.kind,
            (each.starts_on - cast.today).days,
            (each.ends_on - cast.today).days if each.ends_on else None,
        )
        for each in (post or cast.ours.post).holdings.select_related("user").order_by("starts_on", "kind", "pk")
    ]


def refused(kind, act) -> tuple[str, str]:
    """The field at fault and the sentence."""
    with pytest.raises(kind) as caught:
        act()
    field, messages = next(iter(getattr(caught.value, "message_dict", {"": caught.value.messages}).items()))
    return field, " ".join(messages)


def audited(what: str) -> list[tuple[str, str, dict]]:
    return list(AuditEntry.objects.filter(what=what).values_list("who", "about", "details"))


def roles(cast, user) -> set[str]:
    return set(Membership.objects.filter(user=user, partnership=cast.ours.partnership).values_list("role", flat=True))


# --- handing over ---


def test_the_holder_before_ends_on_the_day_before_and_the_next_begins(cast):
    hand_over(cast, cast.clerk, 7)

    assert periods(cast) == [("Owner", "holder", -1000, 6), ("Clerk", "holder", 7, None)]
    answers = [answering([cast.ours.post.pk], cast.day(days))[cast.ours.post.pk].user for days in (6, 7)]
    assert answers == [cast.owner, cast.clerk]


def test_the_next_holder_becomes_an_action_owner_so_that_they_can_post_updates(cast):
    assert roles(cast, cast.member) == {Role.MEMBER}
    hand_over(cast, cast.member)

    assert roles(cast, cast.member) == {Role.MEMBER, Role.OWNER}


def test_a_vacant_post_is_handed_to_its_first_holder(cast):
    hand_over(cast, cast.clerk, post=cast.ours.vacant_post)

    assert periods(cast, cast.ours.vacant_post) == [("Clerk", "holder", 0, None)]


def test_a_post_can_be_left_vacant_from_a_day_on(cast):
    assert hand_over(cast, None, 3) is None

    assert periods(cast) == [("Owner", "holder", -1000, 2)]
    assert answering([cast.ours.post.pk], cast.day(3))[cast.ours.post.pk].is_vacant


@pytest.mark.parametrize(
    ("person", "days", "field", "sentence"),
    [
        ("owner", 3, "to", "Owner holds the post on that day already. Choose somebody else."),
        ("clerk", -1000, "on", "Owner holds the post from {-1000}. Enter a later day."),
        ("clerk", -1001, "on", "Owner holds the post from {-1000}. Enter a later day."),
        (None, -1000, "on", "Owner holds the post from {-1000}. Enter a later day."),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused_beside_its_field(cast, person, days, field, sentence):
    to = cast.person(person) if person else None
    said = sentence.replace("{-1000}", f"{cast.day(-1000):%-d %B %Y}")

    assert refused(PostIsHeld, lambda: hand_over(cast, to, days)) == (field, said)
    assert periods(cast) == [("Owner", "holder", -1000, None)]


def test_a_post_that_somebody_is_to_hold_later_is_refused_until_that_is_withdrawn(cast):
    coming = hand_over(cast, cast.clerk, 10)
    said = f"Clerk is to hold the post from {cast.day(10):%-d %B %Y}. Withdraw that first."
    assert refused(PostIsHeld, lambda: hand_over(cast, cast.verifier, 5)) == ("on", said)
    assert refused(PostIsHeld, lambda: hand_over(cast, None, 10)) == ("on", said)

    end(cast, coming)
    hand_over(cast, cast.verifier, 5)

    assert periods(cast) == [("Owner", "holder", -1000, 4), ("Verifier", "holder", 5, None)]


def test_who_was_to_go_can_be_handed_the_post_again(cast):
    end(cast, hand_over(cast, cast.clerk, 10))
    hand_over(cast, cast.owner, 10)

    assert periods(cast) == [("Owner", "holder", -1000, 9), ("Owner", "holder", 10, None)]


def test_what_is_over_is_not_cut_short_afterwards(cast):
    Holding.objects.filter(post=cast.ours.post).update(ends_on=cast.day(-20))
    said = f"Owner held the post until {cast.day(-20):%-d %B %Y}. Enter a later day."

    assert refused(PostIsHeld, lambda: hand_over(cast, cast.clerk, -30)) == ("on", said)
    hand_over(cast, cast.clerk, -19)
    assert periods(cast) == [("Owner", "holder", -1000, -20), ("Clerk", "holder", -19, None)]


def test_where_nobody_holds_the_post_there_is_nothing_to_leave(cast):
    said = refused(Refusal, lambda: hand_over(cast, None, post=cast.ours.vacant_post))

    assert said == ("on", "Nobody holds the post on that day.")


def test_an_account_that_is_switched_off_is_handed_nothing(cast):
    cast.clerk.is_active = False

    said = "The account of Clerk is switched off. Choose somebody else."
    assert refused(Refusal, lambda: hand_over(cast, cast.clerk)) == ("to", said)


def test_a_deputy_who_takes_over_deputises_no_more(cast):
    cover(cast, cast.clerk, -5, 20)
    hand_over(cast, cast.clerk)

    assert periods(cast) == [
        ("Owner", "holder", -1000, -1),
        ("Clerk", "deputy", -5, -1),
        ("Clerk", "holder", 0, None),
    ]


def test_a_deputy_of_today_takes_over_tomorrow_at_the_earliest(cast):
    """Their first day as deputy has been, and is not taken back."""
    cover(cast, cast.clerk, 0, 20)

    field, said = refused(Refusal, lambda: hand_over(cast, cast.clerk))
    assert field == "on"
    assert said == f"Clerk has been deputy of Head of ours since {cast.today:%-d %B %Y}. Enter a later day."


def test_a_hand_over_on_a_page_that_is_out_of_date_is_told_so(cast):
    seen = mark_of(cast.ours.post)
    hand_over(cast, cast.clerk, seen=seen)

    _, said = refused(Refusal, lambda: hand_over(cast, cast.verifier, 1, seen=seen))
    assert said.startswith("Somebody else has changed who holds this post.")
    hand_over(cast, cast.verifier, 1, seen=mark_of(cast.ours.post))
    assert periods(cast)[-1] == ("Verifier", "holder", 1, None)


def test_a_hand_over_is_audited_with_who_and_from_when_to_when(cast):
    hand_over(cast, cast.clerk, 7)

    before = {"person": "Owner", "as": "holder", "of": "Head of ours", "from": str(cast.day(-1000))}
    after = {"person": "Clerk", "as": "holder", "of": "Head of ours", "from": str(cast.day(7))}
    details = {
        "ended": [before | {"until": str(cast.day(6))}],
        "begun": after | {"until": "further notice"},
    }
    assert audited("handed over a post") == [("Coordinator", "ours: Head of ours", details)]


# --- deputies ---


def test_a_deputy_answers_from_the_first_to_the_last_day(cast):
    cover(cast, cast.clerk, 2, 4)

    users = [answering([cast.ours.post.pk], cast.day(days))[cast.ours.post.pk].user.name for days in (1, 2, 4, 5)]
    assert users == ["Owner", "Clerk", "Clerk", "Owner"]
    assert [details["begun"]["person"] for _, _, details in audited("named a deputy")] == ["Clerk"]


@pytest.mark.parametrize(
    ("person", "first", "last", "field", "sentence"),
    [
        ("owner", 1, 2, "user", "Owner holds the post in that time. Choose somebody else."),
        ("verifier", 5, 9, "starts_on", "Clerk deputises from {4} to {5}. Enter other days, or end that first."),
        ("verifier", 1, 4, "starts_on", "Clerk deputises from {4} to {5}. Enter other days, or end that first."),
        ("verifier", 3, 2, "ends_on", "The last day must not be before the first day."),
        ("verifier", -9, -1, "ends_on", "The last day must be today or later."),
    ],
)
def test_a_deputy_that_cannot_be_is_refused_beside_its_field(cast, person, first, last, field, sentence):
    cover(cast, cast.clerk, 4, 5)
    said = sentence.replace("{4}", f"{cast.day(4):%-d %B %Y}").replace("{5}", f"{cast.day(5):%-d %B %Y}")

    assert refused(Refusal, lambda: cover(cast, cast.person(person), first, last)) == (field, said)
    assert len(periods(cast)) == 2


def test_a_deputy_who_is_no_longer_needed_ends_today(cast):
    end(cast, cover(cast, cast.clerk, -2, 9))

    assert periods(cast)[-1] == ("Clerk", "deputy", -2, 0)
    ended = audited("ended a holding early")[0][2]["ended"]
    assert [(each["person"], each["until"]) for each in ended] == [("Clerk", str(cast.today))]


def test_a_deputy_who_has_not_begun_is_withdrawn_and_the_audit_says_so(cast):
    end(cast, cover(cast, cast.clerk, 2, 9))

    assert periods(cast) == [("Owner", "holder", -1000, None)]
    ended = audited("ended a holding early")[0][2]["ended"]
    assert [(each["person"], each["until"]) for each in ended] == [("Clerk", "withdrawn before it began")]


@pytest.mark.parametrize(("first", "last"), [(-9, 0), (-9, 5)])
def test_what_has_ended_is_not_ended_again(cast, first, last):
    holding = cover(cast, cast.clerk, first, last)
    if last:
        end(cast, holding)

    assert refused(Refusal, lambda: end(cast, holding)) == ("", "This has been ended already.")


def test_what_was_withdrawn_meanwhile_is_not_ended_again(cast):
    holding = cover(cast, cast.clerk, 2, 9)
    stale = Holding.objects.get(pk=holding.pk)
    end(cast, holding)

    assert refused(Refusal, lambda: end(cast, stale)) == ("", "This has been ended already.")


def test_a_holder_is_not_ended_by_the_button_for_deputies(cast):
    said = refused(Refusal, lambda: end(cast, cast.ours.post.holdings.get()))

    assert said == ("", "Owner holds the post. Hand it over, or leave it vacant.")


# --- leaving ---


def test_what_a_leaver_holds_ends_on_their_last_day_and_what_was_to_come_is_withdrawn(cast):
    hand_over(cast, cast.owner, -3, post=cast.ours.vacant_post)
    hand_over(cast, cast.clerk, 4, post=cast.ours.vacant_post)
    partnering.deputise(post=cast.ours.vacant_post, user=cast.owner, starts_on=cast.day(6), ends_on=cast.day(9))
    leave(cast, cast.owner, 5)

    assert periods(cast) == [("Owner", "holder", -1000, 5)]
    assert periods(cast, cast.ours.vacant_post) == [("Owner", "holder", -3, 3), ("Clerk", "holder", 4, None)]
    _, about, details = audited("recorded that a person leaves")[0]
    assert about == "ours: Owner"
    assert [(each["of"], each["until"]) for each in details["ended"]] == [
        ("Head of ours", str(cast.day(5))),
        ("Vacant post of ours", "withdrawn before it began"),
    ]


@pytest.mark.parametrize(("days", "left"), [(-1, set()), (0, set()), (1, {Role.OWNER})])
def test_the_roles_of_a_leaver_end_once_the_day_has_come(cast, days, left):
    leave(cast, cast.owner, days)

    assert roles(cast, cast.owner) == left


def test_after_the_last_day_the_roles_are_ended_by_recording_it_again(cast):
    leave(cast, cast.owner, 1)
    partnering.leave(
        user=cast.owner,
        partnership=cast.ours.partnership,
        last_day=cast.day(1),
        by=cast.coordinator,
        now=cast.moment(2),
    )

    assert roles(cast, cast.owner) == set()
    assert periods(cast) == [("Owner", "holder", -1000, 1)]


def test_a_leaver_keeps_what_they_are_in_another_partnership(cast):
    partnering.grant_role(user=cast.outsider, partnership=cast.ours.partnership, role=Role.OWNER)
    leave(cast, cast.outsider, 0)

    assert roles(cast, cast.outsider) == set()
    theirs = Membership.objects.filter(user=cast.outsider, partnership=cast.theirs.partnership)
    assert set(theirs.values_list("role", flat=True)) == {Role.OWNER, Role.COORDINATOR}
    assert periods(cast, cast.theirs.post) == [("Outsider", "holder", -1000, None)]


def test_nobody_records_that_they_leave_themself(cast):
    _, said = refused(Refusal, lambda: leave(cast, cast.coordinator, 0))

    assert said.startswith("You cannot record that you leave yourself.")
    assert roles(cast, cast.coordinator) == {Role.COORDINATOR}


def test_a_last_day_before_they_began_is_refused(cast):
    hand_over(cast, cast.clerk, -5)
    said = f"Clerk has been holder of Head of ours since {cast.day(-5):%-d %B %Y}. Enter a later day."

    assert refused(Refusal, lambda: leave(cast, cast.clerk, -6)) == ("last_day", said)
    assert roles(cast, cast.clerk) == {Role.CLERK, Role.OWNER}


def test_a_leaving_that_ends_nothing_is_refused(cast):
    said = "Nothing of Clerk here ends by that. Their roles can end once the day has come."

    assert refused(Refusal, lambda: leave(cast, cast.clerk, 3)) == ("last_day", said)


# --- accounts that are switched off ---


def test_a_switched_off_account_answers_for_nothing_from_today_on_and_for_its_past_days(cast):
    cast.owner.is_active = False
    cast.owner.save()

    answers = [answering([cast.ours.post.pk], cast.day(days))[cast.ours.post.pk] for days in (-1, 0, 1)]
    assert [each.user for each in answers] == [cast.owner, None, None]
    assert [each.is_vacant for each in answers] == [False, True, True]


def test_the_deputy_of_a_switched_off_account_answers_still(cast):
    cover(cast, cast.clerk, 0, 3)
    cast.owner.is_active = False
    cast.owner.save()

    assert answering([cast.ours.post.pk], cast.today)[cast.ours.post.pk].user == cast.clerk
