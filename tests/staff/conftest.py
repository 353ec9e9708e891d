"""A staff app for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache

from bot.settings import ROOT, load_settings
from bot.staff.shell.app import create_app
from bot.storage.database.migrate import migrate
from bot.storage.database.session import Database, open_database
from tests.conftest import missing
from tests.staff.desk import CHEAP, CONSULTATION, Clock, Desk


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def make_desk(empty_database: Path, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    opened: list[Database] = []

    def make(**environ: str) -> Desk:
        if not (ROOT / "node_modules" / "govuk-frontend").is_dir():
            missing("govuk-frontend (`make install` brings it)")
        path = tmp_path / "staff.db"
        if not path.exists():  # made twice, it is the same app after a restart
            path.write_bytes(empty_database.read_bytes())
        given = {"DATABASE_URL": f"sqlite:///{path}", "SECRETS_DIR": str(tmp_path / "secrets")}
        settings = load_settings({**given, **environ})
        database = open_database(settings.database_url, settings.secrets_dir)
        clock = Clock()
        opened.append(database)
        app = create_app(settings, database, CONSULTATION, clock=clock, hasher=CHEAP)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(empty_database.parent))
        return Desk(app, database, clock, settings)

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()
