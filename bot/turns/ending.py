"""How a turn ends: what is said is stored, with the message, in one transaction. All of it runs in
threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.channels.registry import channel_named
from bot.consultation.dates import Phase
from bot.consultation.model import Purpose
from bot.storage.database.session import Session
from bot.storage.messages.claims import claim
from bot.storage.messages.outbox import (
    Reply,
    add_notice,
    needs_greeting,
)
from bot.storage.messages.turns import DONE, FAILED
from bot.storage.messages.waiting import Waiting, next_waiting
from bot.storage.privacy.erasure import erase_as_asked
from bot.storage.respondents.equality import put_aside
from bot.turns.asking.person import TO_PERSON, kept_for_person
from bot.turns.finish import Finished, finish_turn
from bot.turns.intake.stops import network_confirms
from bot.turns.limits import Allowed, Answering
from bot.turns.replies import greeting, rendered
from bot.turns.services import Services, TurnReply, Understood
from bot.turns.without_model import MACHINES, answer_without_model
from bot.understanding.words.commands import tells_nothing
from bot.understanding.words.other_languages import language_of_word


class Ending:
    """Ends turns. It remembers how many messages of a person were answered, and no more."""

    def __init__(
        self, services: Services, sends_at_once: Callable[[str], bool] = lambda channel: False
    ) -> None:
        self._services = services
        self._sends_at_once = sends_at_once
        self._answering = Answering(services.settings)

    def without_model(self, waiting: Waiting) -> Finished | None:
        """End a turn that asks nothing of Rasa."""
        with self._services.database.writing() as session:
            replies, intent = answer_without_model(session, self._services, waiting)
            language = language_of_word(waiting.text)
            understood = Understood(intent, 1.0, language=language) if intent else None
            return self._store(session, waiting, replies, understood)

    def with_reply(self, waiting: Waiting, reply: TurnReply) -> Finished | None:
        """End a turn with what Rasa said."""
        replies = list(reply.replies)
        if waiting.note == "media":
            replies.insert(0, self._services.say("utter_only_words", waiting.channel))
        with self._services.database.writing() as session:
            return self._store(session, waiting, replies, reply.understood, progress=reply.progress)

    def to_person(self, waiting: Waiting, heard: Understood) -> Finished | None:
        """End the turn of a message for the person who talks with its sender."""
        with self._services.database.writing() as session:
            replies, kept = kept_for_person(session, self._services, waiting, heard)
            return self._store(session, waiting, replies, kept)

    def given_up(self, waiting: Waiting) -> Finished | None:
        """End a turn that came to nothing; staff see it."""
        reply = self._services.say("utter_turn_failed", waiting.channel)
        with self._services.database.writing() as session:
            return self._store(session, waiting, [reply], None, state=FAILED)

    def promise(self, respondent_id: str) -> bool:
        """Say that the reply will follow; return whether that has to be delivered."""
        with self._services.database.writing() as session:
            waiting = next_waiting(session, respondent_id)
            if waiting is None or waiting.person_talks(self._services.clock()):
                return False
            reply = replace(self._services.say("utter_reply_follows", waiting.channel), notice=True)
            delivery = _delivery(waiting.channel)
            add_notice(session, waiting.id, reply, delivery=delivery, now=self._services.clock())
        return not channel_named(waiting.channel).pulls

    def _store(
        self,
        session: Session,
        waiting: Waiting,
        replies: Sequence[Reply],
        understood: Understood | None,
        state: str = DONE,
        progress: Mapping[str, Any] | None = None,
    ) -> Finished | None:
        consultation, able = self._services.consultation, channel_named(waiting.channel)
        to_bot = understood is None or understood.intent != TO_PERSON
        if not able.pulls and to_bot:
            replies = self._to_deliver(session, waiting, replies)
        ended = finish_turn(
            session,
            consultation,
            waiting.id,
            rendered(replies, waiting.channel, consultation),
            understood,
            delivery=_delivery(waiting.channel),
            now=self._services.clock(),
            state=state,
            # The network has confirmed a STOP and takes no more, if it was an English one. Others,
            # and what was only guessed, we confirm.
            after_stop=not able.network_stops and waiting.note != "late",
            confirms=not network_confirms(waiting.channel, waiting.text, waiting.button),
            progress=progress,
            keys=self._services.keys,
            fence=waiting.fence,
        )
        keys, who = self._services.keys, waiting.respondent_id
        if ended and ended.erased:
            now = self._services.clock()
            erase_as_asked(session, keys, who, now, last_words=not able.pulls)
        elif ended and to_bot and self._tells_of_themselves(waiting, ended.question):
            put_aside(session, keys, waiting.id)
        if ended and self._sends_at_once(waiting.channel):
            return replace(ended, claimed=claim(session, who, quiet=self._services.is_quiet()))
        return ended

    def _tells_of_themselves(self, waiting: Waiting, question: str | None) -> bool:
        """Say whether a message may tell of its sender: not a bare command or a plain no."""
        asked = self._services.consultation.purpose_of(question)
        return asked is Purpose.EQUALITY and not tells_nothing(waiting.text)

    def _to_deliver(
        self, session: Session, waiting: Waiting, replies: Sequence[Reply]
    ) -> Sequence[Reply]:
        """Greet a resident who is answered for the first time; answer nobody without end."""
        if waiting.note in MACHINES:
            return replies
        allowed = self._answering.allows(waiting.respondent_id)
        if allowed is not Allowed.YES:
            told = allowed is Allowed.TELL
            return [self._services.say("utter_many_messages", waiting.channel)] if told else []
        if waiting.phase is not Phase.OPEN or not needs_greeting(session, waiting.respondent_id):
            return replies
        return [*greeting(self._services, waiting.channel, Phase.OPEN, begins=True), *replies]


def _delivery(channel: str) -> str:
    return "sent" if channel_named(channel).pulls else "queued"
