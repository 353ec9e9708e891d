"""The record of who did what: append only, and chained, so that what is changed or removed shows.

The hash of an entry is HMAC-SHA-256 over the hash of the entry before it (nothing for the first), a
line break, and the entry as JSON: its columns `about`, `at`, `reason`, `what` and `who`, sorted,
without spaces, in ASCII, the moment in UTC with microseconds. The id is left out: it has gaps where
a transaction was given up. The key, and the end that the chain once had, are in `SECRETS_DIR` (see
audit_head.py). Entries from before there was a key come first; their hashes are worked out anew.

What this cannot show: changes by a person who has `SECRETS_DIR` too, and can write everything anew.
Against that helps only a last hash that was written down elsewhere.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from bot.storage.database.tables import AuditRow
from bot.storage.staff.audit_head import AUDIT, AuditFolder, Head

LOCK = 7_301_944  # any number: it names our lock among PostgreSQL's advisory locks
BATCH = 1000
LONGEST_ABOUT = 500  # letters, as the column has them
REACHED = "audit head"  # where a session carries what to remember once it is committed
_LAST = select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)
_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chain:
    """What following the chain found: how many entries, the last hash, the first broken entry."""

    entries: int
    unchained: int  # from before there was a key
    last_hash: str | None
    broken: int | None = None
    found: bool = True  # whether the hash that was asked for is one of the chain
    begun: bool = True  # whether there is a head, where there are entries
    reaches_head: bool = True  # whether the entry that was remembered as the last is there

    def problem(self) -> str | None:
        """Say what is wrong, for the person who looks after it; None when nothing is."""
        if not self.begun:
            return (
                "SECRETS_DIR has no audit-….head of this database, which says how far the record"
                " had come. Put it back, or run migrate if the database has moved (see"
                " docs/running.md)."
            )
        if self.broken is not None:
            return f"Entry {self.broken} is broken: it, or what came before it, was changed."
        if not self.reaches_head:
            return (
                "The record lacks the entry that audit-….head in SECRETS_DIR remembers as the"
                " last: its end was cut off, or this is an older copy of the database (see"
                " docs/running.md)."
            )
        if not self.found:
            return (
                "The record lacks the hash that you gave: its end was cut off, or all was"
                " rewritten."
            )
        return None


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
    head = begin(session)
    row = AuditRow(
        at=now,
        who=_fit(who, 254),
        what=_fit(what, 60),
        about=about and _fit(about, LONGEST_ABOUT),
        reason=reason and _fit(reason, 200),
    )
    last = session.execute(_LAST).first()
    before = head.hash if last is None or head.is_old(last.id) else last.hash
    row.hash = _hash(_folder(session).key, before, row)
    session.add(row)
    session.flush()
    if _holds(session, head):
        _remember(session, replace(head, id=row.id, hash=row.hash))
    else:  # the head stays where it is, so that `audit verify` goes on to tell
        logger.error("the audit lacks the entry that was remembered as its last")


def begin(session: Session) -> Head:
    """Return how far the audit has come. For the first time, remember it: entries that are there
    already are from before there was a key. Nobody else can record from here on.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        session.execute(_LOCK, {"lock": LOCK})
    head: Head | None = session.info.get(REACHED) or _folder(session).head()
    if head is None:
        head = _first_head(session)
        _remember(session, head)
    return head


def follow_chain(session: Session, sought_hash: str | None = None) -> Chain:
    """Check every entry in turn, and whether a hash that was written down elsewhere is there.

    Raises SettingsError when the head cannot be read.
    """
    found = _folder(session).head()  # before the entries are: they may only be more than it says
    head = found or Head(0, 0, "")
    entries, unchained, last_hash, broken = 0, 0, None, None
    is_found, reached = sought_hash is None, head.id == 0
    for row, expected in _entries_and_hashes(session):
        is_old = head.is_old(row.id)
        if not is_old and row.hash != expected:
            broken = row.id
            break
        entries, unchained, last_hash = entries + 1, unchained + is_old, expected
        is_found = is_found or expected == sought_hash
        reached = reached or (row.id, expected) == (head.id, head.hash)
    begun = found is not None or (entries == 0 and broken is None)
    return Chain(entries, unchained, last_hash, broken, is_found, begun, reached)


def _folder(session: Session) -> AuditFolder:
    folder: AuditFolder = session.info[AUDIT]
    return folder


def _first_head(session: Session) -> Head:
    """Take what is there as it is. Entries of another process that has just begun are no old ones:
    their hashes are made with the key.
    """
    since, last, last_id = 0, "", 0
    for row, last in _entries_and_hashes(session):
        last_id = row.id
        since = since if row.hash == last else row.id
    return Head(since, last_id, last)


def _holds(session: Session, head: Head) -> bool:
    """Say whether the entry that was last is still there. Those without a key have no such hash."""
    if head.id == 0 or head.is_old(head.id):
        return True
    row = session.get(AuditRow, head.id)
    return row is not None and row.hash == head.hash


def _remember(session: Session, head: Head) -> None:
    """Store what was reached once it is committed, so that the head is never ahead."""
    if REACHED not in session.info:
        event.listen(session, "after_commit", _store_head, once=True)
    session.info[REACHED] = head


def _store_head(session: Session) -> None:
    try:
        _folder(session).remember(session.info.pop(REACHED))
    except OSError as error:  # what was recorded stays recorded; the next entry tries again
        logger.error("the head of the audit is not written", extra={"reason": error.strerror})


def _entries_and_hashes(session: Session) -> Iterator[tuple[AuditRow, str]]:
    """Yield every entry, the oldest first, with the hash that it must have."""
    key, last = _folder(session).key, ""
    # Columns, because objects would take twice as long.
    columns = select(*AuditRow.__table__.c).order_by(AuditRow.id)
    for row in session.execute(columns.execution_options(yield_per=BATCH)):
        last = _hash(key, last, row)
        yield row, last


def _hash(key: bytes, before: str, row: AuditRow) -> str:
    at = row.at.astimezone(timezone.utc).isoformat(timespec="microseconds")
    kept = {name: getattr(row, name) for name in ("who", "what", "about", "reason")}
    line = json.dumps({**kept, "at": at}, sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, f"{before}\n{line}".encode(), "sha256").hex()


def _fit(words: str, longest: int) -> str:
    """Return words as every database keeps them: no NUL, no half characters, not too long."""
    whole = words.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return whole[:longest]
