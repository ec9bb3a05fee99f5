"""How wide the columns of a table are: shared out by what stands in them, as a browser does it."""

from collections.abc import Iterable, Sequence
from datetime import date

from actionplans.papers.content import Cell, said

LETTER = 1.7  # millimetres: what a letter of 9 points takes, spaces counted, with some to spare
MARGINS = 4  # millimetres, left and right of a cell together
LONGEST_WORD = 24  # letters; what is longer may break
MOST = 400  # letters: more in a cell does not make its column wider


def shared_out(headings: Sequence[str], rows: Sequence[Sequence[Cell]], across: int) -> tuple[int, ...]:
    """Whole millimetres for each column, at most `across` together.

    Each gets what its longest word needs; what is left is shared by how much more its longest cell would need to stand
    in one line. So a column of sentences is wide, and no row is high for the sake of one cell.
    Source: CSS 2.2, 17.5.2.2, automatic table layout.
    """
    columns: list[tuple[Cell, ...]] = list(zip(headings, *rows, strict=True))
    least = [_room(min(LONGEST_WORD, _longest_word(cells))) for cells in columns]
    most = [_room(min(MOST, max(len(said(cell)) for cell in cells))) for cells in columns]
    more = [max(high - low, 0) for low, high in zip(least, most, strict=True)]
    left = across - sum(least)
    if left <= 0 or not any(more):
        return tuple(int(low * across / sum(least)) for low in least)
    return tuple(int(low + each * left / sum(more)) for low, each in zip(least, more, strict=True))


def _longest_word(cells: Iterable[Cell]) -> int:
    """Letters; the day and the month of a date stay together."""
    found = (f"{cell:%-d-%B}" if isinstance(cell, date) else said(cell) for cell in cells)
    return max((len(word) for text in found for word in text.split()), default=1)


def _room(letters: int) -> float:
    return MARGINS + LETTER * letters
