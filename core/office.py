"""What is looked for inside Office files, which are zip archives of XML parts. Nothing is unpacked to the disk."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}  # where the parts of each kind are
MAX_PARTS = 5_000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; text in Office files reaches about 50
LARGE_PART = 20 * 1024 * 1024  # bytes; a blank picture in an old format packs as well as a bomb, but is small
MOST_XML = 8 * 1024 * 1024  # bytes read of a list of types or of relations
OLD_FILE = b"\xd0\xcf\x11\xe0"  # what Office wrote before 2007, and still writes round a file with a password
ARCHIVE = b"PK\x03\x04"

DAMAGED = "The file is not a {ending} file, or it is damaged. Save it again as .{ending} and choose it again."
PASSWORD = "The file has a password, or is of an old kind. Save it without one as .{ending} and choose it again."
BOMB = "The file unpacks to far more than its size. Save it again as .{ending} or as a PDF, and choose it again."
MACROS = "The file holds macros. Save it again as .{ending}, without macros, and choose it again."
OBJECT = "The file holds an embedded object or a control. Take it out, or save the file as a PDF, and choose it again."
TEMPLATE = (
    "The file fetches its template from another computer when it is opened. In Word, attach the template “Normal” "
    "instead, or save the file as a PDF, and choose it again."
)

# zipfile and the parser have no error that covers every way in which a file can be damaged.
CANNOT_BE_READ = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ElementTree.ParseError),
    *(ValueError, LookupError, EOFError, RuntimeError, OSError),
)


def check_office(file: UploadedFile, ending: str) -> None:
    """Raises ValidationError, in words that say what to do, for an Office file that we do not keep.

    1. It is damaged, has a password, or lacks the parts of its kind.
    2. It is a bomb: it, with the archives inside it, has too many parts or unpacks to far more than it holds.
    3. It holds macros, by name or by declared type, whatever the file is called.
    4. It holds an embedded object (OLE) or a control (ActiveX): a program behind a picture, run by a click. The sheet
       behind a chart is embedded in another way ("package") and may stay.
    5. It names a template on another computer: Word fetches that on opening, with its macros, and tells that computer
       who opens it. A template on the writer's own drive may stay; most documents of councils name one.
    """
    if file.read(4) == OLD_FILE:
        raise ValidationError(PASSWORD.format(ending=ending))
    try:
        with zipfile.ZipFile(file) as archive:
            fault = _fault(archive, ending, file.size or 1)
    except CANNOT_BE_READ:
        fault = DAMAGED
    if fault:
        raise ValidationError(fault.format(ending=ending))


def _fault(archive: zipfile.ZipFile, ending: str, packed: int) -> str:
    """The first thing that is wrong, as a sentence; empty when nothing is."""
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        return PASSWORD
    if _is_bomb(parts, packed):
        return BOMB
    inner = [part for each in parts for part in _parts_inside(archive, each)]
    if _is_bomb([*parts, *inner], packed):
        return BOMB
    if not any(part.filename.lower().startswith(OFFICE[ending]) and part.file_size for part in parts):
        return DAMAGED
    said = [*_types(archive), *(part.filename.lower() for part in [*parts, *inner])]
    if any(word in each for each in said for word in ("vbaproject", "macroenabled", "macrosheet")):
        return MACROS
    relations = list(_relations(archive))
    if any(kind in {"oleobject", "control"} for kind, _ in relations) or any(_is_object(each) for each in said):
        return OBJECT
    is_remote = any(kind == "attachedtemplate" and _is_elsewhere(target) for kind, target in relations)
    return TEMPLATE if is_remote else ""


def _is_bomb(parts: list[zipfile.ZipInfo], packed: int) -> bool:
    unpacked = sum(part.file_size for part in parts)
    return (
        len(parts) > MAX_PARTS
        or unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * packed)
        or any(part.file_size > max(LARGE_PART, MAX_RATIO * part.compress_size) for part in parts)
    )


def _parts_inside(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[zipfile.ZipInfo]:
    """The parts of a part that is an archive itself: the sheet behind a chart, or the next layer of a bomb."""
    with archive.open(part) as file:
        if file.read(4) != ARCHIVE:
            return []
        with zipfile.ZipFile(cast(BinaryIO, file)) as inner:
            return inner.infolist()


def _is_object(said: str) -> bool:
    return "oleobject" in said or "activex" in said


def _types(archive: zipfile.ZipFile) -> list[str]:
    """What the parts are declared as. Macros are found by it, whatever their part is called."""
    declared = _xml(archive, archive.getinfo("[Content_Types].xml"))
    return [each.get("ContentType", "").lower() for each in declared.iter()]


def _relations(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """What the parts refer to: the kind of relation in small letters, and its target."""
    for part in archive.infolist():
        if part.filename.lower().endswith(".rels"):
            for each in _xml(archive, part).iter():
                yield each.get("Type", "").rpartition("/")[2].lower(), each.get("Target", "")


def _xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> ElementTree.Element:
    if part.file_size > MOST_XML:
        raise zipfile.BadZipFile("a list longer than any that Office writes")
    return ElementTree.fromstring(archive.read(part))


def _is_elsewhere(target: str) -> bool:
    """Whether a template is on another computer: by address or by share, but not on a drive or beside the file."""
    path = re.sub(r"^file:/*(?=[a-z]:)", "", target.strip().replace("\\", "/").replace("%5c", "/"), flags=re.IGNORECASE)
    return path.startswith("//") or bool(re.match(r"[a-z][a-z0-9+.-]+:", path, flags=re.IGNORECASE))
