"""Respondents: found by address, known by a reference, one address each."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.consultation.model import Consultation
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database, StorageError
from bot.storage.database.tables import RespondentRow
from bot.storage.messages.outbox import Reply
from bot.storage.respondents.respondents import (
    begin,
    count_respondents,
    create_respondent,
    find_respondent,
    hash_of_token,
    new_reference,
    normal_reference,
    reference_of,
    references_of,
)
from tests.support.people import NOON


def test_someone_is_found_by_any_form_of_the_number(
    any_database: Database, consultation: Consultation, tmp_path: Path
) -> None:
    keys = load_keys(tmp_path / "secrets")
    hashed = keys.hash_of("sms", "+447700900123")
    with any_database.writing() as session:
        person = create_respondent(
            session, consultation, channel="sms", address_hash=hashed, now=NOON
        )
    with any_database.reading() as session:
        for typed in ("tel:+447700900123", "tel:07700 900123", "tel:+44 7700 900123"):
            assert references_of(session, keys, typed) == [person.reference]
        for typed in ("tel:+447700900124", "telegram:447700900123"):
            assert references_of(session, keys, typed) == []
        with pytest.raises(ValueError, match="tel:"):
            references_of(session, keys, "another")


def test_an_address_is_one_respondent_in_each_consultation(
    any_database: Database, consultation: Consultation
) -> None:
    other = replace(consultation, id="another")
    with any_database.writing() as session:
        one = create_respondent(session, consultation, channel="sms", address_hash="h", now=NOON)
        two = create_respondent(session, other, channel="sms", address_hash="h", now=NOON)
        three = create_respondent(
            session, consultation, channel="telegram", address_hash="h", now=NOON
        )
    with pytest.raises(StorageError), any_database.writing() as session:
        create_respondent(session, consultation, channel="sms", address_hash="h", now=NOON)
    with any_database.reading() as session:
        for channel, where, person in (
            ("sms", consultation.id, one),
            ("sms", "another", two),
            ("telegram", consultation.id, three),
            ("telegram", "another", None),
        ):
            assert find_respondent(session, where, channel=channel, address_hash="h") == person
        assert count_respondents(session) == 3


def test_a_new_conversation_is_greeted_and_knows_its_privacy_notice(
    any_database: Database, consultation: Consultation
) -> None:
    with any_database.writing() as session:
        person = begin(
            session,
            consultation,
            channel="webchat",
            address_hash=hash_of_token("token"),
            replies=[Reply("Hello."), Reply("Privacy.")],
            now=NOON,
        )
    with any_database.reading() as session:
        row = session.get(RespondentRow, person.id)
        assert (row.state, row.last_seq) == ("new", 2)
        assert row.privacy_version == consultation.privacy.version
        assert row.started_at == NOON
        assert reference_of(session, person.id) == person.reference


def test_a_reference_can_be_said_on_the_phone() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"HYS-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", r) for r in made)


@pytest.mark.parametrize(
    "typed",
    [
        "HYS-01AB-CD10",
        "hys-01ab-cd10",
        " HYS 01AB CD10 ",
        "01abcd10",
        "hys-OIab-cdlo",
        "HYS01ABCD10",
    ],
)
def test_a_reference_is_known_however_it_is_typed(typed: str) -> None:
    assert normal_reference(typed) == "HYS-01AB-CD10"


def test_a_token_is_not_stored() -> None:
    assert hash_of_token("token") == hash_of_token("token") != hash_of_token("token2")
    assert "token" not in hash_of_token("token") and len(hash_of_token("token")) == 64
