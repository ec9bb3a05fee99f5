"""A RAG that is set by hand: the verbs, what they refuse, how it ends, and that every count and list goes by it."""

from typing import Any

import pytest

from actionplans import operations
from actionplans.asat import standings
from actionplans.changes import changes
from actionplans.figures import figures
from actionplans.integrity import check_history
from actionplans.models import Action, Entry, Plan, RagSetting
from actionplans.operations import Actor, Decision, Refusal
from actionplans.operations.rag import LONGEST
from actionplans.operations.updates import last_seq
from actionplans.rag import Rag
from actionplans.replay import stood_on
from core.refusal import UpdatedMeanwhile
from tests.actionplans.conftest import House
from tests.actionplans.test_snapshots import as_at, kept

WHY = "The post is filled from July."


def set_rag(house: House, action: Action, word: str, days: int = 0, reason: str = WHY, **more: Any) -> RagSetting:
    said = {"by": Actor(house.coordinator), "now": house.moment(days), "reason": reason} | more
    return operations.set_rag(action=action, word=word, **said)


def take_back(house: House, action: Action, days: int = 0) -> RagSetting:
    said: dict[str, Any] = {"by": Actor(house.coordinator), "now": house.moment(days), "reason": "It has begun."}
    return operations.take_back_rag(action=action, **said)


def shown(house: House, action: Action, days: int = 0) -> Rag:
    """As at the end of a day; what replay, the action's own row today and the database say must be the same."""
    on = house.day(days)
    (stood,) = standings(Action.objects.filter(pk=action.pk), on)
    (again,) = stood_on(Action.objects.filter(pk=action.pk), on)
    assert again.rag == stood.rag
    if not days:
        now = Action.objects.with_rag(on).get(pk=action.pk)
        assert (now.rag(on), now.rag_word) == (stood.rag, stood.rag.word)
    return stood.rag


def refused(house: House, action: Action, word: str, **more: Any) -> tuple[str, str | None]:
    before = list(Action.objects.values()), Entry.objects.count()
    with pytest.raises(Refusal) as refusal:
        set_rag(house, action, word, **more) if word else take_back(house, action)
    assert (list(Action.objects.values()), Entry.objects.count()) == before
    found = refusal.value
    fields = getattr(found, "error_dict", None)
    return found.messages[0], next(iter(fields)) if fields else None


def test_each_day_shows_what_stood_at_its_end_and_what_the_rule_said(house):
    """Due ten days ago: Amber by the rule, from a day after that on."""
    late = house.ours.late
    row = set_rag(house, late, "Green", -6)
    set_rag(house, late, "Red", -4, reason="It is\nworse.  ")
    take_back(house, late, -2)

    rule = "days past its due date"
    assert {days: shown(house, late, days) for days in (-7, -6, -5, -4, -3, -2, 0)} == {
        -7: Rag("Amber", f"3 {rule}"),
        -6: Rag(
            "Green", f"set by hand: The post is filled from July; the rule says Amber: 4 {rule}", f"Amber: 4 {rule}"
        ),
        -5: Rag(
            "Green", f"set by hand: The post is filled from July; the rule says Amber: 5 {rule}", f"Amber: 5 {rule}"
        ),
        -4: Rag("Red", f"set by hand: It is worse; the rule says Amber: 6 {rule}", f"Amber: 6 {rule}"),
        -3: Rag("Red", f"set by hand: It is worse; the rule says Amber: 7 {rule}", f"Amber: 7 {rule}"),
        -2: Rag("Amber", f"8 {rule}"),
        0: Rag("Amber", f"10 {rule}"),
    }
    assert (row.word, row.reason, row.rag_set, row.rag_reason) == ("Green", WHY, "Green", WHY)
    assert row.ruled == f"Amber: 4 {rule} (default-timeliness, version 1)"
    told = RagSetting.objects.filter(action=late).order_by("seq").values_list("word", "reason", "rag_set")
    assert list(told) == [("Green", WHY, "Green"), ("Red", "It is\nworse.", "Red"), ("", "It has begun.", "")]
    assert check_history(Plan.objects.get(pk=house.ours.plan.pk)).fault == ""


def test_it_is_refused_where_it_says_nothing_new_and_without_a_reason(house):
    late = house.ours.late
    assert refused(house, late, "Amber") == ("The RAG of this action is Amber already. Choose another.", "word")
    assert refused(house, late, "") == ("The RAG of this action is computed already.", "word")
    for word in ("Blue", "No RAG", "Purple"):
        assert "Choose Red, Amber or Green." in refused(house, late, word)[0]
    assert refused(house, late, "Green", reason=" \n") == ("Enter the reason.", "reason")
    long = "x" * (LONGEST + 1)
    assert refused(house, late, "Green", reason=long) == ("Enter the reason in at most 200 characters.", "reason")

    set_rag(house, late, "Green")
    assert refused(house, late, "Green")[0] == "The RAG of this action is Green already. Choose another."
    assert refused(house, late, "Amber")[0] == "The rule says Amber. Choose to go back to the computed RAG."


