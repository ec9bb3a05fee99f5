"""What changed between the ends of two days: each kind counts what a committee expects, with the rows behind it."""

import pytest

from actionplans import operations
from actionplans.asat import standings
from actionplans.changes import changes
from actionplans.figures import figures
from actionplans.models import Action
from actionplans.operations import ActionText, Actor, Decision


def between(house, start, end, plan=None):
    """From so many days before today to so many: by kind, the rows by reference."""
    actions = Action.objects.filter(plan=plan or house.fresh).order_by("position")
    days = house.day(start), house.day(end)
    found = changes(*(standings(actions, on) for on in days), *days)
    return {kind.key: {row.ref: row for row in kind.rows} for kind in found.kinds}


def kinds_of(found, ref="P1"):
    return {key for key, rows in found.items() if ref in rows}


def update(house, action, days, **given):
    said = {"status": "in_progress", "percent": 40, "wording": "Half are trained.", "barrier": "Ill"} | given
    done = {"percent": 100, "evidence_ticked": ["Register"]} if said["status"] == "completed" else {}
    return operations.post_update(action=action, by=Actor(house.owner), now=house.moment(days), **(said | done))


def move(house, action, days, to):
    by, now = Actor(house.owner, house.ours.post), house.moment(days)
    asked = operations.request_date_change(action=action, to_on=house.day(to), reason="Supplier late", by=by, now=now)
    decision = Decision("Committee of ours", minute="15/7")
    operations.decide_date_change(request=asked, is_granted=True, decision=decision, by=by, now=now)


def check(house, action, days, *, accepted):
    said = {"action": action, "by": Actor(house.verifier), "verifier": "Audit", "now": house.moment(days)}
    if accepted:
        return operations.verify_action(statement="Ten files read.", **said)
    return operations.return_action(reason="Two files are empty.", **said)


@pytest.fixture
def lived(house):
    """P1: begun -50, completed -40, returned -38, completed -35, verified -30, closed -25, reopened -20."""
    p1, by = house.p1, Actor(house.approver)
    update(house, p1, -50)
    update(house, p1, -40, status="completed")
    check(house, p1, -38, accepted=False)
    update(house, p1, -35, status="completed")
    check(house, p1, -30, accepted=True)
    decision = Decision("Committee of ours", minute="15/8")
    operations.close_action(action=p1, by=by, decision=decision, now=house.moment(-25))
    operations.reopen_action(action=p1, by=by, reason="It did not last.", now=house.moment(-20))
    return house


def test_an_action_completed_returned_and_completed_again_counts_once_and_tells_both(lived):
    found = between(lived, -41, -34)

    row = found["completed"]["P1"]
    assert (row.was, row.now) == ("In progress", "Completed, awaiting verification")
    assert row.details == ("6 May 2015: Owner", "11 May 2015: Owner")
    assert found["returned"]["P1"].details == ("8 May 2015: Audit. Two files are empty.",)
    assert kinds_of(found) == {"completed", "returned"}


def test_what_was_done_and_undone_in_between_is_told_by_its_events(lived):
    found = between(lived, -31, 0)

    assert kinds_of(found) == {"verified", "closed", "reopened"}
    assert found["verified"]["P1"].details == ("16 May 2015: Audit. Ten files read.",)
    assert found["closed"]["P1"].details == ("21 May 2015: Committee of ours, minute 15/8",)
    assert found["reopened"]["P1"].details == ("26 May 2015: It did not last.",)
    assert {found[key]["P1"].now for key in ("verified", "closed", "reopened")} == {"In progress"}


def test_a_day_belongs_to_the_time_before_its_end(lived):
    assert kinds_of(between(lived, -30, -26)) == set()
    assert kinds_of(between(lived, -31, -30)) == {"verified"}
    assert kinds_of(between(lived, -26, -25)) == {"closed", "rag"}


def test_another_update_that_says_completed_is_no_second_completion(lived):
    update(lived, lived.p2, -12, status="completed")
    update(lived, lived.p2, -11, status="completed")

    assert between(lived, -13, 0)["completed"]["P2"].details == ("3 June 2015: Owner",)
    assert "P2" not in between(lived, -12, 0)["completed"]


def test_what_is_entered_late_changes_the_time_in_which_it_was_recorded(house):
    update(house, house.p1, -5, status="completed", happened_on=house.day(-60))

    assert kinds_of(between(house, -70, -6)) == set()
    assert between(house, -6, 0)["completed"]["P1"].details == ("16 April 2015: Owner",)


