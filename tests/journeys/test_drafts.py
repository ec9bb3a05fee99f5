"""An update while it is typed: kept as a draft, through a lost connection, a back button and a double click."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import COORDINATOR

pytestmark = pytest.mark.journey

# An action of the demonstration that no other journey writes about.
FORM = "/plans/ochilvale-joint-inspection/actions/R3.2/updates/new/"
SAVED = re.compile(r"Draft saved at \d\d:\d\d\. It is not posted\.")


def wording(page: Page):
    return page.get_by_label("Committee wording")


def saying(page: Page):
    return page.locator("[data-draft-state]")


def test_what_is_typed_outlives_a_lost_connection_and_is_posted_once(person):
    page = person(COORDINATOR)
    page.goto(FORM)
    wording(page).fill("Eight of ten teams")
    expect(saying(page)).to_have_text(SAVED)

    page.context.set_offline(True)
    wording(page).fill("Eight of ten teams are trained.")
    expect(saying(page)).to_contain_text("Draft not saved: no connection.")
    page.get_by_role("button", name="Post update").click()
    expect(saying(page)).to_contain_text("No connection. Nothing is lost")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(saying(page)).to_have_text(SAVED)

    # Another day, another window: the draft is there, and says that it is one.
    page.goto("/my-actions/")
    page.goto(FORM)
    expect(page.get_by_text("This is your draft")).to_be_visible()
    expect(wording(page)).to_have_value("Eight of ten teams are trained.")
    page.get_by_label("what is in the way").fill("Two tutors are ill.")
    page.get_by_role("button", name="Post update").dblclick()
    expect(page.locator(".govuk-notification-banner--success")).to_contain_text("Update posted")
    expect(page.get_by_text("Eight of ten teams are trained.")).to_have_count(1)

    # Back: the form is new, and shows what was posted last.
    page.go_back()
    expect(wording(page)).to_have_value("")
    expect(page.get_by_text("This is your draft")).to_have_count(0)
    expect(page.locator("details")).to_contain_text("Eight of ten teams are trained.")


def test_without_javascript_a_button_keeps_the_draft(person):
    page = person(COORDINATOR, javascript=False)
    page.goto(FORM)
    wording(page).fill("Half a sentence")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".govuk-notification-banner--success")).to_contain_text(SAVED)
    expect(wording(page)).to_have_value("Half a sentence")

    page.get_by_role("button", name="Discard the draft").click()
    expect(wording(page)).to_have_value("")
