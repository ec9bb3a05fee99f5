"""Paragraphs of a report as people paste them, and which number each has."""

import pytest
from django.core.exceptions import ValidationError

from inspections.pasted import Paragraph, paragraphs, recommended


def said(pasted: str) -> list[tuple[str, str]]:
    return [(each.number, each.text) for each in recommended(pasted)]


@pytest.mark.parametrize(
    ("pasted", "numbers"),
    [
        ("1. First one\n2. Second one", ["1", "2"]),
        ("  1) First one\r\n\r\n\r\n  2) Second one  ", ["1", "2"]),
        ("R1 First\none\nR 2. Second\n\none", ["R1", "R2"]),
        ("1.\tFirst one\n2\tSecond one", ["1", "2"]),
        ("Recommendation 4\nFirst one\nRecommendation 5: Second one", ["4", "5"]),
        ("(1.1) First one\n1.2. Second\xa0one", ["1.1", "1.2"]),
        ("First one\nSecond one", ["1", "2"]),
        ("First\none\n\nSecond\none\n", ["1", "2"]),
        ("• First one\n•\tSecond one", ["1", "2"]),
    ],
)
def test_the_number_is_the_reports_or_counted(pasted, numbers):
    assert said(pasted) == list(zip(numbers, ["First one", "Second one"], strict=True))


def test_a_figure_at_the_beginning_of_a_line_is_no_number():
    assert said("1. Spend\n3.2 million by\n2014. Then:\n• on early help\n\n2. Report.") == [
        ("1", "Spend 3.2 million by 2014. Then: • on early help"),
        ("2", "Report."),
    ]


def test_what_is_wrong_names_each_paragraph():
    with pytest.raises(ValidationError) as refused:
        recommended(
            "Our recommendations\n1. First one\n2.\n1. Another first one, in more words than can be named\nR3 x"
        )

    assert refused.value.messages == [
        "Paragraph 1, “Our recommendations”, has no number, but others have. Put a number before it, or take it out.",
        "Paragraph 3 has the number 2 and no words. Paste its words, or take the number out.",
        "Paragraph 4, “Another first one, in more words than…”, has the number 1, as paragraph 2 has. "
        "Give each its own number.",
    ]


def test_of_nothing_there_is_nothing():
    assert paragraphs(" \n\n") == recommended("") == []
    assert paragraphs("Staff know families.\n1. And") == [Paragraph("", "Staff know families."), Paragraph("1", "And")]
