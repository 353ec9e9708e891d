"""No resident's words in PostgreSQL's own log, also where a statement fails with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database.session import StorageError, open_database
from tests.support import postgres

WORDS = "my nan adores her wombat"
FAILS = text("SELECT CAST(:words AS integer)")


@dataclass(frozen=True)
class Server:
    url: str
    log: Path

    def say(self, *statements: str) -> None:
        with closing(open_database(self.url)) as database, database.writing() as session:
            for statement in statements:
                session.execute(text(statement))

    def fail(self, url: str) -> None:
        """Have a statement fail that holds a resident's words."""
        database = open_database(url)
        with closing(database), pytest.raises(StorageError), database.writing() as session:
            session.execute(FAILS, {"words": WORDS})

    def loud_for(self, url: str) -> list[str]:
        with closing(open_database(url)) as database:
            return database.loud_settings()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed")
    log = tmp_path_factory.mktemp("log") / "postgresql.log"
    with postgres.server(binaries, log) as url:
        yield Server(url, log)


def test_a_superuser_has_no_statement_logged(server: Server) -> None:
    server.fail(server.url)
    assert server.loud_for(server.url) == []
    assert WORDS not in server.log.read_text()


def test_for_another_role_it_is_told_what_has_to_be_said_and_that_is_enough(
    server: Server,
) -> None:
    server.say('CREATE ROLE "plain Jo" LOGIN')
    url = server.url.replace("postgres@", "plain%20Jo@")
    server.fail(url)
    before = server.log.read_text()
    assert WORDS in before  # this is why
    statements = server.loud_for(url)
    assert statements and all('ALTER ROLE "plain Jo" SET log_' in one for one in statements)
    server.say(*statements)
    assert server.loud_for(url) == []
    server.fail(url)
    assert WORDS not in server.log.read_text().removeprefix(before)
