"""The record: chained, append-only, the same on both engines and with many writers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import text

from bot.storage.audit import (
    Sought,
    entries_before,
    entries_in_order,
    follow_chain,
    record,
    whats,
)
from bot.storage.session import Database, StorageError

NOW = datetime(2021, 3, 1, 9, 0, 0, 123456, tzinfo=timezone.utc)
WHO = "reader@example.gov.uk"


def _write(database: Database, count: int = 5, *, reason: str | None = None) -> None:
    for number in range(count):
        with database.writing() as session:
            now = NOW + timedelta(hours=number)
            record(session, who=WHO, what="looked", about=f"n{number}", reason=reason, now=now)


def _chain(database: Database, sought: str | None = None) -> object:
    with database.reading() as session:
        return follow_chain(session, sought)


def _tamper(database: Database, statement: str) -> None:
    """Change the table as somebody could who owns the database: without the triggers."""
    with database.writing() as session:
        if database.engine.dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER IF EXISTS audit_no_update"))
            session.execute(text("DROP TRIGGER IF EXISTS audit_no_delete"))
        else:
            session.execute(text("DROP TRIGGER IF EXISTS audit_stays ON audit"))
        session.execute(text(statement))


def test_an_untouched_record_is_unbroken(any_database: Database) -> None:
    _write(any_database, reason="Asked for by the person, ünïcode \ud800 \0")
    chain = _chain(any_database)
    assert (chain.entries, chain.unchained, chain.broken, chain.found) == (5, 0, None, True)
    assert chain.last_hash and len(chain.last_hash) == 64


TAMPERED = [
    ("a word", "UPDATE audit SET about = 'other' WHERE about = 'n2'", 3),
    ("a moment", "UPDATE audit SET at = '2021-03-01 00:00:00' WHERE about = 'n2'", 3),
    ("who", "UPDATE audit SET who = 'x' WHERE about = 'n0'", 1),
    ("a reason", "UPDATE audit SET reason = 'x' WHERE about = 'n4'", 5),
    ("an emptied word", "UPDATE audit SET about = NULL WHERE about = 'n2'", 3),
    ("one removed", "DELETE FROM audit WHERE about = 'n2'", 4),
    ("the first removed", "DELETE FROM audit WHERE about = 'n0'", 2),
    ("a hash removed", "UPDATE audit SET hash = NULL WHERE about = 'n2'", 3),
    ("two exchanged", "UPDATE audit SET id = -id WHERE about IN ('n1', 'n2')", -3),
    (
        "one put in",
        "INSERT INTO audit (id, at, who, what) VALUES (9, '2021-03-01 00:00:00.0', 'x', 'y')",
        9,
    ),
]


@pytest.mark.parametrize(("label", "statement", "broken"), TAMPERED, ids=[c[0] for c in TAMPERED])
def test_what_was_changed_or_removed_shows(
    any_database: Database, label: str, statement: str, broken: int
) -> None:
    _write(any_database)
    _tamper(any_database, statement)
    assert _chain(any_database).broken == broken


def test_a_record_whose_end_was_cut_off_lacks_the_hash_that_was_written_down(
    any_database: Database,
) -> None:
    _write(any_database)
    noted = _chain(any_database).last_hash
    _write(any_database, 2)
    assert _chain(any_database, noted).found
    _tamper(any_database, "DELETE FROM audit WHERE id >= 5")
    cut = _chain(any_database, noted)
    assert (cut.broken, cut.found) == (None, False)


def test_entries_from_before_there_were_hashes_come_first_only(any_database: Database) -> None:
    with any_database.writing() as session:
        session.execute(
            text("INSERT INTO audit (at, who, what) VALUES ('2021-03-01 00:00:00.0', 'x', 'y')")
        )
    _write(any_database, 2)
    chain = _chain(any_database)
    assert (chain.entries, chain.unchained, chain.broken) == (3, 1, None)


CHANGES = ["UPDATE audit SET who = 'x'", "DELETE FROM audit"]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_an_entry(any_database: Database, statement: str) -> None:
    _write(any_database, 1)
    with pytest.raises(StorageError), any_database.writing() as session:
        session.execute(text(statement))
    assert _chain(any_database).entries == 1


def test_writers_at_the_same_time_do_not_fork_the_chain(any_database: Database) -> None:
    barrier = Barrier(4)

    def write(_: int) -> None:
        barrier.wait()
        _write(any_database, 10)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    chain = _chain(any_database)
    assert (chain.entries, chain.broken) == (40, None)


SOUGHT = [
    (Sought(), ["n4", "n3", "n2", "n1", "n0"]),
    (Sought(who=WHO, what="looked", about="n2"), ["n2"]),
    (Sought(who="reader"), []),
    (Sought(since=NOW + timedelta(hours=3)), ["n4", "n3"]),
    (Sought(since=NOW, until=NOW + timedelta(hours=1)), ["n0"]),
]


@pytest.mark.parametrize(("sought", "abouts"), SOUGHT)
def test_entries_are_found_by_exact_words_and_moments(
    any_database: Database, sought: Sought, abouts: list[str]
) -> None:
    _write(any_database)
    with any_database.reading() as session:
        newest_first = [e.about for e in entries_before(session, sought, limit=9)]
        in_order = [e.about for e in entries_in_order(session, sought)]
    assert newest_first == abouts
    assert in_order == abouts[::-1]


def test_entries_are_read_page_by_page(any_database: Database) -> None:
    _write(any_database)
    with any_database.reading() as session:
        first = entries_before(session, Sought(), limit=3)
        rest = entries_before(session, Sought(), before=first[-1].id, limit=3)
        assert [e.about for e in first + rest] == ["n4", "n3", "n2", "n1", "n0"]
        assert whats(session) == ["looked"]
