"""Readings of measures: what is recorded and refused, what the last one says, and what is done but not improved."""

import pytest
from django.core.exceptions import ValidationError

from actionplans import operations
from actionplans.asat import standings
from actionplans.models import Action, Entry, Measure, Measured, Plan, Reading
from actionplans.operations import ActionText, Actor, Refusal
from actionplans.outcomes import NOT_IMPROVED, missed_targets, outcomes
from actionplans.papers import FORMATS
from actionplans.papers.build import build_report
from actionplans.papers.report import Report
from actionplans.papers.rows import build_rows, exceptions
from core.models import AuditEntry
from tests.actionplans import readers


def add(house, action=None, *, plan=None, **given) -> Measure:
    said = {"name": "Trained", "baseline": "40%", "target": "90%"} | given
    owner = {"plan": plan} if plan else {"action": action or house.ours.completed}
    return operations.add_measure(by=Actor(house.coordinator), now=house.moment(-100), **owner, **said)


def read(house, measure, words, days=0, *, recorded=None, **given) -> Reading:
    """A reading of a day, recorded on that day unless it is said when."""
    now = house.moment(days if recorded is None else recorded)
    by = Actor(house.owner)
    return operations.record_reading(measure=measure, on=house.day(days), words=words, by=by, now=now, **given)


def outcome(measure, on):
    return outcomes(Measure.objects.filter(pk=measure.pk), on)[0]


def standing(action, on):
    return standings(Action.objects.filter(pk=action.pk), on)[0]


# --- recording ---


def test_a_reading_is_kept_in_words_and_as_a_number_and_is_a_row_of_history(house):
    measure = add(house)
    reading = read(house, measure, " 85.5 % ", source="Register", note="All teams")

    assert (reading.words, reading.value, reading.by_name) == ("85.5 %", pytest.approx(85.5), "Owner")
    row = Measured.objects.get(reading=reading)
    assert (row.action, row.kind, row.happened_on) == (house.ours.completed, "measured", house.today)
    assert row.text == reading.in_words()
    assert row.text["source"] == "Register"
    assert "corrects" not in row.text


def test_a_reading_of_the_plan_itself_is_a_row_without_an_action(house):
    read(house, add(house, plan=house.fresh), "70")

    assert Entry.objects.filter(plan=house.fresh, kind="measured").get().action is None


def test_a_reading_leaves_the_state_of_the_action_as_it_was(house):
    before = Action.objects.filter(pk=house.ours.completed.pk).values().get()
    read(house, add(house), "70")

    assert Action.objects.filter(pk=house.ours.completed.pk).values().get() == before


@pytest.mark.parametrize(
    ("words", "number"),
    [("85", 85), ("85%", 85), ("-3.25", -3.25), ("most teams", None), ("1234567890123", None), ("0.12345", None)],
)
def test_words_are_a_number_only_when_the_database_can_hold_it(house, words, number):
    assert read(house, add(house), words).value == number


def test_a_correction_names_the_reading_that_it_puts_right_and_both_stay(house):
    measure = add(house)
    wrong = read(house, measure, "58", -9)
    right = read(house, measure, "85", -9, recorded=-2, replaces=wrong)

    assert list(measure.readings.order_by("pk")) == [wrong, right]
    assert right.entry.text["corrects"] == f"58 on {house.day(-9)}"
    with pytest.raises(Refusal, match="has been corrected already"):
        read(house, measure, "86", -9, recorded=-1, replaces=wrong)


def test_what_cannot_be_recorded_is_refused_in_a_sentence(house):
    measure, other = add(house), add(house, house.p1)
    by, now = Actor(house.coordinator), house.moment()
    national = operations.add_comparator(measure=other, name="National average", by=by, now=now)
    first = read(house, measure, "50")
    for given, sentence in (
        ({"words": "  "}, "Enter the value"),
        ({"on": house.day(1)}, "must be today or in the past"),
        ({"comparator": national}, "Choose a series of this measure"),
        ({"measure": other, "replaces": first}, "Choose a reading of the same series"),
    ):
        said = {"measure": measure, "on": house.today, "words": "60", "by": by, "now": now} | given
        with pytest.raises(Refusal, match=sentence):
            operations.record_reading(**said)

    assert Reading.objects.filter(measure__in=[measure, other]).get() == first


def test_a_measure_and_a_comparison_leave_a_trace(house):
    measure = add(house, plan=house.fresh, direction="lower")
    operations.add_comparator(measure=measure, name="Scotland", by=Actor(house.coordinator), now=house.moment())

    found = AuditEntry.objects.filter(what__in=["added a measure", "added a comparator"]).order_by("pk")
    assert [(each.who, each.about, each.details["name"]) for each in list(found)[-2:]] == [
        (str(house.coordinator), "Fresh plan", "Trained"),
        (str(house.coordinator), "Trained", "Scotland"),
    ]


