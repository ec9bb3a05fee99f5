"""Reading exported papers back, each by a library or program that did not write them."""

import csv
import io
import re
import subprocess
from functools import cache

import docx
import openpyxl
from docx.oxml.ns import qn

Tables = dict[str, list[list[str]]]  # by caption or sheet: the heading row, then the rows, all text


def docx_tables(made: bytes) -> Tables:
    found = {}
    for table in docx.Document(io.BytesIO(made)).tables:
        caption = table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        found[caption] = [[cell.text for cell in row.cells] for row in table.rows]
    return found


@cache
def pdf_tables(made: bytes) -> Tables:
    """The tables of the tagged structure, as a screen reader is given them (poppler prints it, an indented tree)."""
    found: Tables = {}
    caption, kind = "", ""
    for line in _poppler("pdfinfo", "-struct-text", made).splitlines():
        said = line.strip()
        if said.startswith('"'):
            if kind == "Caption":
                caption += said[1:-1]
            elif kind in {"TH", "TD"}:
                found[caption][-1][-1] += said[1:-1]
            continue
        tag = re.match(r"[A-Za-z0-9]+", said)
        if tag and tag[0] in {"Table", "Caption", "TR", "TH", "TD", "P", "H1", "H2", "BlockQuote"}:
            kind = tag[0]
            if kind == "Table":
                caption = ""
            elif kind == "TR":
                found.setdefault(caption, []).append([])
            elif kind in {"TH", "TD"}:
                found[caption][-1].append("")
    return found


def pdf_text(made: bytes) -> str:
    return _poppler("pdftotext", "-layout", made)


def docx_text(made: bytes) -> str:
    """Every word, the footers' too."""
    paper = docx.Document(io.BytesIO(made))
    body = [paragraph.text for paragraph in paper.paragraphs]
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    feet = [paragraph.text for section in paper.sections for paragraph in section.footer.paragraphs]
    return "\n".join(body + cells + feet)


def xlsx_book(made: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(made))


def xlsx_tables(made: bytes) -> Tables:
    """The table of each sheet by the name of the sheet."""
    return {
        sheet.title: [[str(value) for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]
        for sheet in xlsx_book(made)
    }


def xlsx_text(made: bytes) -> str:
    sheets = xlsx_book(made).worksheets
    feet = [sheet.oddFooter.left.text or "" for sheet in sheets]
    return "\n".join([str(cell.value) for sheet in sheets for row in sheet for cell in row] + feet)


def csv_rows(made: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def _poppler(program: str, option: str, made: bytes) -> str:
    run = subprocess.run([program, option, "-enc", "UTF-8", "-", *_to_stdout(program)], input=made, capture_output=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.decode()


def _to_stdout(program: str) -> list[str]:
    return ["-"] if program == "pdftotext" else []
