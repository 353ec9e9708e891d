"""A whole copy of the database while it is in use, and putting it back while it is not."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.url import make_url

from bot.settings import SettingsError
from bot.storage.database.keys import replace_file
from bot.storage.database.session import Database

ABOUT, SQLITE, POSTGRESQL = "about.json", "database.db", "database.dump"
LOCK_TIMEOUT_MS = 10_000


def back_up(database: Database, folder: Path, now: datetime) -> None:
    """Write a copy into a new folder that only its owner reads. Raises SettingsError."""
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise SettingsError(f"{folder} is there already; name a new folder.") from None
    url = database.engine.url
    if is_file(url):
        _copy_file(Path(str(url.database)), folder / SQLITE)
    else:
        os.close(os.open(folder / POSTGRESQL, os.O_CREAT | os.O_WRONLY, 0o600))
        _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={folder / POSTGRESQL}")
    about = {"made_at": now.isoformat(), "engine": database.engine.dialect.name}
    replace_file(folder / ABOUT, json.dumps(about) + "\n")


def read_about(folder: Path, url: str) -> dict[str, Any]:
    """Return what is known of a copy. Raises SettingsError when it is not whole or of another kind
    of database.
    """
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise SettingsError(f"{folder} holds no whole copy made by `backup`.") from None
    engine = make_url(url).get_backend_name()
    if about["engine"] != engine:
        raise SettingsError(f"The copy is of {about['engine']}, and DATABASE_URL is {engine}.")
    return about


def put_back(database: Database, folder: Path) -> None:
    """Put a copy in the place of the database. Nobody else may use it meanwhile. Raises
    SettingsError and leaves the database as it is when the copy is spoilt.
    """
    url = database.engine.url
    if is_file(url):
        database.close()
        _replace_file(folder / SQLITE, Path(str(url.database)))
        return
    dump = folder / POSTGRESQL
    _run("pg_restore", None, "--list", str(dump))
    _drop_tables(database.engine)
    _run(
        "pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(dump)
    )  # fmt: skip


def is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _copy_file(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def _replace_file(copy: Path, target: Path) -> None:
    fresh = target.with_name(f".{target.name}.restored")
    fresh.unlink(missing_ok=True)
    try:
        _copy_file(copy, fresh)
        with closing(sqlite3.connect(fresh)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        fresh.unlink(missing_ok=True)
        raise SettingsError(f"{copy} is spoilt; the database was left as it is.")
    for end in ("-wal", "-shm"):  # what they hold belongs to the file that goes
        target.with_name(target.name + end).unlink(missing_ok=True)
    fresh.replace(target)


def _drop_tables(engine: Engine) -> None:
    """Drop every table: a newer version may have made some that the copy does not know."""
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{table}" CASCADE'))


def _run(program: str, url: URL | None, *options: str) -> None:
    """Run a program of PostgreSQL's. What it complains of can hold a resident's words, so only that
    it failed is told; the password stands in no list of processes.
    """
    found = shutil.which(program)
    if found is None:
        raise SettingsError(f"{program} is not installed; it comes with PostgreSQL's client.")
    environment, where = dict(os.environ), []
    if url is not None:
        plain = url.set(drivername="postgresql", password=None)
        where = [f"--dbname={plain.render_as_string(hide_password=False)}"]
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    ended = subprocess.run([found, *options[:-1], *where, options[-1]], env=environment, **quiet)  # type: ignore[call-overload]
    if ended.returncode:
        raise SettingsError(
            f"{program} ended with {ended.returncode}. Is it of the server's version or newer, and"
            " may the user of DATABASE_URL do that?"
        )
