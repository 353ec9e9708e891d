"""`/live` and `/ready` say the truth, and no more than it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.turns.services import Services, TryLater
from tests.conftest import Clock
from tests.support.gateway import Behind, FakeRasa
from tests.support.people import People
from tests.support.postgres import free_port


def put_behind(client: TestClient, behind: Behind) -> None:
    app: Any = client.app
    app.state.rasa = behind


def test_it_is_live_as_soon_as_it_answers(client: TestClient) -> None:
    answer = client.get("/live")
    assert (answer.status_code, answer.json()) == (200, {"live": True})


AWAY = "starting or away"


@pytest.mark.parametrize(
    ("rasa_up", "actions_up", "status"),
    [(True, True, 200), (True, False, 503), (False, True, 503), (False, False, 503)],
)
def test_it_is_ready_when_everything_behind_it_is(
    client: TestClient, rasa_up: bool, actions_up: bool, status: int
) -> None:
    put_behind(client, Behind(rasa=rasa_up, actions=actions_up))
    answer = client.get("/ready")
    assert answer.status_code == status
    assert answer.json() == {
        "ready": status == 200,
        "rasa": "ok" if rasa_up else AWAY,
        "actions": "ok" if actions_up else AWAY,
        "database": "ok",
        "oldest_waiting_seconds": None,
        "replies": {"waiting": 0, "perhaps_twice": 0, "minutes": 0},
        "channels": ["webchat"],
        "refused": {},
        "alerts": {"email": "off", "problem": None, "waiting": 0},
    }


def test_it_tells_how_long_the_oldest_message_has_waited(
    client: TestClient, services: Services, clock: Clock, rasa: FakeRasa
) -> None:
    rasa.says = lambda _: TryLater("away")
    people = People(services.database, services.consultation)
    people.send(people.new(), "x", at=clock.moment - timedelta(seconds=90))
    assert client.get("/ready").json()["oldest_waiting_seconds"] == 90


def test_it_is_not_ready_on_a_database_of_another_version(
    client: TestClient, services: Services
) -> None:
    put_behind(client, Behind(rasa=True, actions=True))
    with services.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == "needs python -m bot migrate"


def test_it_finds_out_itself_that_rasa_and_the_actions_are_away(services: Services) -> None:
    ports = {"rasa_port": free_port(), "actions_port": free_port(), "actions_apart": True}
    alone = replace(services, settings=replace(services.settings, **ports))
    with TestClient(create_app(alone, FakeRasa())) as client:
        answer = client.get("/ready").json()
    assert (answer["ready"], answer["rasa"], answer["actions"]) == (False, AWAY, AWAY)
