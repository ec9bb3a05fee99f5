"""What may be uploaded: allowed by ending and by content, without macros, within the limit, no bombs."""

import hashlib
import zipfile
import zlib
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
FIRST_BYTES = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
}
TEXT = {"csv", "txt"}
ALLOWED = sorted([*OFFICE, *FIRST_BYTES, *TEXT])
ACCEPT = ",".join(f".{ending}" for ending in ALLOWED)
MOST_TYPES = 1024 * 1024  # bytes read of the list of parts
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; text in Office files reaches about 50


def validate_upload(file: UploadedFile) -> None:
    """Raises ValidationError, in words that say what to do, when the file is not what we keep."""
    ending = (file.name or "").rpartition(".")[2].lower()
    if ending not in ALLOWED:
        raise ValidationError(f"Choose a file of one of these kinds: {', '.join(ALLOWED)}.")
    if not file.size:
        raise ValidationError("The file is empty. Choose another.")
    if file.size > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        raise ValidationError(f"The file is larger than {limit} MB. Make it smaller, or give a link to it instead.")
    file.seek(0)
    if not _content_fits(ending, file):
        raise ValidationError(
            f"The file is not a {ending} file, or it holds macros. Save it again as .{ending} and retry."
        )
    file.seek(0)


def sha256(file: BinaryIO | UploadedFile) -> str:
    """The SHA-256 of a file as 64 hexadecimal digits; the file is left at its start."""
    file.seek(0)
    checksum = hashlib.sha256()
    while chunk := file.read(1 << 20):
        checksum.update(chunk)
    file.seek(0)
    return checksum.hexdigest()


def _content_fits(ending: str, file: UploadedFile) -> bool:
    if ending in OFFICE:
        return _is_office_file(file, OFFICE[ending])
    head = file.read(4096)
    if ending in TEXT:
        return b"\0" not in head and not head.startswith((b"%PDF", b"PK\x03\x04", b"MZ", b"\x7fELF"))
    return head.startswith(FIRST_BYTES[ending])


def _is_office_file(file: UploadedFile, folder: str) -> bool:
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
        parts = next((entry for entry in entries if entry.filename == "[Content_Types].xml"), None)
        said = archive.open(parts).read(MOST_TYPES).lower() if parts else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError, OSError):
        return False  # damaged in one way or another, or under a password: zipfile has no error that covers them all
    names = {entry.filename.lower() for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * (file.size or 1)
    has_macros = b"vbaproject" in said or b"macroenabled" in said or any("vbaproject" in name for name in names)
    has_parts = "[content_types].xml" in names and any(name.startswith(folder) for name in names)
    return has_parts and not is_bomb and not has_macros
