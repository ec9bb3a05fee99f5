"""A co-ordinator before a meeting: sees who has not reported and chases them; enters when a group meets. No script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from core.working_days import next_working_day
from tests.journeys.people import COORDINATOR, accessibility_violations, spilling, wider_than_the_window

pytestmark = pytest.mark.journey

GROUP = "/partnerships/ochilvale/groups/improvement-board/"
NARROW = {"viewport": {"width": 320, "height": 640}}


def assert_is_whole(page: Page) -> None:
    assert wider_than_the_window(page) == []
    assert spilling(page) == []


def fill_date(page: Page, label: str, day) -> None:
    group = page.get_by_role("group", name=label)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part).fill(str(value))


def test_a_co_ordinator_chases_whoever_has_not_reported(person):
    page = person(COORDINATOR, javascript=False, **NARROW)
    page.goto("/partnerships/ochilvale/")
    page.get_by_role("link", name="Improvement Board").click()
    page.get_by_role("row").get_by_role("link", name="Long Term Children's Team improvement plan").first.click()

    updates = page.get_by_role("region", name="Updates for this meeting")
    # Of the seven one or the other may have reported in another journey; LTC2.1 has not.
    expect(updates.get_by_text(re.compile(r"^\d of 7 open actions have reported\. \d ha(s|ve) not\."))).to_be_visible()
    assert_is_whole(page)
    row = updates.get_by_role("row").filter(has_text="LTC2.1")
    expect(row).to_contain_text("No draft yet")
    row.get_by_role("button", name="Chase").click()

    expect(page.get_by_role("alert")).to_contain_text("1 update is asked for.")
    expect(row).to_contain_text("Chased")
    expect(row).to_contain_text("Asked today")
    expect(row.get_by_role("button")).to_have_count(0)
    assert_is_whole(page)


def test_a_series_is_looked_at_and_then_entered(person):
    page = person(COORDINATOR, javascript=False)
    page.goto(GROUP)
    page.get_by_role("link", name="Add a series").click()
    first = next_working_day(clock.today() + timedelta(days=120))
    fill_date(page, "First day", first)
    fill_date(page, "Last day", first + timedelta(days=180))
    page.get_by_label("How often").select_option("Every two months")
    page.get_by_role("button", name="Show the meetings").click()

    preview = page.get_by_role("table")
    expect(preview).to_contain_text("Every two months, on the")
    count = preview.get_by_role("row").count() - 1
    assert count >= 3
    page.set_viewport_size(NARROW["viewport"])
    assert_is_whole(page)
    page.get_by_role("button", name=f"Add these {count} meetings").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{count} meetings are entered")
    expect(page.get_by_role("table", name="Meetings to come")).to_contain_text(f"{first:%-d %B %Y}")


def test_the_preview_of_a_series_is_accessible(person):
    page = person(COORDINATOR)
    page.goto(f"{GROUP}series/new/")
    first = next_working_day(clock.today() + timedelta(days=400))
    fill_date(page, "First day", first)
    fill_date(page, "Last day", first + timedelta(days=60))
    page.get_by_label("How often").select_option("Every so many weeks")
    page.get_by_label("Number of weeks").fill("3")
    page.get_by_role("button", name="Show the meetings").click()

    expect(page.get_by_role("table")).to_contain_text("Every 3 weeks, on")
    assert accessibility_violations(page) == []
