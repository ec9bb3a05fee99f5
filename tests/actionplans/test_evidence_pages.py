"""The pages of evidence, over HTTP: adding it, its versions, what inspectors reach, and how files are handed out."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from actionplans import operations
from actionplans.models import Action, Evidence
from actionplans.operations import Actor, NewEvidence
from core.models import AuditEntry
from inspections.models import Grant
from tests.actionplans.pages import CHI, error_of, text, url
from tests.cast import HIDDEN_EVIDENCE, RELEASED_EVIDENCE
from tests.clamd import VIRUS
from tests.core.test_uploads import GOOD
from tests.test_queries import asked

AGAIN = "Choose the file again. What you typed is kept, but the file is not."


def upload(name: str = "Register.docx", content: bytes = GOOD["docx"]) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def adding(**given) -> dict[str, object]:
    said = {"title": "Training matrix", "kind": "spreadsheet", "where": "file", "answers": "", "link": ""}
    return said | {"dated_on_day": "3", "dated_on_month": "2", "dated_on_year": "2015"} | given


def add(cast, replaces: Evidence | None = None, **given) -> Evidence:
    evidence = NewEvidence(**({"title": "Rota", "replaces": replaces} | given))
    return operations.add_evidence(action=cast.ours.late, evidence=evidence, by=Actor(cast.owner), now=cast.moment())


def release(cast, evidence: Evidence, is_released: bool = True) -> None:
    by = Actor(cast.coordinator)
    operations.release_evidence(evidence=evidence, is_released=is_released, by=by, now=cast.moment())


def page(client: Client, action: Action) -> str:
    """The action's page in words, without what is only space."""
    return re.sub(r"[ \n]+", " ", text(client.get(action.get_absolute_url())))


def address(evidence: Evidence) -> str:
    action = evidence.action
    return reverse("actionplans:evidence", args=[action.plan.slug, action.ref, evidence.pk])


def opened(client: Client, evidence: Evidence) -> int:
    """The status of the answer to whoever opens a file; the file is read to its end."""
    response = client.get(address(evidence))
    if response.streaming:
        list(response.streaming_content)
    return response.status_code


def new_version(evidence: Evidence) -> str:
    return f"{url('evidence-new', evidence.action)}?replaces={evidence.pk}"


# --- adding ---


