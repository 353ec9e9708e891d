"""Writing export rows as JSON Lines, or as CSV that a spreadsheet can open without harm."""

from __future__ import annotations

import csv as csv_module
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

# A cell that begins with one of these is run as a formula by spreadsheets (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
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
        csv_module.writer(line).writerow(cells)
        out.write(line.getvalue().encode())


def _with_head(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str]
) -> Iterable[Sequence[str]]:
    yield columns
    for row in rows:
        yield [safe_cell(row[column]) for column in columns]


def safe_cell(value: Any) -> str:
    """Return a value as a spreadsheet cell that is never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        text = "; ".join(str(part) for part in value)
    elif isinstance(value, dict):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = str(value)
    if isinstance(value, (int, float)):
        return text
    return "'" + text if text.startswith(FORMULA_STARTS) else text
