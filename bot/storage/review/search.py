"""Finding residents' words: by an index of three-letter pieces on both engines.

SQLite: an FTS5 table that keeps no text (migration 0006). PostgreSQL: a GIN index of pg_trgm.
Where neither is to be had every message is read, which takes a second for each million.

What pages hide is not found by anybody: else it could be guessed letter by letter. The database
finds candidates; they are looked at again without what is hidden, by the rules of that moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import column, select, table, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement, Select

from bot.storage.database.tables import HAS_FIGURE, InboxRow, RespondentRow

INDEX = "inbox_words"  # what the index is called, and how SQLite's tables under it begin
SHORTEST = 3  # letters
MOST_WORDS = 10
A_FEW = 5_000  # messages; of more, conversations are looked through in the order of the list
STEP = 200  # pages of the index that are rewritten in one short transaction

Shown = Callable[[str], str]  # returns what pages show of a text, without what they hide

# PostgreSQL cannot know how rare words are, and the places of a frequent piece want room.
_LOOK_UP = text("SET LOCAL enable_seqscan = off; SET LOCAL work_mem = '16MB'")
_AS_BEFORE = text("SET LOCAL enable_seqscan = on; SET LOCAL work_mem TO DEFAULT")
_FIGURE, _LETTER = re.compile("[0-9@]"), re.compile("[A-Za-z]")
_PIECES = table(INDEX, column("rowid"), column(INDEX))  # of SQLite


def is_ours(name: str | None, _kind: str, _parent: Any) -> bool:
    """Say whether the tables name it: what the index is made of differs between the engines."""
    return not (name or "").startswith((INDEX, "answer_results"))


def words_of(typed: str) -> list[str]:
    """Return the words to look for; none when not one of them is long enough. "librar*" stands for
    every word that begins so; any other is found inside words too.
    """
    words = [word.replace("\0", "") for word in typed.split()][:MOST_WORDS]
    words = [word for word in words if _plain(word)]
    return words if any(len(_plain(word)) >= SHORTEST for word in words) else []


def _plain(word: str) -> str:
    """Return a word as it stands in a text, without the star for its endings."""
    return word.rstrip("*")


def places_of(text_said: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where these words stand in a text, in order: (start, end); of one that was given by
    its beginning, the whole of it.
    """
    patterns = (
        rf"(?<!\w){re.escape(_plain(word))}\w*" if word.endswith("*") else re.escape(word)
        for word in sorted(words, key=len, reverse=True)
    )
    found = re.finditer("|".join(patterns), text_said, re.IGNORECASE)
    return [(one.start(), one.end()) for one in found if one.end() > one.start()]


def those_few(session: Session, words: Sequence[str], shown: Shown) -> list[str] | None:
    """Return the respondents of whom one message holds all these words, or None when there may be
    many or there is no index.
    """
    rows = _candidates(session, words)
    return None if rows is None else list(_found_in(rows, words, shown))


def may_have_said(session: Session, words: Sequence[str]) -> ColumnElement:
    """Return a condition on respondents: one of their messages holds all these words, be it in what
    is hidden. `who_said` knows.
    """
    # OFFSET keeps PostgreSQL from looking through all messages first: many conversations match.
    one = (
        select(InboxRow.id)
        .where(InboxRow.respondent_id == RespondentRow.id, *_holds(session, InboxRow.text, words))
        .limit(1)
        .offset(0)
    )
    return one.exists()


def who_said(
    session: Session, respondent_ids: Sequence[str], words: Sequence[str], shown: Shown
) -> dict[str, str]:
    """Return {respondent: the message} of those of some of whom one holds all these words."""
    # OFFSET keeps PostgreSQL from reading what everybody said that holds them.
    theirs = (
        select(InboxRow.respondent_id, InboxRow.text)
        .where(InboxRow.respondent_id.in_(respondent_ids))
        .offset(0)
        .subquery()
    )
    query = select(theirs).where(*_holds(session, theirs.c.text, words))
    return _found_in(session.execute(query), words, shown)


