"""The shape of a paper as words: what the writers of Word, PDF, HTML and the spreadsheet are given, and nothing else.

Cells are text, whole numbers or days. `said` is a cell as a reader sees it: a day is "23 August 2012".
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from actionplans.papers.report import NOT_RECORDED

Cell = str | int | date | None
Facts = tuple[tuple[str, str], ...]

UPRIGHT, ON_ITS_SIDE = 170, 267  # millimetres between the margins of A4
MOST_BESIDE, MOST_LETTERS = 3, 30  # columns of a table on a phone, and letters of their longest words together
NOTHING = "none"
BARRED = frozenset({"Cc", "Cs", "Co"})  # categories of Unicode
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they can show text in another order
TINTS = {"Red": "FDF1EF", "Amber": "FFF7E8", "Green": "EEF7F1", "Blue": "EEF4FA"}  # under black text: 15:1 and more


@dataclass(frozen=True)
class Table:
    """A caption, a description for those who cannot see it, headings, widths in millimetres, rows of as many cells.

    `name` is short enough for the sheet of a workbook (31 characters). `rag` is the column whose text begins with a RAG
    word, if there is one.
    """

    name: str
    caption: str
    description: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rag: int | None = None

    @property
    def is_wide(self) -> bool:
        """Whether it needs a page on its side."""
        return sum(self.widths) > UPRIGHT

    @property
    def is_stacked(self) -> bool:
        """Whether its rows become cards on a phone: many columns, or words too long to stand side by side."""
        columns = zip(self.headings, *([said(cell) for cell in row] for row in self.rows), strict=True)
        letters = sum(max(len(word) for text in column for word in (text.split() or [""])) for column in columns)
        return len(self.headings) > MOST_BESIDE or letters > MOST_LETTERS

    @property
    def read(self) -> list[list[tuple[str, str, bool, str]]]:
        """Each row as its cells are read: the heading over a cell, the cell, whether it is a number, its RAG word."""
        return [
            [
                (heading, said(cell), isinstance(cell, int), rag_word(cell) if place == self.rag else "")
                for place, (heading, cell) in enumerate(zip(self.headings, row, strict=True))
            ]
            for row in self.rows
        ]

    @property
    def numbers(self) -> frozenset[int]:
        """The columns that hold a number in some row: they are set to the right."""
        return frozenset(place for row in self.rows for place, cell in enumerate(row) if isinstance(cell, int))


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, `width` millimetres wide, with its caption and what it shows, in words.

    `narrow` is the same chart for a narrow screen.
    """

    svg: str
    narrow: str
    caption: str
    description: str
    width: int = UPRIGHT


@dataclass(frozen=True)
class Part:
    """A heading of level 1 or 2 and what stands under it, in this order; `new_page` when it begins one."""

    heading: str
    level: int = 1
    quote: str = ""
    facts: Facts = ()
    paragraphs: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    new_page: bool = False


@dataclass(frozen=True)
class Run:
    """Parts on pages that stand upright, or lie on their side."""

    is_wide: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Content:
    """A whole paper on A4. `state` is a line that says that it is a draft, or an exempt edition; empty for neither.

    `foot` stands on every page: the title, after what the state says in a word or two.
    """

    title: str
    foot: str
    state: str
    as_at: date
    facts: Facts
    runs: tuple[Run, ...]
    contents: bool = False
    values: dict[str, str] = field(default_factory=dict)  # what the placeholders of a Word template stand for

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for run in self.runs for part in run.parts)


def runs_of(blocks: list[tuple[Part, ...]]) -> tuple[Run, ...]:
    """Blocks one after another: on their side from the first to the last that has a table which needs it.

    So the pages turn at most twice, and short blocks between wide tables do not stand alone on a page.
    """
    wide = [place for place, parts in enumerate(blocks) if any(each.is_wide for part in parts for each in part.tables)]
    first, end = (wide[0], wide[-1] + 1) if wide else (len(blocks), len(blocks))
    spans = ((False, blocks[:first]), (True, blocks[first:end]), (False, blocks[end:]))
    return tuple(Run(is_wide, tuple(part for parts in span for part in parts)) for is_wide, span in spans if span)


def said(cell: Cell) -> str:
    """A cell as a reader sees it."""
    if isinstance(cell, date):
        return day(cell)
    return "" if cell is None else str(cell)


def rag_word(cell: Cell) -> str:
    """The word that a cell on RAG begins with, if it is one with a tint."""
    word = said(cell).split(":")[0]
    return word if word in TINTS else ""


def day(on: date | None, missing: str = NOT_RECORDED) -> str:
    return f"{on:%-d %B %Y}" if on else missing


def plain(text: str) -> str:
    """Text in one line, without what no document may hold: control characters, halves of pairs, private letters.

    Marks that turn the direction of the text around are left out too: they could show other words than are kept.
    """
    line = " ".join(text.split())
    if line.isprintable():  # nothing of all this: most text, and ten times as fast
        return line
    kept = (each for each in line if unicodedata.category(each) not in BARRED and each not in TURNS)
    return "".join(each for each in kept if each not in "\ufffe\uffff")


def plain_lines(text: str) -> str:
    """The same for text that keeps its lines, in a cell of a spreadsheet."""
    return text if text.isprintable() else "\n".join(plain(line) for line in text.splitlines())


def paragraphs(text: str) -> tuple[str, ...]:
    """What somebody typed, a paragraph for each line that is not empty."""
    return tuple(line for each in text.splitlines() if (line := plain(each)))
