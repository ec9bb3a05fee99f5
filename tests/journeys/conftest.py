"""A browser, the service that it visits, and the people who sit in front of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.people import Console, sign_in
from tests.journeys.stage import Stage, running

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no network but loopback, for the browser too
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PATIENCE = 30_000  # milliseconds until something on a page must be true; a busy machine is slow

People = Callable[..., Page]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The service, loaded once: journeys change their own actions only, and expect others to have done so."""
    with running(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


# For this package only: while Playwright runs, this thread has an event loop, and Django refuses other tests' queries.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in() -> dict:
    """What the browser keeps of each person who has signed in, by address."""
    return {}


class Desk:
    """Where people sit down in front of the browser: each in a window of his own, which is kept until it is cleared."""

    def __init__(self, browser: Browser, stage: Stage, signed_in: dict) -> None:
        self.browser, self.stage, self.signed_in = browser, stage, signed_in
        self.windows: list[tuple[BrowserContext, Console]] = []

    def sits_down(self, email: str = "", *, phone: bool = False, javascript: bool = True, **options) -> Page:
        if email and email not in self.signed_in:
            self.signed_in[email] = sign_in(self.browser, self.stage, email)
        context = self.browser.new_context(
            base_url=self.stage.url,
            java_script_enabled=javascript,
            storage_state=self.signed_in.get(email),
            locale="en-GB",
            accept_downloads=True,
            **{**(PHONE if phone else LAPTOP), **options},
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        self.windows.append((context, Console(page)))
        return page

    def complaints(self) -> list[str]:
        """What any window has complained of since this was asked last."""
        return [complaint for _, console in self.windows for complaint in console.complaints()]

    def clear(self) -> None:
        for context, _ in self.windows:
            context.close()


@pytest.fixture
def person(browser: Browser, stage: Stage, signed_in: dict) -> Iterator[People]:
    """`person("clerk@ochilvale.example")` is the window of somebody signed in; `person()` of a stranger.

    Says at the end whether a window had anything to complain of.
    """
    desk = Desk(browser, stage, signed_in)
    yield desk.sits_down
    complaints = desk.complaints()
    desk.clear()
    assert complaints == []


@pytest.fixture(scope="module")
def desk(browser: Browser, stage: Stage, signed_in: dict) -> Iterator[Desk]:
    desk = Desk(browser, stage, signed_in)
    yield desk
    desk.clear()


@pytest.fixture(scope="module")
def kept() -> dict[tuple[str, bool], Page]:
    return {}


@pytest.fixture
def reader(desk: Desk, kept: dict[tuple[str, bool], Page]) -> Iterator[People]:
    """Like `person`, always in the same window, for tests that only look: to open one takes longer than a page."""

    def sits_down(email: str = "", *, javascript: bool = True) -> Page:
        if (email, javascript) not in kept:
            kept[email, javascript] = desk.sits_down(email, javascript=javascript)
        page = kept[email, javascript]
        page.set_viewport_size(LAPTOP["viewport"])
        return page

    yield sits_down
    assert desk.complaints() == []
