"""A committee clerk: from the plan to a paper for a named meeting, in the format that the committee wants."""

import csv
import hashlib
import io
import re
from datetime import timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.sync_api import Page, expect

from core import clock
from tests.journeys.people import CLERK, MEMBER

pytestmark = pytest.mark.journey

PLAN = "/plans/ochilvale-joint-inspection/"
COLUMNS = {"Ref", "Action", "Recommendation", "Status", "RAG", "Owner"}
COLUMNS |= {"Original due", "Current due", "Date changes", "Latest update"}
REF = re.compile(r"^R\d\.\d\b")


def in_words(day) -> str:
    return f"{day:%-d %B %Y}"


def refs_on(page: Page) -> list[str]:
    """The actions of the paper that the page shows, in its order."""
    heads = page.locator(".ft-paper tbody th").all_inner_texts()
    return [found[0] for text in heads if (found := REF.match(text))]


def take(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(".ft-downloads").get_by_role("link", name=label, exact=True).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def refs_in(file: Path) -> list[str]:
    """The actions in a file: read with the program that its ending stands for."""
    if file.suffix == ".docx":
        cells = [row.cells[0].text for table in docx.Document(str(file)).tables for row in table.rows]
    elif file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        cells = [str(cell.value or "") for sheet in book for row in sheet.iter_rows() for cell in row[:1]]
        book.close()
    else:
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        assert set(rows[0]) >= COLUMNS
        cells = [row["Ref"] for row in rows]
    return [found[0] for text in cells if (found := REF.match(text))]


def test_a_clerk_takes_the_draft_and_issues_the_paper(person, tmp_path):
    day = clock.today() - timedelta(days=20)
    page = person(CLERK)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Papers")
    page.get_by_role("link", name="Plans", exact=True).click()
    page.get_by_role("link", name=re.compile("^Joint action plan")).click()
    page.locator("#meetings").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Paper for")
    meeting = page.get_by_role("heading", level=1).inner_text().removeprefix("Paper for ")

    page.get_by_label("As at").fill(f"{day}")
    page.get_by_role("button", name="Show").click()
    paper = page.locator(".ft-paper")
    expect(paper).to_contain_text("Draft")
    expect(paper).to_contain_text(f"To report progress on the plan to {meeting.split(', ')[0]} as at {in_words(day)}.")
    refs = list(dict.fromkeys(refs_on(page)))
    assert len(refs) == 10
    for label in ("Word", "Excel", "CSV"):
        file = take(page, label, tmp_path)
        assert f"{day}" in file.name
        assert set(refs_in(file)) == set(refs), file.name
    pdf = take(page, "PDF", tmp_path).read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")

    page.get_by_role("button", name=f"Issue paper as at {in_words(day)}").click()
    expect(page.locator(".govuk-notification-banner--success")).to_contain_text(f"for {meeting}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Issued paper, edition")
    expect(page.locator(".ft-paper")).not_to_contain_text("Draft")
    assert list(dict.fromkeys(refs_on(page))) == refs
    assert page.locator(".ft-paper svg").count(), "no chart"
    hashes = dict(
        zip(
            page.locator(".ft-hashes dt").all_text_contents(),
            page.locator(".ft-hashes dd").all_text_contents(),
            strict=True,
        )
    )
    for label, ending in (("Word", "docx"), ("PDF", "pdf"), ("Excel", "xlsx"), ("CSV", "csv")):
        file = take(page, label, tmp_path)
        assert file.suffix == f".{ending}"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == hashes[ending]
        assert take(page, label, tmp_path).read_bytes() == file.read_bytes()
    edition = page.get_by_role("heading", level=1).inner_text().removeprefix("Issued paper, ")
    address = page.url
    page.get_by_role("link", name="Back to the plan").click()
    expect(page.get_by_role("link", name=f"{meeting}, {edition}")).to_have_attribute("href", re.compile(r"^/papers/"))

    reader = person(MEMBER)
    reader.goto(address)
    assert list(dict.fromkeys(refs_on(reader))) == refs
    assert take(reader, "PDF", tmp_path).read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("path", [PLAN, f"{PLAN}meetings/{{meeting}}/"], ids=["the dashboard", "the meeting"])
def test_a_day_that_cannot_be_read_is_said_beside_the_field(person, stage, path):
    page = person(CLERK)
    answer = page.goto(stage.address(path) + "?on=31-31-2026")
    assert answer.status == 422
    expect(page).to_have_title(re.compile(r"^Error: .* – Followthrough$"))
    field = page.get_by_label("As at")
    group = page.locator(".govuk-form-group--error").filter(has=field)
    expect(group).to_contain_text("Enter a real date, such as 2012-12-06")
    assert group.locator(".govuk-error-message").get_attribute("id") in field.get_attribute("aria-describedby")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(field).to_be_focused()


def test_a_past_day_shows_the_plan_as_it_was_and_leads_back(person):
    day = clock.today() - timedelta(days=120)
    page = person(CLERK)
    page.goto(PLAN)
    now = page.locator(".ft-figures").inner_text()
    page.get_by_label("As at").fill(f"{day}")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".ft-as-at")).to_contain_text(f"as at {in_words(day)}")
    assert page.locator(".ft-figures").inner_text() != now
    page.get_by_role("link", name="Show today").click()
    expect(page.locator(".ft-as-at")).to_have_count(0)
    assert page.locator(".ft-figures").inner_text() == now


def test_all_actions_are_taken_as_one_csv(person, tmp_path):
    page = person(CLERK)
    page.goto("/plans/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Take all actions as CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert {row["Ref"][:1] for row in rows} == {"L", "R"}
    assert len(rows) == 18
    assert set(rows[0]) >= COLUMNS
