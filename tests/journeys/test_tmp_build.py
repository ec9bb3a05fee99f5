import pytest
from tests.journeys.people import COORDINATOR, accessibility_violations, spilling, wider_than_the_window
pytestmark = pytest.mark.journey
def look(page, name, found):
    page.screenshot(path=f"/tmp/{name}.png", full_page=True)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found += [(name, width, x) for x in (wider_than_the_window(page), spilling(page), accessibility_violations(page)) if x]
    page.set_viewport_size({"width": 1280, "height": 900})
def test_build(person, stage):
    found = []
    page = person(COORDINATOR)
    page.goto(stage.address("/inspections/ochilvale-joint-inspection-report/"))
    page.get_by_role("link", name="Draft a plan").click()
    look(page, "new", found)
    page.get_by_label("Title of the plan").fill("Temporary plan")
    page.get_by_label("Plan lead").select_option(index=1)
    page.locator("#id_approves_0").check(); page.locator("#id_monitors_0").check()
    page.locator("#id_copied_from").select_option(index=1)
    page.get_by_role("button", name="Draft").click()
    look(page, "build", found)
    page.get_by_role("button", name="Change these actions").click()
    look(page, "build-error", found)
    page.get_by_role("link", name="Add an action").first.click()
    look(page, "action", found)
    page.goto(stage.address("/plans/temporary-plan/build/"))
    page.locator("#id_submit-group").select_option(index=1)
    page.get_by_role("button", name="Submit the plan").click()
    page.goto(stage.address("/plans/temporary-plan/approval/"))
    look(page, "approval", found)
    page.get_by_label("It approved the plan").check()
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_role("link", name="Propose a new action").click()
    look(page, "propose", found)
    page.locator("#id_ref").fill("X1"); page.locator("#id_title").fill("Train all staff in everything")
    page.locator("#id_recommendations_0").check(); page.locator("#id_lead_post").select_option(index=1)
    page.get_by_role("button", name="Propose this action").click()
    look(page, "versions", found)
    page.locator("#id_reason").fill("Because of it")
    page.get_by_role("button", name="Agree this version").click()
    page.goto(page.url.split("?")[0] + "?from=1&to=2")
    look(page, "compare", found)
    assert found == []
