"""What the product makes is read by its owner only; a file that is not so is set right."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.database.keys import load_keys, turn_secret
from bot.storage.database.migrate import migrate
from bot.storage.database.session import open_database
from bot.storage.database.tables import MarkRow


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def for_others(folder: Path) -> list[str]:
    """Return the files that are not the owner's alone."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if stat.S_IMODE(file.stat().st_mode) != 0o600]


def use(folder: Path) -> None:
    """Make, or use, a database with its log, and secrets."""
    url = f"sqlite:///{folder}/any.db"
    migrate(url)
    load_keys(folder / "secrets")
    turn_secret(folder / "secrets")
    database = open_database(url, folder / "secrets")
    with database.reading() as session:
        session.get(MarkRow, "x")
        assert (folder / "any.db-wal").exists()
        assert for_others(folder) == []
    database.close()


def test_a_database_and_secrets_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    use(tmp_path)


def test_files_that_others_could_read_are_mended(tmp_path: Path) -> None:
    use(tmp_path)
    for file in tmp_path.rglob("*"):
        if file.is_file():
            file.chmod(0o644)
    use(tmp_path)