def nobody_said(session: Session, words: Sequence[str]) -> bool:
    """Say whether no message of anybody holds all these words."""
    rows = _candidates(session, words)
    if rows is None:
        query = select(InboxRow.id).where(*_holds(session, InboxRow.text, words)).limit(1)
        return session.execute(query).first() is None
    return not any(has_all(row.text, words) for row in rows)


def has_all(text_said: str, words: Sequence[str]) -> bool:
    """Say whether a text holds all these words, in whatever letters."""
    return _has(text_said, _sought(words))


def _found_in(rows: Iterable[Any], words: Sequence[str], shown: Shown) -> dict[str, str]:
    """Return {respondent: text} of rows of (respondent, text) whose shown text has all the words;
    of each respondent the first.
    """
    sought, found = _sought(words), dict[str, str]()
    for who, text_said in rows:
        if who not in found and _has(text_said, sought) and _has(shown(text_said), sought):
            found[who] = text_said
    return found


Sought = Sequence["str | re.Pattern[str]"]


def _sought(words: Sequence[str]) -> Sought:
    return [
        re.compile(rf"(?<!\w){re.escape(_plain(word).lower())}")
        if word.endswith("*")
        else word.lower()
        for word in words
    ]


def _has(text_said: str, sought: Sought) -> bool:
    lowered = text_said.lower()
    return all(
        one in lowered if isinstance(one, str) else one.search(lowered) is not None
        for one in sought
    )


def _candidates(session: Session, words: Sequence[str]) -> Sequence[Any] | None:
    """Return (respondent, text) of a few messages, or None when there are many or no index."""
    query = select(InboxRow.respondent_id, InboxRow.text).limit(A_FEW)
    if session.get_bind().dialect.name == "postgresql":
        query = query.where(*_holds(session, InboxRow.text, words))
        if _need_figures(words):
            query = query.where(HAS_FIGURE["postgresql"])
        session.execute(_LOOK_UP)
        rows = session.execute(query).all()
        session.execute(_AS_BEFORE)
    elif _has_index(session):
        rows = session.execute(_few_of_sqlite(session, query, words)).all()
    else:
        return None
    return None if len(rows) == A_FEW else rows


def _few_of_sqlite(session: Session, query: Select, words: Sequence[str]) -> Select:
    """Narrow messages by one of SQLite's indexes, and by the words that it does not serve, as far
    as SQLite knows their letters.
    """
    plain = [word for word in words if word.isascii()]
    if _need_figures(words):
        over = InboxRow.state != "received"  # as the other index has it
        return query.where(HAS_FIGURE["sqlite"], over, *_holds(session, InboxRow.text, plain))
    short = [word for word in plain if len(_plain(word)) < SHORTEST]
    query = query.join(_PIECES, _PIECES.c.rowid == InboxRow.id)
    match = _PIECES.c[INDEX].op("MATCH")(pieces_of(words))
    return query.where(match, *_holds(session, InboxRow.text, short))


def _need_figures(words: Sequence[str]) -> bool:
    """Say whether the index of messages with figures and letters serves better than that of pieces:
    where figures stand in short words only, as "the 9" has them.
    """
    plain = [_plain(word) for word in words]
    figures = [len(word) for word in plain if _FIGURE.search(word)]
    return bool(figures) and max(figures) < SHORTEST and any(map(_LETTER.search, plain))


def _holds(session: Session, said: ColumnElement, words: Sequence[str]) -> list[ColumnElement]:
    if session.get_bind().dialect.name == "postgresql":  # twice as quick as ILIKE; =: as it stands
        return [said.op("~*")(f"***={_plain(word)}") for word in words]
    patterns = (
        _plain(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words
    )
    return [said.ilike(f"%{pattern}%", escape="\\") for pattern in patterns]


def pieces_of(words: Sequence[str]) -> str:
    """Return the question to SQLite's index: every three letters in a row of every word."""
    pieces = {
        word[place : place + SHORTEST]
        for word in map(_plain, words)
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
