"""What is looked for inside Office files: macros, embedded objects, templates from elsewhere, passwords, bombs."""

import io
import os
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core import office as checks
from core.office import OFFICE
from core.uploads import validate_upload
from tests.core.test_uploads import GOOD, TYPES, office, refusal, upload, zipped

pytestmark = pytest.mark.once

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MEGABYTE = 1024 * 1024


def relations(kind: str, target: str) -> str:
    relation = f'<Relationship Id="rId1" Type="{RELATION}{kind}" Target="{target}" TargetMode="External"/>'
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation}</Relationships>'


# --- macros ---


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "WORD/VBAPROJECT.BIN", "word/sub/vbaProject.bin"])
def test_a_document_with_macros_is_refused_under_the_innocent_ending(part):
    """A .docm that was renamed .docx."""
    assert "holds macros" in refusal("report.docx", office("docx", **{part: b"\xd0\xcf\x11\xe0"}))


@pytest.mark.parametrize("ending", sorted(OFFICE))
def test_a_zip_bomb_is_refused_without_unpacking_it(ending):
    bomb = office(ending, **{f"{OFFICE[ending]}big.xml": bytes(60 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert "unpacks to far more than its size" in refusal(f"report.{ending}", bomb)


def test_an_office_file_that_is_damaged_is_refused_not_a_crash():
    """A name of a part that says UTF-8 and is not: zipfile stumbles over it."""
    good = office("docx", **{"word/é.xml": "<w/>"})
    assert (name := "word/é.xml".encode()) in good

    assert "not a docx file" in refusal("report.docx", good.replace(name, b"word/\xff\xff.xml"))
    assert "not a docx file" in refusal("report.docx", good[: len(good) // 2])


def test_a_macro_part_under_another_name_is_found_by_its_type():
    """What a part is says [Content_Types].xml, whatever the part is called."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
        )
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr("word/x.bin", b"macro")

    with pytest.raises(ValidationError, match="holds macros"):
        validate_upload(SimpleUploadedFile("report.docx", data.getvalue()))


def test_a_list_of_parts_that_cannot_be_unpacked_is_refused_not_a_crash():
    data = bytearray(zipped({"[Content_Types].xml": TYPES * 50, "word/document.xml": "<w:document/>"}))
    start = data.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    data[start : start + 8] = b"\xff" * 8

    with pytest.raises(ValidationError, match="is not a docx file"):
        validate_upload(SimpleUploadedFile("report.docx", bytes(data)))


def test_an_office_file_under_a_password_is_refused_not_a_crash():
    data = bytearray(zipped({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document/>"}))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(ValidationError, match="has a password"):
        validate_upload(SimpleUploadedFile("report.docx", bytes(data)))


def test_a_file_that_office_has_put_a_password_on_says_what_to_do():
    """What Office writes then is no archive at all, but a container of the old kind."""
    assert refusal("report.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)) == (
        "The file has a password, or is of an old kind. Save it without one as .docx and choose it again."
    )


def test_a_list_of_types_in_another_alphabet_hides_nothing():
    declared = '<Types><Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    said = f'<?xml version="1.0" encoding="utf-16"?>{declared}'.encode("utf-16")

    assert "holds macros" in refusal("report.docx", office("docx", **{"[Content_Types].xml": said}))


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"])
def test_a_part_without_a_byte_is_a_damaged_file(part):
    assert "is not a docx file, or it is damaged" in refusal("report.docx", office("docx", **{part: b""}))


# --- bombs ---


def test_a_bomb_beside_much_that_cannot_be_packed_is_found_by_its_own_ratio():
    noise = os.urandom(MEGABYTE)
    bomb = office("docx", **{"word/media/photo.jpg": noise, "word/big.xml": bytes(60 * MEGABYTE)})

    assert checks.MAX_RATIO * len(bomb) > 60 * MEGABYTE
    assert "unpacks to far more" in refusal("report.docx", bomb)


def test_a_bomb_inside_an_archive_inside_the_file_is_found():
    inner = zipped({"xl/sheet.xml": bytes(19 * MEGABYTE), "xl/more.xml": bytes(19 * MEGABYTE)})
    noise = os.urandom(MEGABYTE // 10)
    bomb = office("docx", **{"word/embeddings/sheet.xlsx": inner, "word/media/photo.jpg": noise})

    assert "unpacks to far more" in refusal("report.docx", bomb)


def test_more_parts_than_any_office_writes_are_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(checks.MAX_PARTS + 1):
            archive.writestr(f"word/{number}.xml", "<w/>")

    assert "unpacks to far more" in refusal("report.docx", data.getvalue())


def test_a_chart_brings_its_sheet_along():
    embedded = relations("package", "../embeddings/sheet.xlsx").replace(' TargetMode="External"', "")
    parts = {"word/embeddings/sheet.xlsx": GOOD["xlsx"], "word/charts/_rels/chart1.xml.rels": embedded}

    validate_upload(upload("report.docx", office("docx", **parts)))


def test_the_sheet_behind_a_chart_may_hold_no_macros_either():
    sheet = office("xlsx", **{"xl/vbaProject.bin": b"macro"})

    assert "holds macros" in refusal("report.docx", office("docx", **{"word/embeddings/sheet.xlsx": sheet}))


# --- what is fetched or run on opening ---


@pytest.mark.parametrize(
    ("ending", "part", "content"),
    [
        ("docx", "word/embeddings/oleObject1.bin", b"an embedded program"),
        ("pptx", "ppt/activeX/activeX1.xml", b"<ax/>"),
        ("docx", "word/_rels/document.xml.rels", relations("oleObject", "embeddings/x.bin").encode()),
        ("docx", "word/_rels/document.xml.rels", relations("oleObject", "https://elsewhere.example/x").encode()),
        ("xlsx", "xl/worksheets/_rels/sheet1.xml.rels", relations("control", "../x.xml").encode()),
    ],
)
def test_an_embedded_object_or_a_control_is_refused(ending, part, content):
    sentence = "The file holds an embedded object or a control. Take it out, or save the file as a PDF, and"

    assert refusal(f"report.{ending}", office(ending, **{part: content})).startswith(sentence)


def with_template(target: str) -> bytes:
    return office("docx", **{"word/_rels/settings.xml.rels": relations("attachedTemplate", target)})


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/letter.dotm",
        "HTTP://elsewhere.example/letter.dotm",
        r"\\files.example\share\letter.dotm",
        r"file:///\\files.example\share\letter.dotm",
        "file://files.example/share/letter.dotm",
        "mhtml:https://elsewhere.example/x",
    ],
)
def test_a_template_on_another_computer_is_refused(target):
    assert refusal("report.docx", with_template(target)).startswith("The file fetches its template from another")


@pytest.mark.parametrize(
    "target", [r"file:///C:\Program%20Files\Templates\Council.dotx", "C:\\Templates\\Council.dotx", "Normal.dotm"]
)
def test_a_template_of_the_writers_own_is_no_harm(target):
    validate_upload(upload("report.docx", with_template(target)))
