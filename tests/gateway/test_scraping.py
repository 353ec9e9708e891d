"""`/metrics`: what is counted, for whom, and that nothing personal is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.gateway.worker_process import create_worker
from bot.storage.database.session import open_database
from bot.turns.services import Services, TryLater, TurnFailed
from tests.conftest import Clock
from tests.support.gateway import CANARY, HOME, FakeRasa
from tests.support.people import People
from tests.support.scraped import BEARER, TOKEN, counted, figures
from tests.support.web import Resident


@pytest.fixture()
def watched(services: Services) -> Services:
    return replace(services, settings=replace(services.settings, metrics_token=TOKEN))


Make = Callable[[Services, FakeRasa], Any]
ROLES = {"gateway": create_app, "worker": create_worker}


@pytest.mark.parametrize("make", ROLES.values(), ids=ROLES.keys())
def test_it_is_for_who_has_the_token(services: Services, watched: Services, make: Make) -> None:
    with TestClient(make(services, FakeRasa()), base_url=HOME) as client:
        assert client.get("/metrics", headers=BEARER).status_code == 404
    with TestClient(make(watched, FakeRasa()), base_url=HOME) as client:
        for wrong in ({}, {"Authorization": "Bearer wrong"}):
            refused = client.get("/metrics", headers=wrong)
            assert refused.status_code == 401 and "haveyoursay" not in refused.text
        answer = client.get("/metrics", headers=BEARER)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert figures(answer.text)["database_up"] == 1


def test_turns_are_counted_by_how_they_ended(services: Services, quick: None) -> None:
    troubles = [TryLater("away"), TurnFailed("no receipt")]
    rasa = FakeRasa()
    well = rasa.says
    rasa.says = lambda message: troubles.pop() if troubles else well(message)
    with TestClient(create_app(services, rasa), base_url=HOME) as client:
        resident = Resident(client)
        for text in ("one", "two"):
            resident.say(text)
    told = counted(services.metrics)
    ended = {name: value for name, value in told.items() if name.startswith("turns_total")}
    assert ended == {
        "turns_total done": 2, "turns_total failed": 1, "turns_total waited": 1,
    }  # fmt: skip
    assert told["turn_seconds_count"] == 4


def test_what_waits_and_what_failed_is_told_from_the_database(
    watched: Services, clock: Clock
) -> None:
    rasa = FakeRasa(lambda _: TryLater("away"))
    people = People(watched.database, watched.consultation)
    for seconds in (90, 30):
        people.send(people.new(), "x", at=clock.moment - timedelta(seconds=seconds))
    with TestClient(create_app(watched, rasa), base_url=HOME) as client:
        told = figures(client.get("/metrics", headers=BEARER).text)
    assert (told["messages_waiting"], told["oldest_waiting_seconds"]) == (2, 90)
    assert (told["turns_left_to_staff"], told["replies_undelivered"]) == (0, 0)


def test_nothing_of_a_resident_is_in_it(watched: Services) -> None:
    with TestClient(create_app(watched, FakeRasa()), base_url=HOME) as client:
        resident = Resident(client)
        resident.say(f"{CANARY} 07700 900123")
        text = client.get("/metrics", headers=BEARER).text
    assert figures(text)["turns_total done"] == 1
    assert not [one for one in (CANARY, "07700", "900123", "HYS-") if one in text]


def test_it_answers_while_the_database_is_away(watched: Services) -> None:
    """The figures of the process are there; those of the database are not made up."""
    away = replace(watched, database=open_database("postgresql://nobody@127.0.0.1:1/none"))
    with TestClient(create_app(away, FakeRasa()), base_url=HOME) as client:
        answer = client.get("/metrics", headers=BEARER)
    told = figures(answer.text)
    assert answer.status_code == 200 and told["database_up"] == 0
    assert told["messages_waiting"] != told["messages_waiting"]  # not a number
