"""Excel: the key and the source, the actions under the columns of columns.py, then a sheet for each other table.

Text is never a formula or a link. Dates are real dates, counts are numbers.
"""

import io
from collections.abc import Iterable
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from actionplans.papers.blocks import content_of
from actionplans.papers.columns import COLUMNS, Column
from actionplans.papers.content import TINTS, Cell, Content, Table, plain_lines
from actionplans.papers.report import Report
from actionplans.papers.to_check import to_check
from actionplans.rag import BY_HAND_EXPLAINED

LONGEST = 32767  # characters that a cell of Excel holds
A4 = 9  # Excel's number for the size of paper
# A row is written out when the next begins, so that memory does not grow with the rows.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
BASE = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
MILLIMETRES = 0.5  # of the width of a table on paper, in average characters of a spreadsheet


def write_xlsx(report: Report) -> bytes:
    """The workbook of a paper."""
    content = content_of(report)
    told = sources(report, content.state, content.facts)
    return xlsx_of(content, told, report.rag_key, COLUMNS, report.rows)


def xlsx_of(
    content: Content,
    told: Iterable[tuple[str, str | date]],
    key: Iterable[tuple[str, str]],
    columns: tuple[Column, ...],
    rows: Iterable[object],
) -> bytes:
    """A workbook of one sheet a table; the tables of actions are one sheet, of these rows under these columns."""
    out = io.BytesIO()
    with Workbook(out, OPTIONS) as book:
        book.set_properties({"title": content.title, "created": datetime.combine(content.as_at, time())})
        sheets = Sheets(book, content.foot)
        sheets.facts("Key and source", content.title, told, key)
        sheets.actions(columns, rows)
        for table in (table for part in content.parts for table in part.tables):
            if not table.name.startswith(("Actions ", "Checks ")):
                sheets.table(table)
    return out.getvalue()


def sources(report: Report, state: str, facts: Iterable[tuple[str, str]]) -> list[tuple[str, str | date]]:
    """Where the figures come from: what is told at the head, the rule, and the head of the history."""
    return [
        ("State", state or "Issued"),
        *facts,
        ("As at", report.as_at),
        ("RAG rule", report.rag_rule),
        *to_check(report),
    ]


class Sheets:
    """The sheets of one workbook, and its formats. `foot` stands at the foot of each."""

    def __init__(self, book: Workbook, foot: str) -> None:
        self.book, self.foot = book, f"&L{foot[:200].replace('&', '&&')}&RPage &P of &N"
        line = {"border": 1, "border_color": "#8A9092"}
        self.title = book.add_format(BASE | {"bold": True, "font_size": 14, "text_wrap": False})
        self.label = book.add_format(BASE | {"bold": True})
        self.heading = book.add_format(BASE | line | {"bold": True, "valign": "bottom", "bg_color": "#E4E8EA"})
        self.cell = book.add_format(BASE | line)
        self.day = book.add_format(BASE | line | {"num_format": "dd mmm yyyy", "align": "left"})
        self.rag = {word: book.add_format(BASE | line | {"bg_color": f"#{tint}"}) for word, tint in TINTS.items()}

    def facts(
        self, name: str, title: str, facts: Iterable[tuple[str, str | date]], key: Iterable[tuple[str, str]]
    ) -> None:
        """A sheet of labels and what they mean: the facts, then the key of the RAG words and of what is set by hand."""
        sheet = self._sheet(name)
        sheet.set_portrait()
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        self._write(sheet, 0, 0, title, self.title)
        place = 2
        for label, value in facts:
            self._write(sheet, place, 0, label, self.label)
            self._write(sheet, place, 1, value, self.day if isinstance(value, date) else self.cell)
            place += 1
        for word, meaning in (*key, ("Set by hand", BY_HAND_EXPLAINED)):
            self._write(sheet, place + 1, 0, word, self.rag.get(word, self.cell))
            self._write(sheet, place + 1, 1, meaning, self.cell)
            place += 1

    def actions(self, columns: tuple[Column, ...], rows: Iterable[object]) -> None:
        """One row an action."""
        headings = tuple(column.heading for column in columns)
        values = (tuple(column.value(row) for column in columns) for row in rows)
        self._rows("Actions", headings, [column.width for column in columns], values, headings.index("RAG"), frozen=1)

    def table(self, table: Table) -> None:
        widths = [millimetres * MILLIMETRES for millimetres in table.widths]
        self._rows(table.name, table.headings, widths, table.rows, table.rag, frozen=0)

    def _rows(
        self,
        name: str,
        headings: Iterable[str],
        widths: Iterable[float],
        rows: Iterable[tuple[Cell, ...]],
        rag: int | None,
        *,
        frozen: int,
    ) -> None:
        """A header that stays in sight and is repeated on paper, a filter over it, the rows."""
        sheet = self._sheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        for place, heading in enumerate(headings):
            self._write(sheet, 0, place, heading, self.heading)
        last = 0
        for last, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                self._write(sheet, last, place, cell, self._format(cell, is_rag=place == rag))
        sheet.freeze_panes(1, frozen)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, last, place)

    def _sheet(self, name: str) -> Worksheet:
        """A sheet on A4 on its side, as wide as the paper, with the title and the page's number at the foot."""
        sheet = self.book.add_worksheet(_sheet_name(name, [each.name for each in self.book.worksheets()]))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self.foot)
        return sheet

    def _format(self, cell: Cell, *, is_rag: bool) -> Format:
        if isinstance(cell, date):
            return self.day
        return self.rag.get(str(cell).split(":")[0], self.cell) if is_rag else self.cell

    @staticmethod
    def _write(sheet: Worksheet, row: int, column: int, value: Cell, style: Format) -> None:
        """A cell of the value's own kind; text is cut at the most that Excel holds, which it would refuse whole."""
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), style)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, style)
        elif value:
            said = plain_lines(value)
            said = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
            sheet.write_string(row, column, said, style)
        else:
            sheet.write_blank(row, column, None, style)


def _sheet_name(name: str, taken: Iterable[str]) -> str:
    """A name that Excel takes: without []:*?/\\ and quotes at its ends, at most 31 characters, each once."""
    clean = "".join(" " if each in "[]:*?/\\" else each for each in name).strip(" '")[:31] or "Table"
    others = {each.lower() for each in taken}
    number, found = 1, clean
    while found.lower() in others:
        number += 1
        found = f"{clean[: 30 - len(str(number))]} {number}"
    return found
