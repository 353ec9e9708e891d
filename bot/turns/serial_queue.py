"""A serial queue for each name: what waits in the database is done one at a time, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable


class SerialQueue:
    """At most one task for each name at a time. A task takes steps until nothing is left."""

    def __init__(self, step: Callable[[str], Awaitable[bool]]) -> None:
        self._step = step  # does the oldest thing waiting; says whether there may be more
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._closing = False

    def __len__(self) -> int:
        """How many names have something under way."""
        return len(self._tasks)

    def wake_idle(self, names: Iterable[str]) -> None:
        """Have what waits for these names done, but for those that have something under way: of
        them nothing new is known.
        """
        for name in names:
            if name not in self._tasks:
                self.wake(name)

    def wake(self, name: str) -> None:
        """Have what waits for a name done. To be called after the commit."""
        self._woken.add(name)
        if name not in self._tasks and not self._closing:
            self._tasks[name] = asyncio.create_task(self._work_off(name))

    async def close(self, last_seconds: float = 0.0) -> None:
        """Begin nothing more, and leave what is not over in `last_seconds` where it is; it is taken
        up again at the next start.
        """
        self._closing = True
        if last_seconds and self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=last_seconds)
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _work_off(self, name: str) -> None:
        try:
            while True:
                self._woken.discard(name)
                more = await self._step(name) or name in self._woken
                if not more or self._closing:
                    return
        finally:
            del self._tasks[name]
