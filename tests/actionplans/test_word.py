"""Word papers in plain looks and in those of a template: what is filled in, the pages, and what everybody can read."""

import base64
import io
import re
import subprocess
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from actionplans.models import PaperTemplate
from actionplans.operations import Actor, set_paper_template
from actionplans.papers import Report, blocks, build_report, pictures
from actionplans.papers.content import Picture
from actionplans.papers.docx import write_docx
from actionplans.papers.layouts import HeadLine, LayoutSection
from actionplans.papers.starters import starter
from tests.actionplans.word_files import template, upload

pytestmark = pytest.mark.once

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
UPRIGHT, ON_ITS_SIDE = WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE


@pytest.fixture
def report(cast) -> Report:
    """The report for the next meeting of the committee."""
    return build_report(cast.ours.plan, on=cast.today, meeting=cast.ours.next_meeting)


@pytest.fixture
def given(cast):
    """Makes a file the template of the committee."""

    def give(data: bytes) -> PaperTemplate:
        by = Actor(cast.clerk)
        return set_paper_template(group=cast.ours.group, file=upload(data), by=by, now=cast.moment())

    return give


def written(report: Report, template: PaperTemplate | None = None):
    return docx.Document(io.BytesIO(write_docx(report, template)))


def texts(paper, style: str = "") -> list[str]:
    return [each.text for each in paper.paragraphs if each.text and style in {"", each.style.name}]


# --- what is filled in ---


def test_the_starter_says_everything_in_its_own_head(report, given):
    paper = written(replace(report, is_draft=False, edition=2), given(starter()))
    head = texts(paper)[: texts(paper).index("Purpose")]

    assert head == [
        "Progress report: Plan of ours",
        "Report to: Committee of ours",
        f"Date of meeting: {report.meeting_on:%-d %B %Y}",
        "Subject: Plan of ours",
        "Partnership: Ours Partnership",
        "Report by: Head of ours",
        f"As at: the end of {report.as_at:%-d %B %Y}",
        "Edition: edition 2",
    ]
    assert paper.sections[0].footer.paragraphs[0].text.startswith("Progress report: Plan of ours   Page ")
    assert paper.paragraphs[0].style.name == "Title"  # the line for drafts has gone
    parts = [part for part in paper.part.package.iter_parts() if part.partname.endswith(".xml")]
    assert "{{" not in "".join(part.blob.decode() for part in parts)


def test_a_template_without_a_title_gets_the_head_of_the_layout(report, given):
    paper = written(report, given(template("Clackshire Council", "{{ paper }}", "Contact: the clerk")))

    assert texts(paper)[:4] == [
        "Clackshire Council",
        "Draft: not issued. Figures and words may still change.",
        "Progress report: Plan of ours",
        "Report to\tCommittee of ours",
    ]
    assert texts(paper)[-1] == "Contact: the clerk"


def test_words_for_the_head_are_printed_in_any_template_for_nothing_stands_for_them(report, given):
    layout = replace(report.layout, head=(HeadLine("Item number", "words"), HeadLine("Report to", "group")))
    paper = written(replace(report, layout=layout, words=(("Item number", "7"),)), given(starter()))

    assert texts(paper, "Fact")[7] == "Item number\t7"
    assert not [line for line in texts(paper) if line.startswith("Report to\t")]


@pytest.mark.parametrize("lines", [("{{ title }}", "{{ paper }}"), ("{{ title }}", "{{ state }}", "{{ paper }}")])
def test_a_draft_says_so_once_whether_the_template_asks_or_not(report, given, lines):
    said = "Draft: not issued. Figures and words may still change."
    paper = written(report, given(template(*lines)))

    assert [line for line in texts(paper) if line == said] == [said]


def test_a_state_in_a_header_alone_is_not_enough(report, given):
    def change(paper):
        paper.sections[0].first_page_header.paragraphs[0].text = "{{ state }}"  # which no page shows

    assert texts(written(report, given(template("{{ paper }}", change=change))))[0].startswith("Draft: not issued.")


def test_what_the_report_says_is_never_looked_at_for_placeholders(report, given):
    """Neither a title that names the paper, nor words in the paper that name the title."""
    odd = replace(report, title="{{ paper }}", plan="{{ title }}", words=(("Purpose", "{{ title }} {{ group }}"),))
    paper = written(odd, given(starter()))

    assert texts(paper, "Title") == ["{{ paper }}"]
    assert "Subject: {{ title }}" in texts(paper)
    assert "{{ title }} {{ group }}" in texts(paper)
    assert texts(paper).index("{{ paper }}") < texts(paper).index("Purpose")
    assert texts(written(odd), "Title") == ["{{ paper }}"]


