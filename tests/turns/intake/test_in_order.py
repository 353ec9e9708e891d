"""One sender's messages are stored in the order in which they came."""

from __future__ import annotations

import asyncio
import random

from bot.turns.intake.in_order import InOrder


def test_each_name_is_let_in_in_order_and_names_do_not_wait_for_each_other() -> None:
    chance, done = random.Random(5), []

    async def one(order: InOrder, name: str, number: int) -> None:
        async with order.turn_of(name):
            await asyncio.sleep(chance.random() / 500)
            done.append((name, number))

    async def scenario() -> None:
        order, gate = InOrder(), asyncio.Event()

        async def holds() -> None:
            async with order.turn_of("slow"):
                await gate.wait()

        slow = asyncio.create_task(holds())
        await asyncio.gather(*(one(order, name, n) for n in range(60) for name in "ab"))
        gate.set()
        await slow
        assert order._last == {}  # nothing is remembered of who is not waiting

    asyncio.run(scenario())
    for name in "ab":
        assert [n for who, n in done if who == name] == list(range(60))


def test_one_that_gives_up_or_fails_lets_the_next_one_in_after_the_one_before() -> None:
    done: list[str] = []

    async def scenario() -> None:
        order, gate = InOrder(), asyncio.Event()

        async def first() -> None:
            async with order.turn_of("a"):
                await gate.wait()
                done.append("first")
                raise ValueError

        async def later(what: str) -> None:
            async with order.turn_of("a"):
                done.append(what)

        tasks = [asyncio.create_task(first())]
        tasks += [asyncio.create_task(later(what)) for what in ("gives up", "third")]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0.01)
        assert done == []
        gate.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert order._last == {}

    asyncio.run(scenario())
    assert done == ["first", "third"]
