"""The course of a plan in papers: promised and done, and the dates of the actions, in every format the same."""

from dataclasses import replace
from datetime import date

import pytest

from actionplans import operations
from actionplans.asat import standings
from actionplans.figures import figures
from actionplans.grades import HIGHEST
from actionplans.operations import Actor
from actionplans.papers import FORMATS, build_report
from actionplans.papers.blocks import content_of
from actionplans.papers.editions import public
from actionplans.papers.layouts import STANDARD, LayoutSection
from actionplans.slips import A_PAGE, MOST_ROWS, timelines
from core import clock
from partnerships.models import User
from tests.actionplans import readers

pytestmark = pytest.mark.once

ON = date(2015, 12, 2)
LAYOUT = replace(
    STANDARD, sections=(LayoutSection("Promised and done", "promised"), LayoutSection("Dates of actions", "slips"))
)
TABLES = {"docx": readers.docx_tables, "pdf": readers.pdf_tables, "xlsx": readers.xlsx_tables}


@pytest.fixture
def report(demo):
    return build_report(demo["ochilvale-joint-inspection"], on=ON, layout=LAYOUT)


def test_promised_and_done_are_the_figures_of_those_days(demo, report):
    actions = demo["ochilvale-joint-inspection"].actions.order_by("position")
    known = [each for each in report.promised if each.done is not None]
    assert len(known) > 12
    for each in known[::4]:
        counted = figures(standings(actions, each.on), each.on)
        assert (each.promised, each.closed) == (counted.due_by_original, dict_of(counted.status).get("closed", 0))


def dict_of(status) -> dict[str, int]:
    return {slug: count for slug, _, count in status}


@pytest.mark.parametrize("ending", TABLES)
def test_both_tables_stand_in_the_file_row_for_row(report, ending):
    found = TABLES[ending](FORMATS[ending].write(report))
    flat = "\n".join(
        " | ".join(" ".join(str(cell).split()) for cell in row) for table in found.values() for row in table
    )
    for each in report.promised:
        said = [each.promised, *("to come" if of is None else of for of in (each.done, each.verified, each.closed))]
        assert " | ".join(map(str, said)) in flat
    for slip in report.slips:
        assert f"{slip.ref} | " in flat
        assert f" | {slip.said(ON)}" in flat


def test_both_charts_stand_in_the_page_with_their_words(report):
    page = FORMATS["html"].write(report).decode()
    assert page.count("Dates first agreed, due now and done") >= 2
    assert f"By 2 December 2015: {report.promised[-1].promised} promised" in page


def test_the_public_edition_leaves_out_the_dates_of_what_is_exempt(demo):
    plan = demo["ochilvale-joint-inspection"]
    action = plan.actions.get(ref="R2.1")
    by = Actor(User.objects.get(email="clerk@ochilvale.example"))
    operations.mark_exempt(action=action, is_exempt=True, reason="Names a team.", by=by, now=clock.at(ON))
    shown = public(build_report(plan, on=ON, layout=LAYOUT))
    assert "R2.1" not in [each.ref for each in shown.slips]
    assert len(shown.slips) == plan.actions.count() - 1


def test_a_paper_that_shows_neither_computes_neither(demo):
    report = build_report(demo["ochilvale-joint-inspection"], on=ON)
    assert (report.promised, report.slips) == ((), ())


def test_many_dates_are_drawn_on_charts_that_fit_on_a_page_over_the_same_time(report):
    first = replace(report.slips[0], original=date(2012, 1, 1))
    many = [first, *(replace(report.slips[1], ref=f"R{n}.9") for n in range(MOST_ROWS))]
    charts = [each.drawn[0] for each in timelines(many, ON, "dates")]

    assert [row.ref for chart in charts for row in chart.rows] == [first.ref, *(each.ref for each in many[1:MOST_ROWS])]
    assert [len(chart.rows) for chart in charts] == [A_PAGE, A_PAGE, MOST_ROWS - 2 * A_PAGE]
    assert max(chart.height for chart in charts) <= HIGHEST
    assert {chart.times for chart in charts} == {charts[0].times}
    (part,) = content_of(replace(report, slips=tuple(many), layout=replace(LAYOUT, sections=LAYOUT.sections[1:]))).parts
    assert part.paragraphs[0].startswith("41 actions with a date; ")
    assert part.paragraphs[1] == "Drawn are the 40 that slipped most. The table has them all."
    assert [each.caption[-8:] for each in part.pictures] == ["(1 of 3)", "(2 of 3)", "(3 of 3)"]
