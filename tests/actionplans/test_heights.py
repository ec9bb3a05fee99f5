"""Rows of a PDF are as high as typst would make them, or a line higher: never too low for their words."""

import json
import random

import pytest
import typst

from actionplans.papers.heights import LETTERS, Unknown, letters, row_heights
from actionplans.papers.press import TEMPLATES, built_fonts

SEED = 20261122
WORDS = [
    *(
        [
            "children",
            "and",
            "young",
            "people",
            "in",
            "need",
            "of",
            "protection,",
            "every",
            "very",
            "early",
            "story;",
            "reviewed",
            "by",
            "the",
            "multi-agency",
            "group",
        ]
    ),
    *(
        [
            "Co-ordinator’s",
            "AVAVAV",
            "WAVE",
            "12/03/2026",
            "‘agreed’",
            "“first",
            "draft”",
            "(fi)",
            "60%",
            "R10.2",
            "£1,204",
            "a",
            "To",
            "Typology",
            "–",
            "New",
            "£5/day",
        ]
    ),
]
MEASURED = """
#import "/cells.typ": inset, leading, set-apart
#set text(..set-apart)
#set par(leading: leading)
#context [#metadata(json(bytes(sys.inputs.cells)).map(((said, wide)) => {
  let cell = block(width: wide * 1mm, inset: inset, said)
  measure(cell).height / 1pt
})) <found>]
"""


def measured(cells: list[tuple[str, int]]) -> list[float]:
    """Heights in points that typst gives cells of these words and widths in millimetres."""
    where = {"root": TEMPLATES, "font_paths": [built_fonts()], "ignore_system_fonts": True}
    words = {"cells": json.dumps(cells)}
    return json.loads(typst.query(MEASURED.encode(), "<found>", field="value", one=True, sys_inputs=words, **where))


def usual(chance: random.Random) -> str:
    """As people write."""
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 40)))


def unusual(chance: random.Random) -> str:
    """As nobody does."""
    words = ["".join(chance.choices(LETTERS, k=chance.randint(1, 14))) for _ in range(3)]
    gaps = [" "] * 12 + ["  ", "\n", " – ", " “ ", " ( ", " ! ", " — "]
    return "".join(chance.choice([*WORDS, *words]) + chance.choice(gaps) for _ in range(chance.randint(1, 40)))[:600]


@pytest.mark.parametrize(("written", "exact"), [(usual, 0.85), (unusual, 0.5)])
def test_no_row_is_too_low_and_few_are_too_high(written, exact):
    chance = random.Random(SEED)
    cells = [(written(chance), chance.randint(22, 120)) for _ in range(600)]
    told = [row_heights([[said]], [wide], built_fonts())[0] for said, wide in cells]
    pairs = [(mine, theirs, cell) for mine, theirs, cell in zip(told, measured(cells), cells, strict=True) if mine]

    too_low = [cell for mine, theirs, cell in pairs if mine < theirs - 0.01]
    as_high = sum(mine < theirs + 0.01 for mine, theirs, _ in pairs)

    assert not too_low, f"seed {SEED}"
    assert len(pairs) > 0.8 * len(cells)
    assert as_high > exact * len(pairs)


def test_a_row_is_as_high_as_its_highest_cell():
    rows = [["one", "line"], ["two\nlines", 3], ["", ""]]
    known = letters(built_fonts())
    one = known.line + known.above

    assert row_heights(rows, [40, 40], built_fonts()) == [one, one + known.next, one]


@pytest.mark.parametrize("said", ["漢字", "a\u0301", "שלום", "\u00adsoft", "x" * 25, "word " * 121])
def test_typst_finds_out_itself_what_is_not_known(said):
    assert row_heights([[said, "a"]], [40, 40], built_fonts()) == [None]


def test_a_line_ends_only_where_it_may():
    known = letters(built_fonts())
    room = known.width("nearly") + known.space + known.width("there") + 0.01

    assert known.lines("nearly there", room) == 1
    assert known.lines("nearly there", room - 0.02) == 2
    assert known.lines("a nearly there", room) == 2
    with pytest.raises(Unknown):
        known.lines("nearly( there( nearly", room)
