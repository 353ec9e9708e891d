"""Copies of made-up people are others: no two rows share what is unique, whatever it ended with."""

from __future__ import annotations

from typing import Any

import pytest

from bench.seeding.merge import add, another
from bot.storage.database.session import Database, open_database
from bot.storage.database.tables import Base, InboxRow, RespondentRow
from tests.support.people import People

COPIES = 40


@pytest.mark.parametrize(
    "name",
    ["HYS-WHHV-RQ01", "REQ-0000-00ZZ", "CASE-0000-0000", "0" * 29 + "fff", "a" * 64, "SM1", "1:99"],
)
def test_every_copy_has_another_name(name: str) -> None:
    names = [another(name, copy) for copy in range(1000)]
    assert names[0] == name and len(set(names)) == 1000


def test_copies_are_stored_beside_each_other(database: Database, consultation: Any) -> None:
    part = open_database("sqlite://")
    Base.metadata.create_all(part.engine)
    people = People(part, consultation)
    for channel in ("sms", "webchat"):
        person = people.new(channel=channel)
        people.turn(person, "1")
    for copy in range(COPIES):
        with part.reading() as rows, database.writing() as whole:
            add(rows, whole, copy)
    part.close()
    with database.reading() as session:
        assert session.query(RespondentRow).count() == 2 * COPIES
        heard = session.query(InboxRow).all()
        assert len(heard) == len({row.provider_id for row in heard}) == 2 * COPIES
        assert {row.respondent_id for row in heard} == {
            row.id for row in session.query(RespondentRow)
        }