def test_a_file_is_added_with_what_it_is_and_what_it_answers(cast, as_):
    client, late = as_("owner"), cast.ours.late
    required = late.evidence_requirements.get()
    assert 'Register: <span class="ft-quiet">nothing yet</span>' in page(client, late)
    assert url("evidence-new", late) in page(client, late)

    response = client.post(url("evidence-new", late), adding(file=upload(), answers=required.pk))

    row = Evidence.objects.get(title="Training matrix")
    assert (response.status_code, response["Location"]) == (302, f"{late.get_absolute_url()}#evidence")
    assert (row.form, str(row.dated_on), row.answers, row.by_post) == (
        "spreadsheet", "2015-02-03", required, "Head of ours",
    )  # fmt: skip
    shown = page(client, late)
    assert f'Register: <a class="govuk-link" href="#evidence-{row.pk}">Training matrix</a>' in shown
    assert (
        f"<dt>Dated</dt><dd>3 February 2015</dd> <dt>Added</dt><dd>{cast.today:%-d %B %Y}, Head of ours</dd>" in shown
    )
    assert f"<dt>Kind</dt><dd>Spreadsheet, {len(GOOD['docx'])}\xa0bytes</dd>" in shown
    assert "<dt>Answers</dt><dd>Register</dd>" in shown
    assert "<dt>Inspectors</dt><dd>Not released</dd>" in shown
    assert row.sha256 in shown


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"where": "link", "link": "www.example.org/report"}, ("https://www.example.org/report", "")),
        ({"where": "elsewhere"}, ("", "")),
    ],
)
def test_a_link_is_added_or_only_the_title_of_what_is_kept_elsewhere(cast, as_, given, kept):
    assert as_("coordinator").post(url("evidence-new", cast.ours.late), adding(**given)).status_code == 302

    row = Evidence.objects.get(title="Training matrix")
    assert (row.link, row.file.name) == kept


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"title": ""}, "title", "Enter what it is."),
        ({"title": f"Rota of {CHI}"}, "title", f"“{CHI}” looks like a CHI number"),
        ({"kind": ""}, "kind", "Choose the kind."),
        ({"dated_on_year": ""}, "dated_on", "Date of the document must include a year"),
        ({"dated_on_year": "2199"}, "dated_on", "The date of the document must be today or in the past."),
        ({"where": ""}, "where", "Choose where it is."),
        ({"where": "file"}, "file", "Choose the file."),
        ({"where": "link"}, "link", "Enter the web address."),
        ({"where": "link", "link": "not an address"}, "link", "Enter a whole web address"),
        ({"where": "elsewhere", "link": "www.example.org"}, "link", "Clear the web address, or choose “At a web"),
        ({"answers": "99999"}, "answers", "Choose evidence that this action requires."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(cast, as_, given, field, sentence):
    sent = adding(where="elsewhere") | given
    response = as_("owner").post(url("evidence-new", cast.ours.late), sent)

    assert response.status_code == 422
    assert error_of(response, field)[0].startswith(sentence)
    for name in ("title", "link", "dated_on_day", "dated_on_year"):
        assert not sent[name] or f'value="{sent[name]}"' in text(response), name
    assert not Evidence.objects.filter(title=sent["title"] or "Training matrix").exists()


def test_a_file_is_lost_with_an_error_elsewhere_and_the_page_says_so(cast, as_):
    response = as_("owner").post(url("evidence-new", cast.ours.late), adding(title="", file=upload()))

    assert error_of(response, "file") == [AGAIN]
    assert error_of(response, "title") == ["Enter what it is."]
    without = as_("owner").post(url("evidence-new", cast.ours.late), adding(title="", where="elsewhere"))
    assert AGAIN not in text(without)


def test_a_file_that_the_operation_refuses_for_its_date_has_to_be_chosen_again(cast, as_):
    response = as_("owner").post(url("evidence-new", cast.ours.late), adding(dated_on_year="2199", file=upload()))

    assert error_of(response, "file") == [AGAIN]
    assert not Evidence.objects.filter(title="Training matrix").exists()


def test_a_file_that_is_not_kept_says_what_to_do_and_keeps_the_words(cast, as_):
    response = as_("owner").post(url("evidence-new", cast.ours.late), adding(file=upload("matrix.pdf", b"MZ\x90")))

    assert response.status_code == 422
    assert error_of(response, "file") == [
        "The file is not a pdf file, or it is damaged. Save it again as .pdf and choose it again."
    ]
    assert 'value="Training matrix"' in text(response)


def test_a_file_name_that_looks_like_personal_data_is_stopped(cast, as_):
    response = as_("owner").post(url("evidence-new", cast.ours.late), adding(file=upload(f"{CHI}.docx")))

    assert error_of(response, "file")[0].startswith(f"“{CHI}” looks like a CHI number.")
    sent = adding(file=upload(f"{CHI}.docx"), not_personal="An order number")
    assert as_("owner").post(url("evidence-new", cast.ours.late), sent).status_code == 302
    assert AuditEntry.objects.get(what="passed the personal data check").details["reason"] == "An order number"


def test_an_action_that_is_over_takes_no_evidence(cast, as_):
    Action.objects.filter(pk=cast.ours.late.pk).update(status="cancelled")
    client = as_("coordinator")

    assert url("evidence-new", cast.ours.late) not in page(client, cast.ours.late)
    assert "This action is over. Nothing can be added to it." in text(client.get(url("evidence-new", cast.ours.late)))
    response = client.post(url("evidence-new", cast.ours.late), adding(where="elsewhere"))
    assert error_of(response, "__all__") == ["This action is over. Nothing can be added to it."]


def test_what_it_answers_is_not_asked_where_nothing_is_required(cast, as_):
    client = as_("owner")
    assert 'name="answers"' in text(client.get(url("evidence-new", cast.ours.late)))
    cast.ours.late.evidence_requirements.all().delete()

    assert 'name="answers"' not in text(client.get(url("evidence-new", cast.ours.late)))
    assert client.post(url("evidence-new", cast.ours.late), adding(where="elsewhere")).status_code == 302


@pytest.mark.parametrize("person", ["verifier", "clerk", "member", "inspector"])
def test_who_may_not_add_sees_no_link_to_it(cast, as_, person):
    assert "evidence/new/" not in page(as_(person), cast.ours.late)


# --- versions ---


def test_a_new_version_stands_first_with_the_older_folded_under_it(cast, as_):
    client, first = as_("owner"), cast.ours.released
    form = text(client.get(new_version(first)))
    assert f"This becomes version 2 of “{RELEASED_EVIDENCE}”." in form
    assert "Inspectors go on seeing version 1 until version 2 is released." in form
    assert f'value="{RELEASED_EVIDENCE}"' in form

    response = client.post(new_version(first), adding(title="Register, corrected", file=upload()), follow=True)

    second = Evidence.objects.get(title="Register, corrected")
    (item,) = [each for each in response.context["evidence"] if each.row == second]
    assert (second.replaces, item.version) == (first, 2)
    assert [(each.row, each.version, each.is_released) for each in item.earlier] == [(first, 1, True)]
    shown = page(client, cast.ours.late)
    newer, _, rest = shown.partition(f'id="evidence-{second.pk}"')[2].partition("Earlier versions")
    assert "version 2</strong>" in newer
    assert "<strong>Inspectors still see version 1</strong>, because version 2 is not released." in newer
    assert first.sha256 in rest
    assert f"{cast.day(-99):%-d %B %Y}, Head of ours" in rest


@pytest.mark.parametrize("person", ["inspector", "member"])
def test_readers_see_the_older_version_until_the_newer_one_is_released(cast, as_, person):
    first = cast.ours.released
    second = add(cast, first, title="Register, corrected", file=upload("Second.docx"))
    client = as_(person)

    before = page(client, cast.ours.late)
    assert RELEASED_EVIDENCE in before
    assert not any(
        secret in before
        for secret in ("Register, corrected", "Second.docx", second.sha256, "version 2", "Earlier version")
    )
    assert (opened(client, first), opened(client, second)) == (200, 404)

    release(cast, second)
    after = page(client, cast.ours.late)
    assert after.index("Register, corrected") < after.index(RELEASED_EVIDENCE)
    assert "Earlier versions" in after

    release(cast, first, is_released=False)
    assert RELEASED_EVIDENCE not in page(client, cast.ours.late)
    assert opened(client, first) == 404


def test_a_version_that_was_replaced_is_not_replaced_again(cast, as_):
    client, first = as_("owner"), cast.ours.hidden
    add(cast, first)

    assert "This has been replaced already. Replace the newest version." in text(client.get(new_version(first)))
    response = client.post(new_version(first), adding(where="elsewhere"))
    assert error_of(response, "__all__") == ["This has been replaced already. Replace the newest version."]


@pytest.mark.parametrize("key", ["x", "", "0", "99999", "theirs"])
def test_what_is_not_evidence_of_this_action_cannot_be_replaced(cast, as_, key):
    key = cast.theirs.hidden.pk if key == "theirs" else key

    assert as_("owner").get(f"{url('evidence-new', cast.ours.late)}?replaces={key}").status_code == 404


# --- what inspectors and members reach ---


def test_nothing_of_evidence_that_is_not_released_is_on_any_row_of_history(cast, as_):
    release(cast, cast.ours.hidden)
    release(cast, cast.ours.hidden, is_released=False)
    staff, reader = page(as_("owner"), cast.ours.late), page(as_("inspector"), cast.ours.late)

    assert f"Evidence hidden from inspectors: {HIDDEN_EVIDENCE}" in staff
    assert HIDDEN_EVIDENCE not in reader
    assert f"Evidence released to inspectors: {RELEASED_EVIDENCE}" in reader


@pytest.mark.parametrize("person", ["inspector", "member"])
def test_every_address_of_evidence_that_is_not_released_answers_as_if_it_did_not_exist(cast, as_, person):
    client, hidden, guessed = as_(person), cast.ours.hidden, Evidence(pk=99999, action=cast.ours.late)

    for method in (client.get, client.head):
        assert method(address(hidden)).status_code == method(address(guessed)).status_code == 404
    assert HIDDEN_EVIDENCE not in text(client.get(address(hidden)))


def test_an_inspector_whose_grant_has_ended_reaches_nothing(cast, as_):
    client = as_("inspector")
    assert opened(client, cast.ours.released) == 200
    Grant.objects.filter(user=cast.inspector).update(ends_on=cast.day(-1))

    for each in (address(cast.ours.released), address(cast.ours.hidden), url("evidence-new", cast.ours.late)):
        assert client.get(each).status_code == 404


# --- how a file is handed out ---


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Register.docx", GOOD["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("data.csv", b"a,b\n<script>alert(1)</script>,=cmd()", "text/csv; charset=utf-8"),
        ("photo.png", GOOD["png"] + b"<script>alert(1)</script>", "image/png"),
    ],
)
def test_a_file_comes_as_an_attachment_that_a_browser_only_keeps(cast, as_, name, content, kind):
    evidence = add(cast, file=upload(name, content))
    response = as_("owner").get(address(evidence))

    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_name_in_another_language_and_one_with_quotes_arrive_whole(cast, as_):
    for name, said in (
        ("Clàr-oideachaidh.docx", f"filename*=utf-8''{quote('Clàr-oideachaidh.docx')}"),
        ('a"b\r\nX-Own: 1.docx', 'filename="a\\"b X-Own: 1.docx"'),
    ):
        response = as_("owner").get(address(add(cast, file=upload(name))))
        assert response["Content-Disposition"] == f"attachment; {said}"
        assert "X-Own" not in response.headers
        list(response.streaming_content)


