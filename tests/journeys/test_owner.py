"""A head of service: from the mail, or from My actions, to a posted update, and nothing typed is lost on the way."""

import hashlib
import io
import re
import zipfile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import COORDINATOR, HEAD, OUTSIDER, fill_in_sign_in, focused

pytestmark = pytest.mark.journey

REASON = "Half of the tutors were ill in October; the last course is in the new year."
WRONG_KIND = "Choose a file of one of these kinds"
TOO_LARGE = "The file is larger than 1 MB"

# Where the person sits, and the late or risky action of hers that this journey is about: no other journey's.
WINDOWS = {
    "a laptop": ({}, "LTC4.2"),
    "a phone": ({"phone": True}, "R2.1"),
    "no JavaScript": ({"javascript": False}, "LTC1.1"),
}


def cards(page: Page) -> list[tuple[str, int]]:
    """Of each action on My actions, from the top: its section and the days that it, or its update, is late."""
    in_order = "main h2, main .ft-card"
    found, section = [], ""
    for each in page.locator(in_order).all():
        text = each.inner_text()
        if each.evaluate("it => it.tagName") == "H2":
            section = text.split(" (")[0]
        else:
            late = re.search(r"(\d+) days? late", text)
            found.append((section, int(late[1]) if late else 0))
    return found


def errors(page: Page) -> Locator:
    return page.locator(".govuk-error-summary")


def post(page: Page) -> None:
    page.get_by_role("button", name="Post update").click()


