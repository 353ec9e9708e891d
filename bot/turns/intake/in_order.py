"""What one sender's messages wait for: the one before is stored first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class InOrder:
    """Lets in one at a time for each name, in the order in which they asked. Different names do not
    wait for each other. Threads would race for the database, and neighbours would change places.
    """

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def turn_of(self, name: str) -> AsyncIterator[None]:
        before, mine = self._last.get(name), asyncio.get_running_loop().create_future()
        self._last[name] = mine
        try:
            if before is not None:
                await asyncio.shield(before)
            yield
        finally:
            # One that gives up waiting still lets the next one in only after the one before.
            if before is None or before.done():
                _let_in(mine)
            else:
                before.add_done_callback(lambda _: _let_in(mine))
            if self._last[name] is mine and mine.done():
                del self._last[name]


def _let_in(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
