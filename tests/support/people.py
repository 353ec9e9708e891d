"""People with a place in the consultation, for tests of the storage."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.conversation import answering, moving
from bot.conversation.place import StepFunction
from bot.storage.database.session import Database
from bot.storage.messages.inbox import Incoming, accept, web_message_id
from bot.storage.privacy.exports import export_rows
from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.turns.apply import take_step
from bot.turns.effect import Effect
from bot.turns.finish import finish_turn
from bot.turns.services import Understood
from bot.understanding.personal_data import masked
from tests.support.keys import KEYS

NOON = datetime(2021, 3, 1, 12, 0, tzinfo=timezone.utc)


class People:
    """Makes respondents and has them write; every call is a transaction of its own."""

    def __init__(self, database: Database, consultation: Consultation) -> None:
        self.database, self.consultation = database, consultation
        self._minutes = 0

    def now(self) -> datetime:
        self._minutes += 1
        return NOON + timedelta(minutes=self._minutes)

    def new(self, *, channel: str = "webchat", at: datetime | None = None) -> Respondent:
        with self.database.writing() as session:
            return create_respondent(
                session,
                self.consultation,
                channel=channel,
                address_hash=uuid.uuid4().hex,
                now=at or self.now(),
            )

    def send(
        self,
        person: Respondent,
        text: str,
        *,
        message_id: str | None = None,
        button: dict[str, Any] | None = None,
        phase: Phase = Phase.OPEN,
        at: datetime | None = None,
    ) -> int:
        """Return the inbox id of a new message."""
        incoming = Incoming(
            respondent_id=person.id,
            channel=person.channel,
            message_id=web_message_id(person.id, message_id or str(uuid.uuid4())),
            text=text,
            button=button,
        )
        with self.database.writing() as session:
            return accept(session, incoming, phase=phase, now=at or self.now())[0]

    def step(self, inbox_id: int, step: StepFunction) -> Effect:
        with self.database.writing() as session:
            return take_step(session, self.consultation, inbox_id, step, now=self.now(), keys=KEYS)

    def answer(self, person: Respondent, text: str) -> Effect:
        return self.step(self.send(person, text), answering.answer)

    def turn(
        self,
        person: Respondent,
        text: str,
        step: StepFunction | None = answering.answer,
        *,
        intent: str = "give_answer",
        confidence: float = 0.9,
        state: str = "done",
        language: str | None = None,
        care: str | None = None,
    ) -> int:
        """Let a message have its whole turn; return its inbox id."""
        inbox_id = self.send(person, text)
        if step is not None:
            self.step(inbox_id, step)
        with self.database.writing() as session:
            understood = Understood(intent, confidence, care=care, language=language)
            finish_turn(
                session,
                self.consultation,
                inbox_id,
                [],
                understood,
                delivery="sent",
                now=self.now(),
                state=state,
            )
        return inbox_id

    def start(self, person: Respondent) -> Effect:
        return self.step(self.send(person, "start"), moving.start)

    def export(self, what: str, reference: str | None = None) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            return list(export_rows(session, what, self.consultation.id, reference, masked=masked))


def at_once(number: int, call: Callable[[int], Any]) -> list[Any]:
    """Call `call(0)`, `call(1)`, … in as many threads, all at the same moment."""
    together = Barrier(number)

    def one(n: int) -> Any:
        together.wait(timeout=10)
        return call(n)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))
