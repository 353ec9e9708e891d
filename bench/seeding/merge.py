"""Adding the rows of one database to another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, func, insert, select, text

from bot.storage.database.session import Session
from bot.storage.database.tables import Base, EqualityCountRow

Row = dict[str, Any]
# By which column rows are in the order in which they came; else they are in that of their numbers.
CAME = {"inbox": "received_at", "outbox": "created_at", "answer": "answered_at"}
COUNTS = EqualityCountRow.__tablename__


def add(part: Session, whole: Session) -> None:
    """Add every row of a part. Rows that have numbers get new ones, after those that are there."""
    numbers: dict[str, dict[int, int]] = {}  # of each table: {number in the part: new number}
    for table in Base.metadata.sorted_tables:
        order = table.c[CAME[table.name]] if table.name in CAME else list(table.primary_key)[0]
        rows = [dict(row._mapping) for row in part.execute(select(table).order_by(order))]
        if not rows:
            continue
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
