"""Beginning a conversation on the web page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.storage.database.tables import AddressRow, RespondentRow
from bot.storage.respondents.respondents import count_respondents, hash_of_token
from bot.turns.services import Services
from tests.conftest import Clock
from tests.support.gateway import FakeRasa
from tests.support.web import Resident


def test_a_session_has_the_shape_of_the_contract(client: TestClient) -> None:
    answer = client.post("/chat/session", json={})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"token", "reference", "messages", "progress"}
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", body["token"])
    assert re.fullmatch(r"HYS-[0-9A-Z]{4}-[0-9A-Z]{4}", body["reference"])
    welcome, privacy = body["messages"]
    assert (welcome["id"], privacy["id"]) == ("1", "2")
    assert welcome["buttons"] == []
    assert privacy["buttons"] == [{"id": "2.0", "title": "Start"}]
    progress = body["progress"]
    assert (progress["state"], progress["question"], progress["kind"]) == ("new", None, None)
    assert (progress["answered"], progress["total"]) == (0, 11)
    assert progress["section"] == "about_you"


def test_a_token_is_never_stored(client: TestClient, services: Services) -> None:
    token = client.post("/chat/session", json={}).json()["token"]
    with services.database.reading() as session:
        (stored,) = session.execute(select(AddressRow)).scalars()
        (person,) = session.execute(select(RespondentRow)).scalars()
    assert (stored.hash, stored.encrypted) == (hash_of_token(token), None)
    assert token not in str(vars(stored)) + str(vars(person))
    assert person.id != token and person.privacy_version


def test_what_is_in_the_body_changes_nothing(client: TestClient) -> None:
    said = {"sender": "x", "token": "x" * 43, "reference": "HYS-MINE-0000", "metadata": {"a": 1}}
    body = client.post("/chat/session", json=said).json()
    assert body["token"] != "x" * 43 and body["reference"] != "HYS-MINE-0000"


PHASES: list[tuple[str, str, str, int]] = [
    # moment, state, what is said, buttons
    ("2021-02-22T23:59:59+00:00", "closed", "opens on Tuesday 23 February 2021", 0),
    ("2021-02-23T00:00:00+00:00", "new", "automatic assistant", 1),
    ("2021-03-26T23:59:59+00:00", "new", "automatic assistant", 1),
    ("2021-03-27T00:00:00+00:00", "closed", "closed at the end of Friday 26 March 2021", 0),
]


@pytest.mark.parametrize(("moment", "state", "words", "buttons"), PHASES)
def test_the_greeting_knows_the_day(
    client: TestClient, clock: Clock, moment: str, state: str, words: str, buttons: int
) -> None:
    clock.moment = datetime.fromisoformat(moment)
    body = client.post("/chat/session", json={}).json()
    assert words in body["messages"][0]["text"]
    assert body["progress"]["state"] == state
    assert sum(len(message["buttons"]) for message in body["messages"]) == buttons


def test_the_demonstration_date_opens_a_consultation_of_another_year(
    services: Services, rasa: FakeRasa, clock: Clock
) -> None:
    clock.moment = datetime(2030, 1, 1, tzinfo=timezone.utc)
    day = datetime(2021, 3, 1).date()
    demo = replace(services, settings=replace(services.settings, consultation_date=day))
    with TestClient(create_app(demo, rasa)) as client:
        assert Resident(client).progress["state"] == "new"
        for path in ("/", "/plain"):
            assert "This is a demonstration" in client.get(path).text


def test_what_is_typed_outside_the_dates_is_kept_and_marked(
    client: TestClient, services: Services, clock: Clock, rasa: FakeRasa
) -> None:
    from bot.storage.privacy.exports import export_rows

    resident = Resident(client)
    clock.moment = datetime(2021, 3, 27, tzinfo=timezone.utc)
    assert resident.say("too late")["progress"]["state"] == "closed"
    assert rasa.asked[0]["metadata"]["phase"] == "after"
    with services.database.reading() as session:
        rows: list[Any] = list(export_rows(session, "messages", services.consultation.id))
    (row,) = [row for row in rows if row["direction"] == "in"]
    assert (row["text"], row["phase"]) == ("too late", "after")


def test_sessions_of_one_address_are_limited(services: Services, rasa: FakeRasa) -> None:
    few = replace(services, settings=replace(services.settings, sessions_per_hour=2))
    with TestClient(create_app(few, rasa)) as client:
        answers = [client.post("/chat/session", json={}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
        assert int(answers[-1].headers["retry-after"]) > 0
        with services.database.reading() as session:
            assert count_respondents(session) == 2
