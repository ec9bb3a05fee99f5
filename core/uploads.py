"""What may be uploaded: allowed by ending and by content, within the limit; how it is named and handed out again."""

import hashlib
import re
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.office import DAMAGED, OFFICE, check_office

FIRST_BYTES = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
}
# What each ending is handed out as, whatever the browser that sent it had said.
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
ALLOWED = sorted(CONTENT_TYPES)
ACCEPT = ",".join(f".{ending}" for ending in ALLOWED)
MOST_OF_NAME = 200  # characters
BEGINS_LIKE_A_PROGRAM = (b"PK\x03\x04", b"MZ", b"\x7fELF")
BEGINS_LIKE_A_PAGE = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml")
READERS_LOOK_FOR_PDF_IN = 1024  # bytes


def validate_upload(file: UploadedFile) -> None:
    """Raises ValidationError, in words that say what to do, when the file is not what we keep."""
    ending = _ending(safe_name(file.name or ""))
    if ending not in ALLOWED:
        raise ValidationError(f"Choose a file of one of these kinds: {', '.join(ALLOWED)}.")
    if not file.size:
        raise ValidationError("The file is empty. Choose another.")
    if file.size > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        raise ValidationError(f"The file is larger than {limit} MB. Make it smaller, or give a link to it instead.")
    file.seek(0)
    if ending in OFFICE:
        check_office(file, ending)
    elif not (_begins_right(ending, file) if ending in FIRST_BYTES else _is_text(file)):
        raise ValidationError(DAMAGED.format(ending=ending))
    file.seek(0)


def sha256(file: BinaryIO | UploadedFile) -> str:
    """The SHA-256 of a file as 64 hexadecimal digits; the file is left at its start."""
    file.seek(0)
    checksum = hashlib.sha256()
    while chunk := file.read(1 << 20):
        checksum.update(chunk)
    file.seek(0)
    return checksum.hexdigest()


def safe_name(name: str) -> str:
    """The name that a file is kept and handed out under.

    Without folders, without characters that cannot be seen or that turn others round (`exe.fdp` read backwards), at
    most 200 characters, its ending kept.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(each for each in " ".join(last.split()) if each.isprintable()).strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) < MOST_OF_NAME:
        return f"{stem[: MOST_OF_NAME - len(ending) - 1]}.{ending}"
    return seen[:MOST_OF_NAME] or "file"


def content_type_of(name: str) -> str:
    """By our own list, never guessed: what is not on it is only bytes."""
    return CONTENT_TYPES.get(_ending(name), "application/octet-stream")


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _begins_right(ending: str, file: UploadedFile) -> bool:
    return file.read(16).startswith(FIRST_BYTES[ending])


def _is_text(file: UploadedFile) -> bool:
    """Text from beginning to end, and nothing that another program would take for a page or a PDF."""
    head = file.read(READERS_LOOK_FOR_PDF_IN)
    opens = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(BEGINS_LIKE_A_PROGRAM) or b"%PDF-" in head or opens.startswith(BEGINS_LIKE_A_PAGE):
        return False
    file.seek(0)
    while chunk := file.read(1 << 20):
        if b"\0" in chunk:
            return False
    return True
