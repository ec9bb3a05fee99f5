"""Meetings, rounds and chases written by several at once, in threads on PostgreSQL: nothing is missed or twice."""

import pytest

from actionplans import operations
from actionplans.models import Chase, Plan
from actionplans.operations import Actor, Refusal
from core import clock
from tests.actionplans.conftest import TODAY
from tests.actionplans.test_post_races import at_once
from tests.cast import make_cast, make_plan

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db):
    return make_cast(TODAY)


def said(house) -> dict:
    return {"by": Actor(house.coordinator), "now": clock.at(TODAY)}


def enter(house, *days):
    sittings = [(house.day(each), None) for each in days]
    return lambda: operations.add_meetings(group=house.ours.group, sittings=sittings, **said(house))


def submitted(house, slug: str) -> Plan:
    ours = house.ours
    given = {"lead_post": ours.post, "group": ours.group, "by": Actor(house.coordinator), "today": TODAY}
    plan, _ = make_plan(
        slug, slug, ours.inspection, ours.recommendation, actions=[("S1", ours.post, 90)], agreed=False, **given
    )
    operations.submit_plan(plan=plan, group=ours.group, **said(house))
    return plan


def test_of_two_who_enter_the_same_series_at_once_one_counts_and_the_other_is_told(house):
    results = at_once(enter(house, 100, 160), enter(house, 100, 160))

    assert sorted(type(each) is list for each in results) == [False, True]
    assert any(isinstance(each, Refusal) for each in results)
    assert house.ours.group.meetings.filter(on__gte=house.day(100)).count() == 2
    assert house.ours.plan.rounds.filter(meeting__on__gte=house.day(100)).count() == 2


def test_two_who_enter_different_meetings_at_once_leave_one_sequence(house):
    at_once(enter(house, 100), enter(house, 160))

    opened = house.ours.plan.rounds.filter(meeting__on__gte=house.day(100)).order_by("meeting__on")
    assert [each.opens_on for each in opened] == [house.day(41), house.day(101)]


def test_a_plan_that_is_approved_while_a_meeting_is_entered_gets_its_round(house):
    """And two approvals at once by the same group do not wait for each other for ever."""
    plans = [submitted(house, slug) for slug in ("first", "second")]

    def approve(plan):
        return lambda: operations.approve_plan(plan=plan, group=house.ours.group, **said(house))

    results = at_once(approve(plans[0]), enter(house, 100), approve(plans[1]))

    assert not [each for each in results if isinstance(each, Exception)]
    for plan in plans:
        assert plan.rounds.filter(meeting__on=house.day(100)).exists()


def test_two_who_chase_the_same_at_once_ask_once(house):
    opened = house.ours.plan.rounds.get(meeting=house.ours.next_meeting)

    def chase():
        return operations.chase(round=opened, actions=[house.ours.late, house.ours.dormant], **said(house))

    results = at_once(chase, chase)

    assert sorted(len(each) for each in results) == [0, 2]
    assert Chase.objects.count() == 2
