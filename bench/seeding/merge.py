"""Adding the rows of one database to another, once or as copies that differ in who they are of."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Table, func, insert, select, text

from bot.storage.database.session import Session
from bot.storage.database.tables import Base, EqualityCountRow, Moment
from bot.storage.respondents.respondents import REFERENCE_LETTERS

Row = dict[str, Any]
# By which column rows are in the order in which they came; else they are in that of their numbers.
CAME = {"inbox": "received_at", "outbox": "created_at", "answer": "answered_at"}
COUNTS = EqualityCountRow.__tablename__
# What no two rows may share besides their numbers, and by how much each copy comes later.
ONLY_ONCE = ("respondent.id", "respondent.reference", "inbox.provider_id", "outbox.provider_id",
             "address.hash", "request.reference", "staff_case.reference")  # fmt: skip
LATER = timedelta(seconds=41)
REFERENCE = re.compile(r"[A-Z]+-\w{4}-\w{4}")
HEX = "0123456789abcdef"
RANDOM = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")  # and as long as the column


def add(part: Session, whole: Session, copy: int = 0) -> None:
    """Add every row of a part. Rows that have numbers get new ones, after those that are there.
    With the number of a copy the same people come once more, as others.
    """
    numbers: dict[str, dict[int, int]] = {}  # of each table: {number in the part: new number}
    for table in Base.metadata.sorted_tables:
        order = table.c[CAME[table.name]] if table.name in CAME else list(table.primary_key)[0]
        rows = [dict(row._mapping) for row in part.execute(select(table).order_by(order))]
        if not rows:
            continue
        if copy:
            _as_others(table, rows, copy)
        if table.name == COUNTS:
            for row in rows:
                _add_to_count(whole, row)
            continue
        if _is_numbered(table):
            first = whole.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one() + 1
            numbers[table.name] = {row["id"]: n for n, row in enumerate(rows, first)}
        _renumber(table, rows, numbers)
        whole.execute(insert(table), rows)
        if _is_numbered(table):
            _go_on_after(whole, table, rows[-1]["id"])


def another(name: str, copy: int) -> str:
    """Return a reference or an id as that of a copy of its person."""
    if not copy:
        return name
    if REFERENCE.fullmatch(name):
        return name[:-2] + _counted_on(name[-2:], copy, REFERENCE_LETTERS)
    if RANDOM.fullmatch(name):
        return name[:-3] + _counted_on(name[-3:], copy, HEX)
    return f"{name}.{copy}"


def _counted_on(letters: str, by: int, alphabet: str) -> str:
    """Return letters, taken as a number, so much further on: every copy has another."""
    number, base, counted = 0, len(alphabet), ""
    for letter in letters:
        number = number * base + alphabet.index(letter)
    number += by
    for _ in letters:
        counted = alphabet[number % base] + counted
        number //= base
    return counted


def _as_others(table: Table, rows: list[Row], copy: int) -> None:
    named = [column.name for column in table.c if _is_only_once(column)]
    moments = [column.name for column in table.c if isinstance(column.type, Moment)]
    for row in rows:
        row.update({name: another(row[name], copy) for name in named if row[name]})
        row.update({name: row[name] + LATER * copy for name in moments if row[name]})


def _is_only_once(column: Column) -> bool:
    names = {str(column), *(str(key.column) for key in column.foreign_keys)}
    return not names.isdisjoint(ONLY_ONCE)


def _is_numbered(table: Table) -> bool:
    return "id" in table.c and table.c.id.type.python_type is int


def _renumber(table: Table, rows: list[Row], numbers: dict[str, dict[int, int]]) -> None:
    """Put new numbers into a table's own column and into those that name rows of others."""
    means = {"id": table.name} if _is_numbered(table) else {}
    for column in table.c:
        for key in column.foreign_keys:
            if key.column.table.name in numbers:
                means[column.name] = key.column.table.name
    for row in rows:
        for column, other in means.items():
            if row[column] is not None:
                row[column] = numbers[other][row[column]]


def _go_on_after(whole: Session, table: Table, last: int) -> None:
    """Let PostgreSQL go on counting after numbers that it has not given out itself."""
    if whole.get_bind().dialect.name == "postgresql":
        counter = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
        whole.execute(counter, {"name": f'"{table.name}"', "last": last})


def _add_to_count(whole: Session, counted: Row) -> None:
    key = {name: counted[name] for name in ("consultation", "question", "value")}
    row = whole.get(EqualityCountRow, key)
    if row is None:
        whole.add(EqualityCountRow(**counted))
    else:
        row.count += counted["count"]
