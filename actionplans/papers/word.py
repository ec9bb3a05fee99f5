"""The looks of a paper in Word: the styles that it uses, and the properties of the file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT = "Arial"
INK = RGBColor(0x0B, 0x0C, 0x0C)
QUIET = RGBColor(0x48, 0x49, 0x49)
DARK, GREY = "0B0C0C", "8A9092"
AFTER_BORDERS = tuple(
    f"w:{name}" for name in ("shd", "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl")
)
# name: size, space before, space after (points), bold, kept with the next paragraph
STYLES: dict[str, tuple[float, float, float, bool, bool]] = {
    "Normal": (10.5, 0, 6, False, False),
    "Title": (20, 0, 12, True, False),
    "Heading 1": (14, 16, 6, True, True),
    "Heading 2": (11.5, 14, 5, True, True),
    "Caption": (9.5, 8, 3, True, True),
    "Quote": (11, 0, 6, False, True),
    "TOC Heading": (14, 16, 6, True, True),
    "toc 1": (10.5, 0, 3, False, False),
    "toc 2": (10.5, 0, 3, False, False),
    "Draft": (10.5, 0, 14, True, False),
    "Fact": (10.5, 0, 3, False, True),
    "Cell": (8.5, 2, 2, False, False),
    "Gap": (4, 0, 0, False, False),
    "Footer": (8, 4, 0, False, False),
}
OURS = {"Draft", "Fact", "Cell", "Gap"}  # Word itself knows the others
OUTLINE = {"Heading 1": "0", "Heading 2": "1"}
TABLE = "Paper Table"
TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="PaperTable">
  <w:name w:val="{TABLE}"/>
  <w:tblPr>
    <w:tblBorders>
      <w:top w:val="single" w:sz="8" w:space="0" w:color="{DARK}"/>
      <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{DARK}"/>
      <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{GREY}"/>
    </w:tblBorders>
    <w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:tcPr>
      <w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{DARK}"/></w:tcBorders>
      <w:vAlign w:val="bottom"/>
    </w:tcPr>
  </w:tblStylePr>
</w:style>
"""


def restyle(paper: Document) -> None:
    """One plain face and dark ink for every style that a paper uses."""
    add_styles(paper)
    for name, form in STYLES.items():
        style = paper.styles[name]
        _set_form(style, *form)
        _set_face(style)
        style.font.color.rgb = INK
    paper.styles["Footer"].font.color.rgb = QUIET
    paper.styles["Footer"].paragraph_format.tab_stops.clear_all()
    paper.styles["Caption"].font.italic = False
    paper.styles["Quote"].paragraph_format.left_indent = Mm(4)
    paper.styles["toc 2"].paragraph_format.left_indent = Mm(4)
    for name, sides in {"Title": (), "Quote": ("left",), "Draft": ("top", "left", "bottom", "right")}.items():
        _set_borders(paper.styles[name].element.get_or_add_pPr(), sides)


def add_styles(paper: Document) -> dict[str, str]:
    """Adds those styles of a paper that the document lacks, in the document's own face; gives the ids of all by name.

    Styles are looked up once: by name python-docx would search all of them for each paragraph.
    """
    known = {style.name.lower(): style for style in paper.styles if style.name}
    ids = {}
    for name, form in STYLES.items():
        style = known.get(name.lower())
        if style is None or style.type != WD_STYLE_TYPE.PARAGRAPH:
            style = _added(paper, f"Paper {name}" if style else name)
            _set_form(style, *form)
        ids[name] = style.style_id
    table = known.get(TABLE.lower())
    if table is None:
        paper.styles.element.append(parse_xml(TABLE_STYLE))
    return ids | {TABLE: table.style_id if table else "PaperTable"}


def describe(paper: Document, *, title: str, at: datetime) -> None:
    """The properties of the file, none of them the library's own or the template's; British English throughout."""
    about = paper.core_properties
    about.title, about.subject, about.language = title[:255], "Progress report", "en-GB"
    about.author = about.last_modified_by = about.comments = about.keywords = about.category = ""
    about.created = about.modified = at
    styles = paper.styles.element
    if next(styles.iter(qn("w:lang")), None) is None:
        normal = paper.styles.default(WD_STYLE_TYPE.PARAGRAPH)
        normal.element.get_or_add_rPr().append(OxmlElement("w:lang"))
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for language in paper.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), "en-GB")


def _added(paper: Document, name: str) -> ParagraphStyle:
    style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name not in OURS)
    style.base_style = paper.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    if name in OUTLINE:  # without it a heading is none to a screen reader
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), OUTLINE[name])
        style.element.get_or_add_pPr().append(level)
    return style


def _set_form(style: ParagraphStyle, size: float, before: float, after: float, bold: bool, keep: bool) -> None:
    style.font.size, style.font.bold = Pt(size), bold
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.1
    form.keep_with_next = keep


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


def _set_borders(properties: Any, sides: Sequence[str]) -> None:
    """Exactly these borders of a paragraph, dark, five points from its text."""
    old = properties.find(qn("w:pBdr"))
    if old is not None:
        properties.remove(old)
    made = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in {"val": "single", "sz": "8", "space": "5", "color": DARK}.items():
            line.set(qn(f"w:{name}"), value)
        made.append(line)
    if sides:
        properties.insert_element_before(made, *AFTER_BORDERS)
