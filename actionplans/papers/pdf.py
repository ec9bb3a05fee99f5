"""PDF through typst: tagged, written to PDF/A-2a and PDF/UA-1, landscape pages for the wide tables."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

from actionplans.papers.blocks import content_of
from actionplans.papers.content import TINTS, Content, Table, said
from actionplans.papers.heights import row_heights
from actionplans.papers.press import NotClean, built_fonts, press
from actionplans.papers.report import Report

STANDARDS = ("a-2a", "ua-1")
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
JOINERS = "[\u200d\ufe0e\ufe0f]"  # they hold a picture made of several together, and mean nothing without it
MOST_MISSING = 40  # characters; each costs another typesetting, about 0.1 seconds


def write_pdf(report: Report) -> bytes:
    """The paper as one PDF. Raises FontsMissing, or NotClean naming typst's warning."""
    return pdf_of(content_of(report))


def pdf_of(content: Content) -> bytes:
    return typeset(content, fonts=built_fonts())


def typeset(content: Content, *, fonts: Path) -> bytes:
    """Typesets with the TTF files of a folder and those inside typst, none of the system."""
    words = json.dumps(content, default=lambda value: _plain(value, fonts), ensure_ascii=False)
    for _ in range(MOST_MISSING):
        made, missing = _set(words, fonts)
        if made:
            return made
        if missing.isascii():
            break
        words = re.sub(f"{re.escape(missing)}{JOINERS}*", _named(missing), words)
    raise NotClean(f"The fonts lack too many of the characters in this paper, such as “{missing}”; use Word for it.")


def _plain(value: object, fonts: Path) -> Any:
    """A part of the content for JSON; of a table only text and whole numbers, as read, and the heights of rows."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Table):
        rows = [[cell if isinstance(cell, int) else said(cell) for cell in row] for row in value.rows]
        return vars(value) | {"rows": rows, "heights": row_heights(rows, value.widths, fonts)}
    return vars(value)


def _set(words: str, fonts: Path) -> tuple[bytes, str]:
    """The PDF, or no bytes and a character that no font has (PDF/A forbids an empty box)."""
    from typst import TypstError

    inputs = {"content": words, "tints": json.dumps(TINTS)}
    try:
        return press("report.typ", inputs, fonts=fonts, format="pdf", pdf_standards=[*STANDARDS]), ""
    except TypstError as error:
        if found := MISSING.search(error.message):
            return b"", ESCAPE.sub(lambda code: chr(int(code[1], 16)), found[1])
        raise


def _named(characters: str) -> str:
    """The names of characters, so that nothing is lost: [party popper]."""
    visible = [each for each in characters if unicodedata.category(each) not in {"Cf", "Mn"}]
    return f"[{', '.join(unicodedata.name(each, f'U+{ord(each):04X}').lower() for each in visible)}]"
