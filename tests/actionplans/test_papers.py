"""Papers are parsed back: the same figures and the same rows in every format, and none that a spreadsheet would run."""

import io
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby

import docx
import pikepdf
import pytest
from django.conf import settings
from django.db import transaction
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from actionplans.demo.cases import read_cases
from actionplans.demo.load import load_demo
from actionplans.figures import Figures
from actionplans.models import Plan
from actionplans.papers import FORMATS, Report, build_report
from actionplans.papers.blocks import content_of
from actionplans.papers.content import plain
from actionplans.papers.pdf import typeset
from actionplans.papers.press import FontsMissing, NotClean
from partnerships.models import Meeting
from tests.actionplans import readers

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
]  # without the mark, pytest-django makes no database for the fixture

CASES = {case["slug"]: case for case in read_cases()["cases"]}
ONE = "ochilvale-joint-inspection"
OFFICE_TABLES = {"docx": readers.docx_tables, "xlsx": readers.xlsx_tables}
CAPTIONS = ("Actions as at", "How far", "Actions by RAG", "Open actions past their due date")  # how they begin
SHEETS = ("Counts", "Rates", "RAG", "Ageing")
BANDS = {"0-3 months": 92, "3-6 months": 183, "6-12 months": 365, "over 12 months": 100_000}


