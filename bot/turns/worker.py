"""Turns: each stored message is taken to Rasa once, in order, one at a time for a respondent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from bot.channels.registry import channel_named
from bot.storage.database.leases import Fenced
from bot.storage.database.session import StorageError
from bot.storage.messages.claims import Claimed
from bot.storage.messages.waiting import Waiting, count_attempt, respondents_waiting
from bot.storage.requests.requests import sent_requests
from bot.storage.respondents.place_forms import told_place
from bot.turns.asking.bounded import Bounded
from bot.turns.asking.person import is_for_person, needs_help_now
from bot.turns.claiming.next_turns import Locked, NextTurns
from bot.turns.ending import Ending
from bot.turns.finish import Finished
from bot.turns.intake.joined_texts import PartsMissing
from bot.turns.prepare import Prepared, may_amend, prepare
from bot.turns.serial_queue import SerialQueue
from bot.turns.services import AskRasa, Services, TryLater, TurnFailed
from bot.turns.without_model import needs_no_model

logger = logging.getLogger(__name__)

ATTEMPTS = 5  # after this many failures of one message, with everything up, it is left to staff
FIRST_DELAY, LONGEST_DELAY = 0.25, 2.0  # seconds between tries while something is away, doubled
PART_SECONDS, PART_DELAY = 5.0, 0.5  # how long more parts of a text are waited for, and looked for
FAILED_DELAYS = (0.5, 2.0, 8.0, 20.0)  # seconds after each failure of a message's own turn
NOTICE_AFTER = 6.0  # seconds, whatever the cause; then a resident is told that the reply follows
SWEEP_EVERY = 2.0  # seconds; finds what others, or a database that was away, left behind
LOCKED_DELAY = 0.05  # seconds; who holds the row stores something, and no more
LAST_SECONDS = 1.0  # at a stop, for turns under way
LOOKED_AT = 512  # who is taken up at once; the rest, however many wait, at the next look
AT_HAND = 64  # turns that one process claims side by side: what waits here, others can do


class _FailedAgain(Exception):
    """This message's own turn has failed; it is tried again, so many `times` as it may be."""

    def __init__(self, times: int) -> None:
        super().__init__(str(times))
        self.times = times


