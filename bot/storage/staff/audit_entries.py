"""What the record of who did what holds, as staff look it up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.storage.database.tables import AuditRow
from bot.storage.staff.audit import BATCH

_WHATS = select(AuditRow.what).distinct().order_by(AuditRow.what)


@dataclass(frozen=True)
class Entry:
    """Something that was done. `about` is a reference, an account or a kind of page."""

    id: int
    at: datetime
    who: str
    what: str
    about: str | None
    reason: str | None


@dataclass(frozen=True)
class Sought:
    """Which entries are wanted: exact words, and moments from `since` to before `until`."""

    who: str | None = None
    what: str | None = None
    about: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries_before(
    session: Session, sought: Sought, *, before: int | None = None, limit: int
) -> list[Entry]:
    """Return one page of entries, the newest first, older than the entry `before`."""
    query = _sought(sought).order_by(AuditRow.id.desc()).limit(limit)
    query = query if before is None else query.where(AuditRow.id < before)
    return [_entry(row) for row in session.execute(query).scalars()]


def entries_in_order(session: Session, sought: Sought) -> Iterator[Entry]:
    """Yield all entries that are sought, the oldest first, read in batches."""
    query = _sought(sought).order_by(AuditRow.id).execution_options(yield_per=BATCH)
    return (_entry(row) for row in session.execute(query).scalars())


def entries_about(session: Session, abouts: Collection[str]) -> list[Entry]:
    """Return everything that is recorded about some references, the oldest first."""
    query = select(AuditRow).where(AuditRow.about.in_(abouts)).order_by(AuditRow.id)
    return [_entry(row) for row in session.execute(query).scalars()]


def whats(session: Session) -> list[str]:
    """Return every kind of entry that there is."""
    return list(session.execute(_WHATS).scalars())


def _sought(sought: Sought) -> Select:
    query = select(AuditRow)
    for name in ("who", "what", "about"):
        if value := getattr(sought, name):
            query = query.where(getattr(AuditRow, name) == value)
    query = query.where(AuditRow.at >= sought.since) if sought.since else query
    return query.where(AuditRow.at < sought.until) if sought.until else query


def _entry(row: AuditRow) -> Entry:
    return Entry(row.id, row.at, row.who, row.what, row.about, row.reason)
