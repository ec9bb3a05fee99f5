"""Evidence in the browser: a wrong file, the right one, a new version, and what an inspector has of it meanwhile."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import COORDINATOR, INSPECTOR, accessibility_violations, spilling, wider_than_the_window

pytestmark = pytest.mark.journey

ACTION = "/plans/ochilvale-joint-inspection/actions/R3.2/"


def fill_in(page: Page, title: str, name: str, content: bytes) -> None:
    page.get_by_label("What it is").fill(title)
    page.get_by_label("Kind", exact=True).select_option("Data")
    for part, text in (("Day", "3"), ("Month", "2"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_label("In a file, which I add here").check()
    choose(page, name, content)


def choose(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("File", exact=True).set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Add evidence").click()


def assert_accessible(page: Page) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert wider_than_the_window(page) == []
        assert spilling(page) == []
        assert accessibility_violations(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_evidence_and_its_new_version(person, javascript):
    page, reader = person(COORDINATOR, javascript=javascript), person(INSPECTOR)
    title = f"Reach report {'with' if javascript else 'without'} scripts"
    page.goto(ACTION)
    page.get_by_role("link", name="Add evidence").click()
    fill_in(page, title, "reach.docx", b"MZ\x90 a program")
    expect(page.locator(".govuk-error-summary")).to_contain_text("The file is not a docx file")
    expect(page.get_by_label("What it is")).to_have_value(title)
    expect(page.get_by_label("Year", exact=True)).to_have_value("2026")
    expect(page.get_by_label("In a file, which I add here")).to_be_checked()
    if javascript:
        assert_accessible(page)

    choose(page, "reach.csv", b"area,families\nNorth,12\n")
    expect(page.locator(".govuk-notification-banner--success")).to_contain_text(f"Evidence added: {title}.")
    held = page.locator(".ft-evidence").filter(has_text=title)
    held.get_by_role("button", name="Release to inspectors").click()
    held.get_by_role("link", name="Add a new version").click()
    expect(page.locator("main")).to_contain_text("Inspectors go on seeing version 1 until version 2 is released.")
    fill_in(page, f"{title}, corrected", "reach.csv", b"area,families\nNorth,21\n")

    expect(held).to_contain_text("Inspectors still see version 1, because version 2 is not released.")
    held.locator("summary", has_text="Earlier versions").click()
    expect(held.get_by_role("link", name=title, exact=True)).to_be_visible()
    if javascript:
        assert_accessible(page)
    reader.goto(ACTION)
    expect(reader.locator(".ft-evidence").filter(has_text=title)).to_contain_text(f"{title} (reach.csv)")
    expect(reader.locator("main")).not_to_contain_text("corrected")
    expect(reader.locator("main")).not_to_contain_text("Add evidence")
