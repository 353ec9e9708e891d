"""Counts what is asked of a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from bot.storage.database.session import Database


@dataclass
class Count:
    """`transactions` holds the statements of each transaction, in the order in which they begin."""

    transactions: list[list[str]] = field(default_factory=list)

    @property
    def statements(self) -> int:
        return sum(map(len, self.transactions))

    def __str__(self) -> str:
        """Return one line for each statement, for whoever reads a failure."""
        return "\n".join(
            f"{number}: {' '.join(statement.split())[:150]}"
            for number, statements in enumerate(self.transactions, start=1)
            for statement in statements
        )


@contextmanager
def counting(database: Database) -> Iterator[Count]:
    """Count the transactions and statements of every thread. BEGIN is not counted as one."""
    count = Count()

    def began(connection: Any) -> None:
        count.transactions.append([])
        connection.info["counted"] = count.transactions[-1]

    def executed(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            connection.info["counted"].append(statement)

    event.listen(database.engine, "begin", began)
    event.listen(database.engine, "before_cursor_execute", executed)
    try:
        yield count
    finally:
        event.remove(database.engine, "begin", began)
        event.remove(database.engine, "before_cursor_execute", executed)
