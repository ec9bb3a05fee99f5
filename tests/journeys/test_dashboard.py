"""The dashboard of a plan: its filters with script, by keyboard, and without script, at the same addresses."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from core import clock
from tests.journeys.people import COORDINATOR, INSPECTOR, MEMBER, accessibility_violations, wider_than_the_window

pytestmark = pytest.mark.journey

PLAN = "/plans/ochilvale-joint-inspection/"


def refs(page: Page) -> list[str]:
    return page.locator("#found [data-ref]").evaluate_all("rows => rows.map(row => row.dataset.ref)")


def said(page: Page) -> str:
    return page.locator("#found-count").inner_text()


def test_a_filter_shows_its_rows_at_once_and_keeps_the_focus(person):
    page = person(MEMBER)
    page.goto(PLAN)
    everything = refs(page)
    heading = page.locator("h1").element_handle()
    show = page.get_by_label("Show", exact=True)
    show.focus()
    show.select_option("overdue")
    expect(page.locator("#found-count")).to_contain_text("Show: Overdue")

    assert heading.evaluate("it => it.isConnected"), "the page was not loaded again"
    expect(show).to_be_focused()
    late = refs(page)
    assert 0 < len(late) < len(everything)
    assert said(page).startswith(f"{len(late)} of {len(everything)} actions")
    assert page.url.endswith("show=overdue&recommendation=&sort=&post=&agency=&status=&rag=&priority=")
    assert not accessibility_violations(page)

    page.reload()
    assert refs(page) == late, "the address alone shows the same"
    page.get_by_label("Order").select_option("late")
    expect(page.locator("#found-count")).to_contain_text("Order: Longest late first")
    page.go_back()
    expect(page.locator("#found-count")).not_to_contain_text("Order:")
    assert refs(page) == late


def test_another_day_keeps_the_filters_that_a_script_set(person):
    day = clock.today() - timedelta(days=120)
    page = person(MEMBER)
    page.goto(PLAN)
    page.get_by_label("Show", exact=True).select_option("open")
    expect(page.locator("#found-count")).to_contain_text("Show: Open")
    page.get_by_label("Order").select_option("late")
    expect(page.locator("#found-count")).to_contain_text("Order: Longest late first")
    page.get_by_label("As at").fill(f"{day}")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".ft-as-at")).to_be_visible()
    assert page.url.endswith(f"?on={day}&show=open&sort=late")
    assert said(page).rstrip(".").endswith("Show: Open; Order: Longest late first")

    page.get_by_label("Order").select_option("")
    expect(page.locator("#found-count")).not_to_contain_text("Order:")
    page.get_by_role("link", name="Show today").click()
    expect(page.locator(".ft-as-at")).to_have_count(0)
    assert page.url.endswith(f"{PLAN}?show=open")
    page.locator("#days").get_by_role("link", name="End of").first.click()
    assert re.search(r"\?on=[-0-9]{10}&show=open$", page.url)


def test_on_a_phone_the_header_leaves_the_first_screen_to_the_page(person):
    page = person(COORDINATOR, phone=True)
    page.goto(PLAN)
    page.set_viewport_size({"width": 390, "height": 844})
    header, menu = page.locator("header").first, page.get_by_role("button", name="Menu")
    assert height(header) < 100
    assert all(height(each) >= 24 for each in (menu, page.get_by_role("button", name="Sign out")))
    expect(page.get_by_role("searchbox", name="Search")).to_be_visible()
    expect(page.locator(".ft-figures__item").nth(3)).to_be_in_viewport()

    menu.focus()
    page.keyboard.press("Enter")
    links = page.get_by_role("navigation", name="Menu").get_by_role("link")
    expect(links.last).to_be_visible()
    assert height(page.locator(".ft-person__name")) > 10, "who is signed in is told in the open menu"
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()

    plain = person(COORDINATOR, javascript=False, phone=True)
    plain.goto(PLAN)
    plain.set_viewport_size({"width": 390, "height": 844})
    for link in plain.get_by_role("navigation", name="Menu").get_by_role("link").all():
        expect(link).to_be_visible()
        assert height(link) >= 24
    assert height(plain.locator("header").first) < 844 / 4


def height(found: Locator) -> float:
    box = found.bounding_box()
    assert box
    return box["height"]


def test_without_script_the_same_filters_and_numbers_lead_to_the_same_rows(person):
    page = person(INSPECTOR, javascript=False, phone=True)
    page.goto(PLAN)
    number = page.locator(".ft-figures__item", has_text="Overdue").get_by_role("link")
    many = int(re.findall(r"\d+", number.inner_text())[0])
    number.click()
    assert page.url.endswith("?show=overdue#actions")
    assert len(refs(page)) == many > 0

    page.get_by_label("Show", exact=True).select_option("closed")
    page.get_by_role("button", name="Apply filters").click()
    assert "show=closed" in page.url
    assert "Show: Closed by a group" in said(page)
    assert not wider_than_the_window(page)


def test_by_keyboard_alone_from_the_sentence_to_the_rows_and_on_to_the_action(person):
    page = person(MEMBER)
    page.goto(PLAN)
    page.locator("#sentence a").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#actions")).to_be_in_viewport()
    first = page.locator("#found [data-ref] a").first
    reached = False
    for _ in range(40):
        page.keyboard.press("Tab")
        reached = first.evaluate("it => it === document.activeElement")
        if reached:
            break
    assert reached, "the first action of the list is reached by Tab"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/actions/"))
