"""When the database cannot, the page is told so, nothing is half stored, and later all goes on."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.storage.database.session import Database, open_database
from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services
from tests.support.gateway import CANARY, FakeRasa, Gateway, reply, running, until
from tests.support.web import Resident


@contextmanager
def every_connection(database: Database, broken: str, mended: str) -> Iterator[None]:
    """Give every connection a pragma as it is taken, and another as it is brought back."""

    def take(connection: Any, *_: Any) -> None:
        connection.execute(broken)

    def bring(connection: Any, *_: Any) -> None:
        connection.execute(mended)

    event.listen(database.engine.pool, "checkout", take)
    event.listen(database.engine.pool, "checkin", bring)
    try:
        yield
    finally:
        event.remove(database.engine.pool, "checkout", take)
        event.remove(database.engine.pool, "checkin", bring)
        database.engine.dispose()  # one that is in use now would come back broken


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    with every_connection(database, "PRAGMA query_only=ON", "PRAGMA query_only=OFF"):
        yield


@contextmanager
def full(database: Database) -> Iterator[None]:
    # Less than it has already: SQLite then takes the present size for the limit.
    with every_connection(database, "PRAGMA max_page_count=1", "PRAGMA max_page_count=1073741823"):
        yield


@contextmanager
def locked(database: Database) -> Iterator[None]:
    other = sqlite3.connect(database.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with every_connection(database, "PRAGMA busy_timeout=20", "PRAGMA busy_timeout=15000"):
            yield
    finally:
        other.execute("ROLLBACK")
        other.close()


TROUBLES = {"read only": read_only, "full disk": full, "locked": locked}
Trouble = Callable[[Database], Any]


def texts(services: Services) -> list[str]:
    with services.database.reading() as session:
        rows = list(export_rows(session, "messages", services.consultation.id))
    return [row["text"] for row in rows if row["direction"] == "in"]


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_message_that_cannot_be_saved_is_refused_and_may_be_sent_again(
    resident: Resident, services: Services, rasa: FakeRasa, trouble: Trouble
) -> None:
    # Long enough not to fit into a page of the file that is there already.
    message = {"id": str(uuid.uuid4()), "text": CANARY + "é" * 3900}
    resident.say("before")
    with trouble(services.database):
        answer = resident.post(message)
        assert answer.status_code == 503, answer.text
        assert answer.json()["error"] == "not_saved" and CANARY not in answer.text
        assert int(answer.headers["retry-after"]) > 0
    assert texts(services) == ["before"] == rasa.texts
    assert resident.post(message).status_code == 200
    assert texts(services) == ["before", message["text"]] == rasa.texts
    assert [m["id"] for m in resident.history()["messages"]] == [str(n) for n in range(1, 7)]


@pytest.mark.parametrize("trouble", [read_only, locked], ids=["read only", "locked"])
def test_a_session_that_cannot_be_saved_is_refused(
    client: TestClient, services: Services, trouble: Trouble
) -> None:
    with trouble(services.database):
        answer = client.post("/chat/session", json={})
        assert answer.status_code == 503 and "token" not in answer.json()
    assert client.post("/chat/session", json={}).status_code == 201


def test_the_conversation_can_be_read_while_nothing_can_be_saved(
    resident: Resident, services: Services
) -> None:
    resident.say("before")
    with read_only(services.database):
        assert len(resident.history()["messages"]) == 4


@pytest.mark.usefixtures("quick")
def test_a_database_that_goes_away_in_mid_turn_costs_no_reply(services: Services) -> None:
    trouble = read_only(services.database)

    def breaks_it(_: Any) -> Any:
        if len(rasa.asked) == 1:
            trouble.__enter__()
        return reply(f"Reply {len(rasa.asked)}.")

    rasa = FakeRasa(breaks_it)

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        posting = asyncio.create_task(page.post(CANARY))
        await until(lambda: len(rasa.asked) >= 3)
        trouble.__exit__(None, None, None)
        assert (await posting).status_code == 200
        assert len(await page.said()) == 1
        assert texts(services) == [CANARY]

    async def whole() -> None:
        async with running(services, rasa) as gateway:
            await asyncio.wait_for(scenario(gateway), 10)

    asyncio.run(whole())


def test_a_database_server_that_is_away_is_told_as_such(services: Services) -> None:
    away = replace(services, database=open_database("postgresql://nobody@127.0.0.1:1/none"))
    with TestClient(create_app(away, FakeRasa())) as client:
        assert client.post("/chat/session", json={}).status_code == 503
        headers = {"Authorization": "Bearer " + "x" * 43}
        assert client.get("/chat/messages", headers=headers).status_code == 503
        assert client.get("/live").status_code == 200
        assert client.get("/").status_code == 200
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["database"]) == (503, "away")
