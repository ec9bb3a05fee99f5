"""Grades from inspection to inspection, as a matrix, drawn, and in papers; what was done, how measures moved."""

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import docx
import pytest
from django.template.loader import render_to_string

from actionplans.grades import BETTER, HIGHEST, LOWER, NARROW, SAME, WIDE, grade_charts, matrices, matrix, on_pages
from actionplans.journeys import Periods, Work, evidence_held, journeys, levels, moved
from actionplans.models import Measure, Reading
from actionplans.outcomes import Outcome
from actionplans.papers import FORMATS, Report, agenda, build_report
from actionplans.papers.blocks import content_of
from actionplans.papers.layouts import STANDARD, LayoutSection
from actionplans.permissions import visible_as_at
from inspections.models import Evaluation, Grant, Inspection, Level, QualityFramework, QualityIndicator, Scale
from partnerships.models import User
from tests.actionplans import readers

pytestmark = pytest.mark.once

EARLIER, LATER = "ochilvale-joint-inspection-2011", "ochilvale-joint-inspection-report"
PLAN, ON = "ochilvale-joint-inspection", date(2015, 12, 2)


@pytest.fixture
def coordinator(demo) -> User:
    return User.objects.get(email="coordinator@ochilvale.example")


@pytest.fixture
def inspections(demo) -> list[Inspection]:
    return [Inspection.objects.get(slug=slug) for slug in (EARLIER, LATER)]


@pytest.fixture
def found(inspections):
    (only,) = matrices(inspections)
    return only


def code(row) -> str:
    return row.indicator.partition(" ")[0]


def test_the_matrix_has_each_grade_of_the_case_and_how_it_changed(found, inspections):
    """Whole, against reference/cases.json: the partnership that was inspected twice."""
    grades = found.grades
    said = [(code(row), *(each.word for each in row.grades), row.grades[1].change) for row in grades.rows]

    assert list(found.inspections) == inspections
    assert [str(each) for each in found.indicators] == [row.indicator for row in grades.rows]
    assert grades.steps == ("Unsatisfactory", "Weak", "Adequate", "Good", "Very good", "Excellent")
    assert grades.described == (
        "9 quality indicators were graded in 2014; against the grade before: 2 better, 3 lower, 4 the same."
    )
    assert said == [
        ("1.1", "Weak", "Weak", SAME),
        ("2.1", "Weak", "Adequate", BETTER),
        ("2.2", "Adequate", "Adequate", SAME),
        ("5.1", "Adequate", "Good", BETTER),
        ("5.2", "Weak", "Unsatisfactory", LOWER),
        ("5.3", "Weak", "Weak", SAME),
        ("6.2", "Adequate", "Weak", LOWER),
        ("6.3", "Adequate", "Adequate", SAME),
        ("9.4", "Adequate", "Weak", LOWER),
    ]


def test_an_indicator_that_one_inspection_did_not_grade_is_not_graded_there(found, inspections):
    Evaluation.objects.filter(inspection=inspections[0], indicator__code="5.2").delete()
    (again,) = matrices(inspections)
    row = next(each for each in again.grades.rows if code(each) == "5.2")

    assert [(each.word, each.step, each.change) for each in row.grades] == [("", 0, ""), ("Unsatisfactory", 1, "")]
    assert [each.said for each in row.grades] == ["not graded", "Unsatisfactory"]
    assert "2 lower" in again.grades.described


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_chart_draws_as_many_steps_as_the_level_has_and_stays_within_its_frame(found, size):
    charts = grade_charts(found.grades, "grades")
    chart = next(each for each in charts.drawn if each.size is size)

    for row, drawn in zip(found.grades.rows, chart.rows, strict=True):
        filled = [sum(step.is_filled for step in lane.steps) for lane in drawn.lanes]
        assert filled == [each.step for each in row.grades]
        assert [lane.is_last for lane in drawn.lanes] == [False, True]
        assert all(step.x + step.width <= size.word for lane in drawn.lanes for step in lane.steps)
        ends = [y for _, y in drawn.name] + [lane.y for lane in drawn.lanes]
        assert drawn.line_y < min(ends) <= max(ends) < chart.height
    below = [(row.line_y, max(lane.y for lane in row.lanes)) for row in chart.rows]
    assert all(last < following for (_, last), (following, _) in pairwise(below))
    longest = max((text for row in chart.rows for text, _ in row.name), key=len)
    assert len(longest) * size.font * 0.56 < (size.width if size.names_above else size.left)


def test_the_chart_says_all_of_it_in_words_and_by_shape(found):
    charts = grade_charts(found.grades, "grades")
    drawn = render_to_string("charts/grades.svg", {"charts": charts, "chart": charts.drawn[0]})

    assert "5.2 Assessing and responding to risks and needs: Weak in 2011; Unsatisfactory in 2014, lower" in drawn
    assert (
        "1.1 Improvements in the wellbeing of children and young people: Weak in 2011; Weak in 2014, the same" in drawn
    )
    words = re.findall(r">(better|lower|same)</text>", drawn)
    assert (words.count("better"), words.count("lower"), words.count("same")) == (2, 3, 4)
    assert drawn.count("url(#grades-wide-earlier)") == sum(row.grades[0].step for row in found.grades.rows)


