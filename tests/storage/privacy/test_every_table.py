"""Erasing finds every table that hangs on a person, also one that is added tomorrow."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, Text, insert, select
from sqlalchemy.sql.schema import Column, Table

from bot.consultation.model import Consultation
from bot.storage.database.session import Database
from bot.storage.database.tables import Base, Moment
from bot.storage.privacy.erasure import erase
from tests.support.keys import KEYS
from tests.support.people import NOON, People

WORDS = "wombats in the library"
FREE = (Text, JSON, LargeBinary)  # what words, or what stands for them, can be kept in
MADE = {"respondent"}  # by the product itself


def hangs_on_a_person(table: Table) -> bool:
    over = {key.column.table for key in table.foreign_keys} - {table}
    return table.name in MADE or any(hangs_on_a_person(other) for other in over)


HANGING = [table for table in Base.metadata.sorted_tables if hangs_on_a_person(table)]


def test_no_words_are_left_in_any_table_that_hangs_on_a_person(
    any_database: Database, consultation: Consultation
) -> None:
    person = People(any_database, consultation).new(channel="sms")
    assert len(HANGING) > 15
    rows: dict[str, dict[str, Any]] = {"respondent": {"id": person.id}}
    with any_database.writing() as session:
        for table in Base.metadata.sorted_tables:
            parents = {key.column.table.name for key in table.foreign_keys} - {table.name}
            if table.name in MADE or not (table in HANGING or _is_parent(table)):
                continue
            assert parents <= rows.keys()
            row = {column.name: _filled(column, rows) for column in table.columns}
            session.execute(insert(table).values(row))
            rows[table.name] = row
    with any_database.writing() as session:
        erase(session, KEYS, person.id, last_words=False)
    with any_database.reading() as session:
        left = [
            f"{table.name}.{column.name}"
            for table in HANGING
            for row in session.execute(select(table)).mappings()
            for column in table.columns
            if isinstance(column.type, FREE) and row[column.name] not in (None, "", [])
        ]
    assert left == []


def _is_parent(table: Table) -> bool:
    """Say whether a table that hangs on nobody is needed by one that does: themes, by codes."""
    return any(key.column.table is table for other in HANGING for key in other.foreign_keys)


def _filled(column: Column, rows: dict[str, dict[str, Any]]) -> Any:
    """Return a value for a column, with words where there is room for them."""
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return None
        return rows[key.column.table.name][key.column.name]
    kind = column.type
    if isinstance(kind, LargeBinary):
        return KEYS.hide(json.dumps({"q": {"text": WORDS, "value": WORDS}}))
    if isinstance(kind, JSON):
        return [WORDS]
    if isinstance(kind, (Boolean, Float, Integer)):
        return False if isinstance(kind, Boolean) else 7
    if isinstance(kind, Moment):
        return NOON
    if isinstance(kind, Date):
        return date(2021, 3, 1)
    return WORDS[: getattr(kind, "length", None) or len(WORDS)]
