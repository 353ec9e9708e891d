"""Tables of a report on paper: every column has room for its longest word."""

from __future__ import annotations

import pytest

from bot.staff.report.document import MARGIN, column_widths

LONG = "What would you like to say about technology in city life"

TABLES: list[tuple[list[tuple[str, ...]], int, list[int]]] = [
    ([("Theme", "Answers"), ("Libraries and places to go", "12")], 80, [31, 12]),
    ([("Question", "People"), (LONG, "7")], 80, [49, 11]),
    ([("Question", "People"), (LONG, "7")], 40, [29, 11]),
    ([("Question", "People"), (LONG, "7")], 10, [15, 11]),  # no room at all
    ([("", "")], 10, [5, 5]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "room", "widths"), TABLES)
def test_a_column_has_room_for_its_longest_word(
    lines: list[tuple[str, ...]], room: int, widths: list[int]
) -> None:
    found = column_widths(lines, room)
    assert found == widths
    for column, width in zip(zip(*lines, strict=True), found, strict=True):
        assert all(len(word) + MARGIN <= width for cell in column for word in cell.split())
