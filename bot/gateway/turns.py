"""Turns: every stored message is taken to Rasa once, in order, one at a time for each
respondent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.channels.capabilities import CAPABILITIES
from bot.consultation import steps
from bot.consultation.commands import is_stop
from bot.consultation.dates import Phase
from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import FREE_TEXT_KINDS, Consultation
from bot.consultation.progress import Progress
from bot.consultation.reading import read_answer
from bot.gateway.services import AskRasa, Services, TryLater, TurnFailed, TurnReply
from bot.storage.inbox import Waiting, count_attempt, next_waiting, respondents_waiting
from bot.storage.outbox import Reply, add_notice
from bot.storage.respondents import progress_now
from bot.storage.session import StorageError
from bot.storage.turns import Finished, Understood, finish_turn, take_step

logger = logging.getLogger(__name__)

AT_ONCE = 4  # turns that Rasa is asked to do side by side; it thinks on one core
ATTEMPTS = 5  # after this many failures of one message, with everything up, it is left to staff
FIRST_DELAY, LONGEST_DELAY = 0.25, 2.0  # seconds between tries, doubled each time
NOTICE_AFTER = 5.0  # seconds of failing before a resident is told that the reply will follow
# Unreadable answers that are about the options all the same.
READS = {"asks_back": "asks_back"} | dict.fromkeys(
    ("two_options", "too_many", "too_small", "too_big"), "nearly"
)
SWEEP_EVERY = 30.0  # seconds; finds what was left behind by a database that was away


@dataclass(frozen=True)
class Prepared:
    """A waiting message with what Rasa has to know about it."""

    waiting: Waiting
    metadata: Mapping[str, Any]


class Turns:
    """A queue for each respondent, in the database; this only walks them. One sender has one place
    among the AT_ONCE, however much she sends, so nobody slows anybody else."""

    def __init__(self, services: Services, ask: AskRasa) -> None:
        self._services = services
        self._ask = ask
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._walks: dict[str, asyncio.Task[None]] = {}
        self._rung: set[str] = set()
        self._watched: dict[int, set[asyncio.Future[Finished | None]]] = {}
        self.away = False  # the last turn found Rasa away

    def wake(self, respondent_id: str) -> None:
        """Have a respondent's waiting messages done. To be called after the commit."""
        self._rung.add(respondent_id)
        if respondent_id not in self._walks:
            task = asyncio.create_task(self._walk(respondent_id))
            self._walks[respondent_id] = task

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
                for respondent_id in await asyncio.to_thread(self._waiting):
                    self.wake(respondent_id)
            except StorageError as error:
                logger.error("inbox not readable: %s", error)
            await asyncio.sleep(SWEEP_EVERY)

    async def close(self) -> None:
        """Leave everything where it is; unfinished turns are done again at the next start."""
        for task in self._walks.values():
            task.cancel()
        await asyncio.gather(*self._walks.values(), return_exceptions=True)

    async def _walk(self, respondent_id: str) -> None:
        delay, failing = FIRST_DELAY, 0.0
        try:
            while True:
                self._rung.discard(respondent_id)
                try:
                    more = await self._next(respondent_id)
                    delay, failing = FIRST_DELAY, 0.0
                except TryLater as away:
                    self.away = True
                    logger.warning("turn waits: %s", away)
                    await self._tell(respondent_id, failing)
                    await asyncio.sleep(delay)
                    failing += delay
                    delay = min(delay * 2, LONGEST_DELAY)
                    continue
                if not more and respondent_id not in self._rung:
                    return
        finally:
            del self._walks[respondent_id]

    async def _next(self, respondent_id: str) -> bool:
        """Do a respondent's oldest waiting turn; say whether there was one. Raises TryLater."""
        try:
            prepared = await asyncio.to_thread(self._prepare, respondent_id)
            if prepared is None:
                return False
            await self._turn(prepared)
        except TryLater:
            raise
        except StorageError as error:
            raise TryLater(f"database {error}") from error
        except Exception as error:  # only its kind: its text can hold a resident's words
            raise TryLater(type(error).__name__) from None
        return True

    async def _turn(self, prepared: Prepared) -> None:
        waiting = prepared.waiting
        if is_stop(waiting.text) and not waiting.button:
            ended = await asyncio.to_thread(self._stop, waiting)
        else:
            try:
                reply = await self._asked(prepared)
            except TurnFailed as failed:
                await self._count_failure(waiting, failed)
                return
            self.away = False
            ended = await asyncio.to_thread(self._finish, waiting, reply)
        self._ring(waiting.id, ended)

    async def _asked(self, prepared: Prepared) -> TurnReply:
        """Ask Rasa. Only this waits for a slot: a STOP whose turn it is never waits for one."""
        try:
            async with self._slots:
                return await self._ask(_message(prepared))
        except (TryLater, TurnFailed):
            raise
        except Exception as error:
            raise TurnFailed(type(error).__name__) from None

    async def _count_failure(self, waiting: Waiting, failed: TurnFailed) -> None:
        attempts = await asyncio.to_thread(self._count, waiting.id)
        logger.error("turn of message %s failed, try %s: %s", waiting.id, attempts, failed)
        if attempts < ATTEMPTS:
            raise TryLater(f"turn failed {attempts} times") from failed
        self._ring(waiting.id, await asyncio.to_thread(self._give_up, waiting))

    def _ring(self, inbox_id: int, ended: Finished | None) -> None:
        for over in self._watched.get(inbox_id, ()):
            if not over.done():
                over.set_result(ended)

    async def _tell(self, respondent_id: str, failing: float) -> None:
        if failing >= NOTICE_AFTER:
            try:
                await asyncio.to_thread(self._notice, respondent_id)
            except StorageError as error:
                logger.error("notice not saved: %s", error)

    # What follows runs in threads: short transactions, nothing else.

    def _waiting(self) -> list[str]:
        with self._services.database.reading() as session:
            return respondents_waiting(session)

    def _prepare(self, respondent_id: str) -> Prepared | None:
        with self._services.database.reading() as session:
            waiting = next_waiting(session, respondent_id)
            if waiting is None:
                return None
            here = progress_now(session, self._services.consultation, respondent_id, Phase.OPEN)
        return Prepared(waiting, _metadata(self._services.consultation, waiting, here))

    def _stop(self, waiting: Waiting) -> Finished | None:
        services = self._services
        short = CAPABILITIES[waiting.channel].short_texts
        reply = Reply(services.words.say("utter_stopped", short=short, **services.facts()))
        with services.database.writing() as session:
            take_step(
                session, services.consultation, waiting.id, steps.opt_out, now=services.clock()
            )
            return self._store(session, waiting, (reply,), Understood("opt_out", 1.0))

    def _finish(self, waiting: Waiting, reply: TurnReply) -> Finished | None:
        with self._services.database.writing() as session:
            return self._store(session, waiting, reply.replies, reply.understood)

    def _give_up(self, waiting: Waiting) -> Finished | None:
        short = CAPABILITIES[waiting.channel].short_texts
        reply = Reply(self._services.words.say("utter_turn_failed", short=short))
        with self._services.database.writing() as session:
            return self._store(session, waiting, (reply,), None, state="failed")

    def _store(
        self,
        session: Any,
        waiting: Waiting,
        replies: tuple[Reply, ...],
        understood: Understood | None,
        state: str = "done",
    ) -> Finished | None:
        return finish_turn(
            session,
            self._services.consultation,
            waiting.id,
            replies,
            understood,
            delivery=_delivery(waiting.channel),
            now=self._services.clock(),
            state=state,
        )

    def _count(self, inbox_id: int) -> int:
        with self._services.database.writing() as session:
            return count_attempt(session, inbox_id)

    def _notice(self, respondent_id: str) -> None:
        with self._services.database.writing() as session:
            waiting = next_waiting(session, respondent_id)
            if waiting is None:
                return
            short = CAPABILITIES[waiting.channel].short_texts
            reply = Reply(self._services.words.say("utter_reply_follows", short=short), notice=True)
            delivery = _delivery(waiting.channel)
            add_notice(session, waiting.id, reply, delivery=delivery, now=self._services.clock())