def test_a_measure_is_compared_with_the_same_thing_once(house):
    said = {"measure": add(house), "by": Actor(house.coordinator), "now": house.moment()}
    operations.add_comparator(name="Scotland", **said)

    with pytest.raises(Refusal, match="is compared with “scotland” already"):
        operations.add_comparator(name="scotland ", **said)


def test_a_measure_without_a_name_is_refused(house):
    with pytest.raises(ValidationError):
        add(house, name=" ")


# --- what the last reading says ---


@pytest.mark.parametrize(
    ("given", "words", "verdict", "shortfall"),
    [
        ({}, "90", "Target met", ""),
        ({}, "89.9", "Target not met", "Trained: 89.9, target 90%"),
        (
            {},
            "39",
            "Target not met; worse than the baseline",
            "Trained: 39, target 90%, worse than the baseline of 40%",
        ),
        ({"baseline": "23", "target": "0"}, "0", "Target met", ""),
        ({"baseline": "23", "target": "0"}, "1", "Target not met", "Trained: 1, target 0"),
        (
            {"baseline": "23", "target": "0"},
            "24",
            "Target not met; worse than the baseline",
            "Trained: 24, target 0, worse than the baseline of 23",
        ),
        ({"baseline": "-5", "target": "-1"}, "-2", "Target not met", "Trained: -2, target -1"),
        (
            {"target": "85%", "baseline": "90%", "direction": "higher"},
            "87%",
            "Target met; worse than the baseline",
            "Trained: 87%, worse than the baseline of 90%",
        ),
        (
            {},
            "most teams",
            "Not shown to be met: the last reading is not a number",
            "Trained: “most teams” (not a number), target 90%",
        ),
        ({}, None, "Not shown to be met: no reading yet", "Trained: no reading, target 90%"),
        ({"baseline": "none", "target": "signed"}, "draft", "Target in words: not judged", ""),
        ({"baseline": "", "target": "90%"}, "10", "Not judged: nothing says which way is better", ""),
        ({"baseline": "", "target": ""}, "10", "No target recorded", ""),
    ],
)
def test_the_last_reading_is_judged_in_the_direction_of_the_measure(house, given, words, verdict, shortfall):
    measure = add(house, **given)
    if words is not None:
        read(house, measure, words)

    found = outcome(measure, house.today)
    assert (found.verdict, found.shortfall) == (verdict, shortfall)


def test_words_after_a_number_do_not_show_that_the_target_is_met(house):
    measure = add(house)
    read(house, measure, "95", -5)
    assert not outcome(measure, house.today).is_missed
    read(house, measure, "most teams", -1)

    assert outcome(measure, house.today).is_missed


def test_a_comparator_says_nothing_about_the_measure(house):
    measure = add(house)
    by, now = Actor(house.coordinator), house.moment(-9)
    national = operations.add_comparator(measure=measure, name="National average", by=by, now=now)
    read(house, measure, "50", -9)
    read(house, measure, "99", -1, comparator=national)

    assert outcome(measure, house.today).last.words == "50"


def test_the_last_reading_is_that_of_the_last_day_whenever_it_was_entered(house):
    measure = add(house)
    read(house, measure, "95", -5)
    read(house, measure, "50", -9, recorded=-1)

    assert outcome(measure, house.today).last.words == "95"


def test_as_at_a_day_counts_what_was_recorded_by_its_end_and_not_put_right_by_then(house):
    measure = add(house)
    wrong = read(house, measure, "95", -9)
    read(house, measure, "59", -9, recorded=-5, replaces=wrong)
    read(house, measure, "92", -7, recorded=-2)
    last = {days: outcome(measure, house.day(days)).last for days in (-10, -9, -6, -5, -3, -2, 0)}

    assert {days: reading and reading.words for days, reading in last.items()} == {
        -10: None, -9: "95", -6: "95", -5: "59", -3: "59", -2: "92", 0: "92",
    }  # fmt: skip


def test_closing_goes_by_the_correction_and_not_by_what_it_puts_right(house):
    measure = add(house)
    wrong = read(house, measure, "95", -9)
    assert missed_targets([house.ours.completed], house.today)[house.ours.completed.pk] == []
    read(house, measure, "59", -9, recorded=-5, replaces=wrong)

    assert missed_targets([house.ours.completed], house.today) == {house.ours.completed.pk: ["Trained: 59, target 90%"]}


