"""People who only read: the inspector by a grant, the member, and the head of another partnership, who sees nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import COORDINATOR, HEAD, INSPECTOR, MEMBER, OUTSIDER

pytestmark = pytest.mark.journey

PLAN = "/plans/ochilvale-joint-inspection/"
NOTE = "The NHS lead has asked us not to press before Christmas."
OF_OCHILVALE = (
    PLAN,
    f"{PLAN}actions/R2.1/",
    f"{PLAN}actions/R2.1/updates/new/",
    f"{PLAN}meetings/{{meeting}}/",
    f"{PLAN}meetings/{{meeting}}/paper.pdf",
    "/papers/{paper}/",
    "/papers/{paper}/paper.docx",
    "/plans/ochilvale-long-term-childcare/",
    "/inspections/ochilvale-joint-inspection-report/",
    "/partnerships/ochilvale/",
    "/partnerships/ochilvale/late/",
)


def assert_writes_nothing(page: Page) -> None:
    """Nothing on the page writes, but for signing out; nor leads on to writing, but to a question of an inspector."""
    forms = page.locator("form[method=post i]")
    assert [form.get_attribute("action") for form in forms.all()] == ["/accounts/logout/"]
    expect(page.locator('a[href*="/new/"]:not([href$="/questions/new/"])')).to_have_count(0)


def test_an_inspector_reads_the_plan_of_the_granted_inspection(person):
    page = person(INSPECTOR)
    page.goto("/")
    expect(page.locator(".ft-card__title")).to_have_text(
        ["Joint action plan following the joint inspection of services for children and young people"]
    )
    assert_writes_nothing(page)
    page.get_by_role("link", name="Joint action plan").click()
    bar = page.get_by_role("img", name="Actions by status")
    expect(bar).to_be_visible()
    expect(bar).to_contain_text(re.compile(r"In progress: \d+, Closed: 3"))
    exceptions = page.get_by_role("table", name="Exceptions first")
    expect(exceptions.get_by_role("row").filter(has_text="Overdue").first).to_contain_text("days past")
    expect(exceptions.get_by_role("row").filter(has_text="Date moved").first).to_contain_text("R1.2")
    expect(page.locator(".ft-table--actions tr").filter(has_text="R1.2 Daily")).to_contain_text("moved 2 times")
    expect(page.locator("#meetings, #papers")).to_have_count(0)
    assert_writes_nothing(page)

    page.get_by_role("link", name="Joint inspection of services").click()
    grades = page.get_by_role("table", name="What was done about each quality indicator")
    expect(grades.get_by_role("row").filter(has_text="Assessing and responding")).to_contain_text("Unsatisfactory")
    strengths = page.get_by_role("heading", name="Strengths").locator("xpath=following-sibling::ul[1]")
    expect(strengths).to_contain_text("Nurseries notice early when a family needs help")
    expect(page.get_by_role("link", name=re.compile("Earlier joint inspection"))).to_have_count(0)
    assert_writes_nothing(page)


def test_an_inspector_reads_what_was_agreed_and_released_and_nothing_else(person):
    """The working note and the evidence are there, and the people of the partnership see them."""
    owner, page = person(COORDINATOR), person(INSPECTOR)
    owner.goto(f"{PLAN}actions/R1.2/updates/new/")
    owner.get_by_label("Committee wording").fill("Cover for the fifth day is agreed.")
    owner.get_by_label("Working note (optional)").fill(NOTE)
    owner.get_by_label("what is in the way").fill("Health cover one day a week")
    owner.get_by_label("File", exact=True).set_input_files(
        {"name": "Rota.csv", "mimeType": "text/csv", "buffer": b"day,cover\nFriday,yes\n"}
    )
    owner.get_by_label("What it shows").fill("Rota of November")
    owner.get_by_role("button", name="Post update").click()
    expect(owner.locator(".ft-timeline")).to_contain_text(NOTE)
    held = owner.locator(".ft-evidence").filter(has_text="Rota of November")
    file = held.get_by_role("link", name="Rota of November", exact=True).get_attribute("href")

    page.goto(f"{PLAN}actions/R1.2/")
    expect(page.locator(".ft-timeline")).to_contain_text("Cover for the fifth day is agreed.")
    expect(page.locator("main")).not_to_contain_text(NOTE)
    expect(page.locator("main")).not_to_contain_text("Rota")
    expect(page.locator("#reminders")).to_have_text("Chasing")  # that it happened, not who was told what
    expect(page.locator("main")).not_to_contain_text("Reminders sent")
    assert_writes_nothing(page)
    assert page.goto(file).status == 404

    held.get_by_role("button", name="Release to inspectors").click()
    expect(owner.locator(".govuk-notification-banner--success")).to_contain_text("released to inspectors")
    expect(owner.locator(".ft-evidence").filter(has_text="Rota of November")).to_contain_text("Released to inspectors")
    page.goto(f"{PLAN}actions/R1.2/")
    expect(page.locator(".ft-timeline")).to_contain_text("Evidence added: Rota of November")
    with page.expect_download() as download:
        page.locator(".ft-evidence").get_by_role("link", name="Rota of November").click()
    assert download.value.path().read_bytes() == b"day,cover\nFriday,yes\n"

    held.get_by_role("button", name="Hide from inspectors").click()
    page.reload()
    expect(page.locator("main")).not_to_contain_text("Rota")
    assert page.goto(file).status == 404


def test_an_inspector_is_refused_what_was_not_granted(person, stage):
    page = person(INSPECTOR)
    for path in (
        "/plans/ochilvale-long-term-childcare/",
        "/plans/clydemuir-joint-inspection/",
        "/partnerships/ochilvale/",
        "/papers/{paper}/",
    ):
        assert page.goto(stage.address(path)).status == 404, path
        expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    for path in (f"{PLAN}actions/R2.1/updates/new/", f"{PLAN}meetings/{{meeting}}/"):
        assert page.goto(stage.address(path)).status == 403, path
        expect(page.get_by_role("heading", level=1)).to_have_text("You can read this but not change it")


def test_an_inspectors_access_ends_by_itself(person, stage):
    stage.backstage("invite_inspector", "second@scrutiny.example")
    page = person("second@scrutiny.example")
    assert page.goto(PLAN).status == 200
    stage.backstage("let_grant_end", "second@scrutiny.example")
    assert page.reload().status == 404
    page.goto("/")
    expect(page.locator("main")).to_contain_text("There is no plan that you may see.")
    expect(page.locator(".ft-card")).to_have_count(0)
    assert page.goto("/inspections/ochilvale-joint-inspection-report/").status == 404


def test_a_member_reads_the_plan_and_the_issued_paper(person, stage):
    page = person(MEMBER)
    page.goto("/")
    page.get_by_role("link", name="Joint action plan").click()
    expect(page.locator(".govuk-body-l")).to_contain_text("actions due by now are verified")
    expect(page.locator("#meetings")).to_have_count(0)
    assert_writes_nothing(page)
    page.locator("#papers + ul").get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Issued paper, edition")
    expect(page.locator(".ft-paper")).to_contain_text("Members are asked to note progress")
    assert_writes_nothing(page)
    assert page.goto(stage.address(f"{PLAN}meetings/{{meeting}}/")).status == 403


def test_the_head_of_another_partnership_finds_nothing_of_this_one(person, stage):
    page, own = person(OUTSIDER), person(HEAD)
    for path in OF_OCHILVALE:
        if not path.endswith((".pdf", ".docx")):
            assert own.request.get(stage.address(path)).status in {200, 403}, f"{path} does not exist"
        assert page.request.get(stage.address(path)).status == 404, path
    page.goto("/plans/")
    expect(page.locator(".ft-card")).to_have_count(1)
    expect(page.locator(".ft-card")).to_contain_text("Clydemuir")
    page.goto("/partnerships/")
    expect(page.locator("main")).not_to_contain_text("Ochilvale")
    assert "R2.1" not in page.request.get("/plans/actions.csv").text()