def test_long_words_of_a_scale_are_wrapped_and_words_without_an_order_are_not_drawn(db):
    scale = Scale.objects.create(slug="statements", name="Statements")
    words = {"1": "Important areas of weakness", "2": "Effective with areas for improvement"}
    steps = [
        Level(pk=n, scale=scale, position=n, value=value, label=label)
        for n, (value, label) in enumerate(words.items(), 1)
    ]
    framework = QualityFramework.objects.create(slug="asp", title="Adults", scale=scale)
    indicator = QualityIndicator(framework=framework, position=1, code="KP", title="Key processes", pk=1)
    report = Inspection(slug="asp", title="Adults", published_on=date(2021, 5, 4), pk=1)
    given = Evaluation(inspection=report, indicator=indicator, level=steps[1])
    chart = grade_charts(matrix([given], steps).grades, "grades").drawn[1]

    assert [text for text, _ in chart.rows[0].lanes[0].word] == ["Effective with", "areas for", "improvement"]
    for each in steps:
        each.value = ""
    assert grade_charts(matrix([given], steps).grades, "grades") is None


def test_a_year_that_two_reports_share_is_told_with_its_month(found, inspections):
    assert found.grades.heads == ("2011", "2014")
    inspections[0].published_on = date(2014, 1, 31)
    (again,) = matrices(inspections)
    assert again.grades.heads == ("Jan 2014", "May 2014")


def test_a_long_matrix_is_drawn_on_as_many_charts_as_it_takes_for_each_to_fit_on_a_page(found):
    grades = replace(found.grades, rows=found.grades.rows * 3)
    pages = on_pages(grades)

    assert [row for page in pages for row in page.rows] == list(grades.rows)
    heights = [grade_charts(page, "grades").drawn[0].height for page in pages]
    assert len(pages) == 3
    assert max(heights) <= HIGHEST < sum(heights[:2])
    assert on_pages(found.grades) == [found.grades]


# --- what was done ---


def journey(code: str, found, inspections, coordinator, on=date(2015, 3, 19)):
    work = Work(inspections, visible_as_at(coordinator, on, date(2015, 12, 2)), on)
    return next(each for each in journeys(found, work) if each.indicator.code == code)


def test_an_indicator_has_its_recommendations_their_actions_and_how_measures_moved(found, inspections, coordinator):
    told = journey("5.2", found, inspections, coordinator)
    done = {each.standing.action.ref: each for answer in told.answers for each in answer.done}

    assert [answer.recommendation.number for answer in told.answers] == ["R1", "R2"]
    assert [(ref, str(each.standing.status.label)) for ref, each in done.items()] == [
        ("R1.1", "Closed"),
        ("R1.2", "In progress"),
        ("R2.1", "In progress"),
        ("R2.2", "Closed"),
    ]
    measure = done["R1.1"].moved[0]
    assert (measure.before, measure.after, measure.outcome.measure.target) == ("61%", "96%", "95%")
    assert [each.standing.action.ref for each in told.served] == ["R3.3", "R4.2"]
    assert journey("1.1", found, inspections, coordinator).answers == ()
    assert [grade.said for _, grade in told.grades] == ["Weak", "Unsatisfactory, lower"]
    unknown = journey("7.2", found, inspections, coordinator)
    assert [(head, grade.said) for head, grade in unknown.grades] == [("2011", "not graded"), ("2014", "not graded")]


def test_what_was_done_is_as_at_the_day(found, inspections, coordinator):
    earlier = journey("5.2", found, inspections, coordinator, on=date(2014, 8, 1))
    done = {each.standing.action.ref: each for answer in earlier.answers for each in answer.done}

    assert {str(each.standing.status) for each in done.values()} == {"not_started"}
    assert [each.after for each in done["R1.1"].moved] == [""]


def test_a_measure_moves_from_the_grade_before_to_the_grade_after():
    measure = Measure(name="Trained", baseline="40%")
    days = {date(2011, 6, 1): "50%", date(2013, 1, 1): "60%", date(2014, 5, 30): "70%", date(2015, 1, 1): "80%"}
    readings = tuple(Reading(on=on, words=words, value=Decimal(words[:-1])) for on, words in days.items())
    first, second = date(2011, 3, 18), date(2014, 5, 30)

    between = moved(Outcome(measure, readings), first, second)
    assert (between.before, between.after, between.is_read) == ("40%", "70%", True)
    after = moved(Outcome(measure, readings), second, date(2015, 2, 1))
    assert (after.before, after.after) == ("70%", "80%")
    nothing = moved(Outcome(measure, readings[:3]), second, date(2015, 2, 1))
    assert (nothing.before, nothing.after, nothing.is_read) == ("70%", "", False)


def test_a_period_lasts_to_the_next_inspection_that_graded_or_to_the_day(inspections):
    periods = Periods(inspections, date(2015, 3, 19))

    assert periods.of(inspections[0]) == (date(2011, 3, 18), date(2014, 5, 30))
    assert periods.of(inspections[1]) == (date(2014, 5, 30), date(2015, 3, 19))


