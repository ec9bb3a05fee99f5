"""Placeholders in the Word template of a group: a fixed list, found and replaced as text. Nothing in a template runs.

A placeholder is a word in double braces, `{{ title }}`. Word may have split it into several runs; its value takes the
formatting of the first. It may stand in paragraphs, tables, text boxes, headers and footers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.parts.document import DocumentPart
from docx.parts.hdrftr import FooterPart, HeaderPart

PAPER, TITLE, STATE = "paper", "title", "state"
# What each becomes, for those who write templates. The values are those of Content.values.
PLACEHOLDERS = {
    TITLE: "the title of the paper, such as “Progress report: Joint action plan”",
    "group": "the name of the group",
    "meeting": "the day of the meeting",
    "subject": "the title of the plan",
    "partnership": "the name of the partnership",
    "report_by": "the post that leads the plan",
    "as_at": "the day that the paper is as at, such as “the end of 2 December 2015”",
    "edition": "“edition 1” and so on, or “draft” before it is issued",
    STATE: "the line that says that it is a draft, or an exempt edition; otherwise nothing",
    PAPER: "the sections of the paper, which are computed or written: alone in a paragraph, and once",
}
KEYS = {"meeting": "meeting_on"}  # where Content.values has another name
MARK = re.compile(r"\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)")  # one that is not closed goes on to the end
MOST_OF_MARK = 60  # characters of it that an error repeats
NAME = re.compile(r"\{\{\s*(\w+)\s*\}\}")
PARAGRAPH, TEXT = qn("w:p"), qn("w:t")


def spelt(name: str) -> str:
    """A placeholder as it is typed."""
    return f"{{{{ {name} }}}}"


def stories(paper: Document) -> list[Any]:
    """The elements that placeholders may stand in: the body, and every header and footer, in use or not."""
    kinds = (DocumentPart, HeaderPart, FooterPart)
    return [part.element for part in paper.part.package.iter_parts() if isinstance(part, kinds)]


def used(paper: Document) -> set[str]:
    """The names of the placeholders in the text of a template: a header may not be shown on the page that matters."""
    return {_name(mark[0]) for _, mark in _marks([paper.element])}


def place_of_paper(paper: Document) -> Any:
    """The paragraph that the sections go in place of. Raises LookupError in a template that was never checked."""
    for paragraph, mark in _marks([paper.element]):
        if _name(mark[0]) == PAPER:
            return paragraph
    raise LookupError(f"The template has no {spelt(PAPER)}.")


def fill(paper: Document, values: Mapping[str, str]) -> None:
    """Replaces every placeholder but that of the paper, each once: what it becomes is never looked at again.

    A paragraph of the body with nothing but placeholders that become nothing goes.
    """
    for story in stories(paper):
        for paragraph in [*story.iter(PARAGRAPH)]:
            texts = _texts(paragraph)
            marks = [each for each in MARK.finditer(_joined(texts)) if _name(each[0]) not in {PAPER, ""}]
            for mark in reversed(marks):
                name = _name(mark[0])
                _replace(texts, mark.start(), mark.end(), values[KEYS.get(name, name)])
            if marks and _is_bare(paragraph) and not _joined(texts).strip():
                paragraph.getparent().remove(paragraph)


def faults(paper: Document) -> list[str]:
    """What is wrong with the placeholders of a template, as sentences."""
    found = [(paragraph, mark[0]) for paragraph, mark in _marks(stories(paper))]
    said = [_unknown(mark) for _, mark in found if _name(mark) not in PLACEHOLDERS]
    places = [(paragraph, mark) for paragraph, mark in found if _name(mark) == PAPER]
    if not places:
        said.append(f"Missing placeholder: {spelt(PAPER)}. Put it where the sections of the paper go.")
    if len(places) > 1:
        said.append(f"{spelt(PAPER)} stands {len(places)} times. Leave it once, where the sections of the paper go.")
    elif places and not _stands_alone(*places[0]):
        said.append(
            f"{spelt(PAPER)} must be alone in a paragraph of the text: not in a table, text box, header or footer."
        )
    return [*dict.fromkeys(said)]


def _marks(stories: Iterable[Any]) -> Iterator[tuple[Any, re.Match[str]]]:
    """Each thing in braces, with the paragraph that it stands in."""
    for story in stories:
        for paragraph in story.iter(PARAGRAPH):
            for mark in MARK.finditer(_joined(_texts(paragraph))):
                yield paragraph, mark


def _texts(paragraph: Any) -> list[Any]:
    """The pieces of text of a paragraph, without those of the text boxes that are anchored in it."""
    return [each for each in paragraph.iter(TEXT) if next(each.iterancestors(PARAGRAPH)) is paragraph]


def _joined(texts: list[Any]) -> str:
    return "".join(each.text or "" for each in texts)


def _name(mark: str) -> str:
    """The word in the braces; empty when there is more than a word, or they are not closed."""
    found = NAME.fullmatch(mark)
    return found[1] if found else ""


def _replace(texts: list[Any], start: int, end: int, value: str) -> None:
    """Puts the value into the piece where the characters from `start` to `end` begin, and takes them out of all."""
    place = 0
    for each in texts:
        said = each.text or ""
        first, last = max(start - place, 0), min(end - place, len(said))
        if first < last:
            each.text = said[:first] + (value if place <= start else "") + said[last:]
            each.set(qn("xml:space"), "preserve")
        place += len(said)


def _is_bare(paragraph: Any) -> bool:
    """Whether the text can do without the paragraph: it is of the body, ends no section and holds no picture."""
    held = paragraph.iter(qn("w:sectPr"), qn("w:drawing"), qn("w:pict"))
    return paragraph.getparent().tag == qn("w:body") and next(held, None) is None


def _stands_alone(paragraph: Any, mark: str) -> bool:
    held = paragraph.iter(qn("w:drawing"), qn("w:pict"))
    is_text = paragraph.getparent().tag == qn("w:body") and next(held, None) is None
    return is_text and _joined(_texts(paragraph)).strip() == mark


def _unknown(mark: str) -> str:
    near = get_close_matches(mark.strip("{}% ").lower(), PLACEHOLDERS, n=1)
    said = mark if len(mark) <= MOST_OF_MARK else f"{mark[:MOST_OF_MARK]}…"
    return f"Unknown placeholder: {said}.{f' Did you mean {spelt(near[0])}?' if near else ''}"
