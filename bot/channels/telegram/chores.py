"""Calls to Telegram that nobody waits for."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from bot.turns.delivery.sending import NotSent

GROUPS_REMEMBERED = 1000


logger = logging.getLogger(__name__)


class Chores:
    """Calls to Telegram that nobody waits for: answering a press, leaving a group."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._groups: OrderedDict[int, bool] = OrderedDict()  # told: is it left, or being left?

    def do(self, chore: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._done(chore))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def leaving(self, group: int) -> tuple[bool, bool]:
        """Say whether a group is still to be left, and still to be told why; once is enough."""
        to_tell, to_leave = group not in self._groups, not self._groups.get(group)
        self._groups[group] = True
        if len(self._groups) > GROUPS_REMEMBERED:
            self._groups.popitem(last=False)
        return to_leave, to_tell

    def still_in(self, group: int) -> None:
        """Leaving failed; the next update of this group tries again."""
        self._groups[group] = False

    def forget(self, group: int) -> None:
        """The bot is out of a group; one that adds it again is left again."""
        self._groups.pop(group, None)

    async def _done(self, chore: Coroutine[Any, Any, None]) -> None:
        try:
            await chore
        except NotSent as problem:
            logger.warning("telegram: %s", problem.code)
