"""The paragraphs and tables of a paper as the XML of Word. As text, because python-docx builds a table cell by cell,
which takes ten times as long.
"""

from collections.abc import Container, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from actionplans.papers.content import TINTS, Cell, Part, Table, said
from actionplans.papers.word import TABLE

TWIPS = 1440 / 25.4  # in a millimetre
LETTER = 1.6  # millimetres that a letter of the tables takes, on average
CELL_MARGINS = 4  # millimetres, of both sides
MOST_LINES = 35  # of a row that is kept whole: about what a page on its side holds
KEEP = "<w:keepNext/>"  # said of each such paragraph: the styles of a template may not say it

Styles = Mapping[str, str]  # the ids of styles by their names


def text(words: str, *, bold: bool = False) -> str:
    """A run; a tab in it becomes one."""
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    pieces = (f'<w:t xml:space="preserve">{escape(each)}</w:t>' for each in words.split("\t"))
    return f"<w:r>{look}{'<w:tab/>'.join(pieces)}</w:r>"


def paragraph(style: str, inside: str, form: str = "") -> str:
    """A paragraph in the style of that id; `form` is what else is said about it, in the order of Word."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{form}</w:pPr>{inside}</w:p>'


def fact(style: str, name: str, words: str, label: int) -> str:
    """The label in bold, `label` millimetres wide, the fact after it, its further lines under its first."""
    room = round(label * TWIPS)
    form = f'<w:tabs><w:tab w:val="left" w:pos="{room}"/></w:tabs><w:ind w:left="{room}" w:hanging="{room}"/>'
    return paragraph(style, text(name, bold=True) + text(f"\t{words}"), form)


def heading(styles: Styles, part: Part, mark: int) -> str:
    """The heading of a part, with a bookmark of that number for the contents."""
    form = KEEP + ("<w:pageBreakBefore/>" if part.new_page else "")
    name = f'<w:bookmarkStart w:id="{mark}" w:name="{_bookmark(mark)}"/>'
    inside = f'{name}{text(part.heading)}<w:bookmarkEnd w:id="{mark}"/>'
    return paragraph(styles[f"Heading {part.level}"], inside, form)


def contents(styles: Styles, parts: Sequence[tuple[int, Part]]) -> str:
    """A list of the headings by the numbers of their bookmarks, as a field that Word can make anew with page numbers.

    The headings stand in it already: nobody is asked to update fields before reading.
    """
    code = r'<w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>'
    first, last = parts[0][0], parts[-1][0]
    lines = [paragraph(styles["TOC Heading"], text("Contents"))]
    for mark, part in parts:
        inside = f'<w:hyperlink w:anchor="{_bookmark(mark)}" w:history="1">{text(part.heading)}</w:hyperlink>'
        if mark == first:
            inside = f"{_edge('begin')}{code}{_edge('separate')}{inside}"
        if mark == last:
            inside = f"{inside}{_edge('end')}"
        lines.append(paragraph(styles[f"toc {part.level}"], inside))
    return "".join(lines)


def table(styles: Styles, given: Table, room: float) -> str:
    """The caption and the table, with its name and description for a screen reader, header row first.

    `room` is the width of the page between its margins in millimetres, which the table keeps to.
    """
    share = min(1, room / sum(given.widths))
    widths = [width * share for width in given.widths]
    said_of_it = {"w:tblCaption": given.caption, "w:tblDescription": given.description}
    about = "".join(f"<{name} w:val={quoteattr(words)}/>" for name, words in said_of_it.items())
    numbers = given.numbers
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    rows = "".join(_row(styles["Cell"], given, cells, widths, numbers) for cells in given.rows)
    return (
        f"{paragraph(styles['Caption'], text(given.caption), KEEP)}"
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{styles[TABLE]}"/><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" w:noVBand="1"/>{about}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{_header(styles['Cell'], given.headings, widths, numbers)}{rows}</w:tbl>"
        # LibreOffice keeps a table with what follows it: with this, not with a heading.
        f"{paragraph(styles['Gap'], '')}"
    )


def _header(style: str, headings: Sequence[str], widths: Sequence[float], numbers: Container[int]) -> str:
    """The row that every page repeats."""
    cells = (
        _cell(text(heading, bold=True), style, width, is_number=place in numbers, form=KEEP)
        for place, (heading, width) in enumerate(zip(headings, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _row(style: str, given: Table, cells: Sequence[Cell], widths: Sequence[float], numbers: Container[int]) -> str:
    """A row that goes to the next page rather than break, unless no page could hold it."""
    words = [said(cell) for cell in cells]
    lines = max(len(each) * LETTER / (width - CELL_MARGINS) for each, width in zip(words, widths, strict=True))
    made = (
        _cell(
            text(each) if each else "",
            style,
            width,
            is_number=place in numbers,
            tint=TINTS.get(each.split(":")[0], "") if place == given.rag else "",
        )
        for place, (each, width) in enumerate(zip(words, widths, strict=True))
    )
    whole = "<w:trPr><w:cantSplit/></w:trPr>" if lines <= MOST_LINES else ""
    return f"<w:tr>{whole}{''.join(made)}</w:tr>"


def _cell(inside: str, style: str, width: float, *, is_number: bool, form: str = "", tint: str = "") -> str:
    """A cell; `tint` is a light ground (RRGGBB) behind a word that says the same."""
    ground = f'<w:shd w:val="clear" w:color="auto" w:fill="{tint}"/>' if tint else ""
    side = '<w:jc w:val="right"/>' if is_number else ""
    about = f'<w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{ground}</w:tcPr>'
    return f"<w:tc>{about}{paragraph(style, inside, form + side)}</w:tc>"


def _edge(kind: str) -> str:
    """Where a field begins, shows its result, or ends."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _bookmark(mark: int) -> str:
    return f"_Paper{mark}"


def _twips(millimetres: float) -> int:
    return round(millimetres * TWIPS)
