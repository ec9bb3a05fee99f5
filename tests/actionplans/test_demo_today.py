"""The demonstration as people get it: the three cases shifted by whole weeks, so that they live today."""

import json
from datetime import date, timedelta

import pytest

from actionplans.asat import standings
from actionplans.demo.board import BOARD
from actionplans.demo.cases import FILE as CASES
from actionplans.demo.load import load_demo
from actionplans.figures import figures
from actionplans.models import Action, Round
from actionplans.reported import round_standing
from partnerships.models import Membership, User

pytestmark = pytest.mark.once

SOURCE = json.loads(CASES.read_text(encoding="utf-8"))


def day(text):
    return date.fromisoformat(text)


def actions_of(case):
    return [(action, each) for each in case["recommendations"] for action in each["actions"]]


def test_without_accounts_nobody_can_sign_in(db):
    load_demo(today=date(2026, 3, 4), as_recorded=False, accounts=False)

    assert not any(user.has_usable_password() for user in User.objects.all())
    assert not Membership.objects.exists()


@pytest.mark.parametrize("today", [date(2026, 3, 4), date(2027, 1, 1)])
def test_by_default_each_case_lives_in_the_last_seven_days(db, today):
    plans = {plan.slug: plan for plan in load_demo(today=today, as_recorded=False, accounts=True)}

    for case in SOURCE["cases"]:
        recorded = {action["ref"]: day(action["original_due_date"]) for action, _ in actions_of(case)}
        plan = plans[case["slug"]]
        shifts = {action.original_due_on - recorded[action.ref] for action in plan.actions.all()}
        assert len(shifts) == 1
        shift = shifts.pop()
        assert shift % timedelta(weeks=1) == timedelta()
        assert timedelta() <= today - (day(case["as_at"]) + shift) < timedelta(days=7)
        on = day(case["as_at"]) + shift
        counted = figures(standings(plan.actions.all(), on), on)
        assert {word: dict(counted.rag)[word] for word in case["computed_summary"]["rag"]} == case["computed_summary"][
            "rag"
        ]

    for email in ("head@ochilvale.example", "head@clydemuir.example"):
        head = User.objects.get(email=email)
        assert Action.objects.owned_by(head, today).overdue(today).exists(), f"{email} owns nothing late"


@pytest.mark.parametrize("days", range(0, 371, 93))
def test_a_round_is_open_in_which_some_have_reported_and_some_have_not(db, days):
    """Whatever the day of the week, also over Christmas."""
    today = date(2026, 3, 4) + timedelta(days=days)
    load_demo(today=today, as_recorded=False, accounts=False)
    found = Round.objects.select_related("plan", "meeting__group").get(
        meeting__group__name=BOARD, meeting__on__gte=today
    )
    standing = round_standing(found, today)

    assert standing.is_open
    assert found.updates_due_on > today
    assert [row.action.ref for row in standing.rows if not row.is_reported] == ["LTC2.1", "LTC3.2"]
    assert standing.sentence == "5 of 7 open actions have reported. 2 have not."
    assert standing.to_chase
