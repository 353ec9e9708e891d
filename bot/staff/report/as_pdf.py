"""A report as a PDF: outline, contents, tables with captions, pictures with alternative texts."""

from __future__ import annotations

import io
import logging
from collections.abc import Container
from typing import Any

from bot.staff.report.as_html import is_number
from bot.staff.report.as_word import GONE
from bot.staff.report.document import (
    Figure,
    Paragraph,
    Quote,
    Report,
    Table,
    column_widths,
    lines_of,
)
from bot.staff.report.picture import font_file, png_of

FONT, DARK, BLACK = "DejaVu", (23, 73, 90), (11, 12, 12)
UNSHOWN = "This quote is in letters that a PDF cannot show here. The web page and Word show it."
LETTERS = 100  # of a line in a table
SIZES = {0: 20, 1: 16, 2: 12.5}  # points of headings


def pdf_of(report: Report) -> bytes:
    """Return the report as a PDF."""
    pdf = _begun(report)
    tables = figures = 0
    for section in report.sections:
        _heading(pdf, section.title, section.level)
        for block in section.blocks:
            if isinstance(block, Paragraph):
                _write(pdf, block.text)
            elif isinstance(block, Quote):
                _quote(pdf, block)
            elif isinstance(block, Table):
                tables += 1
                _caption(pdf, f"Table {tables}: {block.title}")
                _table(pdf, block)
            elif block.bars:
                figures += 1
                _figure(pdf, block, f"Figure {figures}: {block.title}")
    if report.hash:
        _write(pdf, f"Version {report.version}, SHA-256 {report.hash}")
    return bytes(pdf.output())


def _begun(report: Report) -> Any:
    from fpdf import FPDF

    # It would log which letters of a resident's words a font lacks.
    for name in ("fpdf", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font(FONT, size=8)
            self.set_text_color(*BLACK)
            self.cell(0, 8, f"{report.title} · {self.page_no()}", align="R")

    pdf = Pages()
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        pdf.add_font(FONT, style, font_file(file))
    pdf.set_lang("en-GB")
    pdf.set_title(report.title)
    pdf.set_author(report.organisation)
    pdf.set_auto_page_break(True, margin=20)
    pdf.set_margins(20, 18, 20)
    pdf.c_margin = 0
    pdf.add_page()
    pdf.set_text_color(*DARK)
    pdf.set_font(FONT, "B", SIZES[0])
    _line(pdf, report.title, 9)
    pdf.ln(2)
    _write(pdf, f"{report.organisation}. {report.status}.")
    pdf.insert_toc_placeholder(_contents, allow_extra_pages=True)
    return pdf


def _contents(pdf: Any, outline: list[Any]) -> None:
    pdf.set_font(FONT, "B", SIZES[1])
    pdf.set_text_color(*DARK)
    _line(pdf, "Contents", 9)
    pdf.set_font(FONT, size=10)
    pdf.set_text_color(*BLACK)
    for section in outline:
        if section.level == 0:
            link = pdf.add_link(page=section.page_number)
            room = pdf.epw - 12
            pdf.cell(room, 7, section.name, link=link)
            pdf.cell(12, 7, str(section.page_number), align="R", link=link, new_x="LMARGIN",
                     new_y="NEXT")  # fmt: skip


def _heading(pdf: Any, title: str, level: int) -> None:
    if pdf.will_page_break(40):
        pdf.add_page()
    pdf.ln(6 if level == 1 else 3)
    pdf.start_section(title, level - 1)
    pdf.set_font(FONT, "B", SIZES[level])
    pdf.set_text_color(*DARK)
    _line(pdf, title, 8 if level == 1 else 6.5)
    pdf.ln(1)


def _caption(pdf: Any, words: str) -> None:
    if pdf.will_page_break(24):
        pdf.add_page()
    pdf.set_font(FONT, "B", 9.5)
    pdf.set_text_color(*DARK)
    _line(pdf, words, 6)


def _write(pdf: Any, text: str) -> None:
    pdf.set_font(FONT, size=10)
    pdf.set_text_color(*BLACK)
    _line(pdf, text, 5.5)
    pdf.ln(2)


def _line(pdf: Any, text: str, height: float) -> None:
    pdf.set_x(pdf.l_margin)
    pdf.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _quote(pdf: Any, quote: Quote) -> None:
    words = GONE if quote.words is None else f"“{quote.words}”"
    if quote.words and not can_show(quote.words, pdf.fonts[FONT.lower()].cmap):
        words = UNSHOWN
    pdf.set_font(FONT, size=10)
    pdf.set_text_color(*BLACK)
    left = pdf.l_margin
    pdf.set_left_margin(left + 8)
    pdf.set_x(left + 8)
    _line(pdf, words, 5.5)
    pdf.set_left_margin(left)
    pdf.set_x(left)
    pdf.ln(1.5)


def can_show(words: str, letters: Container[int]) -> bool:
    """Say whether a font has each letter. Hebrew and Arabic run from the right, and nothing here
    orders or joins their letters.
    """
    if any("\u0590" <= letter <= "\u08ff" for letter in words):
        return False
    return all(ord(letter) in letters for letter in words if letter > " ")


def _table(pdf: Any, table: Table) -> None:
    from fpdf.fonts import FontFace

    pdf.set_font(FONT, size=9)
    pdf.set_text_color(*BLACK)
    pdf.set_draw_color(177, 180, 182)
    aligns = ["RIGHT" if is_number(table, n) else "LEFT" for n in range(len(table.columns))]
    lines = lines_of(table)
    with pdf.table(
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD", color=BLACK),
        line_height=5.5,
        padding=(0.6, 1.2, 0.6, 0),
        text_align=aligns,
        col_widths=column_widths(lines, LETTERS),
        width=pdf.epw,
    ) as made:
        for cells in lines:
            made.row(cells)
    pdf.ln(5)


def _figure(pdf: Any, figure: Figure, caption: str) -> None:
    picture, high = png_of(figure)
    width = min(pdf.epw, (pdf.eph - 12) / high)
    if pdf.will_page_break(width * high + 8):
        pdf.add_page()
    _caption(pdf, caption)
    pdf.image(io.BytesIO(picture), w=width, alt_text=figure.text, title=figure.title)
    pdf.ln(5)
