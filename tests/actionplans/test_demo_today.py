"""The demonstration as people get it: the three cases shifted by whole weeks, so that they live today."""

import json
from datetime import date, timedelta

import pytest

from actionplans.asat import standings
from actionplans.demo.cases import FILE as CASES
from actionplans.demo.load import load_demo
from actionplans.figures import figures
from actionplans.models import Action
from partnerships.models import Membership, User

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
