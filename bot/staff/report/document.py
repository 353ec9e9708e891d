"""What a report is made of, whatever it is shown as: a web page, a Word file, a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | int
MARGIN, LONGEST_LINE = 5, 44  # letters of a column of a table on paper


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `own` is one that staff wrote."""

    text: str
    own: bool = False


@dataclass(frozen=True)
class Link:
    """A staff page that shows what a number counts. Nothing of it leaves the house."""

    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table; its first column names the rows. `links` has for each row the pages to choose from,
    the best first, or is empty.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    links: tuple[tuple[Link, ...], ...] = ()


@dataclass(frozen=True)
class Figure:
    """Bars: (label, number, the figure as it is written)."""

    title: str
    bars: tuple[tuple[str, int, str], ...]

    @property
    def text(self) -> str:
        """What the bars say, for those who do not see them."""
        return ". ".join(f"{label}: {figure}" for label, _, figure in self.bars) + "."


@dataclass(frozen=True)
class Quote:
    """An answer in its writer's words. `answer` is its id while the report is internal; `mark` is
    what stands for it in a frozen one. No words: they went with their writer.
    """

    words: str | None
    answer: int | None = None
    mark: str = ""


Block = Paragraph | Table | Figure | Quote


@dataclass(frozen=True)
class Section:
    """A part of a report. `level` 1 is a heading of its own, 2 stands below one."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    level: int = 1


@dataclass(frozen=True)
class Report:
    """A whole report. `version` and `hash` are of a frozen one."""

    title: str
    organisation: str
    made: str  # the day, in words
    sections: tuple[Section, ...]
    version: int | None = None
    hash: str = ""

    @property
    def status(self) -> str:
        """What stands below the title."""
        if self.version is None:
            return f"Draft of {self.made}"
        return f"Version {self.version}, {self.made}"


def cell_text(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell


def lines_of(table: Table) -> list[tuple[str, ...]]:
    """Return the head of a table and its rows as they are written."""
    return [table.columns, *(tuple(map(cell_text, row)) for row in table.rows)]


def column_widths(lines: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide columns are to each other: each has room for its longest word, and what is
    left of `room` (letters of a line) goes to those with longer texts.
    """
    columns = list(zip(*lines, strict=True))
    least = [
        MARGIN + max(len(word) for cell in column for word in cell.split() or [""])
        for column in columns
    ]
    more = [
        max(0, MARGIN + min(max(map(len, column)), LONGEST_LINE) - width)
        for column, width in zip(columns, least, strict=True)
    ]
    part = min(1.0, max(0, room - sum(least)) / (sum(more) or 1))
    return [width + round(part * extra) for width, extra in zip(least, more, strict=True)]