def choose(page: Page, name: str, content: bytes) -> None:
    """Picks a file, as a person does who ignores what the form asks for."""
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def word_file(words: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("word/document.xml", words)
    return data.getvalue()


def assert_links_lead_to_fields(page: Page, javascript: bool) -> None:
    """Each link of the error summary leads to an input in a group that says the same."""
    for link in errors(page).get_by_role("link").all():
        target = page.locator(link.get_attribute("href") or "")
        group = page.locator(".govuk-form-group--error").filter(has=target)
        expect(group.last).to_contain_text(link.inner_text())
        link.click()
        if javascript:
            expect(target).to_be_focused()


@pytest.mark.parametrize("window", WINDOWS)
def test_a_head_of_service_posts_an_update_after_being_put_right(person, window):
    options, ref = WINDOWS[window]
    javascript = options.get("javascript", True)
    page = person(HEAD, **options)
    words = f"Five of six courses are done, seen from {window}."

    page.goto("/")
    expect(page).to_have_title("My actions – Followthrough")
    page.get_by_role("link", name=re.compile(rf"^{re.escape(ref)} ")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(ref)
    page.get_by_role("button", name="Post update").click()

    # Nothing said, no reason, and more than a hundred per cent.
    page.get_by_label("Per cent complete").fill("101")
    page.get_by_label("At risk of missing its due date").check()
    page.get_by_label("what is in the way").fill("")
    page.get_by_label("Working note (optional)").fill("To be raised with the union.")
    post(page)
    expect(page).to_have_title(f"Error: Post update on {ref} – Followthrough")
    if javascript:
        expect(errors(page)).to_be_focused()
    expect(errors(page)).to_contain_text("Enter the committee wording")
    expect(errors(page)).to_contain_text("Per cent complete must be 100 or less")
    expect(page.get_by_label("Per cent complete")).to_have_value("101")
    expect(page.get_by_label("Working note (optional)")).to_have_value("To be raised with the union.")
    assert_links_lead_to_fields(page, javascript)

    # The reason is owed, and the file is not one that is kept.
    page.get_by_label("Per cent complete").fill("85")
    page.get_by_label("Committee wording").fill(words)
    choose(page, "course.exe", b"MZ\x90\x00")
    post(page)
    expect(errors(page)).to_contain_text(WRONG_KIND)
    expect(page.get_by_label("Committee wording")).to_have_value(words)
    choose(page, "course.pdf", b"MZ\x90\x00")
    post(page)
    expect(errors(page)).to_contain_text("The file is not a pdf file")
    choose(page, "course.txt", b"a" * (1024 * 1024 + 1))
    post(page)
    expect(errors(page)).to_contain_text(TOO_LARGE)
    assert_links_lead_to_fields(page, javascript)
    post(page)
    expect(errors(page)).to_contain_text(re.compile(r"This action is (Red|Amber) after your update"))
    assert_links_lead_to_fields(page, javascript)
    expect(page.get_by_label("Committee wording")).to_have_value(words)
    expect(page.get_by_label("At risk of missing its due date")).to_be_checked()

    # Right.
    file = word_file(words)
    page.get_by_label("what is in the way").fill(REASON)
    choose(page, "Attendance.docx", file)
    page.get_by_label("What it shows").fill(f"Attendance, {window}")
    post(page)
    expect(page.locator(".govuk-notification-banner--success")).to_contain_text(f"Update posted on {ref}.")
    newest, update = page.locator(".ft-timeline__item").nth(0), page.locator(".ft-timeline__item").nth(1)
    expect(newest).to_contain_text(f"Evidence added: Attendance, {window}")
    expect(update).to_contain_text("In progress, 85%, at risk")
    expect(update).to_contain_text("Morag Tannahill, Head of Social Services")
    expect(update).to_contain_text(words)
    expect(update).to_contain_text(REASON)
    expect(update).to_contain_text("To be raised with the union.")
    held = page.locator(".ft-evidence").first
    expect(held).to_contain_text(f"Attendance, {window} (Attendance.docx)")
    expect(held).to_contain_text("Not released")
    assert hashlib.sha256(file).hexdigest() in held.locator(".ft-hash").text_content()
    with page.expect_download() as download:
        held.get_by_role("link", name=f"Attendance, {window}", exact=True).click()
    assert download.value.suggested_filename == "Attendance.docx"
    assert download.value.path().read_bytes() == file


def test_my_actions_shows_the_longest_late_first(person):
    page = person(HEAD)
    page.goto("/my-actions/")
    found = cards(page)
    sections = [section for section, _ in found]
    assert sections == sorted(sections, key=["Late", "Update owed", "Next"].index)
    assert sections[0] == "Late"
    late = [days for _, days in found if days]
    assert len(late) >= 2
    assert late == sorted(late, reverse=True)


def test_an_owner_sees_only_what_is_hers(person):
    page = person(OUTSIDER)
    page.goto("/my-actions/")
    assert page.locator(".ft-card__title").all_inner_texts() == [page.locator(".ft-card__title").inner_text()]
    expect(page.locator(".ft-card")).to_contain_text("SL2.2")


@pytest.mark.parametrize("options", [{"phone": True}, {"javascript": False}], ids=["a phone", "no JavaScript"])
def test_a_reminder_leads_through_sign_in_to_the_very_form(person, stage, options):
    stage.manage("send_reminders")
    mail = stage.mail_to(HEAD)[-1]
    text = mail.get_body(("plain",)).get_content()
    address = re.search(r"Post update: (\S+/LTC4\.2/\S+)", text)[1]
    assert address.startswith(stage.url)
    assert f'href="{address}"' in mail.get_body(("html",)).get_content()

    page = person(**options)
    page.goto(address)
    expect(page).to_have_title("Sign in – Followthrough")
    assert f"next={address.removeprefix(stage.url)}" in page.url
    fill_in_sign_in(page, HEAD)
    expect(page).to_have_url(address)
    expect(page).to_have_title("Post update on LTC4.2 – Followthrough")
    expect(page.get_by_label("Committee wording")).to_be_editable()


def test_a_sign_in_that_fails_says_so_and_still_leads_on(person):
    page = person()
    page.goto("/plans/ochilvale-joint-inspection/actions/R2.1/updates/new/")
    page.get_by_label("E-mail address").fill(HEAD)
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Error: Sign in – Followthrough")
    expect(errors(page)).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value(HEAD)
    fill_in_sign_in(page, HEAD)
    expect(page).to_have_title("Post update on R2.1 – Followthrough")


def test_somebody_elses_update_meanwhile_loses_no_text(person):
    """The form was open at two desks. The second is told, keeps its text, and sees what the first said."""
    form = "/plans/ochilvale-long-term-childcare/actions/LTC3.2/updates/new/"
    first, second = person(COORDINATOR), person(HEAD)
    for page, words in ((first, "Written at the first desk."), (second, "Written at the second desk.")):
        page.goto(form)
        page.get_by_label("Committee wording").fill(words)
    post(first)
    post(second)
    expect(errors(second)).to_contain_text("Isla Brodwick recorded “progress update” on this action")
    expect(second.get_by_label("Committee wording")).to_have_value("Written at the second desk.")
    expect(second.locator("#meanwhile")).to_contain_text("Written at the first desk.")
    second.get_by_role("link", name="Back to the action").click()
    expect(second.locator(".ft-timeline__item").first).to_contain_text("Written at the first desk.")


def test_text_that_looks_like_personal_data_is_stopped_and_explained(person):
    form = "/plans/ochilvale-long-term-childcare/actions/LTC3.2/updates/new/"
    words = "The review of 0101100000 is done."
    page = person(HEAD)
    page.goto(form)
    page.get_by_label("Committee wording").fill(words)
    post(page)
    expect(errors(page)).to_contain_text("CHI number")
    expect(page.get_by_label("Committee wording")).to_have_value(words)
    page.get_by_label("Why this is not personal data").fill("It is the reference of an invoice.")
    post(page)
    expect(page.locator(".ft-timeline__item").first).to_contain_text(words)


def test_an_update_is_written_and_posted_by_keyboard_alone(person):
    page = person(HEAD)
    page.goto("/plans/ochilvale-long-term-childcare/actions/LTC3.2/updates/new/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "id_status_0")
    page.keyboard.press("Space")
    tab_to(page, "id_percent")
    page.keyboard.press("Control+A")
    page.keyboard.type("55")
    tab_to(page, "id_wording")
    page.keyboard.type("Typed without a mouse.")
    tab_to(page, "id_working_note")
    tab_to(page, "id_at_risk")
    page.keyboard.press("Space")
    tab_to(page, "id_barrier")
    page.keyboard.press("Control+A")
    page.keyboard.type("The lift is out of order.")
    tab_to(page, "id_evidence_file")
    tab_to(page, "submit-id-post")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-notification-banner--success")).to_be_focused()
    update = page.locator(".ft-timeline__item").first
    expect(update).to_contain_text("In progress, 55%, at risk")
    expect(update).to_contain_text("Typed without a mouse.")


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until something has the focus: it must come, and not before what precedes it on the page."""
    passed = []
    for _ in range(12):
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if passed[-1] == wanted:
            return
    raise AssertionError(f"Tab does not lead to {wanted}, but to {passed}")
