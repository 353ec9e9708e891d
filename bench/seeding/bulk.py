"""Many made-up conversations at once, for trials of size: the rows that the product would leave.
Nothing but `python -m bot seed` writes this way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bot.storage.database.tables import (
    AddressRow,
    AnswerRow,
    EqualityAnswerRow,
    EqualityCountRow,
    FlagRow,
    InboxRow,
    OutboxRow,
    RespondentRow,
    SkipRow,
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of some conversations. Where a message is meant (`reply_to`, `inbox_id`) stands the
    row of that message itself; it gets its number here.
    """

    respondents: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)
    inbox: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    skips: list[Row] = field(default_factory=list)
    flags: list[Row] = field(default_factory=list)
    equality_answers: list[Row] = field(default_factory=list)


def add_conversations(session: Session, rows: Rows) -> None:
    """Store conversations; messages get their numbers in the order in which they came."""
    first = _highest(session, InboxRow) + 1
    rows.inbox.sort(key=lambda row: row["received_at"])
    numbers = {id(row): number for number, row in enumerate(rows.inbox, start=first)}
    for number, row in enumerate(rows.inbox, start=first):
        row["id"] = number
    for row in rows.outbox:
        row["reply_to"] = numbers.get(id(row["reply_to"]))
    for row in (*rows.answers, *rows.flags):
        row["inbox_id"] = numbers[id(row["inbox_id"])]
    rows.outbox.sort(key=lambda row: row["created_at"])
    rows.answers.sort(key=lambda row: row["inbox_id"])
    _add(session, RespondentRow, rows.respondents)
    _add(session, AddressRow, rows.addresses)
    _add(session, InboxRow, rows.inbox)
    _add(session, OutboxRow, rows.outbox)
    _add(session, AnswerRow, rows.answers)
    _add(session, SkipRow, rows.skips)
    _add(session, FlagRow, rows.flags)
    _add(session, EqualityAnswerRow, rows.equality_answers)


def _add(session: Session, table: Any, rows: Sequence[Row]) -> None:
    if rows:
        session.execute(insert(table.__table__), rows)


def add_equality_counts(
    session: Session, consultation_id: str, counts: Mapping[tuple[str, str], int]
) -> None:
    """Add to the totals of {(question, value): count}."""
    for (question, value), count in counts.items():
        key = (consultation_id, question, value)
        row = session.get(EqualityCountRow, key)
        if row is None:
            row = EqualityCountRow(
                consultation=consultation_id, question=question, value=value, count=0
            )
            session.add(row)
        row.count += count


def go_on_counting(session: Session) -> None:
    """After rows were stored with numbers of our own: PostgreSQL's next one must be free."""
    if session.get_bind().dialect.name != "postgresql":
        return
    name = InboxRow.__tablename__
    session.execute(
        text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), :highest)"),
        {"highest": max(_highest(session, InboxRow), 1)},
    )


def analyze(session: Session) -> None:
    """Let the database look at its new size, so that it plans for it."""
    session.execute(text("ANALYZE"))


def _highest(session: Session, table: Any) -> int:
    return session.execute(select(func.coalesce(func.max(table.id), 0))).scalar_one()
