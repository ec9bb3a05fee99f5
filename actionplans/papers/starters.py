"""Documents to begin with: the plain one that a paper without a template becomes, and one to make a template of."""

import io

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from actionplans.papers import word_xml
from actionplans.papers.placeholders import PAPER, STATE, TITLE, spelt
from actionplans.papers.word import restyle

FACTS = {
    "Report to": "group",
    "Date of meeting": "meeting",
    "Subject": "subject",
    "Partnership": "partnership",
    "Report by": "report_by",
    "As at": "as_at",
    "Edition": "edition",
}


def plain_paper(footer: str) -> Document:
    """A4 in plain looks, with nothing but {{ paper }} and a footer: these words and the page's number."""
    paper = docx.Document()
    restyle(paper)
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(15)  # turned, these are the sides of the wide tables
    section.header_distance = section.footer_distance = Mm(9)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT  # where it is looked for, upright and on its side
    page, pages = (f'<w:fldSimple w:instr="{name}">{word_xml.text("1")}</w:fldSimple>' for name in ("PAGE", "NUMPAGES"))
    line = f"{word_xml.text(f'{footer}   Page ')}{page}{word_xml.text(' of ')}{pages}"
    foot._p.extend(parse_xml(f"<w:p {nsdecls('w')}>{line}</w:p>"))
    paper.add_paragraph(spelt(PAPER))
    return paper


def starter() -> bytes:
    """A template with every placeholder, to be given a council's own looks in Word."""
    paper = plain_paper(spelt(TITLE))
    place = paper.paragraphs[0]
    place.insert_paragraph_before(spelt(STATE), "Draft")
    place.insert_paragraph_before(spelt(TITLE), "Title")
    for label, name in FACTS.items():
        line = place.insert_paragraph_before("", "Fact")
        line.add_run(f"{label}: ").bold = True
        line.add_run(spelt(name))
    about = paper.core_properties
    about.title, about.author, about.comments = "Template of progress reports", "", ""
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
