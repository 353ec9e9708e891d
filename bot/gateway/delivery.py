"""Delivering replies: in order for each person, again when the provider is away, never twice
without being counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.channels.sending import Held, Later, NotSent, OptedOut, Refused, Sender, ToSend
from bot.gateway.services import Services
from bot.gateway.walks import Walks
from bot.storage.delivery import (
    Claimed,
    claim,
    give_back,
    give_back_all,
    learn_opt_out,
    respondents_to_tell,
    settle,
)
from bot.storage.erasure import forget_address
from bot.storage.session import StorageError

logger = logging.getLogger(__name__)

AT_ONCE = 8  # messages that are handed to providers side by side
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0  # seconds between tries, doubled each time
HELD_DELAY = 60.0  # seconds; a wrong setting is not mended in less
GIVE_UP_AFTER = timedelta(hours=6)  # an older reply would only confuse
SWEEP_EVERY = 30.0  # seconds; finds what a database that was away left behind
LAST_SECONDS = 2.0  # at a stop, for what is under way: a reply that is cut off may go out twice


class Delivery:
    """Takes the outbox to the providers. Channels that fetch their replies need none of it."""

    def __init__(self, services: Services, senders: Mapping[str, Sender]) -> None:
        self._services = services
        self._senders = senders
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._walks = Walks(self._step)
        self._under_way: set[asyncio.Task[float | None]] = set()
        self.held: dict[str, str] = {}  # channel: why its provider refuses us

    def wake(self, respondent_id: str) -> None:
        """Send what waits for a respondent. To be called after the commit."""
        self._walks.wake(respondent_id)

    async def sweep_for_ever(self) -> None:
        """Take up what a crash left behind, now and every SWEEP_EVERY seconds."""
        recovered = False
        while True:
            try:
                if not recovered:
                    await self._recover()
                    recovered = True
                for respondent_id in await asyncio.to_thread(self._waiting):
                    self.wake(respondent_id)
            except StorageError as error:
                logger.error("outbox not readable: %s", error)
            await asyncio.sleep(SWEEP_EVERY)

    async def close(self) -> None:
        """Stop sending. What is cut off is counted as perhaps sent at the next start."""
        await self._walks.close()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_SECONDS)
        for sender in self._senders.values():
            await sender.close()

    async def _recover(self) -> None:
        if doubtful := await asyncio.to_thread(self._give_back_all):
            logger.warning("%s replies were being sent at the last stop; sent again", doubtful)

    async def _step(self, respondent_id: str) -> bool:
        """Send a respondent's next reply, however long it takes; say whether there was one."""
        delay = FIRST_DELAY
        while True:
            try:
                claimed = await asyncio.to_thread(self._claim, respondent_id)
                if claimed is None:
                    return False
                wait = await asyncio.shield(self._start(claimed))
            except StorageError as error:
                logger.error("outbox: database %s", error)
                wait = 0.0
            if wait is None:
                return True
            await asyncio.sleep(max(wait, delay))
            delay = min(delay * 2, LONGEST_DELAY)

    def _start(self, claimed: Claimed) -> asyncio.Task[float | None]:
        task = asyncio.create_task(self._send(claimed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _send(self, claimed: Claimed) -> float | None:
        """Return None when the reply is settled, else for how long to wait at least."""
        sender = self._senders.get(claimed.channel)
        if sender is None:  # its settings were taken away while replies were waiting
            await self._surely(self._give_back, claimed, False)
            return HELD_DELAY
        try:
            async with self._slots:
                provider_id = await sender.send(self._address(claimed), self._message(claimed))
        except NotSent as problem:
            return await self._not_sent(claimed, problem)
        except Exception as error:  # only its kind: its text can hold a number or a token
            return await self._not_sent(claimed, Later(type(error).__name__, doubtful=True))
        self.held.pop(claimed.channel, None)
        await self._surely(self._settle, claimed, "sent", provider_id, None)
        return None

    async def _not_sent(self, claimed: Claimed, problem: NotSent) -> float | None:
        logger.warning("reply %s by %s: %s", claimed.id, claimed.channel, problem.code)
        if isinstance(problem, Held):
            self.held[claimed.channel] = problem.code
            await self._surely(self._give_back, claimed, False)
            return HELD_DELAY
        if isinstance(problem, OptedOut):
            await self._surely(self._opted_out, claimed, problem.code)
            return None
        if isinstance(problem, Refused) or self._too_old(claimed):
            await self._surely(self._settle, claimed, "failed", None, problem.code)
            return None
        assert isinstance(problem, Later)
        await self._surely(self._give_back, claimed, problem.doubtful)
        return problem.seconds or 0.0

    async def _surely(self, write: Callable[..., None], *what: Any) -> None:
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
        return ToSend(claimed.id, claimed.text, buttons)

    # What follows runs in threads: short transactions, nothing else.

    def _waiting(self) -> list[str]:
        with self._services.database.reading() as session:
            return respondents_to_tell(session)

    def _claim(self, respondent_id: str) -> Claimed | None:
        with self._services.database.writing() as session:
            return claim(session, respondent_id)

    def _settle(
        self, claimed: Claimed, delivery: str, provider_id: str | None, code: str | None
    ) -> None:
        with self._services.database.writing() as session:
            settle(session, claimed.id, delivery, provider_id=provider_id, error=code)
            gone = forget_address(session, claimed.respondent_id)
        if gone:
            self._services.database.scrub()

    def _give_back(self, claimed: Claimed, doubtful: bool) -> None:
        with self._services.database.writing() as session:
            give_back(session, claimed.id, doubtful=doubtful)

    def _give_back_all(self) -> int:
        with self._services.database.writing() as session:
            return give_back_all(session)

    def _opted_out(self, claimed: Claimed, code: str) -> None:
        with self._services.database.writing() as session:
            settle(session, claimed.id, "failed", error=code)
            learn_opt_out(session, claimed.respondent_id)
            gone = forget_address(session, claimed.respondent_id)
        if gone:
            self._services.database.scrub()
