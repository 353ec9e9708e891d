"""The claims that this process holds: renewed while it works, handed back when it stops."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from bot.storage.database.session import Database, Session, StorageError

K = TypeVar("K")
logger = logging.getLogger(__name__)

RENEW_EVERY = 2.0  # seconds; a lease outlasts a few of them


class HeldClaims(Generic[K]):
    """Claims by what they are of. `renew` holds some of them for longer; both run in a thread."""

    def __init__(
        self, database: Database, renew: Callable[[Session, Mapping[K, int]], None]
    ) -> None:
        self._database = database
        self._renew = renew
        self._held: dict[K, tuple[int, float]] = {}

    def took(self, what: K, fence: int) -> None:
        self._held[what] = fence, time.monotonic()

    def fence_of(self, what: K) -> int | None:
        held = self._held.get(what)
        return held[0] if held else None

    def ended(self, what: K) -> None:
        """The claim ended with what was stored, or was passed."""
        self._held.pop(what, None)

    def held(self) -> dict[K, int]:
        return {what: fence for what, (fence, _) in list(self._held.items())}

    async def renew_for_ever(self) -> None:
        """Renew what has been held for a while. If that fails too long, others take over."""
        while True:
            await asyncio.sleep(RENEW_EVERY)
            before = time.monotonic() - RENEW_EVERY
            held = list(self._held.items())
            old = {what: fence for what, (fence, since) in held if since < before}
            try:
                if old:
                    await asyncio.to_thread(self.write, self._renew, old)
            except StorageError as error:
                logger.error("claims not renewed: %s", error)

    def write(
        self, how: Callable[[Session, Mapping[K, int]], None], claims: Mapping[K, int]
    ) -> None:
        with self._database.writing() as session:
            how(session, claims)
