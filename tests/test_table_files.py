"""Exports: JSON Lines word for word, CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.table_files import LONGEST_CELL, safe_cell, write_rows, write_workbook

COLUMNS = ("respondent", "value", "text")


def written(rows: list[dict[str, Any]], *, as_csv: bool) -> bytes:
    out = io.BytesIO()
    write_rows(rows, COLUMNS, csv=as_csv, out=out)
    return out.getvalue()


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def row(text: Any, value: Any = None) -> dict[str, Any]:
    return {"respondent": "HYS-TEST-0000", "value": value, "text": text}


FORMULAS = [
    '=HYPERLINK("http://evil.example","click")',
    "=1+1",
    "+1",
    "+44 7700 900123",
    "-2",
    "- a list",
    "@x",
    "@SUM(A1)",
    "\t=1+1",
    "\ttabbed",
    "\r=1",
    "\n=1",
    "\r\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
]
HARMLESS = [
    "",
    " =1+1",
    '"=1+1"',
    "1+1=2",
    "a@b.example",
    "'quoted'",
    'say "hi", twice',
    "two\nlines",
    "two\r\nlines",
    "tab\tinside",
    "  spaces  ",
    "comma, semicolon; pipe|",
    "ŵŷ العربية 👩‍👩‍👧‍👦",
    "\u202eevil",
    "\ufeffmark",
    "'; DROP TABLE answer;--",
    "%s {slot} {{7*7}}",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_c37_a_cell_that_looks_like_a_formula_is_text(text: str) -> None:
    cell = read_csv(written([row(text)], as_csv=True))[1][2]
    assert cell == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_cell_is_as_it_was_written(text: str) -> None:
    assert read_csv(written([row(text)], as_csv=True))[1][2] == text


@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=30))
def test_every_text_survives_csv_but_for_one_apostrophe(text: str) -> None:
    cells = read_csv(written([row(text), row("end")], as_csv=True))
    assert cells[1][2] in (text, "'" + text) and cells[2][2] == "end"
    assert not cells[1][2].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=30))
def test_every_text_is_word_for_word_in_json_lines(text: str) -> None:
    data = written([row(text, {"list": [text]}), row("end")], as_csv=False)
    lines = data.decode("utf-8").split("\n")
    assert [json.loads(line) for line in lines[:-1]] == [row(text, {"list": [text]}), row("end")]


def test_json_lines_are_readable_by_people() -> None:
    assert "ŵ 👍" in written([row("ŵ 👍")], as_csv=False).decode("utf-8")


def test_csv_says_that_it_is_utf_8_and_names_its_columns_even_when_empty() -> None:
    assert written([], as_csv=True) == b'\xef\xbb\xbf"respondent","value","text"\r\n'
    assert written([], as_csv=False) == b""


VALUES = [
    (None, ""),
    (True, "yes"),
    (False, "no"),
    (12, "12"),
    (-12, "-12"),
    (0.5, "0.5"),
    (["work", "shops"], "work; shops"),
    ([], ""),
    (["=1"], "'=1"),
    ({"name": "=x"}, '{"name": "=x"}'),
]


@pytest.mark.parametrize(("value", "cell"), VALUES)
def test_a_value_is_written_as_people_read_it(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell


def test_rows_are_written_as_they_come() -> None:
    out = io.BytesIO()

    def rows() -> Any:
        yield row("first")
        assert b"first" in out.getvalue()
        yield row("second")

    for as_csv in (True, False):
        out.seek(0)
        out.truncate()
        write_rows(rows(), COLUMNS, csv=as_csv, out=out)
        assert b"second" in out.getvalue()


def read_book(*sheets: Any) -> Any:
    out = io.BytesIO()
    write_workbook(sheets, out)
    assert b"<f>" not in out.getvalue()
    return load_workbook(io.BytesIO(out.getvalue()))


def test_c37_no_cell_of_a_workbook_is_a_formula_and_none_becomes_one() -> None:
    """Text is text by its type, word for word; the quote prefix keeps it so when it is edited."""
    texts = [*FORMULAS, "#REF!", "2021-03-01", "12", "TRUE", "{=1}"]
    sheet = read_book(("Answers", ("text",), [(text,) for text in texts])).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == texts
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_a_workbook_counts_with_numbers_and_takes_what_excel_does_not() -> None:
    odd = "bell\x07, null\0, \ufffe"
    book = read_book(("A/b: [c]" * 9, ("a", "b"), [(3, odd), (0.5, "x" * 40_000)]), ("Two", (), []))
    first = book.worksheets[0]
    assert (first["A2"].value, first["A3"].value) == (3, 0.5)
    assert first["B2"].value == "bell\ufffd, null\ufffd, \ufffd"
    assert len(first["B3"].value) == LONGEST_CELL
    assert len(first.title) <= 31 and book.worksheets[1].title == "Two"


def test_the_head_of_a_sheet_is_bold_stays_in_sight_and_filters() -> None:
    out = io.BytesIO()
    write_workbook([("Words", ["Reference", "A long question" * 9], [["x", 1], ["y", 2]])], out)
    sheet = load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert not any(cell.font.bold for cell in sheet[2])
    widths = [sheet.column_dimensions[letter].width for letter in "AB"]
    assert 12 <= widths[0] < widths[1] <= 48
