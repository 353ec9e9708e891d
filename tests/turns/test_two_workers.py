"""Several workers at one database: one turn at a time for each person, in order."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.storage.database.session import Database
from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services, TryLater
from bot.turns.worker import Turns
from tests.support.claims import expire
from tests.support.gateway import FakeRasa, reply, until
from tests.support.people import People

WORKERS, PEOPLE, TEXTS = 3, 6, 5


@pytest.fixture()
def shared(services: Services, any_database: Database) -> Services:
    return replace(services, database=any_database)


@asynccontextmanager
async def worker(services: Services, rasa: FakeRasa) -> AsyncIterator[Turns]:
    """One worker of its own; leaving stops it as a stop of the process does."""
    services = replace(services, claimed={})
    turns = Turns(services, rasa, lambda *_: None)
    tasks = [
        asyncio.create_task(turns.sweep_for_ever()),
        asyncio.create_task(turns.claims.renew_for_ever()),
    ]
    try:
        yield turns
    finally:
        for task in tasks:
            task.cancel()
        await turns.close()


def states(services: Services) -> Counter[str]:
    with services.database.reading() as session:
        rows = list(export_rows(session, "messages", services.consultation.id))
    return Counter(r["delivery"] if r["direction"] == "in" else r["text"] for r in rows)


def test_one_turn_at_a_time_in_order_over_all_workers(
    shared: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.SWEEP_EVERY", 0.02)
    at_work, done = set[str](), defaultdict[str, list[int]](list)

    async def says(message: Any) -> Any:
        who = message["sender"]
        assert who not in at_work, "two turns of one person at once"
        at_work.add(who)
        await asyncio.sleep(0.003)
        at_work.remove(who)
        done[who].append(message["id"])
        return reply("Noted.")

    people = People(shared.database, shared.consultation)

    async def scenario() -> None:
        everybody = [people.new() for _ in range(PEOPLE)]
        async with AsyncExitStack() as stack:
            workers = [
                await stack.enter_async_context(worker(shared, FakeRasa(says)))
                for _ in range(WORKERS)
            ]
            for n in range(TEXTS):
                for person in everybody:
                    await asyncio.to_thread(people.send, person, str(n))
                    for turns in workers:  # the doorbell wakes all of them
                        turns.wake(person.id)
            await until(lambda: states(shared)["done"] == PEOPLE * TEXTS)
        assert states(shared)["Noted."] == PEOPLE * TEXTS
        assert all(ids == sorted(ids) and len(ids) == TEXTS for ids in done.values())

    asyncio.run(scenario())


def test_a_worker_that_hung_for_longer_than_its_lease_brings_nothing(
    shared: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.SWEEP_EVERY", 0.02)
    monkeypatch.setattr("bot.turns.claiming.held_claims.RENEW_EVERY", 600.0)  # it hangs
    gate, people = asyncio.Event(), People(shared.database, shared.consultation)

    async def hangs(_: Any) -> Any:
        await gate.wait()
        return reply("Too late.")

    async def scenario() -> None:
        person = people.new()
        people.send(person, "hello")
        slow = FakeRasa(hangs)
        async with worker(shared, slow) as late:
            await until(lambda: slow.asked)
            with shared.database.writing() as session:
                expire(session)
            async with worker(shared, FakeRasa(lambda _: reply("Noted."))):
                await until(lambda: states(shared)["Noted."] == 1)
            gate.set()
            await until(lambda: not late.claims.held())
        assert states(shared) == {"done": 1, "Noted.": 1}

    asyncio.run(scenario())


def test_what_one_cannot_do_another_does(shared: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.turns.worker.SWEEP_EVERY", 0.02)
    people = People(shared.database, shared.consultation)

    async def scenario() -> None:
        people.send(people.new(), "hello")
        alone = FakeRasa(lambda _: TryLater("its Rasa is away"))
        async with worker(shared, alone):
            await until(lambda: alone.asked)
            async with worker(shared, FakeRasa(lambda _: reply("Noted."))):
                await until(lambda: states(shared)["Noted."] == 1)

    asyncio.run(scenario())


def test_a_worker_that_stops_hands_back_what_it_has_not_done(
    shared: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.LAST_SECONDS", 0.01)
    people = People(shared.database, shared.consultation)

    async def for_ever(_: Any) -> Any:
        await asyncio.Event().wait()

    async def scenario() -> None:
        people.send(people.new(), "hello")
        stuck = FakeRasa(for_ever)
        async with worker(shared, stuck):
            await until(lambda: stuck.asked)
        async with worker(shared, FakeRasa(lambda _: reply("Noted."))):  # with its first look
            await until(lambda: states(shared) == {"done": 1, "Noted.": 1})

    asyncio.run(scenario())


def test_a_worker_that_stops_finishes_the_turn_under_way(
    shared: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And begins no other: that is left to who is there next."""
    monkeypatch.setattr("bot.turns.worker.LAST_SECONDS", 20.0)
    people = People(shared.database, shared.consultation)

    async def scenario() -> None:
        stopping, person = asyncio.Event(), people.new()
        for text in ("one", "two"):
            people.send(person, text)

        async def when_it_stops(_: Any) -> Any:
            await stopping.wait()
            return reply("Noted.")

        rasa = FakeRasa(when_it_stops)
        async with worker(shared, rasa):
            await until(lambda: rasa.asked)
            stopping.set()
        assert len(rasa.asked) == 1
        assert states(shared) == {"done": 1, "Noted.": 1, "received": 1}

    asyncio.run(scenario())