# --- done but not improved ---


def test_done_and_short_of_the_target_is_an_exception_and_says_what_is_short(house):
    read(house, add(house), "39%", -3)
    found = standings(house.ours.plan.actions.order_by("position"), house.today)

    assert [(row.ref, row.detail) for row in exceptions(found) if row.kind == NOT_IMPROVED] == [
        ("A3", "Trained: 39%, target 90%, worse than the baseline of 40%")
    ]


def test_what_is_not_said_to_be_done_may_be_short_without_being_marked(house):
    read(house, add(house, house.ours.late), "39%", -3)
    stood = standing(house.ours.late, house.today)

    assert stood.outcomes[0].is_missed
    assert stood.not_improved == ()


def test_it_is_marked_from_the_day_on_which_it_was_said_to_be_done(house):
    measure = add(house, house.p1)
    read(house, measure, "50", -30)
    said = {"status": "completed", "percent": 100, "wording": "Done.", "evidence_ticked": ["Register"]}
    operations.post_update(action=house.p1, by=Actor(house.owner), now=house.moment(-20), **said)
    read(house, measure, "95", -10)
    marked = {days: bool(standing(house.p1, house.day(days)).not_improved) for days in (-21, -20, -11, -10)}

    assert marked == {-21: False, -20: True, -11: True, -10: False}


def test_paper_spreadsheet_and_csv_say_the_same_of_it(house):
    read(house, add(house), "70%", -3)
    report = build_report(Plan.objects.get(pk=house.ours.plan.pk), on=house.today)
    said = "Trained: 70%, target 90%"

    assert [row.ref for row in report.rows if row.not_improved] == ["A3"]
    csv = {row["Ref"]: row[NOT_IMPROVED] for row in readers.csv_rows(FORMATS["csv"].write(report))}
    assert csv == {"A1": "", "A2": "", "A3": said}
    book = readers.xlsx_book(FORMATS["xlsx"].write(report))
    rows = [[cell.value for cell in row] for row in book["Exceptions"].iter_rows()]
    assert [[row[0], row[1], row[4]] for row in rows if row[0] == NOT_IMPROVED] == [[NOT_IMPROVED, "A3", said]]
    tables = readers.docx_tables(FORMATS["docx"].write(report))
    [table] = [rows for caption, rows in tables.items() if caption.startswith("Exceptions")]
    assert [[row[0], row[1], row[4]] for row in table if row[0] == NOT_IMPROVED] == [[NOT_IMPROVED, "A3", said]]


def test_a_paper_gives_the_readings_of_its_day(house):
    measure = add(house)
    wrong = read(house, measure, "70%", -9)
    read(house, measure, "72%", -9, recorded=-5, replaces=wrong)
    said = {
        days: build_rows(house.ours.plan.actions.filter(ref="A3"), house.day(days))[1][house.ours.completed.pk].measure
        for days in (-9, -5)
    }

    assert said == {
        -9: "Trained: baseline 40%, target 90%, latest 70%",
        -5: "Trained: baseline 40%, target 90%, latest 72%",
    }


def test_a_paper_that_was_issued_before_this_was_counted_is_still_read(house):
    content = build_report(Plan.objects.get(pk=house.ours.plan.pk), on=house.today).as_json()
    for section in content["sections"]:
        for row in section["rows"]:
            del row["not_improved"]

    assert {row.not_improved for row in Report.from_json(content).rows} == {""}


def agree(house, on, **text) -> None:
    """The text of P1 becomes another by a new version of its plan."""
    plan, by = house.fresh, Actor(house.coordinator)
    action = Action.objects.get(pk=house.p1.pk)
    moment = house.moment((on - house.today).days)
    operations.propose(plan=plan, action=action, text=ActionText.of(action).but(**text), by=by, now=moment)
    operations.agree_version(plan=plan, group=house.ours.group, reason="Better measured", by=by, now=moment)


def test_a_past_day_is_judged_by_the_target_agreed_then(house):
    agree(house, house.day(-50), measure="Trained", baseline="40%", target="60%")
    read(house, house.p1.measures.get(), "70%", -45)
    agree(house, house.day(-30), measure="Trained and sure", target="90%")
    then, now = (standing(house.p1, on).outcomes[0] for on in (house.day(-31), house.today))

    assert (then.measure.name, then.is_missed) == ("Trained", False)
    assert (now.measure.name, now.shortfall) == ("Trained and sure", "Trained and sure: 70%, target 90%")
    assert standing(house.p1, house.day(-51)).outcomes == ()
