"""Word files for the tests of templates: made by python-docx, and changed into what nobody should send."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def saved(paper: Document) -> bytes:
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def template(*lines: str, change: Callable[[Document], Any] = lambda paper: None) -> bytes:
    """A template with these paragraphs, changed by `change`."""
    paper = docx.Document()
    for line in lines:
        paper.add_paragraph(line)
    change(paper)
    return saved(paper)


def upload(data: bytes, name: str = "Council.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def related(kind: str, target: str) -> bytes:
    """A template whose text refers to something outside."""
    return template("{{ paper }}", change=lambda it: it.part.relate_to(target, RELATION + kind, is_external=True))


def with_xml(inside: str) -> bytes:
    """A template with a paragraph that holds this XML, in the namespaces of Word and of VML."""
    spaces = f'{nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"'
    made = parse_xml(f"<w:p {spaces}>{inside}</w:p>")
    return template("{{ paper }}", change=lambda paper: paper.element.body.insert(0, made))


def with_part(data: bytes, name: str, content: bytes, compress_type: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The file with one more part."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content, compress_type)
    return out.getvalue()


def bomb(data: bytes, megabytes: int) -> bytes:
    """The file with a part of so many zeros."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/big.xml", "w") as part:
        for _ in range(megabytes):
            part.write(bytes(1 << 20))
    return out.getvalue()


def split(paragraph: Any, *pieces: str) -> Iterator[Any]:
    """Writes a paragraph as a run for each piece."""
    for each in pieces:
        yield paragraph.add_run(each)
