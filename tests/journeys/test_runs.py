"""A combined paper in a browser: asked for, waited for, taken; with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from tests.journeys.people import CLERK, accessibility_violations, wider_than_the_window

pytestmark = pytest.mark.journey


def ask(page) -> None:
    page.goto("/papers/")
    page.get_by_role("link", name="Make a paper").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a paper")
    boxes = page.get_by_role("group", name="Plans of").get_by_role("checkbox")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    page.get_by_label("Excel").check()
    page.get_by_role("button", name="Make paper").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Combined progress report")


def test_the_page_of_a_paper_tells_by_itself_when_it_is_ready(person, stage):
    page = person(CLERK)
    ask(page)
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert accessibility_violations(page) == []
        assert wider_than_the_window(page) == []
    page.evaluate("document.body.dataset.same = 'yes'")

    assert stage.backstage("make_papers") == 1

    expect(page.locator("[aria-live=polite]").get_by_text("Your paper is ready.")).to_be_visible()
    assert page.evaluate("document.body.dataset.same") == "yes", "the page was not loaded again"
    assert page.title().startswith("Ready: ")
    assert accessibility_violations(page) == []
    with page.expect_download() as found:
        page.get_by_role("button", name="Download the Excel file").click()
    assert found.value.suggested_filename.endswith(".xlsx")


def test_without_javascript_a_link_asks_again(person, stage):
    page = person(CLERK, javascript=False)
    ask(page)
    page.get_by_role("link", name="Check again").click()
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    stage.backstage("make_papers")
    page.get_by_role("link", name="Check again").click()
    expect(page.get_by_text("Your paper is ready.")).to_be_visible()
