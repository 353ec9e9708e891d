"""Letting nothing of a deleted row stay in the database's files (docs/adr/0016).

At once: only what makes nobody wait. At night: the rest, and PostgreSQL's tables are written anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.storage.database.tables import Base
from bot.storage.review.search import forget_deleted

logger = logging.getLogger(__name__)

# Nothing in these goes with a person; rows of all others may.
STAY = {"audit", "staff", "mark", "equality_count", "published_count"}
TABLES = sorted(set(Base.metadata.tables) - STAY)
LOCK_TIMEOUT_MS = 500  # who waits behind us for a table waits no longer than this
TRIES, PAUSE = 20, 3.0  # for a table that is being read: a dump may take a minute
LOG = "the write-ahead log"


class OneAtATime:
    """Runs something for all who ask for it: while it runs, it is only noted that it must run
    again. So however often it is asked for, it takes one thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = self._again = False

    def run(self, what: Callable[[], Any]) -> None:
        with self._lock:
            self._again = self._running
            if self._running:
                return
            self._running = True
        try:
            while True:
                what()
                with self._lock:
                    if not self._again:
                        self._running = False
                        return
                    self._again = False
        except BaseException:
            with self._lock:
                self._running = False
            raise


def empty_log(engine: Engine, *, patient: bool) -> bool:
    """SQLite: drop what was deleted from the index of words and from the write-ahead log. The log
    stays while another connection reads from it; say whether it is empty. Unless `patient`, nobody
    is waited for: to wait here would make every writer wait.
    """
    with engine.connect() as connection:
        plain = connection.connection
        forget_deleted(plain)
        (usual,) = plain.execute("PRAGMA busy_timeout").fetchone()
        try:
            if not patient:
                plain.execute("PRAGMA busy_timeout=0")
            busy, _, _ = plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            plain.execute(f"PRAGMA busy_timeout={usual}")
    return not busy


def rewrite(engine: Engine, *, tries: int = TRIES, pause: float = PAUSE) -> Sequence[str]:
    """PostgreSQL: write the tables anew, one after the other, and let the log of writes go. Each is
    locked while it is written, so this is for the night. A table that others read is tried again;
    return those that stay as they are.
    """
    left = list(TABLES)
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        with _set(connection, statement_timeout=0, lock_timeout=LOCK_TIMEOUT_MS):
            for attempt in range(tries):
                if attempt:
                    time.sleep(pause)
                left = [table for table in left if not _written_anew(connection, table)]
                if not left:
                    break
            _checkpoint(connection)
    return left


def _written_anew(connection: Connection, table: str) -> bool:
    try:
        connection.execute(text(f'VACUUM (FULL) "{table}"'))
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != "55P03":  # lock_not_available
            raise
        return False
    return True


@contextmanager
def _set(connection: Connection, **settings: int) -> Iterator[None]:
    """Set what counts for this connection, and set it back: it goes back to the pool."""
    for name, value in settings.items():
        connection.execute(text(f"SET {name} = {value}"))
    try:
        yield
    finally:
        for name in settings:
            connection.execute(text(f"RESET {name}"))


def _checkpoint(connection: Connection) -> None:
    """Let the log of writes go too, where we may: docs/running.md says which role that needs."""
    try:
        connection.execute(text("SELECT pg_switch_wal()"))
        connection.execute(text("CHECKPOINT"))
    except SQLAlchemyError:
        logger.info("no right to make a checkpoint; PostgreSQL makes its own in time")
