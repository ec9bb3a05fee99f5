"""Word: upright pages, and pages on their side for wide tables; in the looks of the group's own template if it has one.

A paper without a template is written as one with: at the paragraph {{ paper }} of a plain document.
"""

import io
from datetime import datetime, time
from itertools import count

from docx.document import Document

from actionplans.models import PaperTemplate
from actionplans.papers import word_xml
from actionplans.papers.blocks import content_of
from actionplans.papers.content import Content, Facts
from actionplans.papers.placeholders import STATE, TITLE, fill, place_of_paper, used
from actionplans.papers.report import Report
from actionplans.papers.starters import plain_paper
from actionplans.papers.word import describe
from actionplans.papers.word_pages import Pages
from actionplans.papers.word_templates import opened

FIRST_MARK = 9000  # of our bookmarks: far above those that a template may have


def write_docx(report: Report, template: PaperTemplate | None = None) -> bytes:
    """The paper as a Word file, in the looks of a template where there is one.

    1. The placeholders in the text of the template are its head. Without {{ title }} it has none: the head of the
       layout is printed first. With it only what somebody wrote there is, which no placeholder stands for.
    2. That the paper is a draft, or an exempt edition, is always said: first, where the text has no {{ state }}.
    """
    content = content_of(report)
    return docx_of(content, template, written=_written(report, content))


def docx_of(content: Content, template: PaperTemplate | None = None, written: Facts = ()) -> bytes:
    """A whole paper as a Word file. `written` are those lines of its head for which there is no placeholder."""
    paper = _opened(template) if template else _plain(content)
    has = used(paper) if template else set()
    pages = Pages(paper, place_of_paper(paper))  # before filling: a title may say {{ paper }}, too
    if template:
        fill(paper, content.values)
    describe(paper, title=content.title, at=datetime.combine(content.as_at, time()))
    if content.state and STATE not in has:
        pages.write(word_xml.paragraph(pages.styles["Draft"], word_xml.text(content.state)))
    if TITLE not in has:
        pages.write(word_xml.paragraph(pages.styles["Title"], word_xml.text(content.title)))
    pages.facts(written if TITLE in has else content.facts, label=38)
    if content.contents and content.parts:
        pages.write(word_xml.contents(pages.styles, [*enumerate(content.parts, FIRST_MARK)]))
    marks = count(FIRST_MARK)
    for run in content.runs:
        pages.turn(is_wide=run.is_wide)
        for part in run.parts:
            pages.part(part, next(marks))
    pages.finish()
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _written(report: Report, content: Content) -> Facts:
    """Those lines of the head that somebody wrote."""
    lines = zip(report.layout.head, content.facts, strict=True)
    return tuple(fact for line, fact in lines if line.source == "words")


def _opened(template: PaperTemplate) -> Document:
    with template.file.open() as file:
        return opened(file)


def _plain(content: Content) -> Document:
    return plain_paper(f"{'Draft. ' if content.state else ''}{_shortened(content.title)}")


def _shortened(title: str) -> str:
    """At most 100 characters, so that the footer stays one line on an upright page."""
    return title if len(title) <= 100 else f"{title[:100].rsplit(' ', 1)[0]} …"
