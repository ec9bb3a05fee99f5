"""The history of a plan is one chain, and verify_history says whether it holds (tampering: test_tampering.py)."""

import io

import pytest
from django.core.management import call_command

from actionplans import operations
from actionplans.integrity import check_history
from actionplans.models import Action, Entry, Measure, Plan, ProgressUpdate
from actionplans.operations import ActionText, Actor
from core import chain
from core.commands import BadInput
from tests.actionplans import tampering
from tests.test_queries import asked


def post(house, action, **given):
    said = {"status": "in_progress", "percent": 10, "wording": "Begun."} | given
    return operations.post_update(action=action, by=Actor(house.owner), now=house.moment(), **said)


def fresh(plan):
    return Plan.objects.get(pk=plan.pk)


def check(plan, against=None):
    return check_history(fresh(plan), against)


def run(*words):
    """The exit status of verify_history and what it printed."""
    out = io.StringIO()
    try:
        call_command("verify_history", *words, stdout=out)
    except SystemExit as stopped:
        return stopped.code, out.getvalue()
    return 0, out.getvalue()


def test_a_history_that_nobody_touched_holds(house):
    for plan in Plan.objects.all():
        checked = check(plan)
        assert checked.fault == ""
        assert (checked.count, checked.head) == (plan.history_count, plan.history_head)


def test_the_chain_goes_on_with_each_row(house):
    before = fresh(house.fresh)
    first, second = post(house, house.p1), post(house, house.p2)

    assert [first.seq, second.seq] == [before.history_count + 1, before.history_count + 2]
    assert (first.previous, second.previous) == (before.history_head, first.hash)
    after = fresh(house.fresh)
    assert (after.history_count, after.history_head) == (second.seq, second.hash)
    assert check(house.fresh).mark == f"{second.seq}:{second.hash}"


def test_an_outsider_comes_to_the_same_hash_from_the_stored_row(house):
    row = ProgressUpdate.objects.get(pk=post(house, house.p1).pk)

    assert row.hash == chain.digest(row.previous, row.facts())
    assert {"wording", "percent", "recorded_at", "by_name", "plan_id", "seq"} <= set(row.facts())
    assert "working_note" not in row.facts(), "what is empty is left out, so that later columns change no hash"


def test_the_head_printed_on_a_paper_is_that_of_its_as_at_date(house):
    paper = house.ours.paper

    assert check(house.ours.plan, (paper.history_count, paper.history_head)).fault == ""
    assert paper.history_count < fresh(house.ours.plan).history_count


# --- readings, which stand beside their row ---


def read(house, words="85%", **given):
    said = {"name": "Trained", "baseline": "40%", "target": "90%", "by": Actor(house.coordinator)}
    measure = given.pop("measure", None) or operations.add_measure(action=house.p1, now=house.moment(), **said)
    said = {"on": house.today, "source": "Register", "note": "All", "by": Actor(house.owner), "now": house.moment()}
    return operations.record_reading(measure=measure, words=words, **said, **given)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("words", "95%"),
        ("value", 95),
        ("source", "Hearsay"),
        ("note", ""),
        ('"on"', "2015-06-01"),
        ("replaces_id", None),
    ],
)
def test_a_reading_changed_behind_its_back_is_found_and_its_row_named(house, column, value):
    first = read(house)
    second = read(house, "86%", measure=first.measure, replaces=first)
    post(house, house.p2)
    assert check(house.fresh).fault == ""
    tampering.drop_triggers()
    tampering.sql(f"UPDATE actionplans_reading SET {column} = %s WHERE id = %s", value, second.pk)

    assert check(house.fresh).fault == (
        f"Row {second.entry.seq} does not hold: {second.entry.seq} Measure read of 2015-06-15."
    )


def test_a_reading_moved_to_another_action_or_series_is_found(house):
    reading, other = read(house), read(house, measure=house.ours.measure)
    said = {"by": Actor(house.coordinator), "now": house.moment()}
    national = operations.add_comparator(measure=reading.measure, name="National average", **said)
    tampering.drop_triggers()
    for column, there, back in (
        ("measure_id", other.measure_id, reading.measure_id),
        ("comparator_id", national.pk, None),
    ):
        tampering.sql(f"UPDATE actionplans_reading SET {column} = %s WHERE id = %s", there, reading.pk)
        assert check(house.fresh).fault.startswith(f"Row {reading.entry.seq} does not hold"), column
        tampering.sql(f"UPDATE actionplans_reading SET {column} = %s WHERE id = %s", back, reading.pk)

    assert check(house.fresh).fault == ""


def test_a_measure_may_be_given_another_name_and_target_by_agreement(house):
    read(house)
    text = ActionText.of(Action.objects.get(pk=house.p1.pk)).but(measure="Trained and sure", target="95%")
    by, now = Actor(house.coordinator), house.moment()
    operations.propose(plan=house.fresh, action=house.p1, text=text, by=by, now=now)
    operations.agree_version(plan=house.fresh, group=house.ours.group, reason="Better", by=by, now=now)

    assert Measure.objects.get(action=house.p1).name == "Trained and sure"
    assert check(house.fresh).fault == ""


def test_checking_asks_as_often_for_many_readings_as_for_few(house):
    first = read(house)
    few = len(asked(lambda: check(house.fresh)))
    for _ in range(20):
        read(house, measure=first.measure)

    assert len(asked(lambda: check(house.fresh))) == few


# --- the command ---


def test_the_command_prints_count_and_hash_of_each_plan_and_exits_0(house):
    status, printed = run()

    plans = Plan.objects.order_by("slug")
    assert status == 0
    assert printed.splitlines() == [f"{plan.slug} {plan.history_count}:{plan.history_head}" for plan in plans]


def test_the_command_names_the_first_row_that_does_not_hold_and_exits_1(house):
    row = post(house, house.p1)
    tampering.drop_triggers()
    tampering.change(row, Entry, Entry._meta.get_field("percent"), 90)

    status, printed = run("--plan", "ours-fresh")
    assert status == 1
    assert printed == f"ours-fresh Row {row.seq} does not hold: {row.seq} Progress update of 2015-06-15.\n"
    assert run()[0] == 1
    assert run("--plan", "ours-plan")[0] == 0


def test_the_command_checks_against_what_a_paper_printed(house):
    row = post(house, house.p1)

    assert run("--plan", "ours-fresh", "--against", f"{row.seq}:{row.hash}")[0] == 0
    assert run("--plan", "ours-fresh", "--against", f"{row.seq}:{row.hash.upper()}")[0] == 0
    for wrong in (f"{row.seq}:{'0' * 64}", f"{row.seq + 5}:{row.hash}", f"{row.seq - 1}:{row.hash}"):
        status, printed = run("--plan", "ours-fresh", "--against", wrong)
        assert status == 1
        assert printed.endswith("is not the one whose hash was printed.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--plan", "nothing"], "There is no plan “nothing”."),
        (["--against", f"1:{'0' * 64}"], "Name the plan: --plan SLUG."),
        (["--plan", "ours-fresh", "--against", "1:abc"], "“1:abc” is not COUNT:HASH"),
        (["--plan", "ours-fresh", "--against", "0" * 64], "is not COUNT:HASH"),
        (["--plan", "ours-fresh", "--against", f"one:{'0' * 64}"], "is not COUNT:HASH"),
    ],
)
def test_what_is_typed_wrong_is_said_in_one_sentence(house, words, sentence):
    with pytest.raises(BadInput, match=sentence.replace("“", ".").replace("”", ".")) as refused:
        run(*words)

    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
