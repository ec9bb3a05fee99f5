"""A plan taken through two years by its people, in the browser, with the clock moved in between.

Nobody's word is lost on the way, and what was printed after the first half year still holds at the end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.working_days import is_working_day
from tests.journeys.conftest import LAPTOP, PATIENCE
from tests.journeys.people import CHAIR, CLERK, COORDINATOR, HEAD, INSPECTOR, MEMBER, VERIFIER, Console, fill_in_sign_in
from tests.journeys.stage import Stage, running

pytestmark = pytest.mark.journey

COMMITTEE = "Housing, Health and Care Committee"
PLAN = "/plans/plan-taken-through-two-years/"
OWNER = "Head of Social Services"
MEETINGS = (30, 180, 360, 540, 700)  # days after the start; approved at the first


@dataclass
class Years:
    """The service, the browser, and the day that it is there."""

    stage: Stage
    browser: Browser
    clock: Path
    start: date
    meetings: list[int]
    consoles: list[Console]
    gone: int = 0

    def on(self, day: int) -> None:
        """It is so many days after the start."""
        assert day >= self.gone, "time does not go back"
        self.gone = day
        self.clock.write_text(str(day), encoding="utf-8")

    @property
    def today(self) -> date:
        return self.start + timedelta(days=self.gone)

    def sits(self, email: str, path: str) -> Page:
        """Somebody signs in, as everybody does who comes back after months, and opens a page."""
        context = self.browser.new_context(base_url=self.stage.url, locale="en-GB", **LAPTOP)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        self.consoles.append(Console(page))
        page.goto(path)
        fill_in_sign_in(page, email)
        expect(page).to_have_url(re.compile(re.escape(path)))
        return page


@pytest.fixture
def years(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    place = tmp_path_factory.mktemp("years")
    clock = place / "days"
    clock.write_text("0", encoding="utf-8")
    with running(place, DAYS_GONE_BY=str(clock)) as stage:
        keys = stage.backstage("meet", "housing-health-and-care-committee", *map(str, MEETINGS))
        found = Years(stage, browser, clock, date.today(), keys, [])  # noqa: DTZ011
        yield found
        complaints = [complaint for console in found.consoles for complaint in console.complaints()]
        for context in browser.contexts:
            if context.pages and context.pages[0].url.startswith(stage.url):
                context.close()
    assert complaints == []


def written(day: date) -> str:
    return f"{day:%-d %B %Y}"


def type_date(page: Page, name: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#id_{name}_{part}").fill(str(value))


def working(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def press(page: Page, button: str) -> Page:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()
    problem = page.locator(".govuk-error-summary")
    assert problem.count() == 0, problem.inner_text()
    return page


def build(years: Years) -> None:
    """A plan from the inspection: a response, three actions, submitted."""
    page = years.sits(COORDINATOR, "/inspections/ochilvale-joint-inspection-report/plans/new/")
    page.get_by_label("Title of the plan").fill("Plan taken through two years")
    page.get_by_label("Plan lead").select_option(label=OWNER)
    for field in ("approves", "monitors", "closes", "dates"):
        page.locator(f"input[name={field}]").locator("xpath=..").filter(has_text=COMMITTEE).locator("input").check()
    press(page, "Draft the plan")
    page.get_by_role("link", name=re.compile(r"(Respond|Change the response) to recommendation R2$")).click()
    page.get_by_label("Yes, agreed").or_(page.get_by_label("Agreed", exact=True)).first.check()
    press(page, "Save response")
    for title, measure in (
        ("Train every team in assessing risk", "95%"),
        ("Publish a guide to neglect for all staff", ""),
        ("Buy a shared recording system", ""),
    ):
        page.get_by_role("link", name="Add an action for recommendation R2").click()
        page.get_by_label("What will be done").fill(title)
        page.get_by_label("Named owner").select_option(label=OWNER)
        type_date(page, "start_on", years.today)
        type_date(page, "due_on", working(years.start + timedelta(days=200)))
        if measure:
            page.get_by_label("Success measure").fill("Staff trained")
            page.get_by_label("Baseline").fill("12%")
            page.get_by_label("Target").fill(measure)
            page.get_by_label("Evidence required").fill("Training register")
        press(page, "Add this action")
    submit(page)


def submit(page: Page) -> None:
    page.goto(f"{PLAN}build/")
    page.locator("#submit ~ form select, form[action$='submit/'] select").first.select_option(label=COMMITTEE)
    press(page, "Submit the plan")


def decide(years: Years, decision: str, **said: str) -> None:
    """The committee approves or returns the plan."""
    page = years.sits(CHAIR, f"{PLAN}approval/")
    page.get_by_label(decision).check()
    for label, text in said.items():
        page.get_by_label(label).fill(text)
    press(page, "Record the decision")


def update(years: Years, ref: str, status: str, percent: int, wording: str, barrier: str = "") -> Page:
    page = years.sits(HEAD, f"{PLAN}actions/{ref}/updates/new/")
    page.get_by_label(status).check()
    page.get_by_label("Per cent complete").fill(str(percent))
    page.get_by_label("Committee wording").fill(wording)
    page.locator("#id_barrier").fill(barrier)
    if status.startswith("Completed") and page.get_by_label("Training register").count():
        page.get_by_label("Training register").check()
    return press(page, "Post update")


def judge(years: Years, ref: str, outcome: str, statement: str) -> None:
    page = years.sits(VERIFIER, f"{PLAN}actions/{ref}/verify/")
    page.get_by_label(outcome).check()
    page.get_by_label("What you checked, or why you return it").fill(statement)
    press(page, "Record")


def issue(years: Years, meeting: int) -> str:
    """The clerk issues the paper of a meeting. Gives the mark of the history that it prints."""
    page = years.sits(CLERK, f"{PLAN}meetings/{meeting}/")
    press(page, f"Issue paper as at {written(years.today)}")
    found = re.search(r"\d+:[0-9a-f]{64}", page.content())
    assert found, "the paper prints no mark"
    return found[0]


def test_two_years_of_a_plan(years):
    years.on(0)
    build(years)
    decide(years, "It returned the plan", Reason="The dates are too late")
    page = years.sits(COORDINATOR, f"{PLAN}build/")
    expect(page.get_by_text("The dates are too late")).to_be_visible()
    submit(page)

    years.on(30)
    decide(years, "It approved the plan", **{"Minute reference": "14/2"})
    page = years.sits(COORDINATOR, PLAN)
    expect(page.get_by_text("Approved and active, version 1")).to_be_visible()

    # The first half year: an update, a contributor's silence, evidence, and the first paper.
    years.on(100)
    page = update(years, "R2.1", "In progress", 40, "Four in ten are trained.")
    expect(page.get_by_text("Four in ten are trained.")).to_be_visible()
    years.on(180)
    first = issue(years, years.meetings[1])

    # Late, with a reason; a later date is asked for and granted with the minute.
    years.on(220)
    update(years, "R2.1", "In progress", 60, "Six in ten are trained.", barrier="Two tutors are ill.")
    page = years.sits(HEAD, f"{PLAN}actions/R2.1/date/new/")
    later = working(years.start + timedelta(days=400))
    type_date(page, "to_on", later)
    page.get_by_label("Main reason").select_option(label="Recruitment or staffing")
    page.get_by_label("Why the date should change").fill("Two tutors are ill until spring.")
    press(page, "Ask for this date")
    expect(page.get_by_text("It waits for an answer").first).to_be_visible()
    years.on(360)
    page = years.sits(CHAIR, f"{PLAN}decisions/")
    page.get_by_label("Decided at").select_option(label=f"{COMMITTEE}, {written(years.today)}")
    page.get_by_label("Minute reference").first.fill("15/7")
    page.get_by_label("Grant").first.check()
    press(page, "Record decisions")
    page = years.sits(INSPECTOR, f"{PLAN}actions/R2.1/")
    expect(page.get_by_text(f"Date moved to {written(later)}")).to_be_visible()
    expect(page.get_by_text("moved once")).to_be_visible()

    # Another text, agreed as version 2.
    page = years.sits(COORDINATOR, f"{PLAN}actions/R2.2/propose/")
    page.get_by_label("What will be done").fill("Publish a guide to neglect and domestic abuse for all staff")
    press(page, "Propose this change")
    page = years.sits(CHAIR, f"{PLAN}versions/")
    page.get_by_label("Minute reference").fill("15/8")
    page.get_by_label("Why the plan is changed").fill("The inspectors asked for both")
    press(page, "Agree this version")
    page = years.sits(INSPECTOR, f"{PLAN}versions/?from=1&to=2")
    expect(page.get_by_text("Publish a guide to neglect and domestic abuse for all staff").first).to_be_visible()

    # Done, sent back, done again, verified, closed although the target is missed; and looked at again.
    years.on(380)
    done = "Completed, awaiting verification"
    update(years, "R2.1", done, 100, "All teams are trained.")
    judge(years, "R2.1", "No: return it to the owner", "The register lacks the night staff.")
    update(years, "R2.1", done, 100, "The night staff are trained as well.")
    judge(years, "R2.1", "Yes: verify it", "Read the register against the rota.")
    page = years.sits(HEAD, f"{PLAN}actions/R2.1/")
    page.get_by_role("link", name="Record a reading of Staff trained").click()
    page.get_by_label("Value").fill("91%")
    press(page, "Record this reading")
    years.on(540)
    page = years.sits(CHAIR, f"{PLAN}decisions/")
    page.get_by_label("Decided at").select_option(label=f"{COMMITTEE}, {written(years.today)}")
    page.get_by_label("Close", exact=True).first.check()
    page.get_by_label(re.compile("Why it is closed")).first.fill("The last four in a hundred are on leave.")
    page.get_by_label(re.compile("Check")).first.select_option(index=1)
    press(page, "Record decisions")
    expect(years.sits(INSPECTOR, PLAN).get_by_role("heading", level=1)).to_have_text("Page not found")  # by itself
    page = years.sits(MEMBER, PLAN)
    expect(page.get_by_text("Done but not improved enough").first).to_be_visible()

    years.on(640)
    page = years.sits(VERIFIER, f"{PLAN}actions/R2.1/check/")
    page.get_by_label("No: the action is reopened").check()
    page.get_by_label("What you looked at").fill("New staff were not trained.")
    press(page, "Record the check")
    update(years, "R2.1", done, 100, "New staff are trained in their first week.")
    judge(years, "R2.1", "Yes: verify it", "Asked ten new members of staff.")
    update(years, "R2.2", done, 100, "The guide is published.")
    judge(years, "R2.2", "Yes: verify it", "Read the guide.")

    # The end: one closed again, one closed, one cancelled; then the plan.
    years.on(700)
    page = years.sits(CHAIR, f"{PLAN}decisions/")
    page.get_by_label("Decided at").select_option(label=f"{COMMITTEE}, {written(years.today)}")
    for close in page.get_by_label("Close", exact=True).all():
        close.check()
    page.get_by_label(re.compile("Why it is closed")).first.fill("Within four of the target.")
    press(page, "Record decisions")
    page = years.sits(CHAIR, f"{PLAN}actions/R2.3/drop/")
    page.get_by_label("Cancelled: it will not be done").check()
    page.get_by_label("Why", exact=True).fill("The national system comes first.")
    page.get_by_label("Decided at").select_option(label=f"{COMMITTEE}, {written(years.today)}")
    press(page, "Record")
    page = years.sits(CHAIR, f"{PLAN}approval/")
    press(page, "Close the plan")
    last = issue(years, years.meetings[4])
    assert first != last

    # Two years later everything can be read, and checked against the first paper.
    page = years.sits(MEMBER, f"{PLAN}actions/R2.1/")
    for said in (
        *("Four in ten are trained.", "The register lacks the night staff.", "Read the register against the rota."),
        *("The last four in a hundred are on leave.", "New staff were not trained.", "Asked ten new members of staff."),
    ):
        expect(page.get_by_text(said).first).to_be_visible()
    page.goto(f"{PLAN}actions/R2.1/?on={years.start + timedelta(days=180)}")
    expect(page.get_by_text("40% complete")).to_be_visible()
    expect(page.get_by_text("New staff were not trained.")).to_have_count(0)
    page.goto(f"{PLAN}changes/?from={years.start + timedelta(days=360)}&to={years.start + timedelta(days=540)}")
    page.get_by_role("link", name="Closed", exact=True).click()
    expect(page.locator("#closed")).to_contain_text("R2.1")
    slug = PLAN.strip("/").partition("/")[2]
    assert last.partition(":")[0] in years.stage.manage("verify_history", "--plan", slug, "--against", first)