class Turns:
    """Works off the inbox. One sender has one turn at a time, however much they send, so nobody
    slows anybody else. `deliver` is called when replies are stored that must be delivered,
    with the first of them if `sends_at_once` says that it goes out now. Without `works` others do
    them: it only knows who waits for a turn.
    """

    def __init__(
        self,
        services: Services,
        ask: AskRasa,
        deliver: Callable[[str, Claimed | None], None],
        sends_at_once: Callable[[str], bool] = lambda channel: False,
        works: bool = True,
    ) -> None:
        self._services = services
        self._metrics = services.metrics
        self.works = works
        self._bounded = Bounded(ask)
        self._deliver = deliver
        self._ending = Ending(services, sends_at_once)
        self._queue = SerialQueue(self._step)
        self._places = asyncio.Semaphore(AT_HAND)
        self._next_turns = NextTurns(services.database)
        self.claims = self._next_turns.claims
        self._watched: dict[int, set[asyncio.Future[Finished | None]]] = {}
        self.away = False  # the last turn found Rasa away

    def wake(self, respondent_id: str) -> None:
        """Have a respondent's waiting messages done. To be called after the commit."""
        if fence := self._services.claimed.pop(respondent_id, None):
            self.claims.took(respondent_id, fence)
        if self.works:
            self._queue.wake(respondent_id)

    @contextmanager
    def watching(self, inbox_id: int) -> Iterator[asyncio.Future[Finished | None]]:
        """Yield what is set when a message's turn is over, to how it ended. Watch first, then look:
        a turn that ends between a look and a wait would not be noticed."""
        over: asyncio.Future[Finished | None] = asyncio.get_running_loop().create_future()
        watchers = self._watched.setdefault(inbox_id, set())
        watchers.add(over)
        try:
            yield over
        finally:
            watchers.discard(over)
            if not watchers:
                self._watched.pop(inbox_id, None)

    async def sweep_for_ever(self) -> None:
        """Take up what a crash left behind, now and every SWEEP_EVERY seconds."""
        while True:
            try:
                self._queue.wake_idle(await asyncio.to_thread(self._waiting))
            except StorageError as error:
                logger.error("inbox not readable: %s", error)
            await asyncio.sleep(SWEEP_EVERY)

    async def close(self) -> None:
        """Finish what can be finished in a moment, and hand back the rest: it is done again by who
        claims it next.
        """
        await self._queue.close(LAST_SECONDS)
        with suppress(StorageError):
            await asyncio.to_thread(self._next_turns.free_all)

    async def _step(self, respondent_id: str) -> bool:
        """Do the oldest waiting turn, however long it takes; say whether there was one."""
        delay, now = FIRST_DELAY, asyncio.get_running_loop().time
        until = now() + PART_SECONDS
        telling = asyncio.create_task(self._tell_that_it_waits(respondent_id))
        try:
            while True:
                try:
                    async with self._places:
                        return await self._next(respondent_id, patient=now() < until)
                except Locked:
                    await asyncio.sleep(LOCKED_DELAY)
                except PartsMissing:
                    await asyncio.sleep(PART_DELAY)
                except _FailedAgain as failed:
                    await asyncio.sleep(FAILED_DELAYS[min(failed.times, len(FAILED_DELAYS)) - 1])
                except TryLater as away:
                    self.away = True
                    self._metrics.turns.labels("waited").inc()
                    await asyncio.to_thread(self._next_turns.free, respondent_id)
                    logger.warning("turn waits: %s", away)
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, LONGEST_DELAY)
        finally:
            telling.cancel()

    async def _next(self, respondent_id: str, *, patient: bool) -> bool:
        """Do a respondent's oldest waiting turn; say whether more may wait. Raises TryLater."""
        try:
            prepared = await asyncio.to_thread(self._prepare, respondent_id, patient)
            return prepared is not None and await self._turn(prepared)
        except (TryLater, _FailedAgain, PartsMissing, Locked):
            raise
        except Fenced:
            logger.warning("a turn was taken over by another, and is finished there")
            self.claims.ended(respondent_id)
            return True
        except StorageError as error:
            raise TryLater(f"database {error}") from error
        except Exception as error:  # only its kind: its text can hold a resident's words
            raise TryLater(type(error).__name__) from None

    async def _turn(self, prepared: Prepared) -> bool:
        """Do a turn; say whether more of the same person may wait."""
        waiting = prepared.waiting
        try:
            with self._metrics.turn_seconds.time():
                ended = await self._done(prepared)
        except TurnFailed as failed:
            await self._count_failure(waiting, failed)
            return True
        self._metrics.turns.labels("done").inc()
        if ended is None:  # erased meanwhile
            await asyncio.to_thread(self._next_turns.free, waiting.respondent_id)
        self.claims.ended(waiting.respondent_id)
        self._over(waiting, ended)
        if ended and ended.erased:
            await asyncio.to_thread(self._services.database.scrub)
        return ended is None or ended.more

    async def _done(self, prepared: Prepared) -> Finished | None:
        """Have a turn done. Raises TurnFailed."""
        waiting = prepared.waiting
        if prepared.for_person:
            heard = await self._bounded({**prepared.message(), "listen": True})
            if not needs_help_now(heard.understood):
                return await asyncio.to_thread(self._ending.to_person, waiting, heard.understood)
        elif needs_no_model(waiting):
            return await asyncio.to_thread(self._ending.without_model, waiting)
        reply = await self._bounded(prepared.message())
        self.away = False
        return await asyncio.to_thread(self._ending.with_reply, waiting, reply)

    async def _count_failure(self, waiting: Waiting, failed: TurnFailed) -> None:
        attempts = await asyncio.to_thread(self._count, waiting.id)
        logger.error("turn of message %s failed, try %s: %s", waiting.id, attempts, failed)
        self._metrics.turns.labels("failed" if attempts < ATTEMPTS else "left_to_staff").inc()
        if attempts < ATTEMPTS:
            raise _FailedAgain(attempts) from failed
        ended = await asyncio.to_thread(self._ending.given_up, waiting)
        self.claims.ended(waiting.respondent_id)
        self._over(waiting, ended)

    def _notify(self, inbox_id: int, ended: Finished | None) -> None:
        for over in self._watched.get(inbox_id, ()):
            if not over.done():
                over.set_result(ended)

    def _over(self, waiting: Waiting, ended: Finished | None) -> None:
        self._notify(waiting.id, ended)
        if not channel_named(waiting.channel).pulls:
            self._deliver(waiting.respondent_id, ended.claimed if ended else None)

    async def _tell_that_it_waits(self, respondent_id: str) -> None:
        """Tell a resident that the reply will follow, if the turn is not over by then."""
        while True:
            await asyncio.sleep(NOTICE_AFTER)
            try:
                if await asyncio.to_thread(self._ending.promise, respondent_id):
                    self._deliver(respondent_id, None)
                return
            except StorageError as error:
                logger.error("notice not saved: %s", error)

    # What follows runs in threads: short transactions, nothing else.

    def _waiting(self) -> list[str]:
        with self._services.database.reading() as session:
            # While Rasa is away all are told that their reply follows.
            under_way = len(self._queue) if self.away else 0
            return respondents_waiting(session, LOOKED_AT + under_way)

    def _prepare(self, respondent_id: str, patient: bool) -> Prepared | None:
        found = self._next_turns.take(respondent_id, patient)
        if found is None:
            return None
        waiting, place = found
        has_sent = False
        if may_amend(waiting, place):
            with self._services.database.reading() as session:
                has_sent = bool(sent_requests(session, respondent_id))
        prepared = prepare(self._services.consultation, waiting, place, has_sent=has_sent)
        # The action takes its step from here, and need not look again where the sender is.
        metadata = {**prepared.metadata, "place": told_place(place)}
        talks = waiting.person_talks(self._services.clock())
        quiet = talks and is_for_person(waiting, prepared.metadata["pending"])
        return replace(prepared, metadata=metadata, for_person=quiet)

    def _count(self, inbox_id: int) -> int:
        with self._services.database.writing() as session:
            return count_attempt(session, inbox_id)
