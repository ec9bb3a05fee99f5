"""The Word file whose looks the papers of a group take: what may be in one, and one to begin with.

It gives styles, headers, footers, pictures and the set-up of the page; placeholders.py says what is filled in. A field
is a piece of program: only those that show something of the document itself are let in.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import docx
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from actionplans.papers.placeholders import MARK, faults, stories
from core.office import CANNOT_BE_READ
from core.uploads import validate_upload

NOT_DOCX = "Choose a .docx file. In Word, a template (.dotx) can be saved as one."
NOT_WORD = "Word cannot open this file as a document. Save it again as .docx and choose it again."
OUTSIDE = "The file fetches something from another place when it is opened ({kind}). Put it into the file itself."
IMPORTED = "The file holds another document inside it. Copy its text into the file, and choose the file again."
LINK = "The file has a link to “{target}”. Only links to web pages and e-mail addresses may stay."
FIELD = "The file holds a field that may not stand in a template: {name}. Take it out, or replace it by its text."
NOTES = "Placeholders may not stand in footnotes, endnotes or comments."
REVIEWED = "The file holds comments or tracked changes, which every paper would show. Accept or delete them all."
# Fields that show something of the document, and fetch, ask and start nothing.
FIELDS = frozenset(
    (
        *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "STYLEREF", "TOC", "PAGEREF", "REF", "NOTEREF", "SEQ"),
        *(
            "TITLE",
            "SUBJECT",
            "FILENAME",
            "DATE",
            "TIME",
            "CREATEDATE",
            "SAVEDATE",
            "PRINTDATE",
            "HYPERLINK",
            "SYMBOL",
            "DOCPROPERTY",
        ),
    )
)
VML, VML_LINK = "{urn:schemas-microsoft-com:vml}*", "{urn:schemas-microsoft-com:office:office}href"
LINKS = ("http://", "https://", "mailto:")
NOTE_PARTS = ("footnotes+xml", "endnotes+xml", "comments+xml")
REVIEW_MARKS = tuple(qn(f"w:{name}") for name in ("commentReference", "ins", "del", "moveFrom", "moveTo"))
CANNOT_BE_OPENED = (*CANNOT_BE_READ, XMLSyntaxError)


def check_template(file: UploadedFile) -> None:
    """Raises ValidationError with every reason why a file cannot be the template of a group, in plain English.

    1. It is no .docx file, or one that we keep nowhere (core/office.py): macros, objects, a password, a bomb.
    2. It fetches something when it is opened, or holds fields that could, or what nobody would want in each paper.
    3. A placeholder is unknown; that of the paper is missing, there twice, or not alone in a paragraph.
    """
    if not (file.name or "").lower().endswith(".docx"):
        raise ValidationError(NOT_DOCX)
    validate_upload(file)
    try:
        paper = docx.Document(file)
        said = [*_fetched(paper), *_fields(paper), *_reviewed(paper), *faults(paper)]
    except CANNOT_BE_OPENED as error:
        raise ValidationError(NOT_WORD) from error
    finally:
        file.seek(0)
    if said:
        raise ValidationError([*dict.fromkeys(said)])


def opened(file: File) -> Document:
    """A checked template as a document, without the name of a template of its own, on the drive of who wrote it."""
    paper = docx.Document(cast(BinaryIO, file))
    for part in paper.part.package.iter_parts():
        for key in [key for key, each in part.rels.items() if _kind(each) == "attachedTemplate"]:
            del part.rels[key]
    for named in paper.settings.element.findall(qn("w:attachedTemplate")):
        paper.settings.element.remove(named)
    return paper


def _fetched(paper: Document) -> Iterator[str]:
    """What it fetches from elsewhere when it is opened, and links to other things than pages.

    A template on the drive of who wrote it may be named: core/office.py refuses those on other computers.
    """
    package = paper.part.package
    for rels in (package.rels, *(part.rels for part in package.iter_parts())):
        for each in rels.values():
            kind = _kind(each)
            if kind in {"aFChunk", "subDocument"}:
                yield IMPORTED
            elif each.is_external and kind == "hyperlink":
                if not each.target_ref.lower().startswith(LINKS):
                    yield LINK.format(target=each.target_ref[:60])
            elif each.is_external and kind != "attachedTemplate":
                yield OUTSIDE.format(kind=kind)
    for story in stories(paper):
        for element in story.iter(VML):
            if element.get("src") or element.get(VML_LINK):
                yield OUTSIDE.format(kind="image")


def _kind(relation: Any) -> str:
    return relation.reltype.rpartition("/")[2]


def _fields(paper: Document) -> Iterator[str]:
    for story in stories(paper):
        for code in _codes(story):
            name = (re.findall(r"[^\s\\]+", code) or ["without a name"])[0].upper()
            if name not in FIELDS:
                yield FIELD.format(name=name[:30])


def _codes(story: Any) -> Iterator[str]:
    """The code of each field, also where Word has split it. One that another field makes up has none of its own."""
    yield from (each.get(qn("w:instr")) or "" for each in story.iter(qn("w:fldSimple")))
    under_way: list[str] = []
    for each in story.iter(qn("w:fldChar"), qn("w:instrText")):
        if each.tag == qn("w:instrText"):
            if under_way:
                under_way[-1] += each.text or ""
        elif each.get(qn("w:fldCharType")) == "begin":
            under_way.append("")
        elif each.get(qn("w:fldCharType")) == "end" and under_way:
            yield under_way.pop()
    yield from under_way


def _reviewed(paper: Document) -> Iterator[str]:
    """Comments and tracked changes; placeholders where nothing is filled in."""
    if any(next(story.iter(*REVIEW_MARKS), None) is not None for story in stories(paper)):
        yield REVIEWED
    for part in paper.part.package.iter_parts():
        if part.content_type.endswith(NOTE_PARTS) and MARK.search("".join(parse_xml(part.blob).itertext())):
            yield NOTES
