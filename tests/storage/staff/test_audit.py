"""The record: chained, append-only, the same on both engines and with many writers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.storage.database.rotation import rotate_keys
from bot.storage.database.session import Database, StorageError, open_database
from bot.storage.staff.audit import Chain, begin, follow_chain, record
from bot.storage.staff.audit_entries import Sought, entries_before, entries_in_order, whats
from bot.storage.staff.audit_head import head_name

NOW = datetime(2021, 3, 1, 9, 0, 0, 123456, tzinfo=timezone.utc)
WHO = "reader@example.gov.uk"


def _write(database: Database, count: int = 5, *, reason: str | None = None) -> None:
    for number in range(count):
        with database.writing() as session:
            now = NOW + timedelta(hours=number)
            record(session, who=WHO, what="looked", about=f"n{number}", reason=reason, now=now)


def _chain(database: Database, sought: str | None = None) -> Chain:
    with database.reading() as session:
        return follow_chain(session, sought)


def _tamper(database: Database, statement: str) -> None:
    """Change the table as someone could who owns the database: without the triggers."""
    with database.writing() as session:
        if database.engine.dialect.name == "sqlite":
            for name in ("update", "delete", "replace"):
                session.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{name}"))
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


def _insert(database: Database, count: int, hash: str | None) -> None:
    """Put entries in as an older version did: without a hash, or with one that needs no key."""
    with database.writing() as session:
        for number in range(count):
            session.execute(
                text(
                    "INSERT INTO audit (at, who, what, about, hash)"
                    " VALUES ('2021-03-01 00:00:00.0', 'x', 'y', :about, :hash)"
                ),
                {"about": f"old{number}", "hash": hash},
            )


REWRITTEN = [
    ("nothing", "UPDATE audit SET who = who", (None, True)),
    ("no hash anywhere", "UPDATE audit SET hash = NULL, who = 'z'", ("first", True)),
    ("an old hash removed", "UPDATE audit SET hash = NULL WHERE about = 'old1'", (None, True)),
    ("an old entry changed", "UPDATE audit SET who = 'z' WHERE about = 'old1'", ("first", True)),
    ("an old entry removed", "DELETE FROM audit WHERE about = 'old0'", ("first", True)),
    ("an old entry added", "INSERT INTO audit (id, at, who, what)"
     " VALUES (0, '2021-03-01 00:00:00.0', 'x', 'y')", ("first", True)),
    ("all since then removed", "DELETE FROM audit WHERE about LIKE 'n%'", (None, False)),
    ("all removed", "DELETE FROM audit", (None, False)),
]  # fmt: skip


@pytest.mark.parametrize("old_hash", [None, "0" * 64], ids=["no hash", "a hash without a key"])
@pytest.mark.parametrize(("label", "statement", "told"), REWRITTEN, ids=[c[0] for c in REWRITTEN])
def test_entries_from_before_there_was_a_key_are_remembered(
    any_database: Database,
    label: str,
    statement: str,
    told: tuple[str | None, bool],
    old_hash: str | None,
) -> None:
    _insert(any_database, 3, old_hash)
    with any_database.writing() as session:
        begin(session)
    assert _chain(any_database).reaches_head
    _write(any_database, 2)
    assert (_chain(any_database).entries, _chain(any_database).unchained) == (5, 3)
    _tamper(any_database, statement)
    chain = _chain(any_database)
    broken = 4 if told[0] else None  # the first that has a key
    assert (chain.broken, chain.broken is not None or chain.reaches_head) == (broken, told[1])


def test_a_database_that_has_begun_accepts_no_entry_without_a_hash(any_database: Database) -> None:
    with any_database.writing() as session:
        begin(session)
    assert (_chain(any_database).entries, _chain(any_database).reaches_head) == (0, True)
    _insert(any_database, 1, None)
    assert _chain(any_database).broken == 1
    _write(any_database, 1)
    assert _chain(any_database).broken == 1
    _tamper(any_database, "UPDATE audit SET id = -id")
    assert _chain(any_database).broken == -2


def test_what_was_cut_off_shows_also_when_others_were_written_since(any_database: Database) -> None:
    _write(any_database, 5)
    assert _chain(any_database).reaches_head
    _tamper(any_database, "DELETE FROM audit WHERE id >= 4")
    assert not _chain(any_database).reaches_head
    _write(any_database, 3)
    chain = _chain(any_database)
    assert (chain.broken, chain.reaches_head) == (None, False)


def test_a_chain_that_was_made_with_another_key_is_broken(
    any_database: Database, tmp_path: Path
) -> None:
    forger = open_database(str(any_database.engine.url), tmp_path / "made up")
    with any_database.writing() as session:
        begin(session)
    _write(forger, 2)
    assert (_chain(forger).broken, _chain(forger).reaches_head) == (None, True)
    assert _chain(any_database).broken == 1
    forger.close()


def test_entries_without_a_head_are_not_enough(any_database: Database, tmp_path: Path) -> None:
    _write(any_database, 2)
    (tmp_path / "secrets" / head_name(any_database.engine.url)).unlink()
    assert not _chain(any_database).begun
    with any_database.writing() as session:
        assert begin(session).since == 0, "they have a key"
    assert _chain(any_database).begun


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sqlite:///var/a.db", "sqlite:///var/../var/a.db", True),
        ("sqlite:///var/a.db", "sqlite:///var/b.db", False),
        ("postgresql://u:p@db/hys", "postgresql+psycopg2://v:q@db/hys", True),
        ("postgresql://u:p@db/hys", "postgresql://u:p@db/other", False),
    ],
)
def test_each_database_has_a_head_of_its_own(one: str, other: str, same: bool) -> None:
    assert (head_name(make_url(one)) == head_name(make_url(other))) is same


def test_what_was_not_committed_is_not_remembered(any_database: Database) -> None:
    _write(any_database, 1)
    with pytest.raises(ZeroDivisionError), any_database.writing() as session:
        record(session, who=WHO, what="looked", now=NOW)
        raise ZeroDivisionError
    assert (_chain(any_database).entries, _chain(any_database).reaches_head) == (1, True)


def test_the_chain_holds_when_the_keys_are_changed(any_database: Database, tmp_path: Path) -> None:
    _write(any_database, 2)
    for _ in range(2):
        rotate_keys(any_database, tmp_path / "secrets")
    again = open_database(str(any_database.engine.url), tmp_path / "secrets")
    _write(again, 1)
    assert (_chain(again).entries, _chain(again).broken, _chain(again).reaches_head) == (3, None, 1)
    again.close()


CHANGES = [
    "UPDATE audit SET who = 'x'",
    "DELETE FROM audit",
    "INSERT INTO audit (id, at, who, what) VALUES (1, '2021-03-01 00:00:00.0', 'x', 'y')"
    " ON CONFLICT (id) DO UPDATE SET who = 'x'",
]
REPLACE = (
    "{} INTO audit (id, at, who, what, hash) SELECT id, at, 'x', what, hash FROM audit WHERE id = 1"
)


@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_sqlite_refuses_to_replace_an_entry(database: Database, how: str) -> None:
    _write(database, 2)
    with pytest.raises(StorageError), database.writing() as session:
        session.execute(text(REPLACE.format(how)))
    assert (_chain(database).entries, _chain(database).broken) == (2, None)


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
    assert (chain.entries, chain.broken, chain.unchained, chain.reaches_head) == (40, None, 0, True)


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
