"""A report as one accessible web page that needs nothing else, and as pieces for the staff page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bot.staff.report.document import Block, Cell, Figure, Quote, Report, Section, Table, cell_text
from bot.staff.report.source import NOT_SHOWN
from bot.staff.results.charts import BarChart, bar_chart
from bot.staff.results.result_tables import HIDDEN
from bot.staff.shell import vocabulary

HERE = Path(__file__).parent
Shown = tuple[Section, list[tuple[Block, BarChart | None, int]]]


def html_of(report: Report) -> str:
    """Return the report as a file."""
    environment = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
    environment.filters["direction"] = vocabulary.direction
    template = environment.get_template("report_file.html")
    css = (HERE / "static" / "report.css").read_text(encoding="utf-8")
    return template.render(report=report, css=css, shown=[*shown(report)], **HELPERS)


def shown(report: Report) -> Iterator[Shown]:
    """Yield each section with its blocks: (block, how its bars are drawn, number of the table)."""
    tables = figures = 0
    for section in report.sections:
        blocks: list[tuple[Block, BarChart | None, int]] = []
        for block in section.blocks:
            chart = None
            if isinstance(block, Table):
                tables += 1
            if isinstance(block, Figure):
                figures += 1
                chart = bar_chart(f"figure-{figures}", block.title, block.bars)
            blocks.append((block, chart, tables))
        yield section, blocks


def is_number(table: Table, column: int) -> bool:
    """Say whether a column holds figures, which stand under each other at the right."""
    if column == 0:
        return False
    cells = [row[column] for row in table.rows if row[column] not in ("", HIDDEN, NOT_SHOWN)]
    return bool(cells) and all(
        isinstance(cell, int) or cell[:1] in "<+-–" or cell[-1:] == "%" or cell.isdecimal()
        for cell in cells
    )


def first_number(row: tuple[Cell, ...]) -> int | None:
    """Return where the number stands that a row counts by: that one leads to what is counted."""
    return next((at for at, cell in enumerate(row) if at and isinstance(cell, int)), None)


def kind_of(block: Block) -> str:
    return {Table: "table", Figure: "figure", Quote: "quote"}.get(type(block), "paragraph")


HELPERS = {
    "cell_text": cell_text,
    "first_number": first_number,
    "is_number": is_number,
    "kind_of": kind_of,
}
