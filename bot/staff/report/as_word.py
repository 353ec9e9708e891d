"""A report as a Word file: real headings, captions, head rows that repeat, alternative texts."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

from bot.staff.report.as_html import is_number
from bot.staff.report.document import (
    Figure,
    Paragraph,
    Quote,
    Report,
    Table,
    column_widths,
    lines_of,
)
from bot.staff.report.picture import png_of
from bot.staff.shell.vocabulary import direction
from bot.table_files import UNWRITABLE

GONE = "This quote was taken out, because the person who wrote it was erased."
INCHES = 6.2  # of what is wide
SMALL = 8  # points
LETTERS, SMALL_LETTERS, WIDE = 78, 100, 5  # of a line; a table of more columns is in smaller ones
TOGETHER = 12  # rows; a longer table may begin on one page and end on the next


def word_of(report: Report) -> bytes:
    """Return the report as a .docx."""
    from docx import Document

    document = Document()
    _set_up(document, report)
    document.add_heading(_plain(report.title), level=0)
    document.add_paragraph(f"{report.organisation}. {report.status}.")
    numbers = {"Table": 0, "Figure": 0}
    for section in report.sections:
        document.add_heading(_plain(section.title), level=section.level)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                document.add_paragraph(_plain(block.text))
            elif isinstance(block, Quote):
                _add_quote(document, block)
            elif isinstance(block, Table):
                _caption(document, "Table", numbers, block.title)
                _add_table(document, block)
            else:
                _add_figure(document, block, numbers)
    if report.hash:
        document.add_paragraph(f"Version {report.version}, SHA-256 {report.hash}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any, report: Report) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    [page] = document.sections
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    page.footer.paragraphs[0].add_run(f"{_plain(report.title)} · ")
    _add_field(page.footer.paragraphs[0], "PAGE", "1")
    document.core_properties.title = _plain(report.title)
    document.core_properties.author = report.organisation
    document.core_properties.language = "en-GB"
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    for name in ("Title", "Heading 1", "Heading 2", "Caption", "Quote"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = "Arial", RGBColor(0x17, 0x49, 0x5A)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)  # else Word takes the theme's letters
    document.styles["Quote"].font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
    document.styles["Caption"].font.size = Pt(10)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    document.styles["Quote"].font.italic = False  # many people read italics badly
    document.styles["Quote"].paragraph_format.left_indent = Pt(18)
    language = document.styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), "en-GB")


def _caption(document: Any, kind: str, numbers: dict[str, int], title: str) -> None:
    """Add a caption with a number that Word itself can count anew."""
    numbers[kind] += 1
    paragraph = document.add_paragraph(f"{kind} ", style="Caption")
    _add_field(paragraph, f"SEQ {kind} \\* ARABIC", str(numbers[kind]))
    paragraph.add_run(f": {_plain(title)}")


def _add_field(paragraph: Any, what: str, shown: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" {what} ")
    field.append(paragraph.add_run(shown)._r)
    paragraph._p.append(field)


def _add_table(document: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Inches, Pt

    made = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    made.style, made.autofit = "Table Grid", False
    lines = lines_of(table)
    is_wide = len(table.columns) > WIDE
    letters = column_widths(lines, SMALL_LETTERS if is_wide else LETTERS)
    widths = [Inches(INCHES * width / sum(letters)) for width in letters]
    for column, width in zip(made._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    at_right = [is_number(table, column) for column in range(len(table.columns))]
    for row, cells in zip(made._tbl.tr_lst, lines, strict=True):
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        stays = len(lines) <= TOGETHER and cells is not lines[-1]
        for cell, text, right, width in zip(row.tc_lst, cells, at_right, widths, strict=True):
            cell.width = width
            paragraph = cell.p_lst[0]
            if stays:
                paragraph.get_or_add_pPr().get_or_add_keepNext()
            run = paragraph.add_r()
            run.text = _plain(text)
            if is_wide:
                run.get_or_add_rPr().sz_val = Pt(SMALL)
            if right:
                paragraph.get_or_add_pPr().jc_val = WD_ALIGN_PARAGRAPH.RIGHT
            if cells is table.columns:
                run.get_or_add_rPr().append(OxmlElement("w:b"))
    head = made.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    for name, words in (("tblCaption", table.title), ("tblDescription", _described(table))):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), _plain(words))
        made._tbl.tblPr.append(element)
    document.add_paragraph()


def _described(table: Table) -> str:
    return f"{len(table.rows)} rows by {table.columns[0]}: {', '.join(table.columns[1:])}"


def _add_figure(document: Any, figure: Figure, numbers: dict[str, int]) -> None:
    from docx.shared import Inches

    if not figure.bars:
        return
    _caption(document, "Figure", numbers, figure.title)
    picture = document.add_picture(io.BytesIO(png_of(figure)[0]), width=Inches(INCHES))
    properties = picture._inline.docPr
    properties.set("descr", _plain(figure.text))
    properties.set("title", _plain(figure.title))


def _add_quote(document: Any, quote: Quote) -> None:
    from docx.oxml import OxmlElement

    paragraph = document.add_paragraph(style="Quote")
    run = paragraph.add_run(GONE if quote.words is None else f"“{_plain(quote.words)}”")
    if quote.words and _runs_from_the_right(quote.words):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def _runs_from_the_right(words: str) -> bool:
    has = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in words)
    return has and direction(words) != "ltr"


def _plain(text: str) -> str:
    """Return a text that may stand in XML."""
    return UNWRITABLE.sub("\ufffd", text)
