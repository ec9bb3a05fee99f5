"""The pages of a Word paper: upright ones, and ones on their side, made from the section of a document."""

import io
from copy import deepcopy
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Length, Mm
from docx.text.paragraph import Paragraph

from actionplans.papers import pictures, word_xml
from actionplans.papers.content import Facts, Part, Picture
from actionplans.papers.word import add_styles

EDGES = ("left_margin", "right_margin", "top_margin", "bottom_margin")
A4 = {"page_width": Mm(210), "page_height": Mm(297)} | dict.fromkeys(EDGES, Mm(20))
# What a section says for its first page, or has from the section that it goes on from.
NOT_CONTINUED = ("w:headerReference", "w:footerReference", "w:titlePg", "w:pgNumType", "w:type")
LEAST = 50  # millimetres between margins, whatever they say


class Pages:
    """Writes a paper before a paragraph, in the section that it is of, and on pages on their side made from it.

    Headers and footers are those of that section on all pages; what stands after the paragraph goes on in it.
    """

    def __init__(self, paper: Document, place: Any) -> None:
        self.paper, self.place = paper, place
        self.styles = add_styles(paper)
        self.is_wide = False
        paper.element.body.get_or_add_sectPr()
        self.section = place.xpath("./w:pPr/w:sectPr | following::w:sectPr")[0]  # it ends the section
        page = Section(self.section, paper.part)
        for name, usual in A4.items():
            if getattr(page, name) is None:
                setattr(page, name, usual)
        self.can_turn = (page.page_width or 0) < (page.page_height or 0)
        on_its_side = deepcopy(self.section)
        self._lay_on_side(on_its_side)
        self.rooms = {False: _room(page), True: _room(Section(on_its_side, paper.part))}

    def write(self, xml: str) -> None:
        for each in _parsed(xml):
            self.place.addprevious(each)

    def part(self, part: Part, mark: int) -> None:
        """The heading, with a bookmark of that number, and what stands under it."""
        lines = [word_xml.heading(self.styles, part, mark)]
        keep = word_xml.KEEP if part.facts or part.pictures or part.tables else ""
        if part.quote:
            lines.append(word_xml.paragraph(self.styles["Quote"], word_xml.text(part.quote), keep))
        lines += [word_xml.paragraph(self.styles["Normal"], word_xml.text(each), keep) for each in part.paragraphs]
        self.write("".join(lines))
        self.facts(part.facts, label=28)
        for picture in part.pictures:
            self._picture(picture)
        self.write("".join(word_xml.table(self.styles, table, self.rooms[self.is_wide]) for table in part.tables))

    def facts(self, facts: Facts, label: int) -> None:
        """A line each, with a label of so many millimetres."""
        self.write("".join(word_xml.fact(self.styles["Fact"], name, words, label) for name, words in facts))

    def turn(self, *, is_wide: bool) -> None:
        """Goes on, on pages on their side or upright. A template whose pages lie on their side is left as it is."""
        is_wide = is_wide and self.can_turn
        if is_wide != self.is_wide:
            self._end_section()
            self.is_wide = is_wide

    def finish(self) -> None:
        """Takes the paragraph away. What follows in its section begins on an upright page, if anything does."""
        parent = self.section.getparent()
        holder = parent.getparent() if parent.tag == qn("w:pPr") else None
        rest = [self.place, *self.place.itersiblings()]
        rest = rest[: rest.index(self.section if holder is None else holder) + (holder is not None)]
        if any(_holds_something(each) for each in rest[1:]):
            if self.is_wide:
                self._end_section()
            rest = rest[:1]
        else:
            if self.is_wide:
                self._lay_on_side(self.section)
            if holder is not None:
                self._last_paragraph().set_sectPr(self.section)
        for each in rest:
            each.getparent().remove(each)

    def _picture(self, picture: Picture) -> None:
        """The caption and the chart, with its description for those who cannot see it."""
        caption = word_xml.paragraph(self.styles["Caption"], word_xml.text(picture.caption), word_xml.KEEP)
        self.write(caption + word_xml.paragraph(self.styles["Normal"], ""))
        run = Paragraph(self.place.getprevious(), self.paper._body).add_run()
        drawn = run.add_picture(
            io.BytesIO(pictures.png_of(picture)), width=Mm(min(picture.width, self.rooms[self.is_wide]))
        )
        about = drawn._inline.docPr
        about.set("name", picture.caption)
        about.set("descr", picture.description)

    def _end_section(self) -> None:
        """Ends the section with what has been written; nothing is ended where nothing has."""
        before = self.place.getprevious()
        if before is None or before.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            return
        ended = deepcopy(self.section)
        if self.is_wide:
            self._lay_on_side(ended)
        self._last_paragraph().set_sectPr(ended)
        for name in NOT_CONTINUED:
            self.section.remove_all(name)
        Section(self.section, self.paper.part).start_type = WD_SECTION.NEW_PAGE

    def _last_paragraph(self) -> Any:
        """What stands last, if it is a paragraph; else a new one."""
        before = self.place.getprevious()
        if before is None or before.tag != qn("w:p"):
            self.write(word_xml.paragraph(self.styles["Gap"], ""))
        return self.place.getprevious()

    def _lay_on_side(self, section: Any) -> None:
        """Turns a page with its margins: what was its foot is at the left."""
        page = Section(section, self.paper.part)
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width
        edges = page.bottom_margin, page.left_margin, page.top_margin, page.right_margin
        page.left_margin, page.top_margin, page.right_margin, page.bottom_margin = edges
        section.remove_all("w:cols")


def _room(page: Section) -> float:
    """The width between the margins, in millimetres."""
    margins = (page.left_margin or 0) + (page.right_margin or 0) + (page.gutter or 0)
    return max(Length((page.page_width or 0) - margins).mm, LEAST)


def _holds_something(element: Any) -> bool:
    """Whether anything would be seen of it: empty paragraphs at the end of a template are not meant."""
    if element.tag == qn("w:tbl"):
        return True
    return any(each.text for each in element.iter(qn("w:t"))) or _holds_picture(element)


def _holds_picture(element: Any) -> bool:
    return next(element.iter(qn("w:drawing"), qn("w:pict")), None) is not None


def _parsed(xml: str) -> list[Any]:
    return [*parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>")]
