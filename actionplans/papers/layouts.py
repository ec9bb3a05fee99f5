"""How a group wants its papers: the lines at the head, the sections in their order, the columns of the actions.

A section has a heading in the group's own words and a block: something that is computed, words that only a person can
write, or both. Source of the starting points: reference/cases.json, committee_report_templates.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from actionplans.models import PaperLayout
from actionplans.plain import as_plain, restored
from partnerships.models import Group

REFERENCE = Path(__file__).parents[1] / "reference" / "cases.json"
WIDE = 267  # millimetres between the margins of a page on its side
WIDEST = 330  # millimetres that columns may ask for together: more than a page has, as few need all that they ask for


@dataclass(frozen=True)
class Block:
    """What can stand in a section. `is_written` when a person may add words to what is computed, or writes it all."""

    key: str
    label: str
    is_written: bool = False


BLOCKS = {
    each.key: each
    for each in (
        Block("words", "Words that somebody writes", is_written=True),
        Block("purpose", "Purpose of the paper", is_written=True),
        Block("asked", "What members are asked to do", is_written=True),
        Block("background", "Inspections and approvals", is_written=True),
        Block("summary", "Summary: counts, rates and statuses", is_written=True),
        Block("since", "What changed since the last paper"),
        Block("exceptions", "Exceptions: late, returned, escalated, moved, vacant"),
        Block("dates", "Date changes asked for, for decision"),
        Block("closings", "Actions proposed for closing, for decision"),
        Block("late", "Late actions by age"),
        Block("promised", "Promised and done over time, with its chart"),
        Block("slips", "Dates first agreed, due now and done, with their chart"),
        Block("measures", "Measures, with their charts"),
        Block("grades", "Grades of the quality indicators, inspection after inspection, with their chart"),
        Block("ahead", "What is due in the next 14, 30 and 60 days"),
        Block("closed", "Recently closed"),
        Block("rag", "RAG: the counts and the key"),
        Block("progress", "Progress by recommendation"),
        Block("exempt", "Whether part of the paper is exempt", is_written=True),
        Block("history", "History, and how to check the paper against it"),
    )
}
SOURCES = {
    "group": "Name of the group",
    "meeting_on": "Day of the meeting",
    "subject": "Title of the plan",
    "partnership": "Partnership",
    "report_by": "Post that leads the plan",
    "as_at": "As at",
    "words": "Words that somebody writes",
}


@dataclass(frozen=True)
class HeadLine:
    """A line at the head: its label, and where its words come from (a key of SOURCES)."""

    label: str
    source: str


@dataclass(frozen=True)
class LayoutSection:
    """A section: its heading, its block (a key of BLOCKS), and whether it begins a page."""

    heading: str
    block: str
    new_page: bool = False


@dataclass(frozen=True)
class LayoutColumn:
    """A column of the tables of actions: a key of `action_tables.CHOICES`, and the heading that stands over it."""

    key: str
    heading: str


@dataclass(frozen=True)
class Layout:
    """A whole layout. `checks`: a second table under each recommendation, of measures, evidence and verification."""

    name: str
    head: tuple[HeadLine, ...]
    sections: tuple[LayoutSection, ...]
    columns: tuple[LayoutColumn, ...]
    contents: bool = False
    checks: bool = True

    @property
    def written(self) -> tuple[str, ...]:
        """What a person may write, in the order of the paper: labels of the head and headings of sections."""
        head = (each.label for each in self.head if each.source == "words")
        return (*head, *(each.heading for each in self.sections if BLOCKS[each.block].is_written))

    def shows(self, block: str) -> bool:
        return any(each.block == block for each in self.sections)

    @property
    def computed(self) -> frozenset[str]:
        """Headings of those sections where something is computed, whether somebody writes or not."""
        return frozenset(each.heading for each in self.sections if each.block != "words")

    def as_json(self) -> dict:
        return as_plain(self)

    @classmethod
    def from_json(cls, content: dict) -> "Layout":
        return restored(cls, content)


# The columns that the tables of actions can have, with the millimetres that each asks for when a layout is made. How
# wide they become is up to what stands in them (`widths`).
WIDTHS = {
    "ref": 17,
    "action": 46,
    "owner": 40,
    "lead_agency": 30,
    "contributors": 32,
    "start": 24,
    "original_due": 25,
    "current_due": 25,
    "date_changes": 18,
    "days_late": 15,
    "days_past_original": 18,
    "status": 23,
    "percent": 20,
    "rag": 28,
    "reason": 36,
    "latest": 45,
    "measure": 45,
    "evidence": 40,
    "verification": 34,
    "closure": 34,
}
COLUMNS = tuple(
    LayoutColumn(key, heading)
    for key, heading in (
        ("ref", "Ref"),
        ("action", "Action"),
        ("owner", "Owner"),
        ("original_due", "Original due"),
        ("current_due", "Current due"),
        ("date_changes", "Date changes"),
        ("status", "Status"),
        ("rag", "RAG"),
        ("latest", "Latest update"),
    )
)
HEAD = (
    HeadLine("Report to", "group"),
    HeadLine("Date of meeting", "meeting_on"),
    HeadLine("Subject", "subject"),
    HeadLine("Partnership", "partnership"),
    HeadLine("Report by", "report_by"),
    HeadLine("As at", "as_at"),
)
# What every paper shows between its opening and its closing sections, exceptions first.
BODY = (
    LayoutSection("Summary", "summary"),
    LayoutSection("Since the last paper", "since"),
    LayoutSection("RAG", "rag"),
    LayoutSection("Exceptions", "exceptions"),
    LayoutSection("Date changes for decision", "dates"),
    LayoutSection("Actions proposed for closing", "closings"),
    LayoutSection("Late actions", "late"),
    LayoutSection("Looking ahead", "ahead"),
    LayoutSection("Recently closed", "closed"),
    LayoutSection("Measures", "measures"),
    LayoutSection("Progress by recommendation", "progress", new_page=True),
)
STANDARD = Layout(
    name="Standard",
    head=HEAD,
    sections=(
        LayoutSection("Purpose", "purpose"),
        LayoutSection("Recommendations", "asked"),
        LayoutSection("Background", "background"),
        *BODY,
        LayoutSection("History", "history"),
    ),
    columns=COLUMNS,
)

# The headings of published layouts, and what stands under them; any other heading is for words.
KNOWN_HEAD = {
    "group": ("report to", "to", "meeting"),
    "meeting_on": ("date of meeting", "meeting date", "date", "on"),
    "subject": ("subject", "title", "title of paper"),
    "report_by": ("report by", "presented by"),
    "words": ("location", "item number", "agenda item", "paper no", "report no", "appendix attached"),
}
KNOWN_SECTIONS = {
    "purpose": ("purpose", "purpose of report"),
    "asked": ("recommendations", "recommendation", "recommendation to members", "action required"),
    "background": ("background", "introduction"),
    "summary": ("summary", "key messages"),
    "exempt": ("exempt reports",),
}
THE_BODY = ("considerations", "body", "further detail on the report topic", "overall opinion")
NUMBER = re.compile(r"^\d+(?:\.\d*)?\.?[\s-]+")


@cache
def starting_points() -> dict[str, Layout]:
    """The published layouts by the name of their body, and our own first."""
    published = json.loads(REFERENCE.read_text(encoding="utf-8"))["committee_report_templates"]
    return {STANDARD.name: STANDARD} | {each["body"]: _published(each) for each in published}


def problems(layout: Layout) -> list[str]:
    """What is wrong with a layout, in sentences that say how to mend it; empty when nothing is."""
    wrong = []
    if not layout.sections:
        wrong.append("Enter at least one section.")
    if not layout.columns:
        wrong.append("Enter at least one column for the tables of actions.")
    names = [*(each.label for each in layout.head), *(each.heading for each in layout.sections)]
    twice = sorted({each for each in names if names.count(each) > 1})
    wrong += [f"“{each}” stands there twice. Words are kept by their heading: change one of them." for each in twice]
    keys = [each.key for each in layout.columns]
    again = sorted({each.heading for each in layout.columns if keys.count(each.key) > 1})
    if again:
        wrong.append(f"These columns show the same: {', '.join(again)}. Keep one of them.")
    needed = sum(WIDTHS.get(key, 0) for key in dict.fromkeys(keys))
    if needed > WIDEST:
        wrong.append(f"The columns need {needed} mm and a page has {WIDE}. Take some away, such as the widest.")
    return wrong


def layout_of(group: Group | None) -> Layout:
    """The layout of a group; ours where it has none. One query."""
    kept = PaperLayout.objects.filter(group=group).values_list("content", flat=True).first() if group else None
    return Layout.from_json(kept) if kept else STANDARD


def _published(template: dict) -> Layout:
    """A published list of headings as a layout. What the paper computes follows the background, or the opening."""
    head: list[HeadLine] = []
    sections: list[LayoutSection] = []
    headings = list(dict.fromkeys([*template["sections"], *template.get("memory_tail", ())]))
    for heading in headings:
        name = _bare(heading)
        source = next((key for key, names in KNOWN_HEAD.items() if name in names), None)
        if source and not sections:
            head.append(HeadLine(heading, source))
        elif name in THE_BODY:
            sections.extend(_body(heading, sections))
        else:
            block = next((key for key, names in KNOWN_SECTIONS.items() if name in names), "words")
            taken = block != "words" and any(each.block == block for each in sections)
            sections.append(LayoutSection(heading, "words" if taken else block))
    if not any(each.block == "progress" for each in sections):
        opening = [place for place, each in enumerate(sections) if each.block not in {"words", "exempt"}]
        place = opening[-1] + 1 if opening else 0
        sections[place:place] = [each for each in BODY if each.block not in {old.block for old in sections}]
    sections.append(LayoutSection("History", "history"))
    return Layout(template["body"], tuple(head), tuple(sections), COLUMNS)


def _body(heading: str, before: list[LayoutSection]) -> list[LayoutSection]:
    """The council's own heading for the body, with words under it, and all that is computed."""
    return [
        LayoutSection(heading, "words"),
        *(each for each in BODY if each.block not in {old.block for old in before}),
    ]


def _bare(heading: str) -> str:
    """A heading without its number and what stands in brackets, in small letters: "recommendations"."""
    said = NUMBER.sub("", heading).replace("(s)", "s").split("(")[0]
    return said.strip(" .:").lower()