def test_head_answers_as_get_without_the_file_and_a_range_is_not_followed(cast, as_):
    client, evidence = as_("owner"), add(cast, file=upload())
    head, part = client.head(address(evidence)), client.get(address(evidence), headers={"Range": "bytes=0-3"})

    assert (head.status_code, b"".join(head)) == (200, b"")
    assert head["Content-Length"] == str(len(GOOD["docx"]))
    assert (part.status_code, b"".join(part.streaming_content)) == (200, GOOD["docx"])


def test_files_are_kept_where_no_web_server_serves_them(cast, as_):
    kept, served = Path(project.MEDIA_ROOT).resolve(), [Path(project.STATIC_ROOT), *map(Path, project.STATICFILES_DIRS)]

    assert project.MEDIA_URL == "/", "Django's own default: there is no address for the folder of files"
    assert not any(kept.is_relative_to(each.resolve()) or each.resolve().is_relative_to(kept) for each in served)
    for prefix in ("", "media/", "static/", "files/", "static/../"):
        assert as_("coordinator").get(f"/{prefix}{cast.ours.hidden.file.name}").status_code == 404


# --- while there is a virus scanner ---


def scan(cast) -> None:
    operations.scan_pending(now=cast.moment())


def test_a_file_that_is_being_checked_opens_for_nobody_and_says_when(cast, as_, scanner):
    evidence, client = add(cast, file=upload()), as_("owner")
    response = client.get(address(evidence))

    assert response.status_code == 409
    assert "This file is being checked for viruses" in text(response)
    assert opened(as_("inspector"), evidence) == 404
    shown = page(as_("coordinator"), cast.ours.late)
    assert "Being checked for viruses." in shown
    assert f'href="{address(evidence)}"' not in shown
    scan(cast)
    assert opened(as_("owner"), evidence) == 200
    assert f"<dt>Viruses</dt><dd>None found on {cast.today:%-d %B %Y}</dd>" in page(as_("owner"), cast.ours.late)