def test_only_of_what_is_not_completed_in_an_active_plan(house):
    ours = house.ours
    draft = ours.draft.actions.first()
    assert refused(house, ours.completed, "Red")[0].startswith("This action is “Completed, awaiting verification”. ")
    assert refused(house, draft, "Red")[0].startswith("This plan is “Draft”. ")
    dropped: dict[str, Any] = {"by": Actor(house.approver), "now": house.moment(), "reason": "No need"}
    operations.drop_action(action=ours.dormant, decision=Decision("Committee"), **dropped)
    assert refused(house, ours.dormant, "Green")[0].startswith("This action is “Cancelled”. ")


def test_it_is_not_set_over_what_somebody_else_has_written_meanwhile(house):
    seen = last_seq(house.p1)
    owner: dict[str, Any] = {"by": Actor(house.owner), "now": house.moment()}
    operations.post_update(action=house.p1, status="in_progress", percent=10, wording="Begun.", **owner)

    with pytest.raises(UpdatedMeanwhile):
        set_rag(house, house.p1, "Red", seen=seen)
    assert set_rag(house, house.p1, "Red", seen=last_seq(house.p1)).rag_set == "Red"


def complete(house: House, action: Action) -> None:
    said: dict[str, Any] = {"status": "completed", "percent": 100, "wording": "Done.", "evidence_gap": "Kept elsewhere"}
    operations.post_update(action=action, by=Actor(house.owner), now=house.moment(), **said)


def test_it_ends_with_completion_and_does_not_come_back(house):
    set_rag(house, house.p1, "Red", -1)
    complete(house, house.p1)
    assert shown(house, house.p1, -1).word == "Red"
    assert shown(house, house.p1) == Rag("Green", "completed, waiting to be verified or closed")

    said: dict[str, Any] = {"by": Actor(house.verifier), "now": house.moment(), "reason": "Gaps"}
    operations.return_action(action=house.p1, verifier="Audit", **said)
    assert shown(house, house.p1) == Rag("Green", "on track")


def test_it_ends_when_the_action_is_dropped(house):
    set_rag(house, house.p1, "Red", -1)
    dropped: dict[str, Any] = {"by": Actor(house.approver), "now": house.moment(), "reason": "No need"}
    row = operations.drop_action(action=house.p1, decision=Decision("Committee"), **dropped)

    assert shown(house, house.p1).word == "No RAG"
    assert (row.rag_set, row.rag_reason) == ("", "")


def test_an_update_keeps_it_and_owes_a_reason_by_the_rag_that_is_shown(house):
    """Late, so Amber by the rule: no reason is owed while it is set to Green. On track, but set to Red: one is."""
    by: dict[str, Any] = {"by": Actor(house.owner), "now": house.moment()}
    said: dict[str, Any] = {"status": "in_progress", "percent": 60, "wording": "More is done."}
    with pytest.raises(operations.ReasonOwed):
        operations.post_update(action=house.ours.late, **said, **by)
    set_rag(house, house.ours.late, "Green")
    row = operations.post_update(action=house.ours.late, **said, **by)
    assert (row.rag_set, row.barrier, shown(house, house.ours.late).word) == ("Green", "", "Green")

    set_rag(house, house.p1, "Red")
    with pytest.raises(
        operations.ReasonOwed, match="Red after your update .set by hand: The post is filled from July;"
    ):
        operations.post_update(action=house.p1, **said, **by)
    assert operations.post_update(action=house.p1, **said, barrier="No room", **by).rag_set == "Red"


def test_the_figures_that_are_kept_and_what_changed_go_by_it(house):
    plan, late = house.ours.plan, house.ours.late
    set_rag(house, late, "Red", -6)
    take_back(house, late, -2)
    operations.keep_snapshots(now=house.moment())

    days = [house.day(-n) for n in range(9, 0, -1)]
    of_plan = kept(plan)
    assert {day: of_plan[day] for day in days} == {day: as_at(plan, day) for day in days}
    assert [dict(of_plan[day]["rag"])["Red"] for day in days] == [0, 0, 0, 1, 1, 1, 1, 0, 0]

    stood = {days: standings(plan.actions.order_by("position"), house.day(days)) for days in (-7, -3, 0)}
    assert figures(stood[-3], house.day(-3)).overdue == figures(stood[0], house.today).overdue, "lateness is no colour"
    for first, last, row in (
        (-7, -3, ("Amber", "Red: set by hand", "Set by hand: The post is filled from July; the rule says Amber: 7 ")),
        (-3, 0, ("Red: set by hand", "Amber", "10 days past its due date")),
    ):
        told = changes(stood[first], stood[last], house.day(first), house.day(last))
        found = {each.ref: each for kind in told.kinds if kind.key == "rag" for each in kind.rows}
        assert (found[late.ref].was, found[late.ref].now) == row[:2]
        assert found[late.ref].details[0].startswith(row[2])
