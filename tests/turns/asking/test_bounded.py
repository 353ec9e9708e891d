"""A turn ends, whatever Rasa and the actions do, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.turns.asking import bounded
from bot.turns.asking.bounded import AT_ONCE, Bounded
from bot.turns.asking.breaker import TRIPS
from bot.turns.services import TryLater, TurnFailed
from tests.support.gateway import FakeRasa, reply


def message(number: int, text: str = "x") -> dict[str, Any]:
    return {"id": number, "text": text}


async def hang(_: Mapping[str, Any]) -> Any:
    await asyncio.Event().wait()


def test_a_turn_that_hangs_has_failed_when_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded, "TURN_SECONDS", 0.01)

    async def once() -> None:
        await Bounded(FakeRasa(hang))(message(7))

    with pytest.raises(TurnFailed, match="too long"):
        asyncio.run(once())


def test_turns_that_hang_give_their_places_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "SLOW_SECONDS", 0.01)

    async def says(one: Mapping[str, Any]) -> Any:
        return await hang(one) if one["text"] == "hangs" else reply("Noted.")

    async def scenario() -> None:
        ask = Bounded(FakeRasa(says))
        hanging = [asyncio.create_task(ask(message(n, "hangs"))) for n in range(AT_ONCE * 2)]
        for n in range(50):
            assert (await asyncio.wait_for(ask(message(100 + n)), 5)).replies
        assert not [task for task in hanging if task.done()]
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        # Each place was given back once: no more run side by side than before.
        assert ask._slots._value == AT_ONCE

    asyncio.run(scenario())


FAULTS = [TryLater("away"), TurnFailed("no receipt"), ValueError("wrong answer")]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_when_all_fail_they_are_left_alone_and_it_counts_against_none(fault: Exception) -> None:
    rasa = FakeRasa(lambda _: fault)

    async def scenario() -> None:
        ask = Bounded(rasa)
        for n in range(TRIPS):
            with pytest.raises((TryLater, TurnFailed)):
                await ask(message(n))
        for n in range(50):
            with pytest.raises(TryLater):
                await ask(message(n))
        assert len(rasa.asked) == TRIPS
        ask.breaker._next_probe = 0.0
        with pytest.raises(TryLater):  # a probe is no failure of its message
            await ask(message(9))
        rasa.says = lambda _: reply("Noted.")
        ask.breaker._next_probe = 0.0
        for n in range(5):
            assert (await ask(message(n))).replies

    asyncio.run(scenario())
