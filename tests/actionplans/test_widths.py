"""How wide the columns of a paper's tables are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actionplans.papers.content import ON_ITS_SIDE
from actionplans.papers.widths import LETTER, MARGINS, shared_out

pytestmark = pytest.mark.once
CELLS = some.one_of(some.text(max_size=500), some.integers(0, 10**6), some.dates(), some.none())
HEADINGS = ("Ref", "Due", "Latest update")


def test_a_column_of_sentences_is_wider_than_one_of_words():
    rows = [("R1", date(2026, 9, 12), "Training was held in all localities. " * 8), ("R10", None, "none")]

    ref, due, latest = shared_out(HEADINGS, rows, ON_ITS_SIDE)

    assert ref < due < latest
    assert due >= MARGINS + LETTER * len("12-September")  # the day and the month stay in one line
    assert latest > ON_ITS_SIDE / 2


def test_columns_that_need_more_than_a_page_share_it():
    long_words = "x" * 24
    widths = shared_out([long_words] * 12, [[long_words] * 12], 170)

    assert len(set(widths)) == 1
    assert sum(widths) <= 170


@given(rows=some.lists(some.tuples(CELLS, CELLS, CELLS), max_size=5), across=some.integers(120, 300))
def test_whatever_stands_in_them_they_fit_the_page(rows, across):
    widths = shared_out(HEADINGS, rows, across)

    assert len(widths) == 3
    assert all(width > MARGINS for width in widths)
    assert across - 3 <= sum(widths) <= across
