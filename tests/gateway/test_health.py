"""`/live` and `/ready` say the truth, and no more than it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from bot.gateway.services import Services
from tests.conftest import Clock
from tests.support.people import People


class Far:
    """The processes behind the gateway."""

    def __init__(self, *, rasa: bool, actions: bool) -> None:
        self._rasa, self._actions = rasa, actions

    async def ready(self) -> bool:
        return self._rasa

    async def actions_ready(self) -> bool:
        return self._actions

    async def close(self) -> None:
        pass


def with_far(client: TestClient, **up: bool) -> None:
    app: Any = client.app
    app.state.rasa = Far(**up)


def test_it_is_live_as_soon_as_it_answers(client: TestClient) -> None:
    answer = client.get("/live")
    assert (answer.status_code, answer.json()) == (200, {"live": True})


AWAY = "starting or away"


@pytest.mark.parametrize(
    ("rasa", "actions", "status"),
    [(True, True, 200), (True, False, 503), (False, True, 503), (False, False, 503)],
)
def test_it_is_ready_when_everything_behind_it_is(
    client: TestClient, rasa: bool, actions: bool, status: int
) -> None:
    with_far(client, rasa=rasa, actions=actions)
    answer = client.get("/ready")
    assert answer.status_code == status
    assert answer.json() == {
        "ready": status == 200,
        "rasa": "ok" if rasa else AWAY,
        "actions": "ok" if actions else AWAY,
        "database": "ok",
        "oldest_waiting_seconds": None,
        "channels": ["webchat"],
    }


def test_it_tells_how_long_the_oldest_message_has_waited(
    client: TestClient, services: Services, clock: Clock
) -> None:
    people = People(services.database, services.consultation)
    people.send(people.new(), "x", at=clock.moment - timedelta(seconds=90))
    assert client.get("/ready").json()["oldest_waiting_seconds"] == 90


def test_it_is_not_ready_on_a_database_of_another_version(
    client: TestClient, services: Services
) -> None:
    with_far(client, rasa=True, actions=True)
    with services.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == "needs python -m bot migrate"


def test_it_finds_out_itself_that_rasa_and_the_actions_are_away(client: TestClient) -> None:
    # Nothing listens on the ports of the tests' settings, or nothing that knows our secret.
    answer = client.get("/ready").json()
    assert set(answer) >= {"rasa", "actions"}
