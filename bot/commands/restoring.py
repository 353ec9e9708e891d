"""Putting a copy of the database back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from bot.processes.before_starting import check_nothing_runs
from bot.settings import Settings
from bot.storage.database.backup import put_back, read_about
from bot.storage.database.journal import begin_journal, known_id
from bot.storage.database.migrate import migrate
from bot.storage.database.session import Database, StorageError
from bot.storage.privacy.after_restore import begin_records
from bot.storage.staff.audit import record
from bot.storage.staff.audit_head import head_name


def restore(settings: Settings, database: Database, folder: Path) -> Iterator[str]:
    """Put a copy back; yield what to tell. Raises SettingsError and StorageError."""
    about = read_about(folder, settings.database_url)
    check_nothing_runs(settings)
    known = None
    with suppress(StorageError), database.reading() as session:  # there may be none any more
        known = known_id(session)
    put_back(database, folder)
    migrate(settings.database_url)
    with database.writing() as session:
        begin_journal(session, known)
    # The end that is remembered is of the database that is gone.
    (settings.secrets_dir / head_name(database.engine.url)).unlink(missing_ok=True)
    done = begin_records(settings)
    with database.writing() as session:
        record(
            session,
            who="restore",
            what="a copy of the database was put back",
            reason=f"made at {about['made_at']}",
            now=datetime.now(timezone.utc),
        )
    database.scrub()
    yield f"The copy of {about['made_at']} is back."
    yield from done