# --- looks ---


def test_the_styles_of_the_template_stay_and_only_missing_ones_are_added(report, given):
    def change(paper):
        for style in [*paper.styles]:
            if style.name in {"Caption", "Heading 2", "Quote", "Title"}:
                style.delete()
        paper.styles["Heading 1"].font.size = Pt(31)
        paper.styles.add_style("Cell", WD_STYLE_TYPE.CHARACTER)

    styles = written(report, given(template("{{ paper }}", change=change))).styles
    assert styles["Heading 1"].font.size == Pt(31)
    assert styles["Heading 2"].element.pPr.find(qn("w:outlineLvl")).get(qn("w:val")) == "1"
    assert styles["Heading 2"].font.name is None  # of the template's own face
    assert styles["Cell"].type == WD_STYLE_TYPE.CHARACTER
    assert styles["Paper Cell"].type == WD_STYLE_TYPE.PARAGRAPH
    assert styles["Paper Table"].type == WD_STYLE_TYPE.TABLE


def test_wide_tables_turn_the_page_of_the_template_and_what_follows_is_upright_again(report, given):
    def change(paper):
        section = paper.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(30), Mm(10)
        section.top_margin, section.bottom_margin = Mm(40), Mm(20)
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = "The logo"
        section.header.paragraphs[0].text = "{{ group }}"

    sections = written(report, given(template("{{ paper }}", "Contact: the clerk", change=change))).sections
    turned = [section for section in sections if section.orientation == ON_ITS_SIDE]
    edges = {
        tuple(round(edge.mm) for edge in (each.left_margin, each.top_margin, each.right_margin, each.bottom_margin))
        for each in turned
    }

    assert edges == {(20, 30, 40, 10)}
    assert {(round(each.page_width.mm), round(each.page_height.mm)) for each in turned} == {(297, 210)}
    assert (sections[0].orientation, sections[-1].orientation) == (UPRIGHT, UPRIGHT)
    assert [each.different_first_page_header_footer for each in sections] == [True] + [False] * (len(sections) - 1)
    assert all(each.header.is_linked_to_previous for each in [*sections][1:])
    assert {each.header.paragraphs[0].text for each in sections} == {"Committee of ours"}
    assert sections[0].first_page_header.paragraphs[0].text == "The logo"


def test_a_template_that_lies_on_its_side_stays_so(report, given):
    def change(paper):
        section = paper.sections[0]
        section.page_width, section.page_height, section.orientation = Mm(297), Mm(210), ON_ITS_SIDE

    sections = written(report, given(template("{{ paper }}", change=change))).sections
    assert [section.orientation for section in sections] == [ON_ITS_SIDE]


def test_wide_pages_that_come_first_in_a_section_take_its_headers_and_leave_no_empty_page(report, given):
    def change(paper):
        paper.add_section()
        paper.add_paragraph("{{ paper }}")
        paper.sections[1].header.paragraphs[0].text = "Annex"

    wide = replace(report.layout, sections=(LayoutSection("Progress", "progress"),))
    paper = written(replace(report, layout=wide), given(template("{{ title }}", "{{ state }}", change=change)))
    assert [section.orientation for section in paper.sections] == [UPRIGHT, ON_ITS_SIDE]
    assert paper.sections[1].header.paragraphs[0].text == "Annex"


def test_the_paper_can_be_a_section_of_its_own_between_others(report, given):
    def change(paper):
        paper.add_section()
        paper.add_paragraph("Appendix of the council")

    paper = written(report, given(template("{{ paper }}", change=change)))
    assert texts(paper)[-1] == "Appendix of the council"
    assert paper.sections[-1].orientation == UPRIGHT
    assert "{{ paper }}" not in texts(paper)


def test_tables_keep_to_the_margins_of_the_template(report, given):
    def change(paper):
        paper.sections[0].left_margin = paper.sections[0].right_margin = Mm(50)

    paper = written(report, given(template("{{ paper }}", change=change)))
    room = paper.sections[0].page_width - Mm(100)
    widths = [sum(column.width for column in table.columns) for table in paper.tables]
    assert max(widths[:3]) <= room + Mm(1)


# --- what everybody can read ---


