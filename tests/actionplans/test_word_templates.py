"""What may be the Word template of a group: refused is what fetches, starts or asks, and what cannot be filled in."""

import io
import re

import docx
import pytest
from django.core.exceptions import ValidationError

from actionplans.papers.placeholders import PLACEHOLDERS, fill, spelt, used
from actionplans.papers.starters import starter
from actionplans.papers.word_templates import check_template
from tests.actionplans.word_files import bomb, related, split, template, upload, with_part, with_xml
from tests.core.test_uploads import office

pytestmark = pytest.mark.once

GOOD = template("Report of the council", "{{ paper }}")


def refusals(data: bytes, name: str = "Council.docx") -> list[str]:
    with pytest.raises(ValidationError) as refused:
        check_template(upload(data, name))
    return refused.value.messages


def refusal(data: bytes, name: str = "Council.docx") -> str:
    (said,) = refusals(data, name)
    return said


# --- placeholders ---


def test_the_starter_is_a_template_with_every_placeholder():
    check_template(upload(starter()))

    assert used(docx.Document(io.BytesIO(starter()))) == set(PLACEHOLDERS)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["{{ tilte }}", "{{ paper }}"], "Unknown placeholder: {{ tilte }}. Did you mean {{ title }}?"),
        (["{{ Group }}", "{{ paper }}"], "Unknown placeholder: {{ Group }}. Did you mean {{ group }}?"),
        (["As at {{ as_at", "{{ paper }}"], "Unknown placeholder: {{ as_at. Did you mean {{ as_at }}?"),
        (["{{ x.__class__ }}", "{{ paper }}"], "Unknown placeholder: {{ x.__class__ }}."),
        (["{{ title|safe }}", "{{ paper }}"], "Unknown placeholder: {{ title|safe }}. Did you mean {{ title }}?"),
        (["{% for x in y %}", "{{ paper }}"], "Unknown placeholder: {% for x in y %}."),
        (["{{ }}", "{{ paper }}"], "Unknown placeholder: {{ }}."),
        (["{{ title }}"], "Missing placeholder: {{ paper }}. Put it where the sections of the paper go."),
        (
            ["{{paper}}", "{{ paper }}"],
            "{{ paper }} stands 2 times. Leave it once, where the sections of the paper go.",
        ),
        (
            ["Here: {{ paper }}"],
            "{{ paper }} must be alone in a paragraph of the text: not in a table, text box, header or footer.",
        ),
    ],
)
def test_placeholders_that_cannot_be_filled_in_are_named(lines, expected):
    assert refusal(template(*lines)) == expected


def test_every_fault_is_named_at_once():
    assert len(refusals(template("{{ tilte }}", "{{ gruop }}", "{{ gruop }}"))) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda paper: setattr(paper.sections[0].header.paragraphs[0], "text", "{{ paper }}"),
        lambda paper: setattr(paper.add_table(1, 1).cell(0, 0), "text", "{{ paper }}"),
    ],
    ids=["header", "table"],
)
def test_the_paper_goes_into_the_text_and_nowhere_else(change):
    assert "must be alone in a paragraph of the text" in refusal(template(change=change))


def test_headers_of_the_first_page_are_looked_at_too():
    def change(paper):
        paper.sections[0].first_page_footer.paragraphs[0].text = "{{ naem }}"

    assert "{{ naem }}" in refusal(template("{{ paper }}", change=change))


def test_a_placeholder_that_word_has_split_is_found_and_takes_the_looks_of_its_first_run():
    def change(paper):
        runs = [*split(paper.add_paragraph(), "On {", "{ ti", "tle", " }} and {{grou", "p}}.")]
        runs[0].bold = runs[3].italic = True

    data = template("{{ paper }}", change=change)
    check_template(upload(data))
    paper = docx.Document(io.BytesIO(data))
    fill(paper, dict.fromkeys(["title", "group"], "{{ title }}"))
    runs = paper.paragraphs[1].runs

    assert "".join(run.text for run in runs) == "On {{ title }} and {{ title }}."  # each is filled in once
    assert [(run.text, run.bold, run.italic) for run in runs if run.text] == [
        ("On {{ title }}", True, None),
        (" and {{ title }}", None, True),
        (".", None, None),
    ]