def test_what_was_released_before_there_was_a_scanner_waits_for_inspectors_too(cast, as_, scanner):
    response = as_("inspector").get(address(cast.ours.released))

    assert (response.status_code, b"PK" in response.content) == (409, False)
    scan(cast)
    assert opened(as_("inspector"), cast.ours.released) == 200


def test_a_virus_is_said_to_whoever_added_the_file_and_to_the_coordinator(cast, as_, scanner):
    evidence = add(
        cast, title="Rota", file=upload("Rota.txt", VIRUS), answers=cast.ours.late.evidence_requirements.get()
    )
    scan(cast)
    warning = "A virus was found in “Rota” (Rota.txt). Nobody can open it."

    for person, is_told in (("owner", True), ("coordinator", True), ("clerk", False)):
        shown = page(as_(person), cast.ours.late)
        assert (warning in shown) is is_told, person
        assert "A virus was found in this file. Nobody can open it. Add a clean copy." in shown
        assert 'Register: <span class="ft-quiet">nothing yet</span>' in shown
        response = as_(person).get(address(evidence))
        assert (response.status_code, VIRUS in response.content) == (409, False)
    assert "Rota" not in page(as_("inspector"), cast.ours.late)


def test_a_file_with_a_virus_is_not_released_and_a_clean_copy_ends_the_warning(cast, as_, scanner):
    evidence, client = add(cast, title="Rota", file=upload("Rota.txt", VIRUS)), as_("coordinator")
    scan(cast)
    button = reverse("actionplans:evidence-release", args=[cast.ours.plan.slug, cast.ours.late.ref, evidence.pk])
    refused = client.post(button, {"released": "yes"}, follow=True)

    assert "Rota: A virus was found in this file. It cannot be released. Add a clean copy." in text(refused)
    assert button not in page(client, cast.ours.late)
    client.post(new_version(evidence), adding(title="Rota, clean", file=upload()))
    scan(cast)
    assert "A virus was found in “Rota”" not in page(client, cast.ours.late)


