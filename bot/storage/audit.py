"""The record of who did what: append only, and chained, so that what is changed or removed shows.

The hash of an entry is SHA-256 over the hash of the entry before it (nothing for the first), a line
break, and the entry as JSON: its columns `about`, `at`, `reason`, `what` and `who`, sorted, without
spaces, in ASCII, the moment in UTC with microseconds. The id is left out: it has gaps where a
transaction was given up. Entries from before there were hashes have none and come first.

A chain cannot show that its end was cut off. Who writes the last hash down elsewhere can.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.storage.tables import AuditRow

LOCK = 7_301_944  # any number: it names our lock among PostgreSQL's advisory locks
BATCH = 1000
_LAST_HASH = select(AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)
_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_WHATS = select(AuditRow.what).distinct().order_by(AuditRow.what)


@dataclass(frozen=True)
class Entry:
    """Somebody did something. `about` is a reference, an account or a kind of page."""

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


@dataclass(frozen=True)
class Chain:
    """What following the chain found: how many entries, the last hash, the first broken entry."""

    entries: int
    unchained: int  # from before there were hashes
    last_hash: str | None
    broken: int | None = None
    found: bool = True  # whether the hash that was asked for is one of the chain


def record(
    session: Session,
    *,
    who: str,
    what: str,
    about: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Write down who did what. `about` and `reason` never hold words or numbers of a resident.

    From here to the end of the transaction nobody else can record, so do it last.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        session.execute(_LOCK, {"lock": LOCK})
    row = AuditRow(
        at=now,
        who=_fit(who, 254),
        what=_fit(what, 60),
        about=about and _fit(about, 100),
        reason=reason and _fit(reason, 200),
    )
    row.hash = _hash(session.execute(_LAST_HASH).scalar(), row)
    session.add(row)
    session.flush()


def follow_chain(session: Session, sought_hash: str | None = None) -> Chain:
    """Check every entry in turn, and whether a hash that was written down elsewhere is there."""
    count = unchained = 0
    last: str | None = None
    found = sought_hash is None
    rows = session.execute(
        select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=BATCH)
    )
    for row in rows.scalars():
        if row.hash is None and last is None:
            unchained += 1
        elif row.hash != _hash(last, row):
            return Chain(count, unchained, last, broken=row.id, found=found)
        count += 1
        last = row.hash
        found = found or last == sought_hash
    return Chain(count, unchained, last, found=found)


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


def _hash(before: str | None, row: AuditRow) -> str:
    at = row.at.astimezone(timezone.utc).isoformat(timespec="microseconds")
    kept = {name: getattr(row, name) for name in ("who", "what", "about", "reason")}
    line = json.dumps({**kept, "at": at}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before or ''}\n{line}".encode()).hexdigest()


def _fit(words: str, longest: int) -> str:
    """Return words as every database keeps them: no NUL, no half characters, not too long."""
    whole = words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return whole[:longest]


def _entry(row: AuditRow) -> Entry:
    return Entry(row.id, row.at, row.who, row.what, row.about, row.reason)
