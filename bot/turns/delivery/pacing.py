"""Who is next where our numbers may send only so many parts of texts in a second."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.channels.registry import pace_of
from bot.consultation.text_parts import sms_parts
from bot.storage.database.session import Session
from bot.storage.messages.claims import Claimed
from bot.storage.messages.pace import NotYet, take_number
from bot.turns.delivery.outbox_writes import Outbox
from bot.turns.services import Services

SHORTEST, LONGEST = 0.02, 1.0  # seconds until the first of a line looks again


class Pacing:
    """Lets replies go one after the other, for each number in the order in which they came here.
    Help lines go ahead. What waits is not claimed, so a STOP can still cancel it.
    """

    def __init__(self, services: Services, outbox: Outbox) -> None:
        settings = services.settings.channels
        found = {name: pace_of(name, settings) for name in settings}
        self._paces = {name: pace for name, pace in found.items() if pace and pace.parts_per_second}
        self._services = services
        self._outbox = outbox
        self._lines: dict[str, asyncio.Semaphore] = {}
        self._first: dict[str, asyncio.Lock] = {}

    def paces(self, channel: str) -> bool:
        return channel in self._paces

    async def number(self, channel: str, who: str) -> str:
        """Return the number of ours that they are answered from."""
        ours = await asyncio.to_thread(self._outbox.number, who)
        return self._paces[channel].number(ours)

    def line(self, channel: str, number: str) -> asyncio.Semaphore:
        """Return the line of a number: who is in it is next, or is being sent to."""
        return self._lines.setdefault(number, asyncio.Semaphore(self._paces[channel].at_once))

    async def claim_urgent(self, who: str) -> Claimed | None:
        """Claim their next reply, if it goes ahead of all others."""
        try:
            return await asyncio.to_thread(self._outbox.claim, who, partial(self._take, ahead=True))
        except NotYet:
            return None

    async def claim(self, number: str, who: str) -> Claimed | None:
        """Claim their next reply, when it may go out."""
        async with self._first.setdefault(number, asyncio.Lock()):
            while True:
                try:
                    return await asyncio.to_thread(self._outbox.claim, who, self._take)
                except NotYet as others:
                    await asyncio.sleep(min(max(others.seconds, SHORTEST), LONGEST))

    def _take(
        self, session: Session, channel: str, ours: str | None, text: str, *, ahead: bool = False
    ) -> None:
        if ahead and self._services.help_lines(channel).text not in text:
            raise NotYet(0.0)
        pace = self._paces[channel]
        assert pace.parts_per_second is not None
        seconds = sms_parts(text) / pace.parts_per_second
        take_number(session, f"{channel}:{pace.number(ours)}", seconds, ahead=ahead)
