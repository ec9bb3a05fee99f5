"""What is pasted from a report: its paragraphs, each with the number that it begins with.

The rule, as the box says it:

1. Where any line begins with a number, a new paragraph begins at each line that does, and at no other.
2. Else a new one begins after each empty line or, where there is none, on each line.

A number is `1.` `1)` `(1)` `2.1.` or a 1 before a tab, `R1` with or without a stop, or `Recommendation 1`. A figure in
a sentence (3.2 million, 2014) is none. The lines of a paragraph are joined by spaces: where they broke is not the
inspectors' word but the file's.
"""

import re
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

DIGITS = r"\d{1,3}(?:\.\d{1,3})*"
NUMBER = re.compile(
    rf"\(?(?P<plain>{DIGITS})(?:[.):]+(?:\s+|$)|\t\s*)"
    rf"|(?P<letter>R ?{DIGITS})[.):]?(?:\s+|$)"
    rf"|Recommendation\s+(?P<word>R?{DIGITS})\s*[.):–-]?(?:\s+|$)",
    re.IGNORECASE,
)
BULLET = re.compile(r"[•·▪●◦*–-]\s+")
LETTERS_NAMED = 40


@dataclass(frozen=True)
class Paragraph:
    """In the words of the report, and the number that stood before them; empty where none did."""

    number: str
    text: str


def paragraphs(pasted: str) -> list[Paragraph]:
    """The paragraphs of what was pasted, by the rule above."""
    lines = [line.strip() for line in pasted.strip().splitlines()]
    is_numbered = any(NUMBER.match(line) for line in lines)
    is_by_line = "" not in lines
    found: list[tuple[str, list[str]]] = []
    before = ""
    for line in lines:
        number = NUMBER.match(line)
        if number:
            said = next(each for each in number.groups() if each)
            found.append((said.upper().replace(" ", ""), [line[number.end() :]]))
        elif line and (not found or (not is_numbered and (is_by_line or not before))):
            found.append(("", [BULLET.sub("", line, count=1) if BULLET.match(line) else line]))
        elif line:
            found[-1][1].append(line)
        before = line
    return [Paragraph(number, " ".join(" ".join(words).split())) for number, words in found]


def recommended(pasted: str) -> list[Paragraph]:
    """The recommendations of what was pasted, each with its number: as it stands there or, where none does, 1, 2, 3, …

    Raises ValidationError that names each paragraph without words, with the number of another, or alone without one.
    """
    found = paragraphs(pasted)
    if not any(each.number for each in found):
        return [replace(each, number=str(place)) for place, each in enumerate(found, 1)]
    wrong, places = [], dict[str, int]()
    for place, each in enumerate(found, 1):
        if not each.number:
            said = "has no number, but others have. Put a number before it, or take it out."
        elif not each.text:
            said = f"has the number {each.number} and no words. Paste its words, or take the number out."
        elif places.setdefault(each.number, place) != place:
            said = f"has the number {each.number}, as paragraph {places[each.number]} has. Give each its own number."
        else:
            continue
        wrong.append(f"Paragraph {place}{_named(each)} {said}")
    if wrong:
        raise ValidationError(wrong)
    return found


def _named(paragraph: Paragraph) -> str:
    text = paragraph.text
    short = text if len(text) <= LETTERS_NAMED else f"{text[:LETTERS_NAMED].rsplit(' ', 1)[0]}…"
    return f", “{short}”," if short else ""