def test_slipped_is_overdue_at_the_second_end_and_not_at_the_first(house):
    plan = house.ours.plan
    found = between(house, -11, -4, plan)

    assert {ref: (row.was, row.now) for ref, row in found["slipped"].items()} == {
        "A1": ("Due 5 June 2015", "6 days past 5 June 2015"),
        "A2": ("Due 10 June 2015", "1 day past 10 June 2015"),
    }
    assert set(between(house, -9, -4, plan)["slipped"]) == {"A2"}, "A1 was late already"
    assert between(house, -4, 0, plan)["slipped"] == {}


def test_a_date_that_moved_says_from_where_to_where_and_how_often(house):
    move(house, house.p1, -9, 40)
    move(house, house.p1, -3, 60)

    row = between(house, -10, 0)["moved"]["P1"]
    assert (row.was, row.now) == ("5 July 2015", "14 August 2015")
    assert row.details[0] == "Moved 2 times"
    assert row.details[2] == "12 June 2015: Committee of ours, minute 15/7. Supplier late"
    assert between(house, -4, 0)["moved"]["P1"].was == "25 July 2015"
    assert between(house, -3, 0)["moved"] == {}


def test_rag_changed_compares_the_two_ends_alone(house):
    row = between(house, -131, 0)["rag"]["P2"]

    assert (row.was, row.now, row.details) == ("Green", "Amber", ("Its start has passed and it is not started",))
    update(house, house.p2, -20, at_risk=True)
    update(house, house.p2, -10, at_risk=False)
    assert between(house, -21, -20)["rag"] == {}, "Amber for another reason is Amber"
    assert between(house, -20, -10)["rag"]["P2"].now == "Green"
    update(house, house.p2, -5, at_risk=True)
    assert between(house, -21, -5)["rag"] == {}, "what was between the ends is not told"


def test_what_is_dropped_says_why_and_on_whose_word(house):
    said = {"by": Actor(house.approver), "decision": Decision("Committee of ours"), "now": house.moment(-3)}
    operations.drop_action(action=house.p2, reason="Done by another plan", **said)

    row = between(house, -4, 0)["dropped"]["P2"]
    assert (row.was, row.now) == ("Not started", "Cancelled")
    assert row.details == ("12 June 2015: Committee of ours, minute not recorded. Done by another plan",)


def test_a_new_version_brings_new_actions_and_changed_texts(house):
    by, plan = Actor(house.coordinator), house.fresh
    changed = ActionText.of(house.p1).but(title="Train all staff")
    operations.propose(plan=plan, action=house.p1, text=changed, by=by, now=house.moment(-8))
    new = changed.but(title="Look again")
    operations.propose(plan=plan, ref="P3", due_on=house.day(50), text=new, by=by, now=house.moment(-8))
    operations.agree_version(plan=plan, group=house.ours.group, by=by, now=house.moment(-7), reason="More staff")

    found = between(house, -8, 0)
    assert [(row.ref, row.now) for row in found["new"].values()] == [("P3", "Not started, due 4 August 2015")]
    assert {ref: (row.was, row.now) for ref, row in found["text"].items()} == {"P1": ("Version 1", "Version 2")}
    assert found["text"]["P1"].title == "Train all staff"
    assert (between(house, -7, 0)["new"], between(house, -7, 0)["text"]) == ({}, {})


def test_the_approval_of_a_draft_changes_no_text(house):
    found = between(house, -149, -129)

    assert (found["text"], found["new"]) == ({}, {})


def test_the_figures_are_those_of_both_days(house):
    actions, days = house.ours.plan.actions.order_by("position"), (house.day(-30), house.day(0))
    before, after = (standings(actions, on) for on in days)
    found = {each.label: each for each in changes(before, after, *days).figures}
    counts = [figures(stood, on) for stood, on in zip((before, after), days, strict=True)]

    assert (found["Overdue"].before, found["Overdue"].after, found["Overdue"].said) == (0, 2, "+2")
    assert [found["Open"].before, found["Open"].after] == [each.open for each in counts]
    assert found["Open"].said == "same"
    assert found["Closed of those due, per cent"].before is None
    assert found["Closed of those due, per cent"].said == ""
    assert found["RAG: Amber"].after == dict(counts[1].rag)["Amber"]
