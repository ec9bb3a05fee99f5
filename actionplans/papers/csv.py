"""CSV: UTF-8 with a byte order mark, one header row, one row an action, dates YYYY-MM-DD, never a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from actionplans.papers.columns import COLUMNS
from actionplans.papers.content import plain_lines
from actionplans.papers.report import Report, Row

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(report: Report) -> bytes:
    return csv_of(report.rows).encode("utf-8-sig")


def csv_of(rows: Iterable[Row]) -> str:
    """The rows of a report, with their header."""
    return table([column.heading for column in COLUMNS], ([column.value(row) for column in COLUMNS] for row in rows))


def table(headings: list[str], rows: Iterable[Sequence[object]]) -> str:
    """The header and the rows. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return out.getvalue()


def _safe(value: object) -> object:
    if not isinstance(value, str):
        return value
    said = plain_lines(value)
    return f"'{said}" if said.startswith(STARTS_A_FORMULA) else said
