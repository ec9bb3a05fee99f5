"""Papers: one module computes the numbers and rows as at a date, one tuple of columns, one writer per format."""

from collections.abc import Callable
from dataclasses import dataclass

from actionplans.papers.build import build_report
from actionplans.papers.csv import write_csv
from actionplans.papers.docx import write_docx
from actionplans.papers.pdf import write_pdf
from actionplans.papers.report import Report
from actionplans.papers.xlsx import write_xlsx

__all__ = ["FORMATS", "Format", "Report", "build_report"]

OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Format:
    """The ending of a file's name, what people call the format, its media type, and what writes it."""

    ending: str
    label: str
    content_type: str
    write: Callable[[Report], bytes]


FORMATS = {
    each.ending: each
    for each in (
        Format("docx", "Word", f"{OFFICE}.wordprocessingml.document", write_docx),
        Format("pdf", "PDF", "application/pdf", write_pdf),
        Format("xlsx", "Excel", f"{OFFICE}.spreadsheetml.sheet", write_xlsx),
        Format("csv", "CSV", "text/csv; charset=utf-8", write_csv),
    )
}
