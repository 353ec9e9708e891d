"""Storing what is said, and that the message is done, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.consultation.model import Consultation
from bot.consultation.state import State
from bot.conversation.did import Did
from bot.conversation.progress import progress_at
from bot.storage.database.keys import Keys
from bot.storage.database.leases import Fenced
from bot.storage.database.session import Session
from bot.storage.messages.claims import Claimed
from bot.storage.messages.outbox import (
    Outgoing,
    Reply,
    Thread,
    add_replies,
    said_to,
)
from bot.storage.messages.turns import DONE, FAILED, RECEIVED, Message, end, message_of
from bot.storage.messages.waiting import anything_waits
from bot.storage.respondents.places import place_at
from bot.storage.review.flags import flag
from bot.storage.review.priority import need_of, raise_need
from bot.turns.services import Understood
from bot.understanding.personal_data import holds_personal

FLAGGED = ("hard", "soft")  # care that staff should see first


@dataclass(frozen=True)
class Finished:
    """A turn that is over: the replies as stored, and the progress told with them. `erased`: its
    sender wants everything deleted. `more`: another message of theirs waits. `claimed`: the first
    reply, if it goes out at once. `person`: one from the council may write to its sender.
    """

    replies: list[Outgoing]
    progress: Mapping[str, Any]
    question: str | None  # the question that was open when the message came
    erased: bool = False
    more: bool = False
    claimed: Claimed | None = None
    person: bool = False


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
    keys: Keys | None = None,
    fence: int | None = None,
) -> Finished | None:
    """Store the replies and mark the message done; None if another run of the turn was first.

    `after_stop`: a resident who has stopped may still be answered when they write. `confirms`: at
    least the message that has stopped it all may be. `progress` is how far its sender is, for who
    knows it already. `keys` seal replies that repeat contact details. Raises Fenced if the sender's
    turns were claimed by another after `fence`.
    """
    message = message_of(session, inbox_id, locked=True)
    if message is None or message.turn != RECEIVED:
        return None
    if fence is not None and message.fence != fence:
        raise Fenced
    sender = message.sender
    answered = sender.state == State.STOPPED.value and (
        after_stop or (confirms and _has_stopped(message))
    )
    if sender.opted_out and delivery == "queued" and not answered:
        replies = ()
    who = sender.respondent_id
    add_replies(
        session,
        who,
        replies,
        reply_to=inbox_id,
        delivery=delivery,
        now=now,
        keys=keys,
        thread=Thread(sender.channel, message.last_seq, sender.opted_out, ends_turn=True),
    )
    if progress is None:
        place = place_at(session, sender, message.phase)
        progress = progress_at(consultation, place).as_dict()
    # Its step, if it took one, has noted the question that was open before it.
    question = message.question if message.effect else sender.open_question
    told = (understood.intent, understood.confidence) if understood else (None, None)
    end(session, inbox_id, state, understood, question=question, progress=progress, now=now)
    flagged = understood is not None and understood.care in FLAGGED
    if flagged:  # and so a case
        flag(session, inbox_id, "distress", now)
    failed, personal = state == FAILED, holds_personal(message.text)
    raise_need(session, who, need_of(message.text, *told, failed=failed, personal=personal))
    return Finished(
        said_to(session, inbox_id, keys),  # a notice said before is among them
        progress,
        question,
        erased=sender.state == State.ERASED.value,
        more=anything_waits(session, who),
        person=flagged or message.person_may_write(now),
    )


def _has_stopped(message: Message) -> bool:
    """Say whether it was this message that stopped it all."""
    did = (message.effect or {}).get("did")
    return did in (Did.STOPPED.value, Did.TOOK_BACK_STOPPED.value)
