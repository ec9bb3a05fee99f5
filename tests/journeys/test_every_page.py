"""Every page, as each person reaches it, wide and at 320 px, with keys and without script: accessible and whole."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page, expect

from tests.journeys.people import (
    ADMINISTRATOR,
    CHAIR,
    CLERK,
    COORDINATOR,
    HEAD,
    INSPECTOR,
    MEMBER,
    OUTSIDER,
    VERIFIER,
    accessibility_violations,
    controls,
    not_for_keys,
    spilling,
    wider_than_the_window,
)

pytestmark = pytest.mark.journey

NOBODY = ""
JOINT = "/plans/ochilvale-joint-inspection/"
LONG = "/plans/ochilvale-long-term-childcare/"
REPORT = "/inspections/ochilvale-joint-inspection-report/"

POST = "/partnerships/ochilvale/posts/{post}/"
PERSON = "/partnerships/ochilvale/people/{person}/"
PUBLIC = "/public/ochilvale-joint-inspection/"
GROUP = "/partnerships/ochilvale/groups/{group}/"

# Who opens what. What stands in braces is a key of the stage.
PAGES = (
    (NOBODY, "/accounts/login/"),
    (NOBODY, "/accounts/password/reset/"),
    (NOBODY, "/accounts/password/reset/done/"),
    (NOBODY, "/accounts/password/reset/key/1-not-a-key/"),
    (NOBODY, "/accounts/password/reset/key/done/"),
    (NOBODY, "/accounts/signup/"),
    (NOBODY, "/accounts/inactive/"),
    (NOBODY, "/accessibility/"),
    (NOBODY, "/public/"),
    (NOBODY, PUBLIC),
    (HEAD, "/my-actions/"),
    (HEAD, "/my-reminders/"),
    (HEAD, "/my-calendar/"),
    (HEAD, "/plans/"),
    (HEAD, LONG),
    (HEAD, f"{LONG}actions/LTC4.2/"),
    (HEAD, f"{LONG}actions/LTC4.2/updates/new/"),
    (HEAD, "/papers/{paper}/"),
    (CLERK, "/papers/"),
    (CLERK, "/papers/new/"),
    (CLERK, "/papers/runs/{run}/"),
    (MEMBER, "/papers/"),
    (INSPECTOR, "/papers/new/"),
    (HEAD, "/accounts/password/change/"),
    (HEAD, "/accounts/reauthenticate/"),
    (HEAD, "/accounts/logout/"),
    (HEAD, "/accessibility/"),
    (HEAD, f"{LONG}actions/LTC4.2/date/new/"),
    (HEAD, f"{LONG}actions/LTC4.2/date/1/withdraw/"),  # nothing waits: the page says so
    (COORDINATOR, "/my-actions/"),
    (COORDINATOR, JOINT),
    (COORDINATOR, f"{JOINT}reminders/rules/"),
    (COORDINATOR, f"{JOINT}reminders/"),
    (COORDINATOR, f"{JOINT}actions/R2.1/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/updates/new/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/parts/new/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/evidence/new/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/rag/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/exempt/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/evidence/{{evidence}}/exempt/"),
    (COORDINATOR, "/partnerships/"),
    (COORDINATOR, "/partnerships/ochilvale/"),
    (COORDINATOR, "/partnerships/ochilvale/late/"),
    (MEMBER, "/partnerships/ochilvale/actions/?show=open&sort=late"),
    (INSPECTOR, "/partnerships/ochilvale/actions/?rag=Purple"),
    (COORDINATOR, POST),
    (COORDINATOR, f"{POST}handover/"),
    (COORDINATOR, f"{POST}line/"),
    (COORDINATOR, "/partnerships/ochilvale/groups/improvement-board/chair/"),
    (COORDINATOR, PERSON),
    (COORDINATOR, f"{PERSON}address/"),
    (HEAD, PERSON),
    (COORDINATOR, f"{PERSON}leave/"),
    (COORDINATOR, "/partnerships/ochilvale/people/{person}/leave/"),
    (COORDINATOR, GROUP),
    (COORDINATOR, f"{GROUP}meetings/new/"),
    (COORDINATOR, f"{GROUP}template/"),
    (COORDINATOR, f"{GROUP}series/new/"),
    (COORDINATOR, f"{GROUP}meetings/{{meeting}}/"),
    (COORDINATOR, f"{JOINT}meetings/{{meeting}}/"),
    (COORDINATOR, "/partnerships/ochilvale/holidays/"),
    (ADMINISTRATOR, "/partnerships/new/"),
    (ADMINISTRATOR, "/partnerships/ochilvale/set-up/"),
    (ADMINISTRATOR, "/partnerships/ochilvale/set-up/mistakes/"),
    (ADMINISTRATOR, "/partnerships/ochilvale/agencies/new/"),
    (ADMINISTRATOR, "/partnerships/ochilvale/posts/new/"),
    (ADMINISTRATOR, "/partnerships/ochilvale/groups/new/"),
    (ADMINISTRATOR, "/partnerships/ochilvale/people/new/"),
    (ADMINISTRATOR, f"{PERSON}roles/"),
    (COORDINATOR, f"{LONG}meetings/{{board_meeting}}/"),
    (MEMBER, GROUP),
    (HEAD, f"{POST}deputies/new/"),
    (MEMBER, POST),
    (COORDINATOR, f"{REPORT}plans/new/"),
    (COORDINATOR, f"{REPORT}reviews/new/"),
    (COORDINATOR, "/partnerships/ochilvale/inspections/new/"),
    (COORDINATOR, f"{REPORT}published/"),  # it is published: the page says so
    (COORDINATOR, f"{REPORT}grades/new/"),
    (COORDINATOR, REPORT),
    (MEMBER, "/partnerships/ochilvale/?on=2026-09-01"),
    (COORDINATOR, f"{JOINT}build/"),
    (COORDINATOR, f"{JOINT}build/recommendations/{{recommendation}}/"),
    (COORDINATOR, f"{JOINT}build/actions/new/"),
    (COORDINATOR, f"{JOINT}build/actions/R1.1/"),
    (COORDINATOR, f"{JOINT}versions/"),
    (COORDINATOR, f"{JOINT}settings/"),
    (COORDINATOR, "/review/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/updates/1/review/"),
    (COORDINATOR, f"{JOINT}propose/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/propose/"),
    (COORDINATOR, f"{JOINT}measures/new/"),
    (COORDINATOR, f"{JOINT}measures/{{measure}}/"),
    (COORDINATOR, f"{JOINT}measures/{{measure}}/people/"),
    (COORDINATOR, f"{JOINT}measures/{{measure}}/readings/new/"),
    (COORDINATOR, f"{JOINT}measures/{{measure}}/comparators/new/"),
    (CHAIR, f"{JOINT}approval/"),
    (CHAIR, f"{JOINT}publication/"),
    (CHAIR, f"{LONG}publication/"),
    (COORDINATOR, "/search/?q=training"),
    (INSPECTOR, "/search/?q=zebra"),
    (INSPECTOR, "/search/?q=training&kind=gossip"),
    (CLERK, f"{JOINT}?on=2026-09-01"),
    (CLERK, f"{JOINT}meetings/{{meeting}}/"),
    (COORDINATOR, f"{JOINT}changes/"),
    (COORDINATOR, f"{JOINT}history/"),
    (COORDINATOR, f"{JOINT}actions/R2.1/?on=2026-09-01"),
    (COORDINATOR, f"{JOINT}actions/R2.1/?on=2001-01-01"),
    (COORDINATOR, "/plans/?on=2026-09-01"),
    (INSPECTOR, f"{JOINT}changes/"),
    (INSPECTOR, f"{JOINT}history/?kind=progressupdate"),
    (INSPECTOR, f"{JOINT}check/"),
    (INSPECTOR, f"{JOINT}pack/"),
    (MEMBER, f"{JOINT}check/?mark=41"),
    (INSPECTOR, f"{REPORT}recommendations/{{recommendation}}/"),
    (MEMBER, f"{REPORT}recommendations/{{recommendation}}/?on=2026-09-01"),
    (CLERK, f"{JOINT}changes/?from=2026-09-01&to=2026-08-01"),
    (CLERK, f"{JOINT}history/?kind=gossip"),
    (CLERK, f"{JOINT}?on=2126-09-01"),
    (CLERK, f"{JOINT}?on=the-ides-of-march"),
    (CLERK, f"{JOINT}meetings/{{meeting}}/?on=31-31-2026"),
    (VERIFIER, f"{JOINT}actions/R2.2/"),
    (VERIFIER, "/verify/"),
    (VERIFIER, f"{JOINT}actions/R2.2/verify/"),
    (VERIFIER, f"{JOINT}actions/R2.2/check/"),
    (CHAIR, f"{JOINT}decisions/"),
    (CHAIR, f"{JOINT}actions/R1.1/reopen/"),
    (CHAIR, f"{JOINT}actions/R4.1/drop/"),
    (CHAIR, "/plans/"),
    (CHAIR, JOINT),
    (MEMBER, "/plans/"),
    (MEMBER, JOINT),
    (MEMBER, f"{JOINT}actions/R1.1/"),
    (MEMBER, "/papers/{paper}/"),
    (MEMBER, "/papers/{paper}/check/"),
    (CLERK, f"{JOINT}meetings/{{meeting}}/words/"),
    (CLERK, f"{JOINT}meetings/{{meeting}}/issue/?on=2026-09-01"),
    (CLERK, f"{GROUP}layout/"),
    (CLERK, f"{GROUP}layout/?start=Clackmannanshire+Council"),
    (CLERK, f"{JOINT}decisions/"),
    (MEMBER, f"{JOINT}actions/R1.1/updates/new/"),
    (INSPECTOR, "/plans/"),
    (INSPECTOR, JOINT),
    (INSPECTOR, f"{JOINT}actions/R1.1/"),
    (INSPECTOR, f"{JOINT}measures/{{measure}}/"),
    (INSPECTOR, REPORT),
    (INSPECTOR, f"{JOINT}actions/R1.1/questions/new/"),
    (COORDINATOR, "/questions/"),
    (COORDINATOR, f"{JOINT}actions/R4.1/questions/{{question}}/answer/"),
    (COORDINATOR, f"{REPORT}inspectors/"),
    (COORDINATOR, f"{REPORT}inspectors/new/"),
    (COORDINATOR, f"{REPORT}inspectors/{{grant}}/"),
    (INSPECTOR, "/my-actions/"),
    (INSPECTOR, "/partnerships/"),
    (INSPECTOR, LONG),
    (OUTSIDER, "/my-actions/"),
    (OUTSIDER, "/plans/clydemuir-joint-inspection/"),
    (OUTSIDER, "/inspections/clydemuir-joint-inspection-report/"),
    (OUTSIDER, JOINT),
    (ADMINISTRATOR, "/plans/"),
    (ADMINISTRATOR, "/partnerships/"),
)
ERRORS = {
    (INSPECTOR, "/partnerships/ochilvale/actions/?rag=Purple"): 422,
    (CLERK, f"{JOINT}changes/?from=2026-09-01&to=2026-08-01"): 422,
    (CLERK, f"{JOINT}history/?kind=gossip"): 422,
    (MEMBER, f"{JOINT}check/?mark=41"): 422,
    (CLERK, f"{JOINT}?on=2126-09-01"): 422,
    (CLERK, f"{JOINT}?on=the-ides-of-march"): 422,
    (CLERK, f"{JOINT}meetings/{{meeting}}/?on=31-31-2026"): 422,
    (INSPECTOR, "/search/?q=training&kind=gossip"): 422,
    (MEMBER, f"{JOINT}actions/R1.1/updates/new/"): 403,
    (INSPECTOR, LONG): 404,
    (OUTSIDER, JOINT): 404,
}
NOT_PAGES = {
    "start": "leads on",
    "actionplans:actions-csv": "a file",
    "actionplans:calendar": "a file",
    "actionplans:public-csv": "a file",
    "actionplans:public-json": "a file",
    "actionplans:plan-proof-csv": "a file",
    "actionplans:inspector-end": "a button",
    "actionplans:plan-extract": "a file",
    "actionplans:verify-program": "a file",
    "actionplans:evidence": "a file",
    "actionplans:meeting-file": "a file",
    "actionplans:paper-file": "a file",
    "actionplans:template-file": "a file",
    "actionplans:template-starter": "a file",
    "actionplans:template-drop": "a button",
    "actionplans:paper-file-exempt": "a file",
    "actionplans:evidence-release": "a button",
    "actionplans:paper-run-file": "a file",
    "actionplans:paper-run-again": "a button",
    "actionplans:paper-drafts": "a button",
    "actionplans:holding-end": "a button",
    "actionplans:person-works": "a button",
    "actionplans:person-account": "a button",
    "actionplans:meeting-cancel": "a button",
    "actionplans:holiday-remove": "a button",
    "actionplans:round-chase": "a button",
    "actionplans:build-change": "a button",
    "actionplans:build-submit": "a button",
    "actionplans:build-move": "a button",
    "actionplans:plan-agree": "a button",
    "actionplans:plan-withdraw": "a button",
    "brand-css": "a stylesheet",
    "healthz": "for machines",
    "readyz": "for machines",
    "account_email": "leads on: addresses are set by administrators",
    "account_email_verification_sent": "addresses are not verified by mail",
    "account_confirm_email": "addresses are not verified by mail",
    "account_confirm_login_code": "nobody signs in with a code",
    "account_set_password": "everybody has a password; leads on",
}


def names(patterns, space: str = "") -> set[str]:
    found: set[str] = set()
    for each in patterns:
        if isinstance(each, URLResolver):
            found |= names(each.url_patterns, f"{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern):
            found.add(f"{space}{each.name}")
    return found


def test_every_address_is_a_page_of_the_list_or_none():
    """A new address is in the list of pages, or it is said why it is not a page."""
    numbers = ("meeting", "board_meeting", "paper", "run", "recommendation", "measure", "post", "person", "evidence")
    numbers += ("question", "grant")
    keys = dict.fromkeys(numbers, 1) | {"group": "committee"}
    listed = {resolve(path.partition("?")[0].format(**keys)).view_name for _, path in PAGES}
    assert names(get_resolver().url_patterns) - listed == set(NOT_PAGES)


@pytest.mark.parametrize(("who", "path"), PAGES, ids=[f"{who.split('.')[0] or 'nobody'} {path}" for who, path in PAGES])
def test_a_page_is_whole_and_accessible(reader, stage, who, path):
    page = reader(who)
    answer = page.goto(stage.address(path))
    assert answer.status == ERRORS.get((who, path), 200)
    assert_has_its_names(page)
    assert_can_be_left(page)
    assert_skips_to_its_content(page)
    assert wider_than_the_window(page) == []
    assert spilling(page) == []
    assert not_for_keys(page) == []
    offered = controls(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert wider_than_the_window(page) == []
    assert spilling(page) == []
    assert accessibility_violations(page) == []
    without_script = reader(who, javascript=False)
    without_script.goto(stage.address(path))
    assert offered - controls(without_script) == set()


def test_the_form_with_errors_is_accessible_too(person):
    page = person(HEAD)
    page.goto(f"{LONG}actions/LTC4.2/updates/new/")
    page.get_by_label("Per cent complete").fill("a lot")
    page.get_by_label("Or a link").fill("not an address")
    page.get_by_role("button", name="Post update").click()
    expect(page.locator(".govuk-error-summary li")).to_have_count(3)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert wider_than_the_window(page) == []
        assert accessibility_violations(page) == []


@pytest.mark.parametrize(
    ("who", "path"), [(COORDINATOR, JOINT), (HEAD, f"{LONG}actions/LTC4.2/"), (CLERK, f"{JOINT}meetings/{{meeting}}/")]
)
def test_everything_that_can_be_clicked_is_reached_by_tab_and_shows_it(person, stage, who, path):
    """Once each, in the order of the page, and what has the focus looks different."""
    page = person(who)
    page.goto(stage.address(path))
    wanted = page.evaluate(
        """() => {
            const kinds = 'a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex="0"]';
            const seen = [...document.querySelectorAll(kinds)].filter(each => each.checkVisibility());
            seen.forEach((each, n) => { each.dataset.n = n; });
            return seen.length;
        }"""
    )
    look = "it => { const s = getComputedStyle(it); return [s.outline, s.boxShadow, s.backgroundColor].join() }"
    before = page.evaluate(f"() => [...document.querySelectorAll('[data-n]')].map({look})")
    reached: list[int] = []
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        number = page.evaluate("() => document.activeElement.dataset.n")
        if number is None:
            break
        if int(number) not in reached:  # a date has more than one stop
            reached.append(int(number))
            assert page.evaluate(f"() => ({look})(document.activeElement)") != before[int(number)]
    assert reached == list(range(wanted))


@pytest.mark.parametrize("who", [COORDINATOR, INSPECTOR, NOBODY])
def test_pages_have_names_of_their_own(person, stage, who):
    """So that tabs, bookmarks and the history of the browser tell them apart."""
    page = person(who)
    titles: dict[str, str] = {}
    for path in {path for reader, path in PAGES if reader == who and (reader, path) not in ERRORS}:
        found = re.search("<title>(.*?)</title>", page.request.get(stage.address(path)).text(), re.DOTALL)
        assert found
        assert found[1] not in titles, f"{path} is called like {titles[found[1]]}"
        titles[found[1]] = path
    assert len(titles) > 4


def test_the_check_finds_what_is_wrong(person):
    """A page with a fault of each kind, so that silence means something."""
    page = person()
    page.goto("/accessibility/")
    page.evaluate(
        """() => {
            const main = document.querySelector('main');
            main.insertAdjacentHTML('beforeend', '<img src="data:,"><p>wide</p><div class="ft-card">toolong</div>');
            main.querySelector('p:last-of-type').style.width = '2000px';
            main.querySelector('.ft-card').style.width = '10px';
            main.insertAdjacentHTML('beforeend', '<a href="/" tabindex="-1">one</a> <a href="/">two</a>');
            Object.assign(main.lastElementChild.style, {outline: 'none', boxShadow: 'none', background: 'none'});
        }"""
    )
    assert [each[-7:] for each in not_for_keys(page)] == ["one</a>", "two</a>"]
    assert [each.split(" ")[0] for each in accessibility_violations(page)] == ["image-alt"]
    assert wider_than_the_window(page)
    assert spilling(page) == ["toolong"]


def assert_has_its_names(page: Page) -> None:
    assert re.fullmatch(r"\S.* – Followthrough", page.title())
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()


def assert_can_be_left(page: Page) -> None:
    """By a link back or by the menu; a stranger has the name of the service, which leads to the start."""
    expect(page.locator("header").get_by_role("link", name="Followthrough")).to_have_attribute("href", "/")
    if page.get_by_role("button", name="Sign out").count():
        expect(page.get_by_role("navigation", name="Menu").get_by_role("link").first).to_be_visible()


def assert_skips_to_its_content(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    if page.locator(".govuk-error-summary").count() == 0:  # where the focus is already
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
    expect(page.locator(skip.get_attribute("href") or "")).to_have_role("main")