def _delivery(channel: str) -> str:
    return "sent" if CAPABILITIES[channel].pulls else "queued"


def _message(prepared: Prepared) -> dict[str, Any]:
    waiting = prepared.waiting
    return {
        "id": waiting.id,
        "sender": waiting.respondent_id,
        "channel": waiting.channel,
        "text": waiting.text,
        "metadata": dict(prepared.metadata),
    }


def _metadata(consultation: Consultation, waiting: Waiting, here: Progress) -> dict[str, Any]:
    """Return what bot/dialogue/decide.py and the actions are told besides the words."""
    button = waiting.button or {}
    return {
        "inbox_id": waiting.id,
        "phase": waiting.phase.value,
        "short": CAPABILITIES[waiting.channel].short_texts,
        "state": here.state,
        "kind": here.kind,
        "reads": reads(consultation, waiting.text, here.question),
        "command": button.get("command"),
        "answer": "question" in button,
    }


def reads(consultation: Consultation, text: str, open_question: str | None) -> str | None:
    """Say how a message reads as an answer to the open question (see bot/dialogue/decide.py)."""
    question = consultation.by_id.get(open_question or "")
    if question is None or question.kind in FREE_TEXT_KINDS:
        return None
    try:
        return "exact" if read_answer(question, text).exact else "close"
    except UnreadableAnswer as unreadable:
        return READS.get(unreadable.reason)
