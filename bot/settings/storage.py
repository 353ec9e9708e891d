"""Where data and secrets are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.settings.reader import Reader, SettingsError


@dataclass(frozen=True)
class Storage:
    database_url: str
    secrets_dir: Path


def read_storage(read: Reader, root: Path) -> Storage:
    return Storage(
        database_url=_database_url(read, root),
        secrets_dir=(root / read.text("SECRETS_DIR", "var/secrets")).resolve(),
    )


def _database_url(read: Reader, root: Path) -> str:
    value = read.text("DATABASE_URL", "sqlite:///var/haveyoursay.db")
    if value.startswith(("postgresql://", "postgresql+psycopg2://", "postgres://")):
        return re.sub(r"^postgres://", "postgresql://", value)
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        # A relative file is relative to the project, wherever the command was started.
        return f"sqlite:///{(root / value[len('sqlite:///') :]).resolve()}"
    raise SettingsError(
        "DATABASE_URL is not a database we know; use sqlite:///path/to/file.db or postgresql://…"
    )
