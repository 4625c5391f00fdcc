"""The styles of the DOCX: Times New Roman, black, sizes of NĐ 30/2020/NĐ-CP; named as Word names them."""

from typing import Any

from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"
BODY_SIZE, TABLE_SIZE, NOTE_SIZE = 13, 11, 10.5
BLACK = RGBColor(0, 0, 0)


def set_styles(word: Word) -> None:
    _normal(word)
    _style(word, "Body Text", BODY_SIZE, align=WD_ALIGN_PARAGRAPH.JUSTIFY, after=6, indent=10)
    _style(word, "Title", 14, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, before=12)
    _style(word, "Subtitle", 14, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(word, "Heading 1", BODY_SIZE, bold=True, before=12, after=6, keep=True)
    _style(word, "Heading 2", BODY_SIZE, bold=True, before=6, after=6, keep=True)
    _style(word, "Caption", 12, bold=True, before=8, after=4, keep=True)
    for name, size, options in (
        ("Note", NOTE_SIZE, {"italic": True, "after": 8, "before": 3}),
        ("Picture", BODY_SIZE, {"keep": True, "before": 6, "align": WD_ALIGN_PARAGRAPH.CENTER}),
        ("Cell", TABLE_SIZE, {"before": 1, "after": 1}),
        ("Rule", 2, {"after": 10, "align": WD_ALIGN_PARAGRAPH.CENTER}),
        ("Dots", BODY_SIZE, {"after": 4, "keep": True}),
        ("Letterhead", BODY_SIZE, {"align": WD_ALIGN_PARAGRAPH.CENTER}),
    ):
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = word.styles["Normal"]
        _style(word, name, size, **options)


def _normal(word: Word) -> None:
    """What all others are based on; its language is Vietnamese, for the spelling checker and for readers aloud."""
    _style(word, "Normal", BODY_SIZE)
    properties: Any = word.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    for key in ("w:val", "w:eastAsia"):
        language.set(qn(key), "vi-VN")
    properties.append(language)


def _style(
    word: Word,
    name: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
    before: float = 0,
    after: float = 0,
    indent: float = 0,
    keep: bool = False,
) -> None:
    """`before` and `after` in points, `indent` of the first line in millimetres."""
    style: Any = word.styles[name]
    _letters(style, size, bold, italic)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.first_line_indent, form.alignment, form.keep_with_next = Mm(indent), align, keep
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _letters(style: Any, size: float, bold: bool, italic: bool) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.bold, style.font.italic, style.font.color.rgb = bold, italic, BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[key]  # a theme's font would win over the named one
    for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(key), FONT)
    for spacing in style.element.findall(f".//{qn('w:rPr')}/{qn('w:spacing')}"):
        spacing.getparent().remove(spacing)