def test_every_placeholder_is_listed_with_what_it_becomes_as_it_is_typed():
    assert all(re.fullmatch(r"\{\{ [a-z_]+ \}\}", spelt(name)) and said for name, said in PLACEHOLDERS.items())


# --- files that nobody should send ---


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (with_part(GOOD, "word/vbaProject.bin", b"macro"), "holds macros"),
        (with_part(GOOD, "word/embeddings/oleObject1.bin", b"object"), "holds an embedded object"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "has a password"),
        (b"Not a Word file", "is not a docx file"),
        (office("docx"), "Word cannot open this file"),
        (related("attachedTemplate", "https://evil.example/t.dotm"), "fetches its template from another computer"),
        (related("image", "https://evil.example/who.png"), "fetches something from another place"),
        (related("frame", "https://evil.example/"), "fetches something from another place"),
        (related("mailMergeSource", r"file:///c:\people.csv"), "fetches something from another place"),
        (related("aFChunk", "part.html"), "holds another document inside it"),
        (related("hyperlink", "file://server/share/tool.exe"), "has a link to “file://server/share/tool.exe”"),
        (with_xml('<w:r><w:pict><v:imagedata src="http://evil.example/a"/></w:pict></w:r>'), "fetches something"),
        (with_xml("<w:ins><w:r><w:t>new</w:t></w:r></w:ins>"), "comments or tracked changes"),
    ],
)
def test_a_hostile_file_is_refused_with_what_is_wrong(data, expected):
    assert expected in refusal(data)


def test_comments_are_refused_for_every_paper_would_show_them():
    def change(paper):
        paper.add_comment(paper.paragraphs[0].runs, text="Put {{ title }} here", author="Jo")

    assert [said.split(".")[0] for said in refusals(template("Council", "{{ paper }}", change=change))] == [
        "The file holds comments or tracked changes, which every paper would show",
        "Placeholders may not stand in footnotes, endnotes or comments",
    ]


def test_a_bomb_of_200_megabytes_is_refused_without_unpacking_it():
    data = bomb(GOOD, 200)

    assert len(data) < 1_000_000
    assert "unpacks to far more than its size" in refusal(data)


@pytest.mark.parametrize("name", ["Council.dotx", "Council.docm", "Council.pdf", "Council"])
def test_only_docx_is_taken_and_the_error_says_how_to_get_one(name):
    assert refusal(GOOD, name) == "Choose a .docx file. In Word, a template (.dotx) can be saved as one."


CODE = '<w:r><w:instrText xml:space="preserve">{}</w:instrText></w:r>'
BEGIN, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))


@pytest.mark.parametrize(
    ("xml", "name"),
    [
        (BEGIN + CODE.format(" DDE") + CODE.format(r"AUTO c:\\windows\\cmd.exe") + END, "DDEAUTO"),
        (r'<w:fldSimple w:instr=" includepicture &quot;http://evil.example/&quot; \d"/>', "INCLUDEPICTURE"),
        (BEGIN + CODE.format("IF 1 = ") + BEGIN + CODE.format("PAGE") + END + END, "IF"),
        (BEGIN + BEGIN + CODE.format("PAGE") + END + END, "WITHOUT A NAME"),  # made up by what is inside it
        (BEGIN + CODE.format("MACROBUTTON Run Click here"), "MACROBUTTON"),
    ],
)
def test_a_field_that_fetches_or_starts_something_is_refused(xml, name):
    assert f"field that may not stand in a template: {name}." in refusal(with_xml(xml))


@pytest.mark.parametrize(
    "data",
    [
        with_xml(f'<w:fldSimple w:instr=" PAGE "/>{BEGIN}{CODE.format(" STYLEREF Title ")}{END}'),
        related("hyperlink", "https://www.example.org/"),
        related("hyperlink", "mailto:clerk@example.org"),
    ],
)
def test_page_numbers_and_ordinary_links_may_stay(data):
    check_template(upload(data))
