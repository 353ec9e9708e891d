"""A gateway that only accepts, and workers that do the turns: over the database alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.gateway.worker_process import create_worker
from bot.storage.database.session import Database
from bot.turns.services import Services
from tests.support.gateway import HOME, Behind, FakeRasa, Gateway, reply, running


@pytest.fixture()
def apart(services: Services, any_database: Database, monkeypatch: pytest.MonkeyPatch) -> Services:
    """On PostgreSQL the doorbell alone must do: a look at what waits would come too late."""
    sqlite = any_database.engine.dialect.name == "sqlite"
    monkeypatch.setattr("bot.turns.worker.SWEEP_EVERY", 0.02 if sqlite else 600.0)
    monkeypatch.setattr("bot.gateway.worker_process.Rasa", Behind)
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)
    settings = replace(services.settings, workers_apart=True)
    return replace(services, database=any_database, settings=settings, claimed={})


def play(
    services: Services,
    rasa: FakeRasa,
    scenario: Callable[[Gateway, httpx.AsyncClient], Coroutine[Any, Any, None]],
) -> None:
    async def whole() -> None:
        worker = create_worker(services, rasa)
        transport = httpx.ASGITransport(app=worker)
        async with (
            running(services, FakeRasa(lambda _: pytest.fail("asked"))) as gateway,
            worker.router.lifespan_context(worker),
            httpx.AsyncClient(transport=transport, base_url=HOME) as client,
        ):
            await asyncio.sleep(0.3)  # it begins to listen
            await asyncio.wait_for(scenario(gateway, client), 20)

    asyncio.run(whole())


def test_the_page_gets_the_reply_that_a_worker_made(apart: Services) -> None:
    rasa = FakeRasa(lambda message: reply(f"You said {message['text']}."))

    async def scenario(gateway: Gateway, _: httpx.AsyncClient) -> None:
        page = await gateway.page()
        for text in ("one", "two"):
            answer = await page.post(text)
            assert answer.status_code == 200
            assert [m["text"] for m in answer.json()["messages"]] == [f"You said {text}."]

    play(apart, rasa, scenario)


def test_each_says_for_itself_whether_it_is_ready(
    apart: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway takes messages while the Rasa of a worker is away."""
    monkeypatch.setattr(
        "bot.gateway.worker_process.Rasa", lambda settings: Behind(settings, rasa=False)
    )

    async def scenario(gateway: Gateway, worker: httpx.AsyncClient) -> None:
        assert (await worker.get("/live")).status_code == 200
        assert (await worker.get("/ready")).status_code == 503
        assert (await gateway.client.get("/ready")).status_code == 200

    play(apart, FakeRasa(), scenario)
