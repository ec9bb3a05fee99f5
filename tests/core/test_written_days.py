"""Days as people write them."""

import pytest

from core.written_days import WrittenDay, day_in

WHOLE = WrittenDay(2026, 11, 19)


@pytest.mark.parametrize(
    ("words", "day", "rest"),
    [
        ("19 November 2026", WHOLE, ""),
        ("thursday 19th of november, 2026", WHOLE, ""),
        ("Audit Committee 19 Nov. 2026", WHOLE, "Audit Committee"),
        ("2026-11-19 audit", WHOLE, "audit"),
        ("19/11/2026", WHOLE, ""),
        ("19.11.2026", WHOLE, ""),
        ("November 2026", WrittenDay(2026, 11), ""),
        ("sept 2026", WrittenDay(2026, 9), ""),
        ("19 November", WrittenDay(0, 11, 19), ""),
        ("2026", WrittenDay(2026), ""),
        ("99 May 2026", WrittenDay(2026, 5, 99), ""),
        ("maybe 12 LTC4.2", None, "maybe 12 LTC4.2"),
        ("A2026 2026.1 -2026 20261", None, "A2026 2026.1 -2026 20261"),
    ],
)
def test_a_day_is_read_and_the_other_words_are_left(words, day, rest):
    assert day_in(words) == (day, rest)
