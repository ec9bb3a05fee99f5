"""The page of a group's Word template: using one, another, none; and that the papers to come take its looks."""

import io
import zipfile

import docx
import pytest
from django.urls import reverse

from actionplans.models import PaperTemplate
from actionplans.operations import Actor, issue_paper
from actionplans.papers.starters import starter
from core.models import AuditEntry
from tests import services
from tests.actionplans.pages import error_of, group_url, text
from tests.actionplans.word_files import template, upload, with_part
from tests.clamd import VIRUS

OTHER = template("Clackshire Council", "{{ paper }}")


def give(client, cast, data: bytes = OTHER, name: str = "Council letterhead.docx"):
    return client.post(group_url(cast, "group-template"), {"file": upload(data, name)})


def test_who_makes_papers_is_led_there_and_others_are_not(cast, as_):
    link = f'href="{group_url(cast, "group-template")}"'

    assert link in text(as_("clerk").get(group_url(cast)))
    assert link not in text(as_("member").get(group_url(cast)))


def test_the_page_says_what_is_used_and_what_may_stand_in_a_template(cast, as_):
    client = as_("clerk")
    before = text(client.get(group_url(cast, "group-template")))
    assert "There is no template." in before
    assert "{{ report_by }}" in before
    assert "Stop using it" not in before

    assert give(client, cast).status_code == 302
    (kept,) = PaperTemplate.objects.all()
    page = text(client.get(group_url(cast, "group-template")))
    for said in ("Council letterhead.docx", kept.sha256, "Clerk", "Stop using it"):
        assert said in page
    response = client.get(group_url(cast, "template-file"))
    assert b"".join(response.streaming_content) == OTHER
    assert response["Content-Disposition"] == 'attachment; filename="Council letterhead.docx"'
    (audited,) = AuditEntry.objects.filter(what="set the Word template")
    assert (audited.who, audited.details["sha256"]) == ("Clerk", kept.sha256)


def test_the_starter_that_is_handed_out_can_be_handed_in(cast, as_):
    response = as_("clerk").get(group_url(cast, "template-starter"))
    assert response["Content-Disposition"] == 'attachment; filename="template-committee.docx"'

    assert give(as_("clerk"), cast, response.content).status_code == 302


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (
            template("{{ tilte }}", "{{ paper }}"),
            "a.docx",
            "Unknown placeholder: {{ tilte }}. Did you mean {{ title }}",
        ),
        (with_part(OTHER, "word/vbaProject.bin", b"macro"), "a.docx", "The file holds macros."),
        (OTHER, "a.dotx", "Choose a .docx file."),
        (b"", "a.docx", "The file is empty."),
    ],
)
def test_what_is_wrong_with_a_file_is_said_beside_the_field_and_nothing_is_kept(cast, as_, data, name, expected):
    response = give(as_("clerk"), cast, data, name)

    assert response.status_code == 422
    assert expected in error_of(response, "file")[0]
    assert not PaperTemplate.objects.exists()
    assert not AuditEntry.objects.filter(what="set the Word template").exists()


def test_no_file_is_asked_for(cast, as_):
    response = as_("clerk").post(group_url(cast, "group-template"), {})

    assert error_of(response, "file") == ["Choose the Word file."]


def test_papers_to_come_take_the_last_template_until_it_is_dropped(cast, as_):
    client = as_("clerk")
    give(client, cast, starter())
    give(client, cast)
    paper = reverse("actionplans:meeting-file", args=[cast.ours.plan.slug, cast.ours.next_meeting.pk, "docx"])

    assert first_line(client.get(paper).content) == "Clackshire Council"
    client.post(group_url(cast, "template-drop"))
    assert first_line(client.get(paper).content).startswith("Draft: not issued.")
    assert "There is no template." in text(client.get(group_url(cast, "group-template")))
    assert client.get(group_url(cast, "template-file")).status_code == 404
    client.post(group_url(cast, "template-drop"))  # once more changes nothing
    assert list(PaperTemplate.objects.order_by("pk").values_list("file_name", flat=True)) == [
        *("Council letterhead.docx", "Council letterhead.docx", ""),
    ]
    assert AuditEntry.objects.filter(what="dropped the Word template").count() == 1


def test_an_issued_paper_names_the_template_that_it_was_made_with(cast, as_):
    give(as_("clerk"), cast)
    (kept,) = PaperTemplate.objects.all()
    paper = issue_paper(
        plan=cast.ours.plan, meeting=cast.ours.next_meeting, on=cast.today, by=Actor(cast.clerk), now=cast.moment()
    )

    assert paper.template == kept
    assert paper.content["template_sha256"] == kept.sha256
    with paper.files.get(format="docx", is_exempt=False).file.open() as file:
        assert first_line(file.read()) == "Clackshire Council"


# --- viruses ---


def test_a_template_with_a_virus_is_refused(cast, as_, scanner):
    response = give(as_("clerk"), cast, with_part(OTHER, "word/media/image.png", VIRUS, zipfile.ZIP_STORED))

    assert error_of(response, "file") == ["A virus was found in this file. Choose a clean copy."]
    assert not PaperTemplate.objects.exists()


def test_without_the_scanner_that_is_set_no_template_is_taken(cast, as_, settings):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{services.free_port()}"
    response = give(as_("clerk"), cast)

    assert error_of(response, "file") == ["The file could not be checked for viruses. Try again in a few minutes."]
    assert not PaperTemplate.objects.exists()


def first_line(data: bytes) -> str:
    return next(each.text for each in docx.Document(io.BytesIO(data)).paragraphs if each.text)
