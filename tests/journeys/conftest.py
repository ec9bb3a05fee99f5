"""A browser, the service that it visits, and the people who sit in front of it."""

from collections.abc import Callable, Iterator

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
LAPTOP = {"viewport": {"width": 1280, "height": 900}}
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


@pytest.fixture
def person(browser: Browser, stage: Stage, signed_in: dict) -> Iterator[People]:
    """`person("clerk@ochilvale.example")` is the window of somebody signed in; `person()` of a stranger.

    Says at the end whether a window had anything to complain of.
    """
    windows: list[tuple[BrowserContext, Console]] = []

    def sits_down(email: str = "", *, phone: bool = False, javascript: bool = True, **options) -> Page:
        if email and email not in signed_in:
            signed_in[email] = sign_in(browser, stage, email)
        context = browser.new_context(
            base_url=stage.url,
            java_script_enabled=javascript,
            storage_state=signed_in.get(email),
            locale="en-GB",
            accept_downloads=True,
            **{**(PHONE if phone else LAPTOP), **options},
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        windows.append((context, Console(page)))
        return page

    yield sits_down
    complaints = [complaint for _, console in windows for complaint in console.complaints()]
    for context, _ in windows:
        context.close()
    assert complaints == []