@pytest.mark.parametrize("data", [None, starter()], ids=["plain", "template"])
def test_a_paper_is_readable_to_all(report, given, data):
    paper = written(replace(report, title="Progress"), given(data) if data else None)

    assert paper.core_properties.title == "Progress"
    assert paper.core_properties.author == ""
    assert {each.get(qn("w:val")) for each in paper.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert texts(paper, "Heading 1")[:3] == ["Purpose", "Recommendations", "Background"]
    kept = [each for each in paper.paragraphs if each.style.name in {"Heading 1", "Heading 2", "Quote", "Caption"}]
    assert all(each.paragraph_format.keep_with_next for each in kept)
    assert paper.tables
    for table in paper.tables:
        about = table._tbl.tblPr
        assert about.find(qn("w:tblCaption")).get(qn("w:val")) in texts(paper, "Caption")
        assert about.find(qn("w:tblDescription")).get(qn("w:val"))
        headers = [row.find(f".//{qn('w:tblHeader')}") is not None for row in table._tbl.tr_lst]
        assert headers == [True] + [False] * (len(headers) - 1)


def test_a_row_is_kept_whole_unless_no_page_could_hold_it(report):
    section = next(each for each in report.sections if each.rows)
    rows = (replace(section.rows[0], action="Short"), replace(section.rows[0], action="word " * 1000))
    paper = written(replace(report, sections=(replace(section, rows=rows),)))
    kept = {
        row.cells[1].text.strip()[:5]: row._tr.find(f".//{qn('w:cantSplit')}") is not None
        for table in paper.tables
        if "Actions for" in table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        for row in table.rows
    }

    assert kept == {"Actio": True, "Short": True, "word ": False}


def test_the_contents_are_written_in_and_lead_to_the_headings(report):
    paper = written(replace(report, layout=replace(report.layout, contents=True)))
    xml = paper.element.xml
    lines = [*texts(paper, "toc 1"), *texts(paper, "toc 2")]

    assert sorted(lines) == sorted([*texts(paper, "Heading 1"), *texts(paper, "Heading 2")])
    links = [each.get(qn("w:anchor")) for each in paper.element.iter(qn("w:hyperlink"))]
    assert links == [each.get(qn("w:name")) for each in paper.element.iter(qn("w:bookmarkStart"))]
    assert len(set(links)) == len(lines)
    assert re.findall(r'fldCharType="(\w+)"', xml) == ["begin", "separate", "end"]
    assert r"TOC \o &quot;1-2&quot;" in xml or r'TOC \o "1-2"' in xml


def test_a_chart_has_its_caption_and_is_described(report, monkeypatch):
    chart = Picture("<svg/>", "<svg/>", "Actions by status", "Two of three actions are closed.", width=60)
    monkeypatch.setattr(pictures, "png_of", lambda picture: PIXEL, raising=False)
    monkeypatch.setattr(blocks, "status_pictures", lambda counts: (chart,))
    paper = written(report)
    (drawn,) = paper.inline_shapes

    assert drawn._inline.docPr.get("descr") == "Two of three actions are closed."
    assert drawn.width == Mm(60)
    assert "Actions by status" in texts(paper, "Caption")


def test_a_template_named_by_the_template_does_not_come_along(report, given):
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"

    def change(paper):
        key = paper.part._settings_part.relate_to(r"file:///C:\Users\Jo\Council.dotx", kind, is_external=True)
        named = docx.oxml.OxmlElement("w:attachedTemplate")
        named.set(qn("r:id"), key)
        paper.settings.element.append(named)

    paper = written(report, given(template("{{ paper }}", change=change)))
    assert not paper.part._settings_part.rels
    assert paper.settings.element.find(qn("w:attachedTemplate")) is None


@pytest.mark.system
def test_another_program_opens_a_paper_in_a_template(report, given, tmp_path):
    """LibreOffice: what it makes of the paper has its words, its links, and pages of both kinds."""
    long = replace(report, layout=replace(report.layout, contents=True), as_at=date(2015, 12, 2))
    (tmp_path / "paper.docx").write_bytes(write_docx(long, given(starter())))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    subprocess.run([*command, "pdf", "paper.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "paper.pdf", "-"], cwd=tmp_path, check=True, capture_output=True
    ).stdout.decode()
    about = subprocess.run(["pdfinfo", "-l", "9", "paper.pdf"], cwd=tmp_path, check=True, capture_output=True).stdout

    assert "Progress report: Plan of ours" in text
    assert "Report to: Committee of ours" in text
    assert text.index("Contents") < text.index("Purpose")
    assert "{{" not in text
    assert {b"595", b"841"} <= set(re.findall(rb"size: +(\d+)", about))
