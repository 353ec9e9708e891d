"""Opening the database: SQLite on one machine, PostgreSQL in production. Nothing happens on
import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session as Session  # so that other rooms can name it
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import QueuePool

from bot.settings import SettingsError
from bot.storage.database.journal import JOURNAL, Journal, write_noted
from bot.storage.database.own_files import own
from bot.storage.database.scrubbing import LOG, OneAtATime, empty_log, rewrite
from bot.storage.database.server_log import keep_words_out, loud_settings

BUSY_TIMEOUT_MS = 15_000  # a writer waits this long for another process's short transaction
STATEMENT_TIMEOUT_MS = 15_000
# To compile a statement, or to start processes for it, costs more than it spares: most are short.
ALONE = "-c jit=off -c max_parallel_workers_per_gather=0"


class StorageError(Exception):
    """The database could not do it. Nothing was changed; the same call may be made again."""


class Conflict(StorageError):
    """Another process has just stored the same thing. The next try will find it."""


@dataclass(frozen=True)
class Database:
    """An open database. `reading` for questions, `writing` for changes: one short transaction
    each.
    """

    engine: Engine
    _read: sessionmaker
    _write: sessionmaker
    _scrubbing: OneAtATime = field(default_factory=OneAtATime, repr=False, compare=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with _translated(), self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Commit at the end, or roll back and raise StorageError."""
        with _translated(), self._write.begin() as session:
            yield session

    def scrub(self) -> None:
        """After an erasure: let as little of it stay in the files as can be had while nobody waits.
        SQLite writes zeros over what was deleted, and its write-ahead log is emptied unless it is
        being read. PostgreSQL keeps deleted rows until `rewrite`.
        """
        if self.engine.dialect.name == "sqlite":
            with _translated():
                self._scrubbing.run(lambda: empty_log(self.engine, patient=False))

    def rewrite(self) -> Sequence[str]:
        """At night: let nothing of what was deleted stay in the files. Return what could not be
        written anew, because it was being read all the time.
        """
        with _translated():
            if self.engine.dialect.name == "sqlite":
                return [] if empty_log(self.engine, patient=True) else [LOG]
            return rewrite(self.engine)

    def loud_settings(self) -> list[str]:
        """Return what has to be said to PostgreSQL so that its log holds no resident's words."""
        with _translated():
            return loud_settings(self.engine)

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, secrets_dir: Path | None = None) -> Database:
    """Open the database at an SQLAlchemy URL; connects on first use. Raises SettingsError.

    `secrets_dir` is for those who write the audit or the journal: they are kept there.
    """
    try:
        engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
    except (ArgumentError, ValueError):  # the URL can hold a password, so it is not shown
        raise SettingsError(
            "DATABASE_URL cannot be read; write it like postgresql://user:password@host:5432/name"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The folder of the database in DATABASE_URL cannot be used: {error.strerror}."
        ) from error
    options: dict[str, Any] = {"future": True, "expire_on_commit": False}
    if secrets_dir is not None:
        from bot.storage.staff.audit_head import AUDIT, AuditFolder  # heavy: not for `--help`

        audit = AuditFolder(secrets_dir, engine.url)
        options["info"] = {AUDIT: audit, JOURNAL: Journal(secrets_dir)}
    write = sessionmaker(bind=engine.execution_options(writes=True), **options)
    if secrets_dir is not None:
        event.listen(write, "before_commit", write_noted)
    return Database(engine=engine, _read=sessionmaker(bind=engine, **options), _write=write)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        # The cause is kept out of the message: it holds the parameters, which are a resident's
        # words.
        kind = Conflict if isinstance(error, IntegrityError) else StorageError
        raise kind(type(error).__name__) from None


def _postgresql(url: str) -> Engine:
    engine = create_engine(
        url,
        future=True,
        pool_size=10,
        max_overflow=10,
        pool_use_lifo=True,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 10,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=utc {ALONE}",
        },
    )
    event.listen(engine, "connect", keep_words_out)
    return engine


def _sqlite(url: str) -> Engine:
    path = make_url(url).database or ""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        poolclass=QueuePool,  # 1.4 opens a file anew for every transaction otherwise
        pool_size=10,
        max_overflow=10,
        pool_use_lifo=True,  # the connection that was used last has the newest pages at hand
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for end in ("", "-wal", "-shm"):  # while it is empty yet; its log takes its mode from it
            own(Path(path + end))
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that reads and then writes must hold the write lock from the start,
        # else SQLite answers "busy" at once to the second of two, whatever the timeout.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
