"""Every format, parsed back, against a table that was computed from cases.json alone: row for row, at three dates."""

from datetime import date, timedelta

import lxml.html
import pytest
from django.db import transaction

from actionplans.demo.load import load_demo
from actionplans.models import Plan
from actionplans.papers import FORMATS, Report, build_report
from partnerships.models import Meeting
from tests.actionplans import readers
from tests.actionplans.expected import CASES, Expected, expected_ahead, expected_figures, expected_rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LATER = (0, 14, 60)  # days after the day of the case
DAYS = {
    (slug, later): date.fromisoformat(case["as_at"]) + timedelta(later)
    for slug, case in CASES.items()
    for later in LATER
}
every_paper = pytest.mark.parametrize(("slug", "later"), DAYS, ids=[f"{slug}+{later}" for slug, later in DAYS])
OF_A_RECOMMENDATION = "Actions for recommendation "


@pytest.fixture(scope="module")
def reports(django_db_setup, django_db_blocker) -> dict[tuple[str, int], Report]:
    """The three cases as recorded, each as at three days; the database is left as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(today=date(2016, 6, 1), as_recorded=True, accounts=False)
        made = {key: _report(key[0], on) for key, on in DAYS.items()}
        transaction.set_rollback(True)
    return made


def _report(slug: str, on: date) -> Report:
    plan = Plan.objects.get(slug=slug)
    meeting = Meeting.objects.filter(group__plan_groups__plan=plan, group__plan_groups__role="monitors").first()
    return build_report(plan, on=on, meeting=meeting)


@pytest.fixture(scope="module")
def papers(reports) -> dict[tuple[str, int, str], bytes]:
    return {(*key, name): each.write(report) for key, report in reports.items() for name, each in FORMATS.items()}


def spoken(on: date | None) -> str:
    return f"{on:%-d %B %Y}" if on else "not recorded"


def html_tables(made: bytes) -> readers.Tables:
    """The tables of a page by their captions, headings first."""
    found = {}
    for table in lxml.html.document_fromstring(made.decode()).iter("table"):
        rows = [[" ".join(cell.text_content().split()) for cell in row.iter("th", "td")] for row in table.iter("tr")]
        found[" ".join(table.find("caption").text_content().split())] = rows
    return found


READERS = {"docx": readers.docx_tables, "pdf": readers.pdf_tables, "html": html_tables}
WHOLE = [pytest.param(name, marks=[pytest.mark.system] if name == "pdf" else []) for name in READERS]


def as_printed(row: Expected) -> dict[str, str]:
    """What stands in the columns that a paper has anyway."""
    return {
        "Ref": row.ref,
        "Action": row.action,
        "Original due": spoken(row.original_due),
        "Current due": spoken(row.current_due),
        "Date changes": str(row.date_changes),
        "Status": row.status,
        "RAG": row.rag,
        "Owner": row.post,
    }


@pytest.mark.parametrize("name", WHOLE)
@every_paper
def test_the_rows_of_a_paper_are_those_of_the_case(papers, slug, later, name):
    tables = READERS[name](papers[slug, later, name])
    on = DAYS[slug, later]
    wanted = expected_rows(slug, on)
    found = []
    for caption, (headings, *rows) in tables.items():
        if caption.startswith(OF_A_RECOMMENDATION):
            for row in rows:
                cells = dict(zip(headings, row, strict=True))
                found.append((caption.removeprefix(OF_A_RECOMMENDATION), cells))
    assert [recommendation for recommendation, _ in found] == [row.recommendation for row in wanted]
    for (_, cells), row in zip(found, wanted, strict=True):
        shown = as_printed(row)
        assert {key: cells[key] for key in shown if key not in {"Status", "RAG", "Owner"}} == {
            key: value for key, value in shown.items() if key not in {"Status", "RAG", "Owner"}
        }
        assert cells["Status"].split(", ")[0] == row.status.split(", ")[0]
        assert cells["RAG"].split(":")[0] == row.rag
        assert cells["Owner"].startswith(f"{row.post} (")
        if row.days_late and row.rag == "Red":
            assert f"{row.days_late} days" in cells["RAG"]
        latest = f"{spoken(row.latest_on)}: {row.latest}" if row.latest_on else "none"
        assert cells["Latest update"].startswith(latest)


@every_paper
def test_the_csv_and_the_sheet_of_actions_are_those_of_the_case(papers, slug, later):
    wanted = expected_rows(slug, DAYS[slug, later])
    rows = readers.csv_rows(papers[slug, later, "csv"])
    sheet = list(readers.xlsx_book(papers[slug, later, "xlsx"])["Actions"].iter_rows(values_only=True))
    cells = [dict(zip(sheet[0], values, strict=True)) for values in sheet[1:]]
    assert [
        (
            *(row["Ref"], row["Action"], row["Status"], row["RAG"], row["Original due"], row["Current due"]),
            *(int(row["Date changes"]), int(row["Days late"]), int(row["Days past original"]), row["Latest update"]),
        )
        for row in rows
    ] == [
        (
            *(row.ref, row.action, row.status, row.rag, str(row.original_due), str(row.current_due)),
            *(row.date_changes, row.days_late, row.days_past_original, row.latest),
        )
        for row in wanted
    ]
    assert [
        (
            *(
                row["Ref"],
                row["Action"],
                row["Status"],
                row["RAG"],
                row["Original due"].date(),
                row["Current due"].date(),
            ),
            *(row["Date changes"], row["Days late"], row["Days past original"], row["Latest update"] or ""),
        )
        for row in cells
    ] == [
        (
            *(row.ref, row.action, row.status, row.rag, row.original_due, row.current_due),
            *(row.date_changes, row.days_late, row.days_past_original, row.latest),
        )
        for row in wanted
    ]


@pytest.mark.parametrize("name", WHOLE)
@every_paper
def test_the_figures_of_a_paper_are_those_of_the_case_and_cross_foot(papers, slug, later, name):
    on = DAYS[slug, later]
    tables = READERS[name](papers[slug, later, name])
    wanted = expected_figures(expected_rows(slug, on), on)
    counts = dict(row[:2] for row in tables[f"Actions as at {spoken(on)}"])
    levels = {row[0]: row[1:] for caption, rows in tables.items() if caption.startswith("How far") for row in rows}
    (key,) = (rows for caption, rows in tables.items() if caption.startswith("Actions by RAG"))
    late = tables["Open actions past their due date, by age"]
    assert {
        "actions": int(counts["Actions in the plan"]),
        "open": int(counts["Open actions"]),
        "overdue": int(counts["Open actions past their current due date"]),
        "longest_late": int(counts["Days by which the latest of them is late"]),
        "revised": int(counts["Actions whose due date has moved"]),
        "due": int(counts["Actions due by now, by their original date"]),
        "closed": int(levels["Closed by the group (implementation rate)"][0]),
        "rate": int(levels["Closed by the group (implementation rate)"][1]),
        "rag": {word: int(count) for word, count, _ in key[1:]},
        "original": {row[0].removesuffix(" late"): int(row[1]) for row in late[1:]},
        "current": {row[0].removesuffix(" late"): int(row[2]) for row in late[1:]},
    } == wanted
    statuses = tables["Actions by status"][1:]
    assert sum(int(count) for _, count in statuses) == sum(wanted["rag"].values()) == wanted["actions"]
    assert sum(int(row[2]) for row in late[1:]) == wanted["overdue"]


@pytest.mark.parametrize("name", WHOLE)
@every_paper
def test_what_comes_and_what_is_late_are_those_of_the_case(papers, slug, later, name):
    on = DAYS[slug, later]
    tables = READERS[name](papers[slug, later, name])
    rows = expected_rows(slug, on)
    ahead = [row[1] for row in tables.get(f"Due in the 60 days from {spoken(on)}", [])[1:]]
    assert ahead == expected_ahead(rows, on)
    exceptions = tables[f"Exceptions as at {spoken(on)}"][1:]
    late = sorted((row for row in rows if row.days_late), key=lambda row: -row.days_late)
    assert [row[1] for row in exceptions if row[0] == "Overdue"] == [row.ref for row in late]
    moved = {row.ref for row in rows if row.date_changes and row.status != "Closed"}
    assert {row[1] for row in exceptions if row[0] == "Date moved"} == moved


@every_paper
def test_the_statuses_are_counted_as_the_case_has_them(reports, slug, later):
    counts = {label: count for _, label, count in reports[slug, later].figures.status}
    rows = expected_rows(slug, DAYS[slug, later])
    assert counts == {status: sum(row.status == status for row in rows) for status in {row.status for row in rows}}