@pytest.fixture(scope="module")
def reports(django_db_setup, django_db_blocker) -> dict[str, Report]:
    """The three cases as recorded, each as at its own day; the database is left as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(today=date(2015, 12, 2), as_recorded=True, accounts=False)
        made = {slug: _report(slug, date.fromisoformat(case["as_at"])) for slug, case in CASES.items()}
        transaction.set_rollback(True)
    return made


def _report(slug: str, on: date) -> Report:
    plan = Plan.objects.get(slug=slug)
    meeting = Meeting.objects.filter(group__partnership=plan.partnership, on=on).first()
    return build_report(plan, on=on, meeting=meeting)


@pytest.fixture(scope="module")
def papers(reports) -> dict[tuple[str, str], bytes]:
    """Every case in every format, written once."""
    return {(slug, name): each.write(report) for slug, report in reports.items() for name, each in FORMATS.items()}


@pytest.fixture(scope="module")
def awkward(reports) -> Report:
    """A report whose words are formulas, links, markup and characters that files cannot hold."""
    row = replace(
        reports[ONE].rows[0],
        action='=HYPERLINK("http://evil.example","click")',
        owner="+44 1259 450000",
        contributors="-2+3",
        update="@SUM(A1)\x0bsecond line \ue000",
        measure='#read("/etc/passwd") $x$ *bold* {{ settings.SECRET_KEY }}',
        evidence_required="http://evil.example/",
    )
    section = replace(reports[ONE].sections[0], rows=(row,))
    return replace(reports[ONE], sections=(section,), plan="=1+1", is_draft=False)


def expected(slug: str) -> dict[str, object]:
    said = CASES[slug]["computed_summary"]
    return {
        "rag": said["rag"],
        "rate": said["implementation_rate_percent_on_original_dates"],
        "ageing": said["open_past_original_date_by_age"],
        "revised": said["actions_with_revised_date"],
        "due": said["due_by_original_date"],
    }


def figures_in(tables: readers.Tables, names: tuple[str, ...] = CAPTIONS) -> dict[str, object]:
    """The figures as printed in the tables of a paper."""
    found = (next(rows for name, rows in tables.items() if name.startswith(begins)) for begins in names)
    counted, levels, key, late = found
    counts = dict(counted)
    return {
        "rag": {word: int(count) for word, count, _ in key[1:]},
        "rate": int(levels[-1][2]),
        "ageing": {band.removesuffix(" late"): int(count) for band, count, _ in late[1:]},
        "revised": int(counts["Actions whose due date has moved"]),
        "due": int(counts["Actions due by now, by their original date"]),
    }


@pytest.mark.parametrize("name", OFFICE_TABLES)
@pytest.mark.parametrize("slug", CASES)
def test_the_figures_are_those_of_the_case(slug, name, papers):
    names = SHEETS if name == "xlsx" else CAPTIONS
    assert figures_in(OFFICE_TABLES[name](papers[slug, name]), names) == expected(slug)


@pytest.mark.system
@pytest.mark.parametrize("slug", CASES)
def test_the_figures_of_the_pdf_are_those_of_the_case(slug, papers):
    assert figures_in(readers.pdf_tables(papers[slug, "pdf"])) == expected(slug)


@pytest.mark.parametrize("slug", CASES)
def test_the_rows_of_the_csv_count_up_to_the_figures_of_the_case(slug, papers):
    rows = readers.csv_rows(papers[slug, "csv"])
    due = [row for row in rows if row["Original due"] and row["Original due"] <= CASES[slug]["as_at"]]
    closed = sum(row["Status"] == "Closed" for row in due)
    ages = [int(row["Days past original"]) for row in rows]
    limits = list(zip([0, *BANDS.values()], BANDS.items(), strict=False))
    assert {
        "rag": {word: sum(row["RAG"] == word for row in rows) for word in expected(slug)["rag"]},
        "rate": int(100 * closed / len(due) + 0.5),
        "ageing": {band: sum(low < age <= high for age in ages) for low, (band, high) in limits},
        "revised": sum(int(row["Date changes"]) > 0 for row in rows),
        "due": len(due),
    } == expected(slug)


@pytest.mark.system
@pytest.mark.parametrize("slug", CASES)
def test_word_and_pdf_hold_the_same_tables(slug, papers):
    in_word, in_pdf = readers.docx_tables(papers[slug, "docx"]), readers.pdf_tables(papers[slug, "pdf"])
    assert list(in_word) == list(in_pdf)
    for caption, rows in in_word.items():
        assert in_pdf[caption] == rows, caption


@pytest.mark.parametrize("slug", CASES)
def test_word_rows_say_what_the_csv_says(slug, papers):
    tables = readers.docx_tables(papers[slug, "docx"])
    in_word = {row[0]: row for name, rows in tables.items() if name.startswith("Actions for") for row in rows[1:]}
    rows = readers.csv_rows(papers[slug, "csv"])
    assert list(in_word) == [row["Ref"] for row in rows]
    for row in rows:
        percent = f", {row['Per cent complete']} per cent" if 0 < int(row["Per cent complete"]) < 100 else ""
        update = f"{spoken(row['Update date'])}: {row['Latest update']}" if row["Update date"] else "none"
        reason = f" Reason or barrier: {row['Reason or barrier']}" if row["Reason or barrier"] else ""
        assert in_word[row["Ref"]] == [
            row["Ref"],
            row["Action"],
            row["Owner"],
            spoken(row["Original due"]),
            spoken(row["Current due"]),
            row["Date changes"],
            row["Status"] + percent,
            f"{row['RAG']}: {row['Why this RAG']}",
            update + reason,
        ]


@pytest.mark.parametrize("slug", CASES)
def test_excel_rows_are_those_of_the_csv_with_real_dates_and_numbers(slug, papers):
    sheet = readers.xlsx_book(papers[slug, "xlsx"])["Actions"]
    head, *rows = sheet.iter_rows()
    written = readers.csv_rows(papers[slug, "csv"])
    assert [cell.value for cell in head] == list(written[0])
    assert len(rows) == len(written) == CASES[slug]["computed_summary"]["actions"]
    dates = {"Start", "Original due", "Current due", "Update date"}
    numbers = {"Date changes", "Days late", "Days past original", "Per cent complete", "Evidence held"}
    for cells, row in zip(rows, written, strict=True):
        for cell, (heading, said) in zip(cells, row.items(), strict=True):
            if heading in dates and said:
                assert (cell.value, cell.number_format) == (datetime.fromisoformat(said), "dd mmm yyyy")
            elif heading in numbers:
                assert (cell.value, cell.data_type) == (int(said), "n")
            else:
                assert (cell.value or "") == said


def test_each_sheet_prints_and_scrolls_well(papers, reports):
    book = readers.xlsx_book(papers[ONE, "xlsx"])
    tables = [table for part in content_of(reports[ONE]).parts for table in part.tables]
    others = [table for table in tables if not table.name.startswith(("Actions ", "Checks "))]
    assert book.sheetnames == ["Key and source", "Actions", *(table.name for table in others)]
    assert book["Actions"].freeze_panes == "B2"
    assert book["Actions"].auto_filter.ref == "A1:Z11"
    assert book["Actions"]["C2"].alignment.wrap_text
    assert book.properties.title.startswith("Progress report: Joint action plan")
    for sheet in book:
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert sheet.page_setup.paperSize == 9
    for table in others:
        sheet = book[table.name]
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.auto_filter.ref.endswith(str(len(table.rows) + 1))
        assert [cell.value for cell in sheet[1]] == list(table.headings)
        for cells, row in zip(sheet.iter_rows(min_row=2), table.rows, strict=True):
            days = [datetime.combine(each, time()) if isinstance(each, date) else each or None for each in row]
            assert [cell.value or None for cell in cells] == days


def test_excel_never_takes_words_for_a_formula_or_a_link(awkward):
    book = readers.xlsx_book(FORMATS["xlsx"].write(awkward))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    said = [cell.value for cell in cells]
    for words in (
        '=HYPERLINK("http://evil.example","click")',
        "+44 1259 450000",
        "-2+3",
        "=1+1",
        "http://evil.example/",
    ):
        assert words in said


def test_csv_never_takes_words_for_a_formula(awkward):
    (row,) = readers.csv_rows(FORMATS["csv"].write(awkward))
    said = (row["Action"], row["Owner"], row["Contributors"], row["Latest update"][:9], row["Evidence required"])
    formula = '\'=HYPERLINK("http://evil.example","click")'
    assert said == (formula, "'+44 1259 450000", "'-2+3", "'@SUM(A1)", "http://evil.example/")


def test_word_holds_awkward_words_as_text(awkward):
    actions, checks = list(readers.docx_tables(FORMATS["docx"].write(awkward)).values())[-2:]
    assert actions[1][1:3] == ['=HYPERLINK("http://evil.example","click")', "+44 1259 450000"]
    assert actions[1][8] == "10 February 2015: @SUM(A1) second line "
    assert checks[1][1] == '#read("/etc/passwd") $x$ *bold* {{ settings.SECRET_KEY }}'


@pytest.mark.system
def test_an_issued_pdf_holds_awkward_words_as_text_and_names_what_no_font_has(awkward):
    made = FORMATS["pdf"].write(replace(awkward, title="Progress 🎉 ਪ 👩\u200d👧 of us"))
    actions, checks = list(readers.pdf_tables(made).values())[-2:]
    assert actions[1][1] == '=HYPERLINK("http://evil.example","click")'
    assert checks[1][1] == '#read("/etc/passwd") $x$ *bold* {{ settings.SECRET_KEY }}'
    text = readers.pdf_text(made)
    assert "Progress [party popper] [gurmukhi letter pa] [woman][girl] of us" in text
    assert "Draft" not in text


@pytest.mark.system
def test_a_draft_says_so_in_every_format(papers):
    said = "Draft: not issued. Figures and words may still change."
    texts = {"docx": readers.docx_text, "pdf": readers.pdf_text, "xlsx": readers.xlsx_text}
    for name, text_of in texts.items():
        text = text_of(papers[ONE, name])
        assert said in text
        assert "Draft. Progress report" in text, f"the footer of {name}"


def test_an_issued_paper_does_not_say_draft(reports):
    issued = replace(reports[ONE], is_draft=False)
    assert "Draft" not in readers.docx_text(FORMATS["docx"].write(issued))
    assert "Draft" not in readers.xlsx_text(FORMATS["xlsx"].write(issued))


@pytest.mark.parametrize("slug", CASES)
def test_word_is_readable_to_all(slug, papers, reports):
    paper = docx.Document(io.BytesIO(papers[slug, "docx"]))
    headings = [each.text for each in paper.paragraphs if each.style.name in {"Heading 1", "Heading 2"}]
    assert headings[:4] == ["Purpose", "Recommendations", "Background", "Summary"]
    assert [f"Recommendation {each.number}" for each in reports[slug].sections] == headings[
        -1 - len(reports[slug].sections) : -1
    ]
    assert [each.text for each in paper.paragraphs if each.style.name == "Quote"] == [
        each.text for each in reports[slug].sections
    ]
    assert paper.core_properties.title == reports[slug].title
    assert {each.get(qn("w:val")) for each in paper.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert [each.orientation for each in paper.sections] == [
        *(WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT)
    ]
    for table in paper.tables:
        rows = table._tbl.tr_lst
        assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))


def test_the_history_is_printed_with_how_to_check_it(papers, reports):
    mark = reports[ONE].history
    page = f"{settings.SITE_URL}/plans/{ONE}/check/"
    for said in (readers.docx_text(papers[ONE, "docx"]), readers.xlsx_text(papers[ONE, "xlsx"])):
        assert f"verify_history --plan {ONE} --against {mark}" in said
        assert page in said
    assert page in papers[ONE, "html"].decode()
    assert page in readers.pdf_text(papers[ONE, "pdf"]).replace("\n", "")


@pytest.mark.parametrize("slug", CASES)
def test_the_pdf_is_tagged_and_says_what_it_is(slug, papers, reports):
    with pikepdf.open(io.BytesIO(papers[slug, "pdf"])) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en-GB"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as about:
            assert about["dc:title"] == reports[slug].title
            assert about["pdfuaid:part"] == "1"
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
            inner = {item.title: [each.title for each in item.children] for item in outline.root}
        assert titles[:4] == ["Purpose", "Recommendations", "Background", "Summary"]
        assert inner["Progress by recommendation"] == [
            f"Recommendation {each.number}" for each in reports[slug].sections
        ]
        tables = [each for each in elements(root.StructTreeRoot) if each.S == "/Table"]
        content = content_of(reports[slug])
        expected_tables = [table for part in content.parts for table in part.tables]
        assert len(tables) == len(expected_tables)
        for table, wanted in zip(tables, expected_tables, strict=True):
            assert [str(each.S) for each in table.K] == ["/Caption", "/THead", "/TBody"]
            heads = [each for each in elements(table) if each.S == "/TH"]
            assert [str(scope_of(each)) for each in heads] == ["/Column"] * len(wanted.headings)


def test_the_pages_for_tables_lie_on_their_side(papers):
    with pikepdf.open(io.BytesIO(papers[ONE, "pdf"])) as pdf:
        wide = [float(page.mediabox[2]) > float(page.mediabox[3]) for page in pdf.pages]
    assert [is_wide for is_wide, _ in groupby(wide)] == [False, True, False]


@pytest.mark.parametrize("slug", CASES)
def test_a_report_survives_being_kept_as_json(slug, reports):
    assert Report.from_json(reports[slug].as_json()) == reports[slug]


def test_missing_fonts_say_what_to_run(reports, tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(FontsMissing, match="run scripts/assets"):
        FORMATS["pdf"].write(reports[ONE])


def test_a_warning_of_typst_is_an_error_that_names_it(reports, tmp_path):
    (tmp_path / "SourceSans3_400Regular.ttf").write_bytes(b"not a font")
    with pytest.raises(NotClean, match="unknown font family: source sans 3"):
        typeset(content_of(reports[ONE]), fonts=tmp_path)


def test_a_plan_without_actions_makes_every_format(reports):
    nothing = replace(
        reports[ONE],
        sections=(),
        exceptions=(),
        history="0:",
        meeting_on=None,
        group="",
        figures=no_figures(reports[ONE]),
    )
    text = readers.docx_text(FORMATS["docx"].write(nothing))
    assert "This plan has no actions yet." in text
    assert "There are no exceptions." in text
    assert "nothing was due" in text
    assert readers.xlsx_tables(FORMATS["xlsx"].write(nothing))["Actions"][1:] == []
    assert readers.csv_rows(FORMATS["csv"].write(nothing)) == []


def test_plain_text_is_one_line_without_what_xml_refuses():
    assert plain("one\x0btwo\r\nthree\tfour\x00\ue000\ufffe – “five”") == "one two three four – “five”"


def no_figures(report: Report) -> Figures:
    counts = {name: 0 for name, value in vars(report.figures).items() if isinstance(value, int)}
    return Figures(**vars(report.figures) | counts | {"status": ()})


def elements(node):
    """Every structure element under a node, in reading order."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def scope_of(head):
    attributes = head.A if isinstance(head.A, pikepdf.Array) else [head.A]
    return next(each.Scope for each in attributes if isinstance(each, pikepdf.Dictionary) and "/Scope" in each)


def spoken(on: date | str) -> str:
    on = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{on.day} {on:%B} {on.year}"
