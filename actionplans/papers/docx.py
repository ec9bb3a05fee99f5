"""Word: upright cover pages, pages on their side for the tables; real headings, repeated header rows, tagged tables."""

import io
from datetime import datetime, time

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.section import Section
from docx.shared import Mm
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from actionplans.models import PaperTemplate
from actionplans.papers import word
from actionplans.papers.blocks import content_of
from actionplans.papers.content import TINTS, Cell, Content, Facts, Part, Table, said
from actionplans.papers.report import Report

UPRIGHT, ON_ITS_SIDE = (Mm(210), Mm(297)), (Mm(297), Mm(210))


def write_docx(report: Report, template: PaperTemplate | None = None) -> bytes:
    """The paper as a Word file, in the looks of a template where there is one."""
    return docx_of(content_of(report), template)


def docx_of(content: Content, template: PaperTemplate | None = None) -> bytes:
    paper = docx.Document()
    word.restyle(paper)
    word.describe(paper, title=content.title, at=datetime.combine(content.as_at, time()))
    _page(paper.sections[0], content, UPRIGHT, side=Mm(20))
    _head(paper, content)
    is_wide = False
    for run in content.runs:
        if run.is_wide != is_wide:
            size, side = (ON_ITS_SIDE, Mm(15)) if run.is_wide else (UPRIGHT, Mm(20))
            _page(paper.add_section(WD_SECTION.NEW_PAGE), content, size, side=side)
            is_wide = run.is_wide
        for part in run.parts:
            _part(paper, part)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(section: Section, content: Content, size: tuple[Mm, Mm], side: Mm) -> None:
    """A4 with its footer: the title, and the page's number at the right."""
    section.page_width, section.page_height = size
    section.orientation = WD_ORIENT.PORTRAIT if size == UPRIGHT else WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = side
    section.top_margin, section.bottom_margin = Mm(18), Mm(18)
    section.header_distance = section.footer_distance = Mm(9)
    section.footer.is_linked_to_previous = False
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.add_tab_stop(size[0] - 2 * side, WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{'Draft. ' if content.state else ''}{_shortened(content.title)}\tPage ")
    word.field(foot, "PAGE")
    foot.add_run(" of ")
    word.field(foot, "NUMPAGES")


def _shortened(title: str) -> str:
    """At most 100 characters, so that the footer stays one line on an upright page."""
    return title if len(title) <= 100 else f"{title[:100].rsplit(' ', 1)[0]} …"


def _head(paper: Document, content: Content) -> None:
    if content.state:
        paper.add_paragraph(content.state, style="Draft")
    paper.add_paragraph(content.title, style="Title")
    _facts(paper, content.facts, label=Mm(38))


def _part(paper: Document, part: Part) -> None:
    heading = paper.add_heading(part.heading, part.level)
    heading.paragraph_format.page_break_before = part.new_page or None
    if part.quote:
        paper.add_paragraph(part.quote, style="Quote")
    for words in part.paragraphs:
        paper.add_paragraph(words).paragraph_format.keep_with_next = bool(part.facts or part.tables) or None
    _facts(paper, part.facts, label=Mm(28))
    for table in part.tables:
        _table(paper, table)


def _facts(paper: Document, facts: Facts, label: Mm) -> None:
    """A line each: the label in bold, the fact after it, its further lines under its first."""
    for name, words in facts:
        line = paper.add_paragraph(style="Fact")
        line.paragraph_format.left_indent = label
        line.paragraph_format.first_line_indent = -label
        line.paragraph_format.tab_stops.add_tab_stop(label)
        line.add_run(name).bold = True
        line.add_run(f"\t{words}")


def _table(paper: Document, table: Table) -> None:
    """The caption and the table, with its name and description for a screen reader, header row first."""
    paper.add_paragraph(table.caption, style="Caption")
    made = paper.add_table(rows=len(table.rows) + 1, cols=len(table.headings))
    word.prepare_table(made, caption=table.caption, description=table.description, widths=table.widths)
    style = paper.styles["Cell"].style_id
    numbers = table.numbers
    for place, (cell, heading) in enumerate(zip(made.rows[0].cells, table.headings, strict=True)):
        paragraph = _fill(cell, heading, style, right=place in numbers)
        paragraph.runs[0].bold = paragraph.paragraph_format.keep_with_next = True
    word.repeat_header(made.rows[0])
    for row, cells in zip(list(made.rows)[1:], table.rows, strict=True):
        word.keep_whole(row)
        for place, (cell, value) in enumerate(zip(row.cells, cells, strict=True)):
            _fill(cell, value, style, right=place in numbers)
            if place == table.rag:
                word.tint(cell, TINTS.get(said(value).split(":")[0]))
    paper.add_paragraph(style="Gap")  # LibreOffice keeps a table with what follows it: with this, not with a heading


def _fill(cell: _Cell, value: Cell, style: str, *, right: bool) -> Paragraph:
    paragraph = cell.paragraphs[0]
    word.set_style(paragraph, style)
    paragraph.add_run(said(value))
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph
