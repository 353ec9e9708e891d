"""Delivering replies: in order for each person, again when the provider is away, never twice
without being counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from bot.channels.registry import pace_of
from bot.storage.database.leases import Fenced
from bot.storage.database.session import StorageError
from bot.storage.messages.claims import Claimed, renew_replies
from bot.turns.claiming.held_claims import HeldClaims
from bot.turns.delivery.hand_over import FIRST_DELAY, HandOver
from bot.turns.delivery.outbox_writes import Outbox
from bot.turns.delivery.pacing import Pacing
from bot.turns.delivery.sending import Sender
from bot.turns.serial_queue import SerialQueue
from bot.turns.services import Services

logger = logging.getLogger(__name__)

AT_ONCE = 8  # messages that are handed to one provider side by side, if its settings say nothing
LONGEST_DELAY = 60.0  # seconds between tries, doubled each time
SWEEP_EVERY = 5.0  # seconds; finds what staff wrote, and what a database that was away left behind
LOOKED_AT = 512  # who is taken up at once, of all that a crash left behind
LAST_SECONDS = 2.0  # at a stop, for what is under way: a reply that is cut off may go out twice


class Delivery:
    """Takes the outbox to the providers. Channels that fetch their replies need none of it."""

    def __init__(self, services: Services, senders: Mapping[str, Sender]) -> None:
        self._services = services
        self._outbox = Outbox(services.database, services.clock, services.is_quiet)
        self._senders = senders
        # Apart for each channel: one provider that hangs does not hold up another.
        on = services.settings.channels
        paces = {channel: pace_of(channel, on) for channel in senders}
        self._slots = {
            channel: asyncio.Semaphore(pace.at_once if pace else AT_ONCE)
            for channel, pace in paces.items()
        }
        self._pacing = Pacing(services, self._outbox)
        self._queue = SerialQueue(self._step)
        self._under_way: set[asyncio.Task[bool | float]] = set()
        # Replies that were claimed with the commit that stored them, by respondent.
        self._claimed: dict[str, Claimed] = {}
        self.claims = HeldClaims[int](services.database, renew_replies)
        self._closing = False
        self.held: dict[str, str] = {}  # channel: why its provider refuses us
        self._hand_over = HandOver(services, self._outbox, senders, self.held, self.sends_at_once)

    def wake(self, respondent_id: str, claimed: Claimed | None = None) -> None:
        """Send what waits for a respondent. To be called after the commit. `claimed`: their next
        reply, where it was claimed with that commit.
        """
        if claimed:
            self._hold(claimed)
        self._queue.wake(respondent_id)

    def sends_at_once(self, channel: str) -> bool:
        """Say whether a reply would go out now: what has to wait is claimed when its turn comes,
        so that a STOP can still cancel it.
        """
        if self._pacing.paces(channel):
            return False
        slots = self._slots.get(channel)
        free = slots is not None and not slots.locked() and channel not in self.held
        return free and not self._closing

    async def sweep_for_ever(self) -> None:
        """Take up what a crash left behind, now and every SWEEP_EVERY seconds."""
        while True:
            try:
                await self._take_over()
                # More than are under way: those may all be of one provider that is away.
                most = LOOKED_AT + len(self._queue)
                waiting = await asyncio.to_thread(self._outbox.waiting, self._senders, most)
                self._queue.wake_idle(waiting)
            except StorageError as error:
                logger.error("outbox not readable: %s", error)
            await asyncio.sleep(SWEEP_EVERY)

    async def close(self) -> None:
        """Stop sending. What is cut off is counted as perhaps sent by who takes it over."""
        self._closing = True
        await self._queue.close()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)
        for claimed in self._claimed.values():  # these have not been handed over
            with suppress(StorageError, Fenced):
                await asyncio.to_thread(self._outbox.give_back, claimed, False)
        for sender in self._senders.values():
            await sender.close()

    async def _take_over(self) -> None:
        """Free what others were sending when they were cut off. What is sent here is not."""
        mine = self.claims.held()
        if doubtful := await asyncio.to_thread(self._outbox.give_back_expired, mine):
            logger.warning("%s replies were being sent and it never ended; sent again", doubtful)

    def _hold(self, claimed: Claimed) -> None:
        self._claimed[claimed.respondent_id] = claimed
        self.claims.took(claimed.id, claimed.fence or 0)

    async def _step(self, respondent_id: str) -> bool:
        """Send a respondent's next reply, however long it takes; say whether there was one."""
        delay = FIRST_DELAY
        while True:
            try:
                wait = await self._next(respondent_id)
            except StorageError as error:
                logger.error("outbox: database %s", error)
                wait = 0.0
            if wait is True or wait is False:
                return wait
            await asyncio.sleep(max(wait, delay))
            delay = min(delay * 2, LONGEST_DELAY)

    async def _next(self, respondent_id: str) -> bool | float:
        """Send the next reply, if there is one. Return whether more may wait, or for how long to
        wait.
        """
        channel = await self._channel(respondent_id)
        if channel not in self._slots:
            return False  # its settings were taken away while replies were waiting
        if self._pacing.paces(channel):
            return await self._next_in_line(channel, respondent_id)
        async with self._slots[channel]:
            claimed = self._claimed.pop(respondent_id, None)
            # Else only now: what waits for a place can still be cancelled by a STOP.
            claimed = claimed or await asyncio.to_thread(self._outbox.claim, respondent_id)
            return await self._sent(claimed)

    async def _next_in_line(self, channel: str, respondent_id: str) -> bool | float:
        """The same where a number may send only so much in a second."""
        if claimed := await self._pacing.claim_urgent(respondent_id):
            return await self._sent(claimed)
        number = await self._pacing.number(channel, respondent_id)
        async with self._pacing.line(channel, number):
            claimed = await self._pacing.claim(number, respondent_id)
            if claimed is None:
                return False
            self._hold(claimed)
            async with self._slots[channel]:
                return await self._sent(self._claimed.pop(respondent_id))

    async def _sent(self, claimed: Claimed | None) -> bool | float:
        if claimed is None:
            return False
        self.claims.took(claimed.id, claimed.fence or 0)
        return await asyncio.shield(self._start(claimed))

    async def _channel(self, respondent_id: str) -> str:
        if claimed := self._claimed.get(respondent_id):
            return claimed.channel
        return await asyncio.to_thread(self._outbox.channel, respondent_id)

    def _start(self, claimed: Claimed) -> asyncio.Task[bool | float]:
        task = asyncio.create_task(self._send(claimed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _send(self, claimed: Claimed) -> bool | float:
        """Return whether more may wait when the reply is settled, else for how long to wait at
        least.
        """
        try:
            ended = await self._hand_over.send(claimed)
        except Fenced:
            logger.warning("reply %s was taken over by another; it says how it ended", claimed.id)
            return True
        finally:
            self.claims.ended(claimed.id)
        if isinstance(ended, Claimed):
            self._hold(ended)
            return True
        return ended
