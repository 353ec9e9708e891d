"""What commands share: the open database, and an end that is one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.storage.database.session import Database


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """Give the settings and the database, and close it afterwards."""
    from bot.settings import load_settings
    from bot.storage.database.session import open_database

    settings = load_settings()
    database = open_database(settings.database_url, settings.secrets_dir)
    try:
        yield settings, database
    finally:
        database.close()


def fail(message: str) -> NoReturn:
    """End the command with this line on standard error and exit code 1."""
    typer.echo(message, err=True)
    sys.exit(1)
