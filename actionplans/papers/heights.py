"""How high the rows of a table are in a PDF: told to typst, which otherwise lays out each row twice to find out.

Words are filled into lines as typst fills them, by the widths that it gives of letters. Where it might do something
else, as with a word that is wider than its column, nothing is told. A row may be a line too high, never too low:
tests/actionplans/test_heights.py asks typst.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from actionplans.papers.press import queried
from actionplans.papers.widths import LONGEST_WORD

MILLIMETRE = 72 / 25.4  # points
MOST = 600  # letters of a cell; report.typ lets rows with more go over the page
KEPT = 20_000  # words, and cells, of which what was counted is kept: those of a few large papers
LETTERS = [*map(chr, (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180))), *"–—‘’“”•…−≤≥€"]
# Where a line may not end, or need not, although there is a space. Source: Unicode Standard Annex 14, LB13 to LB17.
NOT_BEFORE, NOT_AFTER = frozenset(")]},.:;!?/’”»\"'—"), frozenset("([{¡¿‘“«\"'—")


class Unknown(Exception):
    """A letter that was not measured, or words that are wider than their column."""


class Letters:
    """Points: how high one line is, and each more, what is left free around a cell, and how wide words are."""

    def __init__(self, widths: dict[str, float], line: float, next: float, beside: float, above: float) -> None:
        self.line, self.next, self.beside, self.above = line, next, beside, above
        self.space = widths["x x"] - 2 * widths["x"]
        self.widths = {letter: widths[letter] for letter in LETTERS}
        self.width = lru_cache(KEPT)(self._width)
        self.lines = lru_cache(KEPT)(self._lines)

    def _lines(self, said: str, room: float) -> int:
        """Of text in a cell, at most. Raises Unknown."""
        return sum(self._filled(paragraph.split(" "), room) for paragraph in said.split("\n"))

    def _filled(self, words: Sequence[str], room: float) -> int:
        count, at, may_end, last = 1, 0.0, 0.0, ""  # how far the line is filled, and where it may end before that
        for number, word in enumerate(words):
            at += self.space if number else 0
            if not word:
                continue
            may_end = may_end if word[0] in NOT_BEFORE or last[-1:] in NOT_AFTER else at
            at += self.width(word)
            if at > room:
                count, at, may_end = count + (may_end > 0), at - may_end, 0.0
            if at > room:
                raise Unknown
            last = word
        return count + (at > room)  # spaces at the end take room

    def _width(self, word: str) -> float:
        if len(word) > LONGEST_WORD:
            raise Unknown
        try:
            return sum(self.widths[letter] for letter in word)
        except KeyError as missing:
            raise Unknown from missing


@cache
def letters(fonts: Path) -> Letters:
    """As typst measures them."""
    known = [*LETTERS, "x x"]
    found = json.loads(queried("letters.typ", "<letters>", {"letters": json.dumps(known)}, fonts=fonts))
    return Letters(dict(zip(known, found.pop("widths"), strict=True)), **found)


def row_heights(rows: Sequence[Sequence[str | int]], widths: Sequence[int], fonts: Path) -> list[float | None]:
    """In points, of the rows of a table with columns of these widths in millimetres; None where typst must find out."""
    known = letters(fonts)
    rooms = [width * MILLIMETRE - known.beside for width in widths]
    return [_height([str(cell) for cell in row], rooms, known) for row in rows]


def _height(row: Sequence[str], rooms: Sequence[float], known: Letters) -> float | None:
    if any(len(cell) > MOST for cell in row):
        return None
    try:
        most = max(known.lines(cell, room) for cell, room in zip(row, rooms, strict=True))
    except Unknown:
        return None
    return known.line + (most - 1) * known.next + known.above
