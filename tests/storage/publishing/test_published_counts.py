"""Published figures move in steps, on both engines; public versions are kept for both too."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.consultation.model import Consultation
from bot.storage.database.session import Database
from bot.storage.database.tables import AnswerRow
from bot.storage.publishing.public_versions import (
    VersionError,
    approve_version,
    quote_key,
    save_version,
    versions_of,
)
from bot.storage.publishing.published_counts import AtStep, Counted, at_step, withhold
from tests.storage.coding.test_coding import views
from tests.support.people import NOON, People

ANN, BEN = "ann@example.gov.uk", "ben@example.gov.uk"


def look(database: Database, people: int, **values: int) -> AtStep | None:
    with database.writing() as session:
        return at_step(session, "small", "weeks", "", Counted(people, values))


def test_a_table_moves_with_ten_more_people_and_never_back(any_database: Database) -> None:
    assert look(any_database, 9, a=9) is None
    assert look(any_database, 10, a=10) == AtStep(10, {"a": 10}, True, False)
    with any_database.writing() as session:
        withhold(session, "small", "weeks", "")
    for people in (10, 19, 3):
        assert look(any_database, people, a=people) == AtStep(10, {"a": 10}, False, True)
    assert look(any_database, 20, b=20) == AtStep(20, {"b": 20}, True, False)


def test_a_version_is_kept_and_approved_by_another_person(
    any_database: Database, consultation: Consultation
) -> None:
    views(People(any_database, consultation), "free wifi")
    with any_database.writing() as session:
        answer = session.execute(
            select(AnswerRow.id).where(AnswerRow.question.endswith("views"))
        ).scalar_one()
        key = quote_key(answer)
        save_version(session, key, {"q": "wifi"}, revision=0, staff=ANN, now=NOON, reasons=["name"])
    with any_database.writing() as session:
        with pytest.raises(VersionError, match="You made"):
            approve_version(session, key, revision=1, staff=ANN, now=NOON)
        approve_version(session, key, revision=1, staff=BEN, now=NOON)
        (version,) = versions_of(session, consultation.id).values()
        assert versions_of(session, "another") == {}
    assert (version.key, version.texts, version.taken_out) == (key, {"q": "wifi"}, ["name"])
    assert (version.made_by, version.approved_by, version.approved_at) == (ANN, BEN, NOON)
