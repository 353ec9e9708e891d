"""Migrations: from nothing to exactly what the tables say, on both engines, again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.settings import SettingsError
from bot.storage.database.migrate import migrate, newest_revision, revision_of
from bot.storage.database.session import Database, StorageError, open_database
from bot.storage.database.tables import Base
from bot.storage.review.search import is_ours


def test_the_migrations_make_the_tables_as_the_code_knows_them(any_database: Database) -> None:
    with any_database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_key_and_index_is_named_as_the_code_names_it(any_database: Database) -> None:
    inspector = inspect(any_database.engine)
    made = {name for name in inspector.get_table_names() if is_ours(name, "table", None)}
    assert made == {*Base.metadata.tables, "alembic_version"}
    for name, table in Base.metadata.tables.items():
        indexes = {index["name"] for index in inspector.get_indexes(name)}
        assert {index.name for index in table.indexes} <= indexes
        nullable = {c["name"]: c["nullable"] for c in inspector.get_columns(name)}
        assert nullable == {column.name: column.nullable for column in table.columns}


def test_migrating_twice_is_harmless(any_database_url: str) -> None:
    assert migrate(any_database_url) == newest_revision()
    database = open_database(any_database_url)
    with database.writing() as session:
        session.execute(text("INSERT INTO audit (at, who, what) VALUES ('2021-03-01', 'x', 'y')"))
    assert migrate(any_database_url) == newest_revision()
    assert revision_of(database.engine) == newest_revision()
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit")).scalar() == 1
    database.close()


def test_an_empty_database_has_no_revision(any_database_url: str) -> None:
    database = open_database(any_database_url)
    assert revision_of(database.engine) is None
    database.close()


def test_a_database_of_a_newer_version_is_refused_in_one_line(any_database_url: str) -> None:
    migrate(any_database_url)
    database = open_database(any_database_url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
    database.close()
    with pytest.raises(StorageError, match="^[^\n]*ffff[^\n]*$"):
        migrate(any_database_url)


def test_a_server_that_is_away_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="^[^\n]+$"):
        migrate("postgresql://nobody@127.0.0.1:1/none")


UNUSABLE = [
    "postgresql://u:hunter2@127.0.0.1:port/db",
    "sqlite:////dev/null/below/x.db",
]


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_database_that_cannot_be_opened_is_one_line_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        migrate(url)
    assert "DATABASE_URL" in str(caught.value)
    assert "\n" not in str(caught.value) and "hunter2" not in str(caught.value)


def test_sqlite_keeps_every_promise_it_can(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/made/on/the/way/x.db")
    pragmas = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    with database.reading() as session:
        for name, value in pragmas.items():
            assert session.execute(text(f"PRAGMA {name}")).scalar() == value, name
    database.close()
