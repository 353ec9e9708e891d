"""Asking for a turn so that it ends: within TURN_SECONDS, and without holding up anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.turns.asking.breaker import Breaker
from bot.turns.services import AskRasa, TryLater, TurnFailed, TurnReply

AT_ONCE = 4  # turns that Rasa is asked to do side by side; it thinks on one core
TURN_SECONDS = 15.0  # of wall time; a turn takes milliseconds, so this long means that it hangs
SLOW_SECONDS = 2.0  # then a turn gives its place to others, and is still waited for


class Bounded:
    """Asks Rasa for turns. Raises TryLater where the cause is not this message, else TurnFailed."""

    def __init__(self, ask: AskRasa) -> None:
        self.ask = ask
        self._slots = asyncio.Semaphore(AT_ONCE)
        self.breaker = Breaker()

    async def __call__(self, message: Mapping[str, Any]) -> TurnReply:
        async with self._slot():
            # After the wait for a place: what failed meanwhile counts.
            was_open = self.breaker.is_open
            if not self.breaker.lets_through():
                raise TryLater("nothing has answered for a while")
            try:
                reply = await self._asked(message)
            except TurnFailed as failed:
                self.breaker.failed(message["id"])
                if was_open:  # the same happens to others, so it does not count against this one
                    raise TryLater(str(failed)) from failed
                raise
            except TryLater:
                self.breaker.failed(message["id"])
                raise
        self.breaker.went_well()
        return reply

    async def _asked(self, message: Mapping[str, Any]) -> TurnReply:
        try:
            return await asyncio.wait_for(self.ask(message), TURN_SECONDS)
        except (TryLater, TurnFailed):
            raise
        except asyncio.TimeoutError:
            raise TurnFailed("it took too long") from None
        except Exception as error:  # only its kind: its text can hold a resident's words
            raise TurnFailed(type(error).__name__) from None

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """Take one of the places, but not for longer than SLOW_SECONDS."""
        await self._slots.acquire()
        given_back = False

        def give_back() -> None:
            nonlocal given_back
            if not given_back:
                given_back = True
                self._slots.release()

        early = asyncio.get_running_loop().call_later(SLOW_SECONDS, give_back)
        try:
            yield
        finally:
            early.cancel()
            give_back()
