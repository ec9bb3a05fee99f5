"""CSV: UTF-8 with a byte order mark, one header row, one row an action, dates YYYY-MM-DD, never a formula."""

import csv
import io
from collections.abc import Iterable

from actionplans.papers.columns import COLUMNS
from actionplans.papers.report import Report, Row

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(report: Report) -> bytes:
    return csv_of(report.rows).encode("utf-8-sig")


def csv_of(rows: Iterable[Row]) -> str:
    """The header and the rows. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.heading for column in COLUMNS)
    writer.writerows([_safe(column.value(row)) for column in COLUMNS] for row in rows)
    return out.getvalue()


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_A_FORMULA) else value
