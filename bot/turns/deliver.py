"""Delivering replies: in order for each person, again when the provider is away, never twice
without being counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from bot.storage.database.session import StorageError
from bot.storage.messages.claims import Claimed
from bot.turns.outbox_writes import Ended, Outbox
from bot.turns.sending import Held, Later, NotSent, OptedOut, Refused, Sender, ToSend
from bot.turns.serial_queue import SerialQueue
from bot.turns.services import Services

T = TypeVar("T")
logger = logging.getLogger(__name__)

AT_ONCE = 8  # messages that are handed to one provider side by side
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0  # seconds between tries, doubled each time
HELD_DELAY = 60.0  # seconds; a wrong setting is not put right in less
GIVE_UP_AFTER = timedelta(hours=6)  # an older reply would only confuse
SWEEP_EVERY = 30.0  # seconds; finds what a database that was away left behind
LAST_SECONDS = 2.0  # at a stop, for what is under way: a reply that is cut off may go out twice


class Delivery:
    """Takes the outbox to the providers. Channels that fetch their replies need none of it."""

    def __init__(self, services: Services, senders: Mapping[str, Sender]) -> None:
        self._services = services
        self._outbox = Outbox(services.database)
        self._senders = senders
        # Apart for each channel: one provider that hangs does not hold up another.
        self._slots = {channel: asyncio.Semaphore(AT_ONCE) for channel in senders}
        self._queue = SerialQueue(self._step)
        self._under_way: set[asyncio.Task[bool | float]] = set()
        self._listed: dict[int, bool] = {}  # could the provider list what it has?
        # Replies that were claimed with the commit that stored them, by respondent.
        self._claimed: dict[str, Claimed] = {}
        self._recovered = asyncio.Event()  # before it, what is claimed is of the last run
        self._closing = False
        self.held: dict[str, str] = {}  # channel: why its provider refuses us

    def wake(self, respondent_id: str, claimed: Claimed | None = None) -> None:
        """Send what waits for a respondent. To be called after the commit. `claimed`: their next
        reply, where it was claimed with that commit.
        """
        if claimed:
            self._claimed[respondent_id] = claimed
        self._queue.wake(respondent_id)

    def sends_at_once(self, channel: str) -> bool:
        """Say whether a reply would go out now: what has to wait is claimed when its turn comes,
        so that a STOP can still cancel it.
        """
        slots = self._slots.get(channel)
        free = slots is not None and not slots.locked() and channel not in self.held
        return free and self._recovered.is_set() and not self._closing

    async def sweep_for_ever(self) -> None:
        """Take up what a crash left behind, now and every SWEEP_EVERY seconds."""
        while True:
            try:
                if not self._recovered.is_set():
                    await self._recover()
                for respondent_id in await asyncio.to_thread(self._outbox.waiting):
                    self.wake(respondent_id)
            except StorageError as error:
                logger.error("outbox not readable: %s", error)
            await asyncio.sleep(SWEEP_EVERY)

    async def close(self) -> None:
        """Stop sending. What is cut off is counted as perhaps sent at the next start."""
        self._closing = True
        await self._queue.close()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)
        for claimed in self._claimed.values():  # these have not been handed over
            with suppress(StorageError):
                await asyncio.to_thread(self._outbox.give_back, claimed, False)
        for sender in self._senders.values():
            await sender.close()

    async def _recover(self) -> None:
        if doubtful := await asyncio.to_thread(self._outbox.give_back_all):
            logger.warning("%s replies were being sent at the last stop; sent again", doubtful)
        self._recovered.set()

    async def _step(self, respondent_id: str) -> bool:
        """Send a respondent's next reply, however long it takes; say whether there was one."""
        delay = FIRST_DELAY
        await self._recovered.wait()
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
        async with self._slots[channel]:
            claimed = self._claimed.pop(respondent_id, None)
            # Else only now: what waits for a place can still be cancelled by a STOP.
            claimed = claimed or await asyncio.to_thread(self._outbox.claim, respondent_id)
            if claimed is None:
                return False
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
        sender, address = self._senders[claimed.channel], self._address(claimed)
        try:
            if claimed.doubtful and (found := await self._found(sender, claimed, address)):
                await self._surely(self._outbox.prove, claimed, found)
                return True
            provider_id = await sender.send(address, self._message(claimed))
        except NotSent as problem:
            return await self._not_sent(claimed, problem)
        except Exception as error:  # only its kind: its text can hold a number or a token
            return await self._not_sent(claimed, Later(type(error).__name__, doubtful=True))
        self.held.pop(claimed.channel, None)
        return await self._settle(claimed, ("sent", provider_id, None))

    async def _not_sent(self, claimed: Claimed, problem: NotSent) -> bool | float:
        logger.warning("reply %s by %s: %s", claimed.id, claimed.channel, problem.code)
        if isinstance(problem, Held):
            self.held[claimed.channel] = problem.code
            await self._surely(self._outbox.give_back, claimed, False)
            return HELD_DELAY
        if isinstance(problem, OptedOut):
            await self._surely(self._outbox.opted_out, claimed, problem.code)
            return True
        if isinstance(problem, Refused) or self._too_old(claimed):
            return await self._settle(claimed, ("failed", None, problem.code))
        assert isinstance(problem, Later)
        if problem.doubtful and claimed.doubtful and not self._can_tell(claimed):
            # Sent twice already, perhaps; a third time would be a nuisance.
            return await self._settle(claimed, ("sent", None, "unknown"))
        await self._surely(self._outbox.give_back, claimed, problem.doubtful)
        return problem.seconds or 0.0

    async def _settle(self, claimed: Claimed, ended: Ended) -> bool:
        """Write down how sending ended; say whether more waits for the same person."""
        goes_on = self.sends_at_once(claimed.channel)
        settle = partial(self._outbox.settle, claimed, ended, goes_on=goes_on)
        following = await self._surely(settle)
        if isinstance(following, Claimed):
            self._claimed[claimed.respondent_id] = following
        return bool(following)

    async def _found(self, sender: Sender, claimed: Claimed, address: str) -> str | None:
        """Return the provider's id of a reply that may have gone out before, if it has."""
        listed = await sender.sent_before(address, self._message(claimed))
        self._listed[claimed.id] = listed is not None
        if not listed:
            return None
        unknown = await asyncio.to_thread(self._outbox.unknown, listed)
        return unknown[0] if unknown else None

    def _can_tell(self, claimed: Claimed) -> bool:
        """Say whether the provider told, when asked, that it did not have this reply."""
        return self._listed.pop(claimed.id, False)

    async def _surely(self, write: Callable[..., T], *what: Any) -> T:
        """Write down what happened, however long the database is away: forgetting means doubles."""
        while True:
            try:
                return await asyncio.to_thread(write, *what)
            except StorageError as error:
                logger.error("outbox: database %s", error)
                await asyncio.sleep(FIRST_DELAY)

    def _too_old(self, claimed: Claimed) -> bool:
        return self._services.clock() - claimed.created_at > GIVE_UP_AFTER

    def _address(self, claimed: Claimed) -> str:
        return self._services.keys.reveal(claimed.hidden_address)

    def _message(self, claimed: Claimed) -> ToSend:
        signed = self._services.button_id
        buttons = tuple(
            (signed(claimed.respondent_id, claimed.seq, place), str(button["title"]))
            for place, button in enumerate(claimed.buttons)
        )
        return ToSend(claimed.id, claimed.text, buttons, claimed.created_at)
