"""The pages of measures, over HTTP: what they show, who may record what, and that nothing typed is lost."""

import re
from datetime import date

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Action, Measure, Reading
from actionplans.operations import Actor
from core.models import AuditEntry
from inspections.models import Inspection
from tests.actionplans.pages import CHI, error_of, text
from tests.actionplans.test_measures import add, read

MARK = "<strong>Done but not improved enough"


def page_of(measure, name="measure") -> str:
    return reverse(f"actionplans:{name}", args=[measure.get_plan().slug, measure.pk])


def new_measure(cast) -> str:
    return reverse("actionplans:measure-new", args=[cast.ours.plan.slug])


def sent(day: date, **given) -> dict[str, object]:
    said = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "words": "85%", "source": "Register"}
    return said | {"note": "All teams"} | given


def row_of(page: str, words: str) -> str:
    """The row of a table that holds the words."""
    return next(row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if words in row)


def compared(cast, measure):
    return operations.add_comparator(
        measure=measure, name="National average", by=Actor(cast.coordinator), now=cast.moment(-9)
    )


# --- one measure ---


def test_a_measure_shows_what_it_says_its_chart_and_every_reading(cast, as_):
    measure = cast.ours.measure
    wrong = read(cast, measure, "58%", -9, source="Survey", note="Two teams left out")
    read(cast, measure, "62%", -9, recorded=-8, replaces=wrong)
    read(cast, measure, "81%", -2, source="Register")
    read(cast, measure, "92%", -3, comparator=compared(cast, measure))
    page = text(as_("inspector").get(page_of(measure)))

    for said in (
        "Higher is better",
        "Target not met",
        '<dd class="govuk-summary-list__value">40%</dd>',
        "Baseline 40%",
    ):
        assert said in page, said
    assert "from 62% on" in page, "the chart begins with the correction"
    assert "<s>58%</s>" in row_of(page, "Survey")
    assert "corrected" in row_of(page, "Survey")
    assert "Two teams left out" in row_of(page, "Survey")
    assert f"Owner, {cast.day(-2):%-d %B %Y}" in row_of(page, "Register")
    assert "Compared with: National average" in page
    assert "Record a reading" not in page


def test_readings_in_words_stand_in_the_table_and_are_not_drawn(cast, as_):
    read(cast, cast.ours.measure, "most teams", -2)
    page = text(as_("member").get(page_of(cast.ours.measure)))

    assert "<svg" not in page
    assert "No reading is a number yet, so there is nothing to draw." in page
    assert "most teams" in row_of(page, "most teams")
    assert "Not shown to be met: the last reading is not a number" in page


def test_the_chart_is_drawn_wide_and_narrow_each_with_a_name_and_a_description_of_its_own(cast, as_):
    read(cast, cast.ours.measure, "81%", -2)
    page = text(as_("owner").get(page_of(cast.ours.measure)))

    names = re.findall(r'aria-labelledby="(\S+) (\S+)"', page)
    ids = re.findall(r'<(?:title|desc) id="(\S+)"', page)
    assert len(names) == 2
    assert sorted(ids) == sorted(key for pair in names for key in pair)
    assert len(set(ids)) == 4


@pytest.mark.parametrize("person", ["inspector", "member", "outsider"])
def test_a_measure_of_a_draft_does_not_exist_for_those_who_may_not_see_drafts(cast, as_, person):
    measure = add(cast, cast.ours.draft.actions.get())

    assert as_(person).get(page_of(measure)).status_code == 404
    assert as_("clerk").get(page_of(measure)).status_code == 200


def test_a_measure_is_found_under_its_own_plan_only(cast, as_):
    elsewhere = reverse("actionplans:measure", args=[cast.ours.other.slug, cast.ours.measure.pk])

    assert as_("coordinator").get(elsewhere).status_code == 404


# --- recording ---