def test_the_levels_of_a_recommendation_are_counted_apart(demo, inspections, coordinator):
    on = date(2015, 3, 19)
    work = Work(inspections, visible_as_at(coordinator, on, date(2015, 12, 2)), on)
    first = next(each for each in work.recommendations if each.number == "R1")
    counted = work.levels(first)

    assert (counted.actions, counted.said_done, counted.asked, counted.verified, counted.closed) == (2, 1, 2, 1, 1)
    stood = work.answers[first.pk]
    held = evidence_held(stood, date(2015, 3, 19))
    assert set(held) == {each.action.pk for each in stood}
    assert levels(stood, dict.fromkeys(held, True)).held == 2
    assert levels([], {}).asked == 0


def test_an_inspector_is_told_of_the_granted_inspection_alone(found, inspections, demo, client):
    inspector = User.objects.get(email="inspector@scrutiny.example")
    Grant.objects.filter(user=inspector).update(starts_on=date(2015, 1, 1), ends_on=date(2099, 1, 1))
    client.force_login(inspector)
    page = client.get(f"/inspections/{LATER}/").content.decode()

    assert "Unsatisfactory" in page
    assert "2011" not in page
    assert client.get(f"/inspections/{EARLIER}/").status_code == 404


# --- in papers ---

LAYOUT = replace(STANDARD, sections=(LayoutSection("How we were graded", "grades"),))
SAID = "9 quality indicators were graded in 2014; against the grade before: 2 better, 3 lower, 4 the same."
WORDS = [
    ["1.1 Improvements in the wellbeing of children and young people", "Weak", "Weak, the same"],
    ["2.1 Impact on children and young people", "Weak", "Adequate, better"],
    ["2.2 Impact on families", "Adequate", "Adequate, the same"],
    ["5.1 Providing help and support at an early stage", "Adequate", "Good, better"],
    ["5.2 Assessing and responding to risks and needs", "Weak", "Unsatisfactory, lower"],
    ["5.3 Planning for individual children and young people", "Weak", "Weak, the same"],
    ["6.2 Planning and improving services", "Adequate", "Weak, lower"],
    ["6.3 Participation of children, young people, families and other stakeholders", "Adequate", "Adequate, the same"],
    ["9.4 Leadership of improvement and change", "Adequate", "Weak, lower"],
]


@pytest.fixture
def report(demo) -> Report:
    return build_report(demo[PLAN], on=ON, layout=LAYOUT)


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_the_whole_matrix_stands_in_the_file_in_words(report, ending):
    tables = {"docx": readers.docx_tables, "pdf": readers.pdf_tables, "xlsx": readers.xlsx_tables}[ending]
    made = FORMATS[ending].write(report)
    name = "Grades" if ending == "xlsx" else f"Grades by “{report.grades[0].framework}”"
    assert tables(made)[name] == [["Quality indicator", "2011", "2014"], *WORDS]
    if ending == "docx":
        drawn = docx.Document(io.BytesIO(made)).inline_shapes[0]._inline.docPr.get("descr")
        assert "5.2 Assessing and responding to risks and needs: Weak in 2011; Unsatisfactory in 2014, lower" in drawn
        assert SAID in readers.docx_text(made)


def test_the_web_page_has_the_chart_for_both_widths_with_a_word_for_each_change(report):
    page = FORMATS["html"].write(report).decode()
    for size in ("wide", "narrow"):
        drawn = page.partition(f'class="ft-chart ft-chart--{size}"')[2].partition("</svg>")[0]
        assert [drawn.count(f">{word}</text>") for word in ("better", "lower", "same")] == [2, 3, 4]
    assert SAID in page
    (table,) = content_of(report).parts[0].tables
    assert table.is_stacked, "words as long as Unsatisfactory do not stand beside each other on a phone"
    assert not replace(table, rows=(("1.1 Help", "Weak", "Good, better"),)).is_stacked


def test_an_issued_paper_keeps_the_grades(report):
    assert Report.from_json(report.as_json()) == report
    assert Report.from_json({key: said for key, said in report.as_json().items() if key != "grades"}).grades == ()


def test_a_paper_as_at_a_day_knows_no_later_inspection(demo):
    before = build_report(demo[PLAN], on=date(2014, 5, 29), layout=LAYOUT)
    assert [each.heads for each in before.grades] == [("2011",)]
    assert before.grades[0].described == "9 quality indicators were graded in 2011."
    assert build_report(demo[PLAN], on=date(2011, 3, 17), layout=LAYOUT).grades == ()


def test_a_paper_that_does_not_show_grades_reads_none(demo, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert agenda.grades_shown(demo[PLAN], STANDARD, ON) == ()


def test_a_partnership_that_was_never_graded_is_told_so(demo):
    page = FORMATS["html"].write(build_report(demo["ochilvale-long-term-childcare"], on=ON, layout=LAYOUT)).decode()
    assert "No inspection had graded quality indicators by then." in page
