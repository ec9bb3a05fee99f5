"""The cast on a fixed day, Monday 15 June 2015, and a fresh agreed plan for whoever needs one."""

import copy
from datetime import date

import pytest

from actionplans.models import Action, Plan
from actionplans.operations import Actor
from tests.actionplans.desk import Desk, make_desk
from tests.cast import Cast, make_cast, make_plan

TODAY = date(2015, 6, 15)


class House(Cast):
    """The cast, with one more plan: P1 of the owner's post due in 20 days, P2 of the same without a date."""

    fresh: Plan
    p1: Action
    p2: Action


@pytest.fixture(scope="module")
def shared_house(module_data):
    house = make_cast(TODAY)
    house.__class__ = House
    ours = house.ours
    house.fresh, (house.p1, house.p2) = make_plan(
        "ours-fresh",
        "Fresh plan",
        ours.inspection,
        ours.recommendation,
        actions=[("P1", ours.post, 20), ("P2", ours.post, None)],
        lead_post=ours.post,
        group=ours.group,
        by=Actor(house.coordinator),
        today=TODAY,
    )
    return house


@pytest.fixture
def house(shared_house, db):
    """The cast as at Monday 15 June 2015."""
    return copy.deepcopy(shared_house)


@pytest.fixture
def desk(house) -> Desk:
    """A head with two actions, for reminders (tests/actionplans/desk.py)."""
    return make_desk(house)


@pytest.fixture
def as_(client, cast):
    """Signs a person of the cast in, by role."""

    def sign_in(person: str):
        client.force_login(cast.person(person))
        return client

    return sign_in
