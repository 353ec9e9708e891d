"""Writing export rows as JSON Lines, or as CSV and XLSX that a spreadsheet opens without harm."""

from __future__ import annotations

import csv as csv_module
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

# A cell that begins with one of these is run as a formula by spreadsheets (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML
# What Excel takes: letters of a cell, and of a sheet's name.
LONGEST_CELL, LONGEST_TITLE = 32_767, 31
NARROWEST, WIDEST = 12, 48  # letters that a column shows
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

    The head is bold, stays in sight and can be filtered by. Texts are marked as texts, so no cell
    is a formula, and none becomes one when it is edited.
    """
    from openpyxl import Workbook  # here, because it loads numpy where that is installed
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:LONGEST_TITLE])
        sheet.freeze_panes = "A2"
        for place, column in enumerate(columns, start=1):
            width = min(max(len(column) + 4, NARROWEST), WIDEST)
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.append([_head_cell(sheet, column) for column in columns])
        count = 1
        for row in rows:
            sheet.append([_book_cell(sheet, value) for value in row])
            count += 1
        sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}{count}"
    book.save(out)


def _head_cell(sheet: Any, title: str) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _book_cell(sheet, title)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="17495A")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


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
