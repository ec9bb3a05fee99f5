"""The paper on several plans: its totals are those of the single papers added up, in every format."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction

from actionplans.asat import standings
from actionplans.demo.load import load_demo
from actionplans.figures import figures, rate, total
from actionplans.models import Action, Plan
from actionplans.papers import FORMATS, Report, build_report
from actionplans.papers.combined import combined, compared_tables, told_apart, write_combined
from actionplans.papers.content import Table
from tests.actionplans import readers

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ON = date(2015, 12, 2)
ENDINGS = list(FORMATS)


@pytest.fixture(scope="module")
def found(django_db_setup, django_db_blocker):
    """The reports of the three cases as recorded, and the figures of all their actions counted at once."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(today=ON, as_recorded=True, accounts=False)
        reports = [build_report(plan, on=ON) for plan in Plan.objects.order_by("pk")]
        stood = standings(Action.objects.order_by("plan", "position"), ON)
        transaction.set_rollback(True)
    return reports, figures(stood, ON)


@pytest.fixture(scope="module")
def reports(found) -> list[Report]:
    """Two of the plans have the same title."""
    return told_apart(found[0])


def table(reports, name: str) -> Table:
    return next(each for part in combined(reports).parts for each in part.tables if each.name == name)


def test_the_total_is_what_all_actions_count_together(found):
    reports, at_once = found
    assert len(reports) == 3
    assert total([each.figures for each in reports], ON) == at_once


def test_counts_cross_foot_and_rates_are_of_the_sums(reports):
    counts, levels, rags = compared_tables(reports)
    for each in (counts, levels, rags):
        *plans, (label, *whole) = each.rows
        assert label == "Total"
        assert [row[0] for row in plans] == [report.plan for report in reports]
        for place, heading in enumerate(each.headings[1:]):
            column = [row[place + 1] for row in plans]
            if heading.endswith("per cent"):
                assert whole[place] == rate(whole[place - 1], whole[0])
            elif heading.startswith("Longest"):
                assert whole[place] == max(column)
            else:
                assert whole[place] == sum(column)
    assert sum(rags.rows[-1][1:]) == counts.rows[-1][1]


def test_each_row_is_what_the_single_paper_says(reports):
    counts, levels, _ = compared_tables(reports)
    for report, row, level in zip(reports, counts.rows, levels.rows, strict=False):
        said = report.figures
        assert row[1:] == (
            *(said.actions, said.open, said.overdue, said.longest_late),
            *(said.progress_overdue, said.revised),
        )
        assert level[1] == said.due_by_original
        assert level[-2:] == (said.closed_of_due, said.implementation_rate)


def test_where_nothing_was_due_there_is_no_rate(reports):
    empty = replace(reports[0].figures, due_by_original=0, said_done_of_due=0, verified_of_due=0, closed_of_due=0)
    _, levels, _ = compared_tables([replace(reports[0], figures=empty), reports[1]])
    assert levels.rows[0][1:] == (0, 0, "–", 0, "–", 0, "–")
    assert levels.rows[-1][-1] == reports[1].figures.implementation_rate


def test_the_exceptions_of_all_plans_come_first_each_with_its_plan(reports):
    found = table(reports, "Exceptions")
    assert found.headings[:2] == ("Plan", "Exception")
    assert len(found.rows) == sum(len(each.exceptions) for each in reports)
    singles = {(each.plan, row.kind, row.ref) for each in reports for row in each.exceptions}
    assert {row[:3] for row in found.rows} == singles
    headings = [part.heading for part in combined(reports).parts if part.level == 1]
    assert headings == [
        *("Plans compared", "Since the last paper", "Exceptions"),
        *("Date changes for decision", "Actions proposed for closing"),
        *(each.plan for each in reports),
    ]


def test_each_plan_is_told_by_itself_with_how_to_check_it(reports):
    parts = combined(reports).parts
    for report in reports:
        (head,) = (part for part in parts if part.heading == report.plan)
        assert dict(head.facts)["History"] == report.history
    numbers = [part.heading for part in parts if part.level == 2]
    assert numbers == [f"Recommendation {each.number}" for report in reports for each in report.sections]
    captions = [each.caption for part in parts for each in part.tables]
    assert len(captions) == len(set(captions))


def test_plans_of_one_title_are_told_apart_by_their_partnership(found):
    reports, _ = found
    assert len({each.plan for each in reports}) == 2
    headings = [part.heading for part in combined(reports).parts if part.new_page]
    assert len(set(headings)) == 3
    assert [reports[n].partnership in headings[n] for n in range(3)] == [False, True, True]


def test_one_paper_of_a_plan_without_exceptions_says_so(reports):
    alone = replace(reports[0], exceptions=(), dates_asked=(), closings=())
    said = [sentence for part in combined([alone]).parts for sentence in part.paragraphs]
    assert "There are no exceptions." in said
    assert "No later date waits for a decision." in said
    assert "No verified action waits." in said


def test_the_csv_has_every_row_after_its_partnership_and_plan(reports):
    rows = readers.csv_rows(write_combined(reports, "csv"))
    assert list(rows[0])[:3] == ["Partnership", "Plan", "Ref"]
    for report in reports:
        single = readers.csv_rows(FORMATS["csv"].write(report))
        wider = [{"Partnership": report.partnership, "Plan": report.plan} | row for row in single]
        assert [row for row in rows if row["Plan"] == report.plan] == wider


def test_the_workbook_has_one_sheet_of_actions_and_the_totals(reports):
    text = readers.xlsx_text(write_combined(reports, "xlsx"))
    assert "Combined progress report" in text
    for report in reports:
        assert report.plan in text
        assert report.history in text
        assert report.rows[-1].ref in text


@pytest.mark.system
@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_word_and_pdf_hold_the_tables(ending, reports):
    read = {"docx": readers.docx_tables, "pdf": readers.pdf_tables}[ending]
    tables = read(write_combined(reports, ending))
    for each in compared_tables(reports):
        assert tables[each.caption] == [list(each.headings), *([str(cell) for cell in row] for row in each.rows)]
    assert len(tables) == sum(len(part.tables) for part in combined(reports).parts)


def test_the_web_page_says_it_all(reports):
    text = write_combined(reports, "html").decode()
    for report in reports:
        assert all(row.ref in text for row in report.rows)
