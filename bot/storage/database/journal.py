"""What must outlive an older copy of the database: erasures, opt-outs, consents, accounts.

An append-only file in `SECRETS_DIR`, one line of JSON an entry: ids, references and keyed hashes,
never words, numbers or names. It is written and on the disk before the change that it tells of is
committed. The database knows the moment of the last entry that it has (a mark); one that is older
than the file was put back from a copy, and catches up before anything is served
(bot/storage/privacy/after_restore.py). The file is named by an id that the database carries, so a
copy finds it wherever it is put back.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from bot.storage.database.keys import load_keys
from bot.storage.database.tables import MarkRow

JOURNAL = "journal"  # where a session carries its Journal, and the mark of the last entry
NOTED = "journal entries"  # where a session carries what it will write
ID = "database-"  # how the mark begins that carries the database's id
TAIL = 64 * 1024  # bytes; a line is far shorter
logger = logging.getLogger(__name__)
Entry = Mapping[str, Any]
_MARK = MarkRow.__table__


class Journal:
    """The journal of one database. Several processes may write it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hash_of(self, kind: str, value: str) -> str:
        return load_keys(self._folder).hash_of(kind, value)

    def path(self, session: Session) -> Path:
        return self._folder / f"journal-{_id_of(session)}.jsonl"

    def append(self, session: Session, entries: list[dict[str, Any]]) -> datetime:
        """Write entries of one transaction; return their moment, later than all before."""
        with locked(self.path(session)) as descriptor:
            last, whole = _tail(descriptor)
            at = max(_now(), last + timedelta(microseconds=1)) if last else _now()
            lines = [json.dumps({"at": at.isoformat(), **entry}) for entry in entries]
            text = ("" if whole else "\n") + "\n".join(lines) + "\n"
            os.write(descriptor, text.encode("ascii"))
            os.fsync(descriptor)
        return at

    def last(self, session: Session) -> datetime | None:
        """Return the moment of the last entry, or None when there is no journal yet."""
        path = self.path(session)
        if not path.exists():
            return None
        with locked(path) as descriptor:
            return _tail(descriptor)[0]

    def since(self, session: Session, moment: datetime | None) -> Iterator[Entry]:
        """Yield the entries after a moment, the oldest first."""
        path = self.path(session)
        for line in path.read_text(encoding="ascii").splitlines() if path.exists() else ():
            entry = _read(line)
            if entry and (moment is None or _at(entry) > moment):
                yield entry


def note(session: Session, what: str, **facts: Any) -> None:
    """Have an entry written with the commit. Nothing is written by a session without a journal,
    which is one of made-up conversations.
    """
    if JOURNAL in session.info:
        session.info.setdefault(NOTED, []).append({"what": what, **facts})


def write_noted(session: Session) -> None:
    """Write what was noted, just before it is committed."""
    session.flush()  # what is noted of accounts is noted here
    if entries := session.info.pop(NOTED, None):
        reach(session, session.info[JOURNAL].append(session, entries))


def reached(session: Session) -> datetime | None:
    """Return the moment of the last entry that the database has."""
    row = session.execute(select(MarkRow.at).where(MarkRow.name == JOURNAL)).first()
    return row.at if row else None


def reach(session: Session, moment: datetime) -> None:
    """Note that the database has all entries up to a moment."""
    earlier = (_MARK.c.name == JOURNAL) & (_MARK.c.at < moment)
    if session.execute(update(_MARK).where(earlier).values(at=moment)).rowcount:
        return
    if reached(session) is None:
        session.execute(insert(_MARK).values(name=JOURNAL, at=moment))


def begin_journal(session: Session, like: str | None = None) -> None:
    """Give a database its id if it has none: that of the one whose place it takes, or a new one."""
    if known_id(session) is None:
        name = ID + (like or secrets.token_hex(8))
        session.execute(insert(_MARK).values(name=name, at=_now()))


def known_id(session: Session) -> str | None:
    """Return the id that a database carries."""
    first = select(func.min(MarkRow.name)).where(MarkRow.name.startswith(ID))
    name = session.execute(first).scalar()
    return name.removeprefix(ID) if name else None


def begin_anew(session: Session) -> None:
    """Begin a journal where the old one is lost: what it told is taken as done."""
    reach(session, session.info[JOURNAL].append(session, [{"what": "begun anew"}]))


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Open a file that only its owner reads, and keep others out; yield its descriptor."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _tail(descriptor: int) -> tuple[datetime | None, bool]:
    """Return the moment of the last entry, and whether the file ends with a whole line."""
    size = os.fstat(descriptor).st_size
    read = os.pread(descriptor, TAIL, max(0, size - TAIL))
    entries = (_read(line) for line in reversed(read.decode("ascii", "replace").splitlines()))
    last = next((entry for entry in entries if entry), None)
    return (_at(last) if last else None), (not read or read.endswith(b"\n"))


def _read(line: str) -> Entry | None:
    """Return an entry, or None for what a crash left half written: that was never committed."""
    try:
        entry: Entry = json.loads(line)
        _at(entry)
    except (ValueError, KeyError, TypeError):
        return None
    return entry


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["at"])


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _id_of(session: Session) -> str:
    if ID not in session.info:
        begin_journal(session)
        session.info[ID] = known_id(session)
    return str(session.info[ID])
