"""What may be uploaded: by ending and by content, without macros, within the limit, no bombs."""

import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.uploads import ALLOWED, OFFICE, sha256, validate_upload

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(entries: dict[str, Any]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return data.getvalue()


def office(ending: str, **more: str | bytes) -> bytes:
    return zipped({"[Content_Types].xml": TYPES, f"{OFFICE[ending]}document.xml": "<w/>", **more})


GOOD = {
    "docx": office("docx"),
    "xlsx": office("xlsx"),
    "pptx": office("pptx"),
    "pdf": b"%PDF-1.7\n1 0 obj",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(16),
    "jpg": b"\xff\xd8\xff\xe0" + bytes(16),
    "jpeg": b"\xff\xd8\xff\xe1" + bytes(16),
    "csv": "Ref,Action\nA1,Train “everybody”\n".encode(),
    "txt": b"Half of the staff are trained.",
}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        validate_upload(upload(name, content))
    return refused.value.messages[0]


def test_there_is_a_good_file_of_each_kind_here():
    assert sorted(GOOD) == ALLOWED


@pytest.mark.parametrize("ending", ALLOWED)
def test_a_good_file_is_taken_and_left_at_its_start(ending):
    for name in (f"Register.{ending}", f"REGISTER.{ending.upper()}", f"report.final.{ending}"):
        file = upload(name, GOOD[ending])
        validate_upload(file)

        assert file.read() == GOOD[ending]


@pytest.mark.parametrize("name", ["tool.exe", "macro.docm", "old.doc", "page.html", "picture.svg", "noending"])
def test_other_endings_are_refused_with_the_list_of_ours(name):
    expected = "Choose a file of one of these kinds: csv, docx, jpeg, jpg, pdf, png, pptx, txt, xlsx."

    assert refusal(name, GOOD["docx"]) == expected


def test_an_empty_file_is_refused():
    assert refusal("register.pdf", b"") == "The file is empty. Choose another."


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_taken(settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    at_the_limit = GOOD["pdf"].ljust(settings.MAX_UPLOAD_BYTES, b" ")

    validate_upload(upload("register.pdf", at_the_limit))
    assert "larger than 1 MB" in refusal("register.pdf", at_the_limit + b" ")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.pdf", GOOD["docx"]),
        ("report.pdf", b"<html>%PDF-</html>"),
        ("report.docx", GOOD["pdf"]),
        ("report.docx", b"PK\x03\x04 but nothing more"),
        ("report.docx", GOOD["xlsx"]),
        ("report.xlsx", zipped({"readme.txt": "any archive"})),
        ("photo.png", GOOD["jpg"]),
        ("photo.jpg", b"GIF89a"),
        ("data.csv", GOOD["xlsx"]),
        ("data.txt", b"MZ\x90 a program"),
        ("data.txt", b"text with a \0 in it"),
        ("data.csv", "Ref,Action".encode("utf-16")),
    ],
)
def test_content_that_is_not_what_the_ending_says_is_refused(name, content):
    ending = name.rpartition(".")[2]

    assert refusal(name, content).startswith(f"The file is not a {ending} file, or it holds macros.")


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "WORD/VBAPROJECT.BIN", "word/sub/vbaProject.bin"])
def test_a_document_with_macros_is_refused_under_the_innocent_ending(part):
    """A .docm that was renamed .docx."""
    assert "holds macros" in refusal("report.docx", office("docx", **{part: b"\xd0\xcf\x11\xe0"}))


@pytest.mark.parametrize("ending", sorted(OFFICE))
def test_a_zip_bomb_is_refused_without_unpacking_it(ending):
    bomb = office(ending, **{f"{OFFICE[ending]}big.xml": bytes(60 * 1024 * 1024)})

    assert len(bomb) < 100_000
    assert "Save it again" in refusal(f"report.{ending}", bomb)


def test_an_office_file_that_is_damaged_is_refused_not_a_crash():
    """A name of a part that says UTF-8 and is not: zipfile stumbles over it."""
    good = office("docx", **{"word/é.xml": "<w/>"})
    assert (name := "word/é.xml".encode()) in good

    assert "not a docx file" in refusal("report.docx", good.replace(name, b"word/\xff\xff.xml"))
    assert "not a docx file" in refusal("report.docx", good[: len(good) // 2])


def test_the_hash_is_that_of_the_bytes():
    file = upload("register.txt", GOOD["txt"])
    file.read(5)

    assert sha256(file) == hashlib.sha256(GOOD["txt"]).hexdigest()
    assert file.read() == GOOD["txt"]


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

    with pytest.raises(ValidationError, match="it holds macros"):
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

    with pytest.raises(ValidationError, match="is not a docx file"):
        validate_upload(SimpleUploadedFile("report.docx", bytes(data)))
