"""Changing the key that hides addresses and contact details."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import bindparam, select, update

from bot.storage.database.keys import RING, Keys, load_keys, replace_file
from bot.storage.database.session import Database
from bot.storage.database.tables import AddressRow, InboxRow, OutboxRow, RequestRow, StaffRow

BATCH = 500
# Everything that is hidden: the table, its key, and the column.
HIDDEN = (
    (AddressRow, AddressRow.id, AddressRow.encrypted),
    (InboxRow, InboxRow.id, InboxRow.sealed),
    (OutboxRow, OutboxRow.id, OutboxRow.sealed),
    (RequestRow, RequestRow.id, RequestRow.fields),
    (StaffRow, StaffRow.id, StaffRow.totp_secret),
)


def rotate_keys(database: Database, folder: Path) -> int:
    """Make a new key, hide everything with it, and forget the keys before the last one; return how
    many things were hidden anew. The last key stays in the file until the next time: something may
    be hidden with it at this very moment, and backups are.
    """
    load_keys(folder)
    path = folder / RING
    before = path.read_text(encoding="ascii").split()
    _write(path, [Fernet.generate_key().decode(), *before])
    keys = load_keys(folder)
    hidden = sum(_hide_anew(database, keys, *place) for place in HIDDEN)
    _write(path, path.read_text(encoding="ascii").split()[:2])
    database.scrub()
    return hidden


def _hide_anew(database: Database, keys: Keys, table: Any, key: Any, column: Any) -> int:
    done = 0
    for ids in _batches(database, key, column):
        with database.writing() as session:
            rows = session.execute(
                select(key, column).where(key.in_(ids), column.is_not(None)).with_for_update()
            ).all()
            fresh = [{"row": row[0], "hidden": keys.rehide(row[1])} for row in rows]
            if fresh:
                plain = table.__table__
                session.execute(
                    update(plain)
                    .where(plain.c.id == bindparam("row"))
                    .values({column.key: bindparam("hidden")}),
                    fresh,
                )
        done += len(fresh)
    return done


def _batches(database: Database, key: Any, column: Any) -> Iterator[list[int]]:
    last = 0
    while True:
        with database.reading() as session:
            ids = session.execute(
                select(key).where(key > last, column.is_not(None)).order_by(key).limit(BATCH)
            )
            found = list(ids.scalars())
        if not found:
            return
        yield found
        last = found[-1]


def _write(path: Path, keys: list[str]) -> None:
    replace_file(path, "\n".join(keys) + "\n")
