"""Walking queues that are kept in the database: one at a time for each person, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Walks:
    """At most one walk for each name at a time. A walk takes steps until nothing is left."""

    def __init__(self, step: Callable[[str], Awaitable[bool]]) -> None:
        self._step = step  # does the oldest thing waiting; says whether there was one
        self._walks: dict[str, asyncio.Task[None]] = {}
        self._rung: set[str] = set()

    def wake(self, name: str) -> None:
        """Have what waits for a name done. To be called after the commit."""
        self._rung.add(name)
        if name not in self._walks:
            self._walks[name] = asyncio.create_task(self._walk(name))

    async def close(self) -> None:
        """Leave everything where it is; it is taken up again at the next start."""
        for task in list(self._walks.values()):
            task.cancel()
        await asyncio.gather(*self._walks.values(), return_exceptions=True)

    async def _walk(self, name: str) -> None:
        try:
            while True:
                self._rung.discard(name)
                if not await self._step(name) and name not in self._rung:
                    return
        finally:
            del self._walks[name]