@pytest.mark.parametrize("person", ["owner", "inspector"])
def test_an_action_asks_as_often_for_much_evidence_as_for_little(cast, as_, scanner, person):
    client = as_(person)
    page(client, cast.ours.late)
    few = asked(lambda: page(client, cast.ours.late))
    for number in range(5):
        infected = add(cast, title=f"Rota {number}", file=upload("Rota.txt", VIRUS))
        release(cast, add(cast, add(cast, add(cast, answers=cast.ours.late.evidence_requirements.get()))))
    scan(cast)
    many = asked(lambda: page(client, cast.ours.late))

    assert infected.scan.is_clean is False
    assert len(few) == len(many)


def test_the_verifier_sees_what_answers_what_is_required_and_every_version(cast, as_):
    done = cast.ours.completed
    said = {"action": done, "by": Actor(cast.owner), "now": cast.moment()}
    first = operations.add_evidence(evidence=NewEvidence("Register of May"), **said)
    answers = done.evidence_requirements.get()
    operations.add_evidence(evidence=NewEvidence("Register of June", answers=answers, replaces=first), **said)
    shown = " ".join(text(as_("verifier").get(url("action-verify", done))).split())

    assert "held, says the owner</strong>; evidence: <a" in shown
    assert shown.index("Register of June") < shown.index("Earlier versions") < shown.index("Register of May")
    assert "Release to inspectors" not in shown
