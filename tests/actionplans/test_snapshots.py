"""Kept figures: those of as-at on every day, caught up, made once, made anew; and the trend that is read from them."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actionplans import operations
from actionplans.asat import standings
from actionplans.figures import figures, total
from actionplans.models import Action, Plan, Snapshot
from actionplans.replay import stood_on
from actionplans.snapshots import as_kept, month_ends, trend
from core import clock
from core.commands import BadInput


def kept(plan: Plan) -> dict[date, dict]:
    return dict(plan.snapshots.order_by("on").values_list("on", "figures"))


def as_at(plan: Plan, on: date) -> dict:
    """The figures of a day, computed by the other road."""
    return json.loads(json.dumps(as_kept(figures(standings(plan.actions.order_by("position"), on), on))))


def test_the_kept_figures_of_every_day_are_those_as_at_that_day(house):
    """With all that moves them: updates, a date that moved, completion, a round, verification, closing, reopening."""
    ours = house.ours
    verified = {
        "action": ours.completed,
        "verifier": "Audit",
        "statement": "Read",
        "by": operations.Actor(house.verifier),
    }
    operations.verify_action(**verified, now=house.moment(-15))
    by, group = operations.Actor(house.approver), operations.Decision("Committee")
    operations.close_action(action=ours.completed, decision=group, by=by, now=house.moment(-11))
    operations.reopen_action(action=ours.completed, reason="It came back", by=by, now=house.moment(-8))
    operations.drop_action(action=ours.dormant, reason="No need", decision=group, by=by, now=house.moment(-3))
    operations.keep_snapshots(now=house.moment())

    of_plan = kept(ours.plan)
    days = [house.day(-n) for n in range(130, 0, -1)]
    assert list(of_plan) == days
    asked = [*days[::7], *days[-25:]]  # every week, and every day of the last, when most happened
    assert {day: of_plan[day] for day in asked} == {day: as_at(ours.plan, day) for day in asked}
    for name in ("open", "overdue", "progress_overdue", "revised", "verified_of_due", "longest_late"):
        told = {of_plan[day][name] for day in days}
        assert len(told) > 1 or name == "verified_of_due", f"{name} never moves: {told}"


def test_drafts_are_not_kept_and_the_day_itself_is_not_over(house):
    operations.keep_snapshots(now=house.moment())

    assert not house.ours.draft.snapshots.exists()
    assert max(kept(house.ours.plan)) == house.day(-1)
    assert set(Snapshot.objects.values_list("plan__slug", flat=True)) == {
        *("ours-plan", "ours-other", "ours-fresh", "theirs-plan", "theirs-other"),
    }


def test_a_day_on_which_nothing_ran_is_caught_up_and_a_second_run_changes_nothing(house):
    operations.keep_snapshots(now=house.moment(-9))
    before = kept(house.ours.plan)
    made = operations.keep_snapshots(now=house.moment())

    assert made == 5 * 9
    assert operations.keep_snapshots(now=house.moment()) == 0
    after = kept(house.ours.plan)
    assert list(after) == [house.day(-n) for n in range(130, 0, -1)]
    assert {day: after[day] for day in before} == before


def test_made_anew_they_are_what_history_says_whatever_was_kept(house, capsys):
    ours = house.ours
    operations.keep_snapshots(now=house.moment())
    right = kept(ours.plan)
    ours.plan.snapshots.update(figures=right[house.day(-1)] | {"open": 99})
    operations.rebuild_snapshots(plans=[ours.plan], since=house.day(-5), now=house.moment())

    assert [each["open"] == 99 for each in kept(ours.plan).values()] == [True] * 125 + [False] * 5
    operations.rebuild_snapshots(plans=[ours.plan], now=house.moment())
    assert kept(ours.plan) == right


def test_the_command_says_how_many_days_it_made_and_refuses_a_plan_that_is_not_there(house, capsys, monkeypatch):
    monkeypatch.setattr(clock, "now", house.moment)
    call_command("rebuild_snapshots", "--plan", "ours-plan", "--from", str(house.day(-3)))
    assert capsys.readouterr().out == "ours-plan: 3 days\n"
    assert list(kept(house.ours.plan)) == [house.day(-3), house.day(-2), house.day(-1)]
    with pytest.raises(BadInput, match="There is no agreed plan “ours-draft”."):
        call_command("rebuild_snapshots", "--plan", "ours-draft")
    with pytest.raises(BadInput, match="is not a date"):
        call_command("rebuild_snapshots", "--from", "yesterday")


def test_a_replay_asks_as_often_for_many_days_and_plans_as_for_one(house):
    def asked(last: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            operations.keep_snapshots(now=house.moment(last))
        return sum(each["sql"].startswith("SELECT") for each in captured.captured_queries)

    assert asked(-129) == asked(0) == 1 + 3


def test_the_standings_that_are_counted_are_those_of_as_at(house):
    for days in (-140, -50, 0):
        on = house.day(days)
        found = Action.objects.filter(plan__in=[house.ours.plan, house.ours.draft]).order_by("plan", "position")
        assert figures(stood_on(found, on), on) == figures(standings(found, on), on)


# --- the trend ---


def test_month_ends_are_those_between_the_first_day_and_the_day():
    found = list(month_ends(date(2015, 1, 31), date(2015, 4, 30)))
    assert found == [date(2015, 1, 31), date(2015, 2, 28), date(2015, 3, 31)]
    assert list(month_ends(date(2015, 4, 1), date(2015, 4, 30))) == []
    many = list(month_ends(date(2000, 1, 1), date(2015, 4, 30)))
    assert (len(many), many[0], many[-1]) == (24, date(2013, 4, 30), date(2015, 3, 31))


def test_the_trend_adds_up_plans_that_had_begun_and_leaves_out_what_is_not_kept(house):
    plans = [house.ours.plan, house.fresh]
    now = total([figures(standings(each.actions.all(), house.today), house.today) for each in plans], house.today)
    assert [each.on for each in trend(plans, now).points] == [house.today]
    assert trend(plans, now).charts is None
    operations.keep_snapshots(now=house.moment())
    ends = [date(2015, 2, 28), date(2015, 3, 31), date(2015, 4, 30), date(2015, 5, 31)]
    assert house.day(-130) <= ends[0] < house.today
    house.fresh.snapshots.get(on=ends[1]).delete()

    found = trend(plans, now)
    assert found.missing == (ends[1],)
    assert [each.on for each in found.points] == [ends[0], *ends[2:], house.today]
    for point in found.points[:-1]:
        day = [as_at(each, point.on) for each in plans]
        assert (point.open, point.overdue) == (sum(each["open"] for each in day), sum(each["overdue"] for each in day))
    assert (found.points[-1].open, found.points[-1].overdue) == (now.open, now.overdue)
    assert "Open: 4 readings, from 5 on 28 February 2015 to 5 on 15 June 2015" in found.charts.description


def test_a_plan_counts_from_the_month_of_its_approval_on(house):
    operations.keep_snapshots(now=house.moment())
    later = house.fresh
    Plan.objects.filter(pk=later.pk).update(approved_on=date(2015, 4, 2))
    later.refresh_from_db()
    later.snapshots.filter(on__lt=later.approved_on).delete()
    now = figures(standings(later.actions.all(), house.today), house.today)

    assert trend([house.ours.plan, later], now).missing == ()
    assert [each.open for each in trend([house.ours.plan, later], now).points[:-1]] == [3, 3, 5, 5]
    assert timedelta(0) < house.today - later.approved_on
