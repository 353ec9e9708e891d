"""How a turn ends: what is said is stored, with the message, in one transaction. All of it runs in
threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.conversation.did import Did
from bot.conversation.progress import progress_at
from bot.storage.database.session import Session
from bot.storage.messages.claims import Claimed, claim
from bot.storage.messages.outbox import (
    Outgoing,
    Reply,
    add_notice,
    add_replies,
    needs_greeting,
    said_to,
)
from bot.storage.messages.turns import DONE, FAILED, RECEIVED, Message, end, message_of
from bot.storage.messages.waiting import Waiting, anything_waits, next_waiting
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.equality import put_aside
from bot.storage.respondents.places import place_at
from bot.storage.review.flags import flag
from bot.storage.review.priority import need_of, raise_need
from bot.turns.accept import says_stop
from bot.turns.channel import CAPABILITIES
from bot.turns.limits import Allowed, Answering
from bot.turns.replies import greeting, rendered
from bot.turns.services import Services, TurnReply, Understood
from bot.turns.without_model import MACHINES, answer_without_model
from bot.understanding.personal_data import holds_personal
from bot.understanding.words.commands import tells_nothing

FLAGGED = ("hard", "soft")  # care that staff should see first


@dataclass(frozen=True)
class Finished:
    """A turn that is over: the replies as stored, and the progress told with them. `erased`: its
    sender wants everything deleted. `more`: another message of theirs waits. `claimed`: the first
    reply, if it goes out at once.
    """

    replies: list[Outgoing]
    progress: Mapping[str, Any]
    question: str | None  # the question that was open when the message came
    erased: bool = False
    more: bool = False
    claimed: Claimed | None = None


def finish_turn(
    session: Session,
    consultation: Consultation,
    inbox_id: int,
    replies: Sequence[Reply],
    understood: Understood | None,
    *,
    delivery: str,
    now: datetime,
    state: str = DONE,
    after_stop: bool = True,
    confirms: bool = False,
    progress: Mapping[str, Any] | None = None,
) -> Finished | None:
    """Store the replies and mark the message done; None if another run of the turn was first.

    `after_stop`: a resident who has stopped may still be answered when they write. `confirms`: at
    least the message that has stopped it all may be. `progress` is how far its sender is, for who
    knows it already.
    """
    message = message_of(session, inbox_id, locked=True)
    if message is None or message.turn != RECEIVED:
        return None
    sender = message.sender
    answered = sender.state == State.STOPPED.value and (
        after_stop or (confirms and _has_stopped(message))
    )
    if sender.opted_out and delivery == "queued" and not answered:
        replies = ()
    who = sender.respondent_id
    add_replies(session, who, replies, reply_to=inbox_id, delivery=delivery, now=now)
    if progress is None:
        place = place_at(session, sender, message.phase)
        progress = progress_at(consultation, place).as_dict()
    # Its step, if it took one, has noted the question that was open before it.
    question = message.question if message.effect else sender.open_question
    told = (understood.intent, understood.confidence) if understood else (None, None)
    end(session, inbox_id, state, understood, question=question, progress=progress, now=now)
    if understood and understood.care in FLAGGED:
        flag(session, inbox_id, "distress", now)
    failed, personal = state == FAILED, holds_personal(message.text)
    raise_need(session, who, need_of(message.text, *told, failed=failed, personal=personal))
    return Finished(
        said_to(session, inbox_id),  # a notice said before is among them
        progress,
        question,
        erased=sender.state == State.ERASED.value,
        more=anything_waits(session, who),
    )


def _has_stopped(message: Message) -> bool:
    """Say whether it was this message that stopped it all."""
    did = (message.effect or {}).get("did")
    return did in (Did.STOPPED.value, Did.TOOK_BACK_STOPPED.value)


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
            understood = Understood(intent, 1.0) if intent else None
            return self._store(session, waiting, replies, understood)

    def with_reply(self, waiting: Waiting, reply: TurnReply) -> Finished | None:
        """End a turn with what Rasa said."""
        replies = list(reply.replies)
        if waiting.note == "media":
            replies.insert(0, self._services.say("utter_only_words", waiting.channel))
        with self._services.database.writing() as session:
            return self._store(session, waiting, replies, reply.understood, progress=reply.progress)

    def given_up(self, waiting: Waiting) -> Finished | None:
        """End a turn that came to nothing; staff see it."""
        reply = self._services.say("utter_turn_failed", waiting.channel)
        with self._services.database.writing() as session:
            return self._store(session, waiting, [reply], None, state=FAILED)

    def promise(self, respondent_id: str) -> bool:
        """Say that the reply will follow; return whether that has to be delivered."""
        with self._services.database.writing() as session:
            waiting = next_waiting(session, respondent_id)
            if waiting is None:
                return False
            reply = replace(self._services.say("utter_reply_follows", waiting.channel), notice=True)
            delivery = _delivery(waiting.channel)
            add_notice(session, waiting.id, reply, delivery=delivery, now=self._services.clock())
        return not CAPABILITIES[waiting.channel].pulls

    def _store(
        self,
        session: Session,
        waiting: Waiting,
        replies: Sequence[Reply],
        understood: Understood | None,
        state: str = DONE,
        progress: Mapping[str, Any] | None = None,
    ) -> Finished | None:
        consultation, able = self._services.consultation, CAPABILITIES[waiting.channel]
        if not able.pulls:
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
            # The network has confirmed a STOP and takes no more; what was only guessed, we confirm.
            after_stop=not able.network_stops,
            confirms=not says_stop(waiting.text, waiting.button),
            progress=progress,
        )
        keys, who = self._services.keys, waiting.respondent_id
        if ended and ended.erased:
            erase(session, keys, who, last_words=not able.pulls)
        elif ended and self._tells_of_themselves(waiting, ended.question):
            put_aside(session, keys, waiting.id)
        if ended and self._sends_at_once(waiting.channel):
            return replace(ended, claimed=claim(session, who))
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
    return "sent" if CAPABILITIES[channel].pulls else "queued"
