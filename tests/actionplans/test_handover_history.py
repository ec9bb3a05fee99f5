"""After a hand-over: old updates and papers still name who held the post then, and reminders go to who holds it now."""

import pytest

from actionplans import operations, reminders
from actionplans.asat import standings
from actionplans.models import Action, Paper
from actionplans.operations import Actor
from actionplans.papers import Report, build_report
from actionplans.papers.rows import exceptions
from core import clock
from partnerships import operations as partnering
from partnerships.models import User


@pytest.fixture
def handed_over(house):
    """The owner's post is the clerk's from today on."""
    hand_over(house, house.clerk, 0)
    return house


def hand_over(house, to, days: int) -> None:
    partnering.hand_over(post=house.ours.post, to=to, on=house.day(days), by=house.coordinator, now=house.moment(days))


def owners(house, days: int) -> dict[str, str]:
    """Who answered for each action of the plan, in a paper as at a day."""
    return {row.ref: row.owner for row in build_report(house.ours.plan, on=house.day(days)).rows}


def standing(house, days: int):
    return standings(Action.objects.filter(pk=house.ours.late.pk), house.day(days))[0]


def test_an_update_still_names_who_posted_it_and_for_which_post(handed_over):
    entry = handed_over.ours.late.entries.filter(kind="progressupdate").get()

    assert (entry.by_name, entry.by_post) == ("Owner", "Head of ours")


def test_the_next_holder_posts_under_their_own_name(handed_over):
    by = Actor(handed_over.clerk, handed_over.ours.post)
    entry = operations.post_update(
        action=handed_over.ours.late,
        by=by,
        now=handed_over.moment(),
        status="in_progress",
        percent=50,
        wording="More are trained.",
        barrier="Ill",
    )

    assert (entry.by_name, entry.by_post) == ("Clerk", "Head of ours")


def test_an_action_as_at_a_past_day_names_the_holder_of_that_day(handed_over):
    assert [standing(handed_over, days).owner.user.name for days in (-70, -1, 0)] == ["Owner", "Owner", "Clerk"]


def test_a_paper_rebuilt_as_at_an_earlier_day_names_the_holder_of_then(handed_over):
    assert owners(handed_over, -1)["A1"] == "Head of ours (Owner)"
    assert owners(handed_over, 0)["A1"] == "Head of ours (Clerk)"


def test_an_issued_paper_is_not_touched(house):
    paper = house.ours.paper
    files = list(paper.files.order_by("format").values_list("format", "sha256"))
    hand_over(house, house.clerk, -75)  # recorded late: for the day that the paper is as at, too

    assert owners(house, -70)["A1"] == "Head of ours (Clerk)"
    kept = Report.from_json(Paper.objects.get(pk=paper.pk).content)
    assert [row.owner for row in kept.rows if row.ref == "A1"] == ["Head of ours (Owner)"]
    assert list(paper.files.order_by("format").values_list("format", "sha256")) == files


def test_a_post_left_vacant_is_an_exception_from_the_first_day_of_the_vacancy(house):
    hand_over(house, None, 0)

    def vacant(days: int) -> list[tuple[str, str]]:
        found = exceptions([standing(house, days)])
        return [(row.owner, row.detail) for row in found if row.kind == "Post vacant"]

    assert vacant(-1) == []
    assert vacant(0) == [("Head of ours (vacant)", "nobody holds the post on 15 June 2015")]
    paper = build_report(house.ours.plan, on=house.today)
    assert ("Post vacant", "A1") in {(row.kind, row.ref) for row in paper.exceptions}


def test_an_action_that_is_over_needs_no_holder(house):
    operations.drop_action(
        action=house.ours.late,
        by=Actor(house.coordinator),
        reason="Done elsewhere",
        decision=operations.Decision("Committee"),
        now=house.moment(-1),
    )
    hand_over(house, None, 0)

    assert [row.kind for row in exceptions([standing(house, 0)])] == []


# --- reminders ---


def told(on) -> list[tuple[str, str]]:
    """Who is told of the first action of the desk on a day, and as what."""
    people, first = dict(User.objects.values_list("pk", "name")), Action.objects.get(ref="D1", plan__slug="desk-plan")
    lines = [line for found in reminders.lines_due(on).values() for line in found]
    return [(people[line.user_id], line.capacity) for line in lines if line.action_id == first.pk]


def test_reminders_go_to_the_holder_before_then_to_the_deputy_then_to_the_next_holder(desk, house):
    by = {"by": house.coordinator, "now": clock.at(desk.today)}
    partnering.hand_over(post=desk.post, to=house.clerk, on=desk.due(5), **by)
    partnering.cover(post=desk.post, user=desk.deputy, starts_on=desk.due(3), ends_on=desk.due(6), **by)

    assert [told(desk.due(days))[0] for days in (2, 3, 6, 7)] == [
        ("Head", "holder"),
        ("Deputy", "deputy"),
        ("Deputy", "deputy"),
        ("Clerk", "holder"),
    ]


def test_reminders_go_to_the_plan_lead_after_the_holder_has_left(desk, house):
    partnering.leave(
        user=desk.head,
        partnership=house.ours.partnership,
        last_day=desk.due(2),
        by=house.coordinator,
        now=clock.at(desk.today),
    )

    assert [told(desk.due(days)) for days in (2, 3)] == [[("Head", "holder")], [("Lead", "plan_lead")]]
