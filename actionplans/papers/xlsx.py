"""Excel: a summary, the actions under the columns of columns.py, the exceptions. Text is never a formula or a link."""

import io
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from actionplans.papers.columns import COLUMNS
from actionplans.papers.report import Report
from actionplans.papers.tables import (
    DRAFT,
    TINTS,
    Cell,
    Table,
    ageing_table,
    cover_facts,
    exceptions_table,
    rag_table,
    rates_table,
    status_table,
    summary_table,
)

LONGEST = 32767  # characters that a cell of Excel holds
A4 = 9  # Excel's number for the size of paper
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
BASE = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}


def write_xlsx(report: Report) -> bytes:
    """The workbook. Dates are real dates (dd mmm yyyy), counts are numbers."""
    out = io.BytesIO()
    with Workbook(out, OPTIONS) as book:
        book.set_properties({"title": report.title, "created": datetime.combine(report.as_at, time())})
        styles = Styles(book)
        _summary(book.add_worksheet("Summary"), report, styles)
        _actions(book.add_worksheet("Actions"), report, styles)
        _exceptions(book.add_worksheet("Exceptions"), report, styles)
    return out.getvalue()


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        line = {"border": 1, "border_color": "#8A9092"}
        self.title = book.add_format(BASE | {"bold": True, "font_size": 14, "text_wrap": False})
        self.caption = book.add_format(BASE | {"bold": True, "font_size": 11, "text_wrap": False})
        self.label = book.add_format(BASE | {"bold": True})
        self.text = book.add_format(BASE | {"text_wrap": False})
        self.heading = book.add_format(BASE | line | {"bold": True, "valign": "bottom", "bg_color": "#E4E8EA"})
        self.cell = book.add_format(BASE | line)
        self.day = book.add_format(BASE | line | {"num_format": "dd mmm yyyy", "align": "left"})
        self.rag = {word: book.add_format(BASE | line | {"bg_color": f"#{tint}"}) for word, tint in TINTS.items()}


def _summary(sheet: Worksheet, report: Report, styles: Styles) -> None:
    """The cover's facts, then the tables of figures one under another."""
    _on_paper(sheet, report)
    sheet.set_portrait()
    sheet.set_column(0, 0, 46, styles.cell)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, 60)
    _write(sheet, 0, 0, report.title, styles.title)
    facts = (("State", DRAFT if report.is_draft else "Issued"), *cover_facts(report), ("History", report.history))
    for row, (label, said) in enumerate(facts, start=2):
        _write(sheet, row, 0, label, styles.label)
        _write(sheet, row, 1, said, styles.text)
    row = len(facts) + 3
    counts = report.figures
    for table in (summary_table(report), rates_table(counts), rag_table(report), status_table(counts)):
        row = _table(sheet, row, table, styles)
    _table(sheet, row, ageing_table(counts), styles)


def _table(sheet: Worksheet, row: int, table: Table, styles: Styles) -> int:
    """A caption, a heading row and the rows, from `row` down; gives the row after the gap under them."""
    _write(sheet, row, 0, table.caption, styles.caption)
    for column, heading in enumerate(table.headings):
        _write(sheet, row + 1, column, heading, styles.heading)
    for down, cells in enumerate(table.rows, start=row + 2):
        for column, cell in enumerate(cells):
            tinted = styles.rag.get(str(cell), styles.cell) if column == table.rag else styles.cell
            _write(sheet, down, column, cell, tinted)
    return row + len(table.rows) + 3


def _actions(sheet: Worksheet, report: Report, styles: Styles) -> None:
    """One row an action, every column of columns.py."""
    _on_paper(sheet, report)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        _write(sheet, 0, place, column.heading, styles.heading)
        for down, row in enumerate(report.rows, start=1):
            _write(sheet, down, place, column.value(row), _style(column.heading, column.value(row), styles))
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(report.rows), len(COLUMNS) - 1)


def _exceptions(sheet: Worksheet, report: Report, styles: Styles) -> None:
    _on_paper(sheet, report)
    table = exceptions_table(report)
    for place, (heading, millimetres) in enumerate(zip(table.headings, table.widths, strict=True)):
        sheet.set_column(place, place, millimetres / 2)
        _write(sheet, 0, place, heading, styles.heading)
        for down, cells in enumerate(table.rows, start=1):
            _write(sheet, down, place, cells[place], styles.cell)
    if not table.rows:
        _write(sheet, 1, 0, "There are no exceptions.", styles.text)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def _on_paper(sheet: Worksheet, report: Report) -> None:
    """A4 on its side, as wide as the paper, with the title and the page's number at the foot."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    title = f"{'Draft. ' if report.is_draft else ''}{report.title}".replace("&", "&&")
    sheet.set_footer(f"&L{title[:200]}&RPage &P of &N")


def _style(heading: str, value: Cell | date | None, styles: Styles) -> Format:
    if isinstance(value, date):
        return styles.day
    return styles.rag.get(str(value), styles.cell) if heading == "RAG" else styles.cell


def _write(sheet: Worksheet, row: int, column: int, value: Cell | date | None, style: Format) -> None:
    """A cell of the value's own kind; text is cut at the most that Excel holds, which it would refuse whole."""
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time()), style)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, style)
    elif value:
        said = value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
        sheet.write_string(row, column, said, style)
    else:
        sheet.write_blank(row, column, None, style)
