"""A database that tests use one after the other is as new for each."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg2

from tests.support.postgres import Emptied

ENTRY = "INSERT INTO audit (at, who, what) VALUES (now(), 'x', 'y') RETURNING id"


def run(emptied: Emptied, statement: str) -> Any:
    with closing(psycopg2.connect(emptied.url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_no_row_and_no_number_is_left(emptied: Emptied) -> None:
    emptied.empty()
    first = run(emptied, ENTRY)
    emptied.empty()
    assert run(emptied, "SELECT count(*) FROM audit") == 0
    assert run(emptied, ENTRY) == first == 1
    assert run(emptied, "SELECT count(*) FROM alembic_version") == 1
    emptied.empty()


def test_what_was_changed_otherwise_is_not_used_again(emptied: Emptied) -> None:
    for change in ("ALTER TABLE tag ADD COLUMN x int", "DROP TRIGGER audit_stays ON audit"):
        before = emptied.url
        run(emptied, change)
        emptied.empty()
        assert emptied.url != before
    assert run(emptied, ENTRY) == 1
    emptied.empty()