def test_the_owner_records_a_reading_and_the_action_shows_it(cast, as_):
    client, measure = as_("owner"), cast.ours.measure
    assert page_of(measure, "reading-new") in text(client.get(cast.ours.late.get_absolute_url()))
    answer = client.post(page_of(measure, "reading-new"), sent(cast.day(-1)), follow=True)

    reading = measure.readings.get()
    assert (reading.words, reading.on, reading.source, reading.note) == ("85%", cast.day(-1), "Register", "All teams")
    assert reading.entry.by_post == "Head of ours"
    assert "Reading recorded: 85%." in text(answer)
    page = text(client.get(cast.ours.late.get_absolute_url()))
    assert "<strong>85%</strong>" in page
    assert "Target not met" in page
    assert "Measured: 85% (Staff trained)" in page
    assert 'class="ft-spark"' in page


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"words": ""}, "words", "Enter the value."),
        ({"on_year": "2199"}, "on", "The date of the reading must be today or in the past."),
        ({"on_day": "31", "on_month": "2"}, "on", "Date of the reading must be a real date"),
        ({"note": f"About {CHI}"}, "note", f"“{CHI}” looks like"),
        ({"words": "most"}, "words", "The target is a number, 90%, and “most” is not. It cannot show that the target"),
        ({"words": "most"}, "despite", "Tick the box to record it in words all the same, or enter a number."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_text_is_kept(cast, as_, given, field, sentence):
    said = sent(cast.day(-1), **given)
    answer = as_("owner").post(page_of(cast.ours.measure, "reading-new"), said)

    assert answer.status_code == 422
    assert error_of(answer, field)[0].startswith(sentence)
    assert all(f'value="{said[name]}"' in text(answer) for name in ("on_day", "source"))
    assert str(said["note"]) in text(answer)
    assert not cast.ours.measure.readings.exists()


def test_words_are_recorded_all_the_same_by_a_tick(cast, as_):
    said = sent(cast.today, words="most teams", despite="on")

    assert as_("owner").post(page_of(cast.ours.measure, "reading-new"), said).status_code == 302
    assert cast.ours.measure.readings.get().value is None


def test_where_the_target_is_in_words_words_need_no_tick(cast, as_):
    measure = add(cast, cast.ours.late, name="Agreement", baseline="none", target="signed")

    assert as_("owner").post(page_of(measure, "reading-new"), sent(cast.today, words="draft")).status_code == 302
    assert measure.readings.get().words == "draft"


def test_a_reading_of_what_it_is_compared_with_says_so(cast, as_):
    measure, client = cast.ours.measure, as_("owner")
    national = compared(cast, measure)
    said = sent(cast.today, words="about nine in ten", series=national.pk)

    assert "National average" in text(client.get(page_of(measure, "reading-new")))
    assert client.post(page_of(measure, "reading-new"), said).status_code == 302
    assert measure.readings.get().comparator == national
    assert "(Staff trained, National average)" in text(client.get(cast.ours.late.get_absolute_url()))


def test_a_correction_starts_from_the_reading_and_names_it(cast, as_):
    measure, client = cast.ours.measure, as_("owner")
    wrong = read(cast, measure, "58%", -9, comparator=compared(cast, measure), source="Survey")
    address = f"{page_of(measure, 'reading-new')}?corrects={wrong.pk}"
    assert address in text(client.get(page_of(measure)))
    form = text(client.get(address))
    assert 'value="58%"' in form
    assert 'value="Survey"' in form
    assert client.post(address, sent(cast.day(-9), words="85%")).status_code == 302

    right = Reading.objects.get(measure=measure, words="85%")
    assert (right.replaces, right.comparator) == (wrong, wrong.comparator)
    page = text(client.get(cast.ours.late.get_absolute_url()))
    assert "Reading corrected: 85%" in page
    assert "<s>58%</s> (Staff trained, National average), corrected later" in page
    assert address not in text(client.get(page_of(measure)))
    again = client.post(address, sent(cast.day(-9), words="86%"))
    assert error_of(again, "__all__") == ["That reading has been corrected already. Correct the correction."]


@pytest.mark.parametrize("key", ["0", "999999", "x", ""])
def test_a_correction_of_no_reading_of_the_measure_does_not_exist(cast, as_, key):
    address = f"{page_of(cast.ours.measure, 'reading-new')}?corrects={key}"

    assert as_("owner").get(address).status_code == 404


def test_a_closed_action_takes_readings_because_they_show_whether_it_lasted(cast, as_):
    Action.objects.filter(pk=cast.ours.late.pk).update(status="closed", percent=100)
    client, measure = as_("owner"), cast.ours.measure

    assert page_of(measure, "reading-new") in text(client.get(cast.ours.late.get_absolute_url()))
    assert client.post(page_of(measure, "reading-new"), sent(cast.today)).status_code == 302


def test_an_owner_records_for_their_own_actions_and_not_for_another_or_the_plan(cast, as_):
    client = as_("owner")
    foreign, plans_own = add(cast, cast.ours.dormant), add(cast, plan=cast.ours.plan)

    for measure in (foreign, plans_own):
        assert client.post(page_of(measure, "reading-new"), sent(cast.today)).status_code == 403
        assert "Record a reading" not in text(client.get(page_of(measure)))
        assert not measure.readings.exists()


# --- measures of the plan, and comparisons ---


def test_a_coordinator_adds_a_measure_and_the_plan_shows_it_to_everybody(cast, as_):
    client = as_("coordinator")
    assert new_measure(cast) in text(client.get(cast.ours.plan.get_absolute_url()))
    said = {"name": "Re-registrations", "unit": "%", "direction": "lower", "baseline": "31%", "target": "20"}
    client.post(new_measure(cast), said)
    measure = Measure.objects.get(plan=cast.ours.plan)

    assert (measure.direction, measure.baseline_value, measure.target_value) == ("lower", 31, 20)
    audit = AuditEntry.objects.get(what="added a measure", about="Plan of ours")
    assert (audit.who, audit.details["name"]) == (str(cast.coordinator), "Re-registrations")
    client.post(page_of(measure, "reading-new"), sent(cast.today, words="24"))
    page = text(as_("inspector").get(cast.ours.plan.get_absolute_url()))
    assert "Measures of the plan" in page
    assert "Re-registrations" in page
    assert "<strong>24</strong>" in page
    assert 'class="ft-spark"' in page
    assert new_measure(cast) not in page


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"name": ""}, "name", "Enter what is measured."),
        ({"direction": ""}, "direction", "Choose which way is better."),
        (
            {"target": "most"},
            "target",
            "Enter the target as a number, such as 95 or 95%, or choose that it is in words.",
        ),
        ({"baseline": "few"}, "baseline", "Enter the baseline as a number"),
        ({"name": f"About {CHI}"}, "name", f"“{CHI}” looks like"),
    ],
)
def test_what_is_wrong_with_a_measure_is_said_beside_its_field(cast, as_, given, field, sentence):
    said = {"name": "Trained", "unit": "teams", "direction": "higher", "baseline": "1", "target": "9"} | given
    answer = as_("coordinator").post(new_measure(cast), said)

    assert answer.status_code == 422
    assert error_of(answer, field)[0].startswith(sentence)
    assert 'value="teams"' in text(answer)
    assert not Measure.objects.filter(plan=cast.ours.plan).exists()


