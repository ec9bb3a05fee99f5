"""Papers as files: charts in every format, hostile words in every format, pages that turn, one whole file.

The papers are those of the benchmark: they need no database.
"""

import csv
import io
import tracemalloc
from dataclasses import replace
from html.parser import HTMLParser
from itertools import groupby, pairwise

import pikepdf
import pytest
from xlsxwriter import Workbook

from actionplans.papers import FORMATS, Report
from actionplans.papers.blocks import content_of
from actionplans.papers.columns import COLUMNS
from actionplans.papers.content import Part, Table, runs_of
from actionplans.papers.layouts import Layout, LayoutSection
from actionplans.papers.pictures import measure_pictures, png_of, status_pictures
from actionplans.papers.report import Point, Series
from actionplans.papers.xlsx import OPTIONS, Sheets
from bench.reports import report_of
from tests.actionplans import readers

pytestmark = pytest.mark.once

HOSTILE = {
    "markup": '<script>alert(1)</script> </title> <img src=x onerror="alert(1)"> &amp; ]]> <!--',
    "typst": '#read("/etc/passwd") $x$ *bold* _it_ `raw` @ref <label> #import "x" \\ #{',
    "template": "{{ settings.SECRET_KEY }} {% debug %} ${7*7} %s %(x)s",
    "formula": '=HYPERLINK("http://evil.example","click")',
    "other formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "control": "one\x00\x07\x0b\x1btwo \ud800 \ue000 \ufffe\uffff",
    "turns": "safe \u202egpj.exe \u2066x\u2069 \u200f\u05d0\u05d1 \u200b",
    "pictures": "🎉 👩\u200d👧 ❤\ufe0f ਪ 漢",
    "long word": "x" * 3000,
    "many words": "word " * 10_000,
}
TEXTS = {
    "docx": readers.docx_text,
    "pdf": readers.pdf_text,
    "xlsx": readers.xlsx_text,
    "html": lambda made: Reading.of(made).text,
    "csv": lambda made: made.decode("utf-8-sig"),
}
# What of it a reader must find again, letter for letter, where it is not what was given.
FOUND = {"control": "two", "turns": "gpj.exe", "pictures": "", "long word": "x" * 20, "many words": "word word"}
VOID = {"meta", "img", "br", "hr", "input", "link", "rect", "path", "circle", "polyline"}
REFERENCES = {"src", "href", "srcset", "action", "poster", "data", "xlink:href", "background"}


