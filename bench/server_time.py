"""The processor time of PostgreSQL's processes, where its server is on this machine."""

from __future__ import annotations

from collections.abc import Callable

import psutil
from sqlalchemy import text

from bot.storage.database.session import Database


def server_time(database: Database) -> Callable[[], float]:
    """Return what tells the seconds that the server has used so far: those that run, and the
    parallel workers that have ended. Of SQLite, which has none, 0.
    """
    if database.engine.dialect.name != "postgresql":
        return lambda: 0.0
    with database.reading() as session:
        ours = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    server = psutil.Process(ours).parent()
    if server is None:
        raise RuntimeError("the server of PostgreSQL is not on this machine")

    def used() -> float:
        ended = server.cpu_times()
        running = (process.cpu_times() for process in server.children())
        return ended.children_user + ended.children_system + sum(t.user + t.system for t in running)

    return used
