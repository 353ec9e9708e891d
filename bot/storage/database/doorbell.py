"""The doorbell of PostgreSQL: who stores a message wakes the workers with the same commit. Where
there is none, as on SQLite, they look from time to time.
"""

from __future__ import annotations

import select as waiting
from collections.abc import Callable
from contextlib import closing
from threading import Event

import psycopg2
from sqlalchemy import bindparam, func, select

from bot.storage.database.session import Database, Session, StorageError

CHANNEL = "turns"
LOOK_EVERY = 0.5  # seconds; how soon a stop is noticed
_RING = select(func.pg_notify(CHANNEL, bindparam("respondent")))


def ring(session: Session, respondent_id: str) -> None:
    """Wake the workers for a respondent, when this transaction is committed. Only the random id is
    told.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_RING, {"respondent": respondent_id})


def listen(database: Database, wake: Callable[[str], None], stop: Event) -> None:
    """Call `wake` with each respondent whom the doorbell tells of, until `stop` is set. Raises
    StorageError when the connection is lost: what was rung meanwhile has to be looked for.

    It needs a connection of its own, which no pool of transactions in between may share.
    """
    if database.engine.dialect.name != "postgresql":
        stop.wait()
        return
    url = database.engine.url.set(drivername="postgresql")
    try:
        with closing(psycopg2.connect(url.render_as_string(hide_password=False))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            while not stop.is_set():
                if waiting.select([connection], [], [], LOOK_EVERY)[0]:
                    connection.poll()
                while connection.notifies:
                    wake(connection.notifies.pop(0).payload)
    except psycopg2.Error as error:  # its text can hold the password
        raise StorageError(type(error).__name__) from None