def test_a_past_day_shows_the_measures_of_the_plan_that_had_been_read_by_then(cast, as_):
    measure = add(cast, plan=cast.ours.plan, name="Re-registrations")
    read(cast, measure, "71%", -5)
    read(cast, measure, "95%", -1)
    address = cast.ours.plan.get_absolute_url()
    then, before = (text(as_("member").get(f"{address}?on={cast.day(days)}")) for days in (-3, -6))

    assert "<strong>71%</strong>" in then
    assert "Target not met" in then
    assert "Re-registrations" not in before


def test_a_comparison_is_added_once(cast, as_):
    client, address = as_("coordinator"), page_of(cast.ours.measure, "comparator-new")
    assert address in text(client.get(page_of(cast.ours.measure)))
    assert "Comparison added: Scotland." in text(client.post(address, {"name": "Scotland"}, follow=True))
    answer = client.post(address, {"name": "Scotland"})

    assert error_of(answer, "name") == ["This measure is compared with “Scotland” already."]
    assert cast.ours.measure.comparators.get().name == "Scotland"


# --- done but not improved, and inspections ---


def test_what_is_done_but_short_of_its_target_is_marked_on_the_action_and_on_the_plan(cast, as_):
    client, action = as_("member"), cast.ours.completed
    measure = add(cast, action)
    read(cast, measure, "95%", -9)
    pages = [action.get_absolute_url(), cast.ours.plan.get_absolute_url()]
    assert [page for page in pages if MARK in text(client.get(page))] == []
    read(cast, measure, "39%", -1)

    for page in pages:
        found = text(client.get(page))
        assert MARK in found
        assert "Trained: 39%, target 90%, worse than the baseline of 40%" in found
    assert 'role="rowheader">Done but not improved enough</th>' in found


def test_the_outcomes_of_an_inspection_are_drawn_with_what_they_are_compared_with(demo, client):
    client.force_login(demo["clydemuir-joint-inspection"].partnership.memberships.first().user)
    page = text(client.get(reverse("actionplans:inspection", args=["clydemuir-joint-inspection-report"])))
    inspection = Inspection.objects.get(slug="clydemuir-joint-inspection-report")

    assert "This measure: 3 readings, from 86.1% on 30 June 2012 to 88.2% on 30 June 2014" in page
    assert "All children in the area: 3 readings, from 93.4% on 30 June 2012" in page
    assert page.count("<polyline") == 2 * 3
    assert Reading.objects.filter(measure__inspection=inspection).count() == page.count("govuk-table__cell--numeric")
