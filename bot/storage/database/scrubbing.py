"""Writing PostgreSQL's tables anew, so that nothing of a deleted row stays in their files."""

from __future__ import annotations

import logging

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)

# The tables that hold words, numbers or names. Their rows go with a person.
TABLES = (
    "inbox", "outbox", "answer", "request", "request_event", "consent", "note", "tag", "address",
    "equality_answer", "flag", "correction", "considered", "skip", "respondent",
)  # fmt: skip
AT_ONCE = 512 * 1024 * 1024  # bytes; more takes so long that it waits for the nightly `retention`


def rewrite(engine: Engine, *, up_to: int | None = None) -> bool:
    """Write the tables anew, unless together they are larger than `up_to` bytes; say whether it was
    done. Each is locked while it is written.
    """
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if up_to is not None and _size(connection) > up_to:
            logger.warning("erased rows stay in PostgreSQL's files until `bot retention --apply`")
            return False
        connection.execute(text("SET statement_timeout = 0"))
        try:
            for table in TABLES:
                connection.execute(text(f'VACUUM (FULL) "{table}"'))
            _checkpoint(connection)
        finally:
            connection.execute(text("RESET statement_timeout"))
    return True


def _size(connection: Connection) -> int:
    sizes = (f"pg_total_relation_size('\"{table}\"')" for table in TABLES)
    return int(connection.execute(text(f"SELECT {' + '.join(sizes)}")).scalar_one())


def _checkpoint(connection: Connection) -> None:
    """Let the log of writes go too, where we may: docs/running.md says which role that needs."""
    try:
        connection.execute(text("SELECT pg_switch_wal()"))
        connection.execute(text("CHECKPOINT"))
    except SQLAlchemyError:
        logger.info("no right to make a checkpoint; PostgreSQL makes its own in time")
