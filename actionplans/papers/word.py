"""What python-docx has no words for: the looks of a paper, and the XML that makes its tables readable to all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FONT = "Arial"
INK = RGBColor(0x0B, 0x0C, 0x0C)
QUIET = RGBColor(0x48, 0x49, 0x49)
DARK, GREY = "0B0C0C", "8A9092"
# Word refuses elements out of order: borders go before the first of these.
AFTER_BORDERS = tuple(
    f"w:{name}"
    for name in (
        *("shd", "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl"),
        *("tblLayout", "tblCellMar", "tblLook", "vAlign"),
    )
)
# name: size, space before, space after (points), bold, kept with the next paragraph
STYLES: dict[str, tuple[float, float, float, bool, bool]] = {
    "Normal": (10.5, 0, 6, False, False),
    "Title": (20, 0, 12, True, False),
    "Heading 1": (14, 16, 6, True, True),
    "Heading 2": (11.5, 14, 5, True, True),
    "Caption": (9.5, 8, 3, True, True),
    "Quote": (11, 0, 6, False, True),
    "Draft": (10.5, 0, 14, True, False),
    "Fact": (10.5, 0, 3, False, True),
    "Cell": (8.5, 2, 2, False, False),
    "Gap": (4, 0, 0, False, False),
    "Footer": (8, 4, 0, False, False),
}


def restyle(paper: Document) -> None:
    """One plain face and dark ink for every style that a paper uses; British English throughout."""
    for name, (size, before, after, bold, keep) in STYLES.items():
        style = _style(paper, name)
        _set_face(style)
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, INK
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.1
        form.keep_with_next = keep
    paper.styles["Footer"].font.color.rgb = QUIET
    paper.styles["Footer"].paragraph_format.tab_stops.clear_all()
    paper.styles["Caption"].font.italic = False
    paper.styles["Quote"].paragraph_format.left_indent = Mm(4)
    for name, sides in {"Title": (), "Quote": ("left",), "Draft": ("top", "left", "bottom", "right")}.items():
        _borders(paper.styles[name].element.get_or_add_pPr(), "w:pBdr", sides, gap=5)
    for language in paper.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for language in paper.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), "en-GB")


def describe(paper: Document, *, title: str, at: datetime) -> None:
    """The properties of the file, none of them the library's own."""
    about = paper.core_properties
    about.title, about.subject, about.language = title[:255], "Progress report", "en-GB"
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = at


def prepare_table(table: Table, *, caption: str, description: str, widths: Sequence[int]) -> None:
    """Fixed widths in millimetres, thin lines under the rows, and the table's name and description."""
    table.autofit = False
    properties = table._tbl.tblPr
    total = properties.find(qn("w:tblW"))
    total.set(qn("w:type"), "dxa")
    total.set(qn("w:w"), str(Mm(sum(widths)).twips))
    _borders(properties, "w:tblBorders", ("top", "bottom", "insideH"))
    for tag, said in (("w:tblCaption", caption), ("w:tblDescription", description)):
        properties.append(_element(tag, val=said))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def repeat_header(row: _Row) -> None:
    """Marks the row as the header, which every page repeats, and rules it off."""
    keep_whole(row)
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for cell in row.cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        _borders(cell._tc.get_or_add_tcPr(), "w:tcBorders", ("bottom",))


def keep_whole(row: _Row) -> None:
    """The row goes to the next page rather than break."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))


def tint(cell: _Cell, colour: str | None) -> None:
    """A light ground behind a word that says the same; RRGGBB, or none."""
    if colour:
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=colour))


def field(paragraph: Paragraph, name: str) -> None:
    """A field that Word fills in, such as PAGE."""
    made = _element("w:fldSimple", instr=name)
    run = OxmlElement("w:r")
    said = OxmlElement("w:t")
    said.text = "1"
    run.append(said)
    made.append(run)
    paragraph._p.append(made)


def _style(paper: Document, name: str) -> ParagraphStyle:
    if name in paper.styles:
        return paper.styles[name]
    style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = paper.styles["Normal"]
    return style


def _set_face(style: ParagraphStyle) -> None:
    """The named font in place of the theme's, which would win over it."""
    style.font.name = FONT
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)
        fonts.set(qn(f"w:{script}"), FONT)
    for stretch in properties.findall(qn("w:spacing")) + properties.findall(qn("w:kern")):
        properties.remove(stretch)


def _borders(properties: Any, tag: str, sides: Sequence[str], gap: int = 0) -> None:
    """Exactly these borders, `gap` points from the text: grey between the rows of a table, dark elsewhere."""
    old = properties.find(qn(tag))
    if old is not None:
        properties.remove(old)
    made = OxmlElement(tag)
    for side in sides:
        size, colour = ("4", GREY) if side == "insideH" else ("8", DARK)
        made.append(_element(f"w:{side}", val="single", sz=size, space=str(gap), color=colour))
    if sides:
        properties.insert_element_before(made, *AFTER_BORDERS)


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_style(paragraph: Paragraph, style_id: str) -> None:
    """By the id of the style. By its name python-docx would search all styles for each cell: most of a paper's time."""
    paragraph._p.style = style_id
