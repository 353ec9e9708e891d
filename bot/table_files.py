"""Writing export rows as JSON Lines, or as CSV and XLSX that a spreadsheet opens without harm."""

from __future__ import annotations

import csv as csv_module
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, BinaryIO

# A cell that begins with one of these is run as a formula by spreadsheets (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML
# What Excel takes: letters of a cell, and of a sheet's name.
LONGEST_CELL, LONGEST_TITLE = 32_767, 31
BOM = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for something else


def write_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, csv: bool, out: BinaryIO
) -> None:
    """Write every row as it comes; nothing is gathered in memory."""
    if not csv:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        return
    out.write(BOM)
    for cells in _with_head(rows, columns):
        line = io.StringIO()
        # All in quotes: a spreadsheet that splits at ";" or tabs as well would find "=1+1" alone.
        csv_module.writer(line, quoting=csv_module.QUOTE_ALL).writerow(cells)
        out.write(line.getvalue().encode())


def _with_head(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str]
) -> Iterable[Sequence[str]]:
    yield columns
    for row in rows:
        yield [safe_cell(row[column]) for column in columns]


def safe_cell(value: Any) -> str:
    """Return a value as a cell of a CSV file that is never a formula."""
    text = as_text(value)
    if isinstance(value, (int, float)):
        return text
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def as_text(value: Any) -> str:
    """Return a value as people read it in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def write_workbook(
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]], out: BinaryIO
) -> None:
    """Write (title, columns, rows) as the sheets of an Excel workbook.

    Texts are marked as texts, so no cell is a formula, and none becomes one when it is edited.
    """
    from openpyxl import Workbook  # here, because it loads numpy where that is installed

    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:LONGEST_TITLE])
        for row in chain([columns], rows):
            sheet.append([_book_cell(sheet, value) for value in row])
    book.save(out)


def _book_cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        cell.value = value
        return cell
    # The setter would take "=1+1" for a formula, so the type is given, not guessed.
    cell.value = UNWRITABLE.sub("\ufffd", as_text(value))[:LONGEST_CELL]
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
