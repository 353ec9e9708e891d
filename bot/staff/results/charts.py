"""What the charts of results draw: places and sizes, as the templates write them into SVG. Widths
are percentages, so that a chart fits any screen and its letters keep their size.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_LABEL = 34  # letters in a line, of two: what fits on a screen of 320 px
LINE, BAR, GAP = 20, 22, 16  # pixels
WIDEST = 70  # percent; the figure stands after the bar
COLUMNS_HEIGHT = 160  # pixels of the highest column


@dataclass(frozen=True)
class Bar:
    """One bar with its label above it. `y` of each line, of the bar, and of the figure."""

    lines: tuple[tuple[int, str], ...]
    y: int
    width: float
    figure: str


@dataclass(frozen=True)
class BarChart:
    id: str
    title: str
    description: str
    height: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Column:
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class ColumnChart:
    """Columns from the first to the last `unit`; `most` is what the highest one stands for."""

    id: str
    title: str
    description: str
    columns: tuple[Column, ...]
    unit: str
    most: str
    first: str
    last: str


def share(part: int, whole: int) -> str:
    """Return a percentage as people read it; a little is never drawn as nothing."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "<1%"
    return f"{min(round(percent), 99) if part < whole else 100}%"


def bar_chart(
    id: str, title: str, rows: Sequence[tuple[str, int, str]], description: str = ""
) -> BarChart:
    """Draw (label, count, figure as it is written) from top to bottom."""
    most = max((count for _, count, _ in rows), default=0)
    bars, y = [], 0
    for label, count, figure in rows:
        lines = []
        short = textwrap.shorten(label, 2 * LONGEST_LABEL, placeholder="…")
        for line in textwrap.wrap(short, LONGEST_LABEL):
            y += LINE
            lines.append((y - 5, line))
        width = round(WIDEST * count / most, 2) if most else 0
        bars.append(Bar(tuple(lines), y, width, figure))
        y += BAR + GAP
    summary = description or ". ".join(f"{label}: {figure}" for label, _, figure in rows) + "."
    return BarChart(id, title, summary, y, tuple(bars))


def column_chart(
    id: str, title: str, rows: Sequence[tuple[str, int]], *, unit: str = "day"
) -> ColumnChart | None:
    """Draw (label, count) from left to right, one for each `unit`; nothing when there is nothing to
    draw.
    """
    most = max((count for _, count in rows), default=0)
    if not most:
        return None
    step = 100 / len(rows)
    columns = [
        Column(
            x=round(place * step, 3),
            width=round(step * 0.8, 3),
            y=round(COLUMNS_HEIGHT * (1 - count / most), 1),
            height=round(COLUMNS_HEIGHT * count / most, 1),
        )
        for place, (_, count) in enumerate(rows)
    ]
    when = "on" if unit == "day" else "in"
    busiest = max(rows, key=lambda row: row[1])
    summary = (
        f"From {rows[0][0]} to {rows[-1][0]}. The most were {busiest[1]:,} {when} {busiest[0]},"
        f" the least {min(count for _, count in rows):,}."
    )
    first, last = rows[0][0], rows[-1][0]
    return ColumnChart(id, title, summary, tuple(columns), unit, f"{most:,}", first, last)