class Reading(HTMLParser):
    """A file read as a browser would: its elements and their attributes, its words, the tags that did not match."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.astray: list[str] = []
        self.text = ""

    @classmethod
    def of(cls, made: bytes) -> "Reading":
        reading = cls()
        reading.feed(made.decode())
        reading.close()
        return reading

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.astray.append(tag)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(1)


@pytest.fixture(scope="module")
def files(report) -> dict[str, bytes]:
    return {ending: each.write(report) for ending, each in FORMATS.items()}


def hostile(report: Report, words: str) -> Report:
    """The words in every place that a person can fill, names and titles as long as their fields allow."""
    row = replace(report.rows[0], action=words, update=words, measure=words, owner=words, reason=words)
    section = replace(report.sections[0], number="1", text=words, accountable=words[:300], rows=(row,))
    first = report.measures[0]
    other = Series(words[:200], (Point(report.as_at, words[:50], "7"),))
    measure = replace(first, name=words[:300], unit=words[:40], target=words[:300], series=(first.series[0], other))
    return replace(
        report,
        title=words[:300],
        plan=words[:300],
        group=words[:300],
        sections=(section,),
        exceptions=(),
        measures=(measure,),
        words=tuple((heading, words) for heading in report.layout.written),
    )


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_are_words_in_every_format(kind, ending, report):
    made = FORMATS[ending].write(hostile(report, HOSTILE[kind]))
    text = " ".join(TEXTS[ending](made).split())
    wanted = FOUND.get(kind, HOSTILE[kind])
    if ending == "csv":
        wanted = wanted.replace('"', '""')
    if ending == "pdf":  # whose cells break lines inside words
        text, wanted = text.replace(" ", ""), wanted[:24].replace(" ", "")
    assert wanted in text
    assert not any(each in text for each in "\x00\x07\x0b\x1b\u202e\u2066")
    if ending == "xlsx":
        cells = [cell for sheet in readers.xlsx_book(made) for row in sheet for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    if ending == "csv":
        assert not [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.startswith(("=", "@"))]
    if ending == "html":
        assert not {"script", "img"} & {tag for tag, _ in Reading.of(made).elements}


def test_the_html_file_is_whole_and_asks_for_nothing(files, report):
    reading = Reading.of(files["html"])
    tags = [tag for tag, _ in reading.elements]
    assert (reading.astray, reading.open) == ([], [])
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(tags)
    referred = [value for _, given in reading.elements for name, value in given.items() if name in REFERENCES]
    assert [value for value in referred if not (value or "").startswith("#")] == []
    assert [name for _, given in reading.elements for name in given if name.startswith("on") or name == "style"] == []
    source = files["html"].decode()
    assert "@import" not in source
    assert {each[:2] for each in source.split("url(")[1:]} == {"#p"}
    assert reading.elements[0] == ("html", {"lang": "en-GB"})
    assert tags.count("h1") == tags.count("main") == tags.count("title") - tags.count("svg") == 1
    assert {given.get("scope") for tag, given in reading.elements if tag == "th"} == {"col", "row"}
    assert tags.count("caption") == tags.count("table") == sum(len(part.tables) for part in content_of(report).parts)
    ids = [given["id"] for _, given in reading.elements if "id" in given]
    assert len(ids) == len(set(ids))
    named = [key for _, given in reading.elements for key in (given.get("aria-labelledby") or "").split()]
    assert set(named) <= set(ids)


def test_headings_of_the_html_file_go_down_by_one(files):
    levels = [int(tag[1]) for tag, _ in Reading.of(files["html"]).elements if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_chart_is_a_picture_with_words_in_every_format(files, report):
    pictures = [picture for part in content_of(report).parts for picture in part.pictures]
    assert len(pictures) == 6
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        figures = [each for each in elements(pdf.Root.StructTreeRoot) if each.S == "/Figure"]
        assert [str(each.Alt) for each in figures] == [picture.description for picture in pictures]
    html = [given for tag, given in Reading.of(files["html"]).elements if tag == "svg"]
    assert [given["role"] for given in html] == ["img"] * 12
    assert sum("ft-chart--narrow" in given["class"] for given in html) == 6


def test_a_chart_says_its_figures_and_stands_beside_them(report):
    (picture,) = measure_pictures(report.measures[0])
    own = report.measures[0].series[0].points
    assert f"8 readings, from {own[0].words} on" in picture.description
    assert "Baseline 20%. Target 90%." in picture.description
    (bar,) = status_pictures(report.figures)
    assert bar.description == "60 actions. In progress: 50, Closed: 10."
    part = next(each for each in content_of(report).parts if each.pictures == (picture,))
    assert [row[1] for row in part.tables[0].rows] == [point.words for point in own]


def test_no_figures_make_no_chart(report):
    none = replace(report.measures[0], series=(Series("This measure", (Point(report.as_at, "improving"),)),))
    assert measure_pictures(none) == ()
    assert status_pictures(replace(report.figures, status=())) == ()


def test_a_picture_in_dots_has_the_width_of_the_page(report):
    (picture,) = status_pictures(report.figures)
    made = png_of(picture)
    assert made.startswith(b"\x89PNG")
    assert int.from_bytes(made[16:20]) == round(picture.width / 25.4 * 200)


ORDERS = {
    "wide first": ("exceptions", "purpose", "summary"),
    "wide last": ("purpose", "summary", "exceptions"),
    "wide amid": ("purpose", "exceptions", "summary"),
    "wide apart": ("exceptions", "purpose", "progress"),
    "none wide": ("purpose", "summary", "history"),
    "all wide": ("exceptions", "progress"),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("new_page", [False, True])
def test_pages_turn_as_the_content_says_and_none_is_empty(order, new_page, report):
    sections = tuple(LayoutSection(key.title(), key, new_page) for key in ORDERS[order])
    layout = Layout("Some", report.layout.head, sections, report.layout.columns, contents=True)
    paper = replace(report, layout=layout, sections=report.sections[:1])
    made = FORMATS["pdf"].write(paper)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        wide = [float(page.mediabox[2]) > float(page.mediabox[3]) for page in pdf.pages]
    wanted = [run.is_wide for run in content_of(paper).runs]
    # The first page, with title and contents, stands upright.
    assert [is_wide for is_wide, _ in groupby(wide)] == ([] if wanted[0] is False else [False]) + wanted
    pages = readers.pdf_text(made).split("\f")[:-1]
    assert len(pages) == len(wide)
    for number, page in enumerate(pages, start=1):
        assert page.rstrip().endswith(f"Page {number} of {len(pages)}")
        assert len(page.split()) > 20, f"page {number} holds only its foot"


def test_contents_lead_to_the_sections(report):
    made = FORMATS["pdf"].write(replace(report, layout=replace(report.layout, contents=True)))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        links = [each for page in pdf.pages for each in page.get("/Annots", []) if each.Subtype == "/Link"]
        tags = [str(each.S) for each in elements(pdf.Root.StructTreeRoot)]
    assert len(links) == len(report.layout.sections)
    assert {"/TOC", "/TOCI", "/Link"} <= set(tags)
    reading = Reading.of(FORMATS["html"].write(replace(report, layout=replace(report.layout, contents=True))))
    assert sum(tag == "a" for tag, _ in reading.elements) == len(report.layout.sections)


def test_the_foot_says_what_the_state_says(report):
    exempt = replace(report, is_exempt=True, withheld=("R1",))
    assert content_of(exempt).foot == f"Exempt edition. {report.title}"
    assert content_of(replace(exempt, is_draft=True)).foot == f"Draft. Exempt edition. {report.title}"
    assert content_of(report).foot == report.title


def test_runs_turn_at_most_twice():
    wide = Part("Wide", tables=(Table("t", "", "", ("a",), (200,), ()),))
    text = Part("Text")
    blocks = [(text,), (wide,), (text,), (wide, text), (text,)]
    assert [(run.is_wide, len(run.parts)) for run in runs_of(blocks)] == [(False, 1), (True, 4), (False, 1)]
    assert [(run.is_wide, len(run.parts)) for run in runs_of([(text,), (text,)])] == [(False, 2)]
    assert runs_of([]) == ()


def test_memory_does_not_grow_with_the_rows_of_a_sheet(report, tmp_path):
    def peak(many: int) -> int:
        tracemalloc.start()
        with Workbook(tmp_path / f"{many}.xlsx", OPTIONS) as book:
            Sheets(book, "A foot").actions(COLUMNS, (replace(report.rows[n % 60], ref=f"R{n}") for n in range(many)))
            held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    few, many = peak(500), peak(5_000)
    assert many < few + 500_000, "bytes"


def test_a_cell_of_the_workbook_holds_what_excel_can_hold(report):
    made = FORMATS["xlsx"].write(hostile(report, "word " * 10_000))
    longest = max(len(str(cell.value)) for sheet in readers.xlsx_book(made) for row in sheet for cell in row)
    assert longest == 32_767


def elements(node):
    """Every structure element under a node, in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)
