"""Finding residents' words: by an index of three-letter pieces on both engines.

SQLite: an FTS5 table that keeps no text (migration 0006). PostgreSQL: a GIN index of pg_trgm.
Where neither is to be had every message is read, which takes a second for each million.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.storage.tables import InboxRow, RespondentRow

INDEX = "inbox_words"  # what the index is called, and how SQLite's tables under it begin
SHORTEST = 3  # letters
MOST_WORDS = 10
A_FEW = 5_000  # messages; of more, conversations are looked through in the order of the list
STEP = 200  # pages of the index that are rewritten in one short transaction

_FEW_SQLITE = text(
    "SELECT inbox.respondent_id, inbox.text FROM inbox JOIN"
    f" (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :pieces ORDER BY rowid DESC LIMIT :most)"
    " AS found ON found.rowid = inbox.id"
)


def is_ours(name: str | None, _kind: str, _parent: Any) -> bool:
    """Say whether tables.py names it: what the index is made of differs between the engines."""
    return not (name or "").startswith((INDEX, "answer_results"))


def words_of(typed: str) -> list[str]:
    """Return the words to look for; none when not one of them is long enough."""
    words = [word.replace("\0", "") for word in typed.split()][:MOST_WORDS]
    return words if any(len(word) >= SHORTEST for word in words) else []


def said(session: Session, words: Sequence[str]) -> ColumnElement:
    """Return a condition on respondents: one of her messages holds all these words."""
    few = _few(session, words)
    if few is not None:
        return RespondentRow.id.in_(few)
    # OFFSET keeps PostgreSQL from looking through all messages first: many conversations match.
    one = (
        select(InboxRow.id)
        .where(InboxRow.respondent_id == RespondentRow.id, *_holds(words))
        .limit(1)
        .offset(0)
    )
    return one.exists()


def _few(session: Session, words: Sequence[str]) -> list[str] | None:
    """Return who said all these words, or None when there are many or there is no index."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))  # it cannot know how rare they are
        query = select(InboxRow.respondent_id, InboxRow.text).where(*_holds(words))
        rows = session.execute(query.limit(A_FEW)).all()
        session.execute(text("SET LOCAL enable_seqscan = on"))
    elif _has_index(session):
        rows = session.execute(_FEW_SQLITE, {"pieces": pieces_of(words), "most": A_FEW}).all()
    else:
        return None
    if len(rows) == A_FEW:
        return None
    sought = [word.lower() for word in words]
    return list({who for who, said in rows if all(word in said.lower() for word in sought)})


def _holds(words: Sequence[str]) -> list[ColumnElement]:
    patterns = (
        word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words
    )
    return [InboxRow.text.ilike(f"%{pattern}%", escape="\\") for pattern in patterns]


def pieces_of(words: Sequence[str]) -> str:
    """Return the question to SQLite's index: every three letters in a row of every word."""
    pieces = {
        word[place : place + SHORTEST]
        for word in words
        for place in range(len(word) - SHORTEST + 1)
    }
    return " AND ".join('"' + piece.replace('"', '""') + '"' for piece in sorted(pieces))


def _has_index(session: Session) -> bool:
    query = text("SELECT 1 FROM sqlite_master WHERE name = :name")
    return session.execute(query, {"name": INDEX}).first() is not None


def forget_deleted(connection: Any) -> None:
    """Rewrite SQLite's index without what was deleted, in steps that let other writers in between.

    `connection` is SQLite's own. FTS5 only notes what is deleted and drops it when it merges.
    """
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (INDEX,))
    if known.fetchone() is None:
        return
    merge = f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('merge', ?)"
    connection.execute(merge, (-STEP,))  # negative: all of the index, as 'optimize' does
    before = -1
    while connection.total_changes - before > 1:  # sqlite.org/fts5.html#the_merge_command
        before = connection.total_changes
        connection.execute(merge, (STEP,))
