"""What may be uploaded: by ending and by content, within the limit; and under which name it is kept."""

import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.office import OFFICE
from core.uploads import ALLOWED, content_type_of, safe_name, sha256, validate_upload

pytestmark = pytest.mark.once

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
        ("data.txt", b"a" * (1 << 20) + b"\0 a program further down"),
        ("tool.pdf", b"MZ\x90\0 a program"),
        ("photo.png", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("photo.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("notes.txt", b"<script>alert(1)</script>"),
        ("notes.txt", b"\xef\xbb\xbf \n<HTML><body>"),
        ("notes.txt", b"Some words, then\n%PDF-1.4\n<html>: a file of two kinds at once"),
    ],
)
def test_content_that_is_not_what_the_ending_says_is_refused(name, content):
    ending = name.rpartition(".")[2]

    assert refusal(name, content).startswith(f"The file is not a {ending} file, or it is damaged.")


def test_the_hash_is_that_of_the_bytes():
    file = upload("register.txt", GOOD["txt"])
    file.read(5)

    assert sha256(file) == hashlib.sha256(GOOD["txt"]).hexdigest()
    assert file.read() == GOOD["txt"]


# --- names ---


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Register.pdf", "Register.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\Register.pdf", "Register.pdf"),
        ("a\r\nSet-Cookie: x=1\x00\x1b.pdf", "a Set-Cookie: x=1.pdf"),
        ("report\u202exslx.pdf", "reportxslx.pdf"),
        ("Clàr-oideachaidh Dàmhair.xlsx", "Clàr-oideachaidh Dàmhair.xlsx"),
        ("n" * 300 + ".docx", "n" * 195 + ".docx"),
        ("n" * 300, "n" * 200),
        ("x." + "y" * 300, "x." + "y" * 198),
        ("\u200b..", "file"),
        ("", "file"),
    ],
)
def test_a_name_is_kept_without_folders_hidden_characters_or_excess(given, kept):
    assert safe_name(given) == kept


def test_a_name_that_hides_its_ending_is_judged_by_what_it_is():
    assert refusal("report.pdf\u202e.exe", GOOD["pdf"]).startswith("Choose a file of one of these kinds")
    validate_upload(upload("report.pdf\u200b", GOOD["pdf"]))


def test_what_a_file_is_handed_out_as_comes_from_our_list():
    assert content_type_of("Data.CSV") == "text/csv; charset=utf-8"
    assert content_type_of("page.html") == content_type_of("noending") == "application/octet-stream"
    assert all("html" not in content_type_of(f"x.{ending}") for ending in ALLOWED)
