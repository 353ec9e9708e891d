"""Tables of rows that one test goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import yaml

from bot.settings import ROOT

Row = TypeVar("Row")
TABLES = ROOT / "tests" / "understanding" / "tables"


def table(name: str) -> Any:
    """Return a table file of `tests/understanding/tables/`."""
    return yaml.safe_load((TABLES / f"{name}.yml").read_text(encoding="utf-8"))


def failing(rows: Mapping[str, Row], check: Callable[[Row], None]) -> dict[str, str]:
    """Check every row; return why each failed that did, so that one run shows them all."""
    failed = {}
    for name, row in rows.items():
        try:
            check(row)
        except AssertionError as error:
            failed[name] = str(error)
    return failed


def numbered(rows: list[Row]) -> dict[str, Row]:
    """Give rows names that have none."""
    return {f"{number}: {row!r:.40}": row for number, row in enumerate(rows)}
