"""Made-up conversations go the product's own way, at moments of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.seeding import crowd, seed, talk
from bench.seeding.seed import Plan, fill, has_conversations
from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.settings import load_settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database, open_database
from bot.storage.database.tables import (
    AddressRow,
    AnswerRow,
    EqualityCountRow,
    InboxRow,
    OutboxRow,
    RequestRow,
    RespondentRow,
)
from bot.storage.messages.transcripts import turns_of

PEOPLE = 40


@contextmanager
def varied() -> Iterator[None]:
    """Of few people, let some do what is rare; and make several parts of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowd, "WAYS", dict.fromkeys(crowd.WAYS, 1) | {"finishes": 4})
        patch.setattr(talk, "ASKS", 0.5)
        patch.setattr(seed, "ERASED", 0.1)
        patch.setattr(seed, "A_PART", 15)
        yield


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("made-up")
    named = {"DATABASE_URL": f"sqlite:///{folder}/town.db", "SECRETS_DIR": str(folder / "secrets")}
    return Plan(load_settings(named), PEOPLE, 7, workers=1)


@pytest.fixture(scope="module")
def town(plan: Plan, empty_file: Path) -> Iterator[Database]:
    """A database that is filled once, to be looked at from all sides."""
    url = plan.settings.database_url
    shutil.copy(empty_file, url.removeprefix("sqlite:///"))
    with closing(open_database(url, plan.settings.secrets_dir)) as database:
        assert not has_conversations(database)
        with varied():
            assert list(fill(database, plan)) == [15, 15, 10]
        assert has_conversations(database)
        yield database


def rows_of(database: Database, table: Any, *order: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.execute(select(table).order_by(*order)).scalars())


def test_every_message_is_answered_and_nothing_points_astray(town: Database) -> None:
    people = rows_of(town, RespondentRow)
    heard = {row.id: row for row in rows_of(town, InboxRow)}
    said = rows_of(town, OutboxRow)
    assert len(people) == PEOPLE and {row.state for row in heard.values()} <= {"done", "failed"}
    for person in people:
        mine = [row for row in (*heard.values(), *said) if row.respondent_id == person.id]
        assert sorted(row.seq for row in mine) == list(range(1, person.last_seq + 1))
    for reply in (row for row in said if row.reply_to):
        message = heard[reply.reply_to]
        assert message.respondent_id == reply.respondent_id and message.seq < reply.seq
        assert message.received_at < reply.created_at == message.done_at
    answers = rows_of(town, AnswerRow)
    assert answers and all(row.text == heard[row.inbox_id].text for row in answers)


def test_it_is_said_in_the_words_of_the_product(town: Database, consultation: Consultation) -> None:
    with town.reading() as session:
        for channel in ("webchat", "telegram"):
            person = session.execute(
                select(RespondentRow.id).where(
                    RespondentRow.channel == channel, RespondentRow.state == "completed"
                )
            ).scalars().first()  # fmt: skip
            told = [turn.text for turn in turns_of(session, person) if turn.direction == "out"]
            assert consultation.welcome.text in told
            assert consultation.privacy.wording.text in told
            for question in consultation.questions[:2]:
                assert any(question.wording.text in line for line in told)
            assert any(consultation.closing.text in line for line in told)
            assert not [line for line in told if "{" in line or not line.strip()]


def test_all_of_it_happens_while_the_consultation_is_open(
    town: Database, consultation: Consultation
) -> None:
    people, requests = rows_of(town, RespondentRow), rows_of(town, RequestRow)
    moments = [row.started_at for row in people] + [row.created_at for row in requests]
    moments += [row.received_at for row in rows_of(town, InboxRow)]
    moments += [row.created_at for row in rows_of(town, OutboxRow)]
    assert requests
    days = {moment.astimezone(LONDON).date() for moment in moments}
    late = consultation.closes + timedelta(days=1)  # an answer may come after midnight
    assert consultation.opens <= min(days) and max(days) <= late


def test_there_is_every_channel_and_state_and_nobody_who_can_be_reached(
    town: Database, plan: Plan
) -> None:
    people = rows_of(town, RespondentRow)
    assert {row.channel for row in people} == {"webchat", "sms", "telegram"}
    states = {"new", "started", "paused", "completed", "stopped", "erased"}
    assert {row.state for row in people} == states
    assert [row.state for row in people].count("erased") == 4
    deliveries = {row.delivery for row in rows_of(town, OutboxRow)}
    assert deliveries <= {"sent", "delivered", "failed", "cancelled"}
    keys = load_keys(plan.settings.secrets_dir)
    hidden = [row for row in rows_of(town, AddressRow) if row.encrypted]
    for row in (row for row in hidden if row.channel == "sms"):
        number = keys.reveal(row.encrypted)
        assert number.startswith("+447700900") and len(number) > len("+447700900123") + 2
    assert rows_of(town, EqualityCountRow)


def conversations(database: Database) -> list[Any]:
    """Return who says what when, each conversation by itself, without what is drawn anew."""
    messages = rows_of(database, InboxRow, InboxRow.respondent_id, InboxRow.seq)
    return sorted(
        [(row.channel, row.received_at, row.text, row.intent, row.done_at) for row in mine]
        for _, mine in groupby(messages, lambda row: row.respondent_id)
    )


def test_the_same_seed_makes_the_same_words_at_the_same_moments(
    any_database: Database, town: Database, plan: Plan
) -> None:
    with varied():
        list(fill(any_database, plan))
    assert conversations(any_database) == conversations(town)


def test_it_goes_on_after_those_that_are_there(any_database: Database, plan: Plan) -> None:
    few = replace(plan, conversations=4)
    assert sum(fill(any_database, few)) == sum(fill(any_database, replace(few, seed=8))) == 4
    rows = rows_of(any_database, InboxRow, InboxRow.id)
    assert [row.id for row in rows] == list(range(1, len(rows) + 1))
    like = {column.name: getattr(rows[-1], column.name) for column in InboxRow.__table__.columns}
    with any_database.writing() as session:
        another = InboxRow(**{**like, "id": None, "provider_id": "next", "seq": 9999})
        session.add(another)
        session.flush()
        assert another.id == len(rows) + 1


@pytest.mark.slow
def test_several_processes_make_the_same_as_one(
    database: Database, plan: Plan, empty_file: Path, tmp_path: Path
) -> None:
    few = replace(plan, conversations=4)
    other = open_database(f"sqlite:///{shutil.copy(empty_file, tmp_path / 'other.db')}")
    with closing(other), pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed, "A_PART", 2)
        list(fill(database, few))
        list(fill(other, replace(few, workers=2)))
        assert conversations(other) == conversations(database)
