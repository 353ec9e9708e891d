"""A PostgreSQL server of the tests' own, in a temporary folder. It will not run as root, so root
steps down to the user `postgres` for it (pytest-postgresql cannot do that).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2

# Below the ports that the system chooses; each worker of pytest-xdist has a thousand of its own.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
FIRST = 20_000 + WORKER % 12 * 1000
PORTS = (FIRST + (os.getpid() + n) % 1000 for n in count())
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def find_binaries() -> Path | None:
    """Return the folder that holds `initdb`, or None where no server is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    return next((folder for folder in BINARIES if (folder / "initdb").exists()), None)


def free_port() -> int:
    """Return a port that nobody listens on, and that neither another worker of the tests nor the
    system gives out until it is used.
    """
    while True:
        port = next(PORTS)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def server(binaries: Path, log: Path | None = None, kept: Path | None = None) -> Iterator[str]:
    """Start a server that writes its log there, or nowhere; yield the URL of its `postgres`
    database. Its data stay in the folder `kept`, and are used again, or are deleted.
    """
    user = "postgres" if os.geteuid() == 0 else None
    folder = kept or Path(tempfile.mkdtemp(prefix="hys-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", free_port()
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "user": user,
        "cwd": folder,
    }
    if not data.exists():
        subprocess.run(
            [binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N"],
            check=True,
            **quiet,
        )
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "wal_recycle=off"]
    with open(log or os.devnull, "wb") as errors:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, *options],
            **{**quiet, "stderr": errors},
        )
    try:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("the PostgreSQL server of the tests did not start")
        try:
            psycopg2.connect(url).close()
            return
        except psycopg2.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("the PostgreSQL server of the tests does not answer")


@contextmanager
def database(server_url: str, name: str, like: str = "template1") -> Iterator[str]:
    """Make a database on the server, a copy of another one; yield its URL; drop it afterwards."""
    _run(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield server_url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        _run(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


class Emptied:
    """A database that is emptied after each test: to make one anew takes ten times as long. A test
    that has changed more than rows costs it its place.
    """

    def __init__(self, server_url: str, like: str) -> None:
        self._server, self._like = server_url, like
        self._made = ExitStack()
        self._begin()

    def _begin(self) -> None:
        name = f"t{uuid.uuid4().hex[:12]}"
        self.url = self._made.enter_context(database(self._server, name, like=self._like))
        with closing(psycopg2.connect(self.url)) as connection:
            self._shape = _shape(connection.cursor())

    def empty(self) -> None:
        with closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(END_OTHERS)
            same = _shape(cursor) == self._shape
            if same:
                _empty(cursor)
        if not same:
            self.drop()
            self._begin()

    def drop(self) -> None:
        self._made.close()


END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Tables, columns, indexes, triggers, constraints and functions.
SHAPE = """
    SELECT md5(string_agg(thing, ' ' ORDER BY thing)) FROM (
        SELECT concat(attrelid, attname, atttypid, attnotnull, attisdropped) FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat(oid, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT concat(oid, conname, convalidated) FROM pg_constraint
        UNION ALL SELECT concat(oid, prosrc) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
    ) AS things (thing)
"""


def _shape(cursor: Any) -> str:
    cursor.execute(SHAPE)
    shape: str = cursor.fetchone()[0]
    return shape


def _empty(cursor: Any) -> None:
    """Take all rows out, but for the number of the schema, and let every counter begin again."""
    cursor.execute("SET session_replication_role = replica")  # the audit refuses otherwise
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = [name for (name,) in cursor.fetchall() if name != "alembic_version"]
    full = " UNION ALL ".join(f'(SELECT \'"{name}"\' FROM "{name}" LIMIT 1)' for name in tables)
    cursor.execute(full)
    if names := [name for (name,) in cursor.fetchall()]:
        cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
    cursor.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
