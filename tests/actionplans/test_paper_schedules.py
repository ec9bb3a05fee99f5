"""Drafts that make themselves on the morning after the updates of a round were due."""

import pytest

from actionplans import operations
from actionplans.models import PaperRun, PaperSchedule, PlanGroup
from actionplans.operations import Actor, Refusal
from core import clock
from core.models import AuditEntry
from partnerships.models import Group, Meeting, Membership
from tests.actionplans import readers


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture(autouse=True)
def nothing_made(house):
    """The papers that the cast had made are no part of these tests."""
    PaperRun.objects.all().delete()


@pytest.fixture
def scheduled(house, desk):
    """The clerk has drafts made for the desk's group, whose updates are due in ten days."""
    found = desk.open_round(0, 10)
    schedule(house, desk)
    return found


def schedule(house, desk, by=None, group=None, day=0):
    given = {"plan": desk.plan, "group": group or desk.group, "by": Actor(by or house.clerk)}
    return operations.schedule_drafts(**given, now=clock.at(desk.day(day)))


def start(desk, day) -> int:
    return operations.start_drafts(on=desk.day(day), now=clock.at(desk.day(day), 1))


def test_it_is_made_on_the_morning_after_as_at_the_day_itself(house, desk, scheduled):
    assert [start(desk, day) for day in (9, 10, 11, 11, 12)] == [0, 0, 1, 0, 0]

    run = PaperRun.objects.get()
    assert (run.owner, run.round, run.group, run.on) == (house.clerk, scheduled, desk.group, desk.day(10))
    assert (run.format, run.is_exempt, run.state, list(run.plans.all())) == ("docx", True, "waiting", [desk.plan])
    assert run.title == f"Draft for {scheduled.meeting}: Desk plan"


def test_the_worker_makes_it_by_itself_with_the_words_written_for_the_meeting(house, desk, scheduled):
    written = {"Purpose": "To tell the board what the desk did."}
    operations.papers.save_words(
        plan=desk.plan,
        meeting=scheduled.meeting,
        words=written,
        seen=None,
        by=Actor(house.clerk),
        now=clock.at(desk.day(1)),
    )
    assert operations.make_waiting_papers(now=clock.at(desk.day(11), 1)) == 1

    with PaperRun.objects.get().file.open() as file:
        text = readers.docx_text(file.read())
    assert "To tell the board what the desk did." in text
    assert "Desk group" in text


def test_each_person_has_one_of_their_own(house, desk, scheduled):
    schedule(house, desk, by=house.coordinator)
    assert start(desk, 11) == 2
    assert set(PaperRun.objects.values_list("owner", flat=True)) == {house.clerk.pk, house.coordinator.pk}


def test_a_morning_that_was_missed_is_caught_up_until_the_meeting_is_held(house, desk, scheduled):
    Meeting.objects.filter(pk=scheduled.meeting_id).update(on=desk.day(20), paper_deadline_on=desk.day(15))
    assert start(desk, 21) == 0
    assert start(desk, 20) == 1


def test_rounds_before_it_was_switched_on_are_left_alone(house, desk):
    desk.open_round(-20, -1)
    desk.open_round(-19, 0)
    schedule(house, desk)
    assert start(desk, 1) == 1


def test_rounds_of_other_groups_and_plans_are_left_alone(house, desk):
    other = Group.objects.create(partnership=house.ours.partnership, slug="other", name="Other", kind="board")
    operations.answer_to(plan=desk.plan, group=other, role=PlanGroup.Role.MONITORS)
    desk.open_round(0, 10)
    schedule(house, desk, group=other)
    assert start(desk, 11) == 0


def test_none_is_started_for_whoever_may_no_longer(house, desk, scheduled):
    Membership.objects.filter(user=house.clerk).delete()
    assert start(desk, 11) == 0


def test_none_is_started_for_an_account_that_is_off(house, desk, scheduled):
    house.clerk.is_active = False
    house.clerk.save()
    assert start(desk, 11) == 0


def test_a_right_that_is_lost_after_it_was_started(house, desk, scheduled):
    start(desk, 11)
    Membership.objects.filter(user=house.clerk).delete()
    assert operations.make_waiting_papers(now=clock.at(desk.day(11), 1)) == 0
    assert PaperRun.objects.get().problem.startswith("You may no longer make papers of “Desk plan”.")


def test_switched_off_it_makes_no_more(house, desk, scheduled):
    given = {"plan": desk.plan, "group": desk.group, "by": Actor(house.clerk), "now": clock.at(desk.day(5))}
    operations.unschedule_drafts(**given)
    operations.unschedule_drafts(**given)
    assert start(desk, 11) == 0
    assert list(AuditEntry.objects.filter(what__contains="drafts").values_list("what", flat=True)) == [
        "scheduled drafts",
        "stopped drafts",
    ]


def test_twice_is_once(house, desk, scheduled):
    schedule(house, desk, day=3)
    assert PaperSchedule.objects.get().since == desk.day(0)


def test_a_group_that_the_plan_is_not_reported_to_has_no_rounds(house, desk):
    with pytest.raises(Refusal, match="is not reported to Committee of ours"):
        schedule(house, desk, group=house.ours.group)


def test_it_asks_seldom_when_nothing_is_due(house, desk, scheduled, django_assert_num_queries):
    start(desk, 11)
    with django_assert_num_queries(2):
        start(desk, 12)
