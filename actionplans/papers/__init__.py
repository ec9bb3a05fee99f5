"""Papers: one module computes the numbers and rows as at a date, one tuple of columns, one writer per format."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from actionplans.models import PaperTemplate
from actionplans.papers.build import build_report
from actionplans.papers.csv import write_csv
from actionplans.papers.docx import write_docx
from actionplans.papers.html import write_html
from actionplans.papers.layouts import Layout
from actionplans.papers.pdf import write_pdf
from actionplans.papers.report import Report
from actionplans.papers.xlsx import write_xlsx

__all__ = ["FORMATS", "PACK", "Format", "Layout", "Report", "build_report", "content_type_of", "label_of"]

PACK = "zip"  # not a format of a paper: the pack for inspectors
OFFICE = "application/vnd.openxmlformats-officedocument"


class Writer(Protocol):
    """Writes a report as a file; the Word template of the group is for those formats that can take its looks."""

    def __call__(self, report: Report, template: PaperTemplate | None = None, /) -> bytes: ...


@dataclass(frozen=True)
class Format:
    """The ending of a file's name, what people call the format, its media type, and what writes it."""

    ending: str
    label: str
    content_type: str
    write: Writer


def _without_template(write: Callable[[Report], bytes]) -> Writer:
    """A writer of a format that has its own looks."""
    return lambda report, template=None: write(report)


FORMATS = {
    each.ending: each
    for each in (
        Format("docx", "Word", f"{OFFICE}.wordprocessingml.document", write_docx),
        Format("pdf", "PDF", "application/pdf", _without_template(write_pdf)),
        Format("xlsx", "Excel", f"{OFFICE}.spreadsheetml.sheet", _without_template(write_xlsx)),
        Format("html", "Web page", "text/html; charset=utf-8", _without_template(write_html)),
        Format("csv", "CSV", "text/csv; charset=utf-8", _without_template(write_csv)),
    )
}


def label_of(ending: str) -> str:
    """What people call a format, or the pack for inspectors."""
    return "Inspectors’ pack" if ending == PACK else FORMATS[ending].label


def content_type_of(ending: str) -> str:
    return "application/zip" if ending == PACK else FORMATS[ending].content_type
