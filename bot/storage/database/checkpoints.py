"""How far something has come: moments that must be known after a restart."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.storage.database.tables import MarkRow

DEMONSTRATION = "demonstration"  # the day that is taken as today, for commands beside `make run`


def mark_of(session: Session, name: str) -> datetime | None:
    row = session.get(MarkRow, name)
    return row.at if row else None


def demonstration_day(session: Session) -> date | None:
    """Return the day that the running product takes as today, if it is a demonstration."""
    marked = mark_of(session, DEMONSTRATION)
    return marked.date() if marked else None


def set_mark(session: Session, name: str, at: datetime) -> None:
    session.merge(MarkRow(name=name, at=at))


def clear_mark(session: Session, name: str) -> None:
    session.execute(delete(MarkRow).where(MarkRow.name == name))
