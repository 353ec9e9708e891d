"""Doing a turn once: the effect of a message, and the replies to it. Both are keyed by its inbox
row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.conversation import detours
from bot.conversation.did import Did, Ends
from bot.conversation.place import Place, Step, StepFunction
from bot.storage.database.keys import Keys
from bot.storage.database.tables import InboxRow, RespondentRow
from bot.storage.messages.inbox import opt_out, stop_waits
from bot.storage.messages.outbox import Outgoing, Reply, add_replies, replies_to
from bot.storage.requests.requests import (
    begin_request,
    drop_request,
    fill_request,
    send_request,
    withdraw_request,
)
from bot.storage.respondents.answers import store_answer, store_skip, withdraw
from bot.storage.respondents.consents import withdraw_consent
from bot.storage.respondents.equality import count_and_forget, forget, keep_for_now
from bot.storage.respondents.place_forms import stored_detour
from bot.storage.respondents.places import place_of, progress_now
from bot.storage.review.priority import raise_need


@dataclass(frozen=True)
class Effect:
    """What a message did, as it is kept with its inbox row."""

    did: Did
    question: str | None = None
    value: Any = None
    opened: str | None = None
    reason: str | None = None
    ends: Ends | None = None
    told: bool = False  # the first message of a request has told some of it already

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Effect:
        """Return an effect from how it is stored."""
        ends = Ends(stored["ends"]) if stored.get("ends") else None
        return cls(**{**stored, "did": Did(stored["did"]), "ends": ends})

    def stored(self) -> dict[str, Any]:
        """Return it as it is stored: by value, and only what is set."""
        plain = {name: v.value if isinstance(v, Enum) else v for name, v in vars(self).items()}
        return {name: v for name, v in plain.items() if v is not None and v is not False}


@dataclass(frozen=True)
class Understood:
    """What the dialogue model made of a message."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Finished:
    """A turn that is over: the replies as stored, and the progress told with them."""

    replies: list[Outgoing]
    progress: dict[str, Any]
    erased: bool = (
        False  # its sender wants everything deleted; the caller does it, with the same commit
    )


# Statements of every turn are built once: building one costs more than running it.
_MESSAGE = (
    select(
        InboxRow.id,
        InboxRow.text,
        InboxRow.button,
        InboxRow.phase,
        InboxRow.state.label("turn"),
        InboxRow.effect,
        InboxRow.respondent_id,
        RespondentRow.state,
        RespondentRow.open_question,
        RespondentRow.opted_out,
    )
    .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
    .where(InboxRow.id == bindparam("inbox_id"))
    .with_for_update()  # both rows: a second run of the same turn waits here, and then sees it done
)
_INBOX, _RESPONDENT = InboxRow.__table__, RespondentRow.__table__
_SET_EFFECT = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("inbox_id"))
    .values(effect=bindparam("new_effect"), question=bindparam("asked"))
)
_SET_DONE = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("inbox_id"))
    .values(
        state=bindparam("turn"),
        done_at=bindparam("now"),
        intent=bindparam("said"),
        confidence=bindparam("sure"),
        question=bindparam("asked"),
        progress=bindparam("told"),
    )
)
_SET_PLACE = (
    update(_RESPONDENT)
    .where(_RESPONDENT.c.id == bindparam("respondent"))
    .values(
        state=bindparam("new_state"),
        opted_out=bindparam("out"),
        open_question=bindparam("asking"),
        tries=bindparam("tried"),
        pending=bindparam("awaited"),
        run=bindparam("running"),
        wound_up=bindparam("over"),
    )
)
_SEAL = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("inbox_id"))
    .values(
        text="",
        button=None,
        private=bindparam("why"),
        sealed=bindparam("hidden"),
        question=bindparam("about"),
    )
)
_SET_COMPLETED = (
    update(_RESPONDENT)
    .where(_RESPONDENT.c.id == bindparam("respondent"))
    .values(completed_at=bindparam("now"))
)
_EFFECT = select(InboxRow.effect).where(InboxRow.id == bindparam("inbox_id"))
_QUESTION = select(InboxRow.question).where(InboxRow.id == bindparam("inbox_id"))


def take_step(
    session: Session,
    consultation: Consultation,
    inbox_id: int,
    step: StepFunction,
    *,
    now: datetime,
    keys: Keys | None = None,
) -> Effect:
    """Let a message do its work, once: called again for it, only tell what was done.

    `keys` hide what a request or a question about the person is answered with.
    """
    message = session.execute(_MESSAGE, {"inbox_id": inbox_id}).one()
    if message.effect is not None:
        return Effect.of(message.effect)
    if message.state == State.ERASED.value:
        return Effect(Did.ERASED)
    before = place_of(session, message.respondent_id, Phase(message.phase))
    done = step(consultation, before, message.text, message.button)
    for question_id in done.withdraw:
        withdraw(session, message.respondent_id, question_id, restore=done.restore)
    purpose = consultation.purpose_of(done.question)
    if done.reading and done.question and purpose is Purpose.CONSULTATION:
        question = consultation.by_id[done.question]
        said = {"inbox_id": inbox_id, "text": message.text, "answered_at": now}
        said |= {"respondent_id": message.respondent_id, "wording_version": consultation.version}
        store_answer(session, said, question, done.reading)
    if done.skip:
        store_skip(session, message.respondent_id, done.skip, now)
    detoured = before.detour or done.place.detour
    if detoured or done.private or done.revokes or done.did is Did.WITHDRAWING:
        assert keys is not None
        _apply_detour(session, keys, consultation, message, before, done, now)
    after = replace(done.place, pending=done.pending)
    if after != before:
        _store_place(session, message, before, after, now)
    if done.ends in (Ends.CONSULTATION, Ends.AGAIN):
        session.execute(_SET_COMPLETED, {"respondent": message.respondent_id, "now": now})
    effect = Effect(
        did=done.did,
        question=done.question,
        value=detours.told_back(consultation, done),
        opened=done.opened,
        reason=done.reason,
        ends=done.ends,
        told=bool(done.told and done.begins),
    )
    about = {"inbox_id": inbox_id, "new_effect": effect.stored(), "asked": _asked(before, done)}
    session.execute(_SET_EFFECT, about)
    return effect


def _apply_detour(
    session: Session,
    keys: Keys,
    consultation: Consultation,
    message: Any,
    before: Place,
    done: Step,
    now: datetime,
) -> None:
    """Store what a message gave to a request, or told about the person; and what it ended."""
    who = message.respondent_id
    purpose = consultation.purpose_of(done.question)
    if done.reading and done.question and purpose is Purpose.EQUALITY:
        keep_for_now(session, who, done.question, str(done.reading.value))
    elif done.reading and done.question and purpose is Purpose.REQUEST:
        said = {"text": message.text, "value": done.reading.value, "remark": done.reading.remark}
        fill_request(session, keys, consultation, who, {done.question: said, **done.told}, now)
    if done.revokes:
        fill_request(session, keys, consultation, who, done.told, now)
        withdraw_consent(session, keys, consultation, who, done.revokes, now)
    if done.private:
        keeps = done.private == detours.CONTACT or done.place.detour is not None
        hidden = keys.hide(message.text) if keeps else None
        sealed = {"inbox_id": message.id, "why": done.private, "hidden": hidden}
        session.execute(_SEAL, {**sealed, "about": _asked(before, done)})
    if done.begins:
        begin_request(session, keys, consultation, who, done.begins, done.told, now)
    if done.ends == Ends.SENT:
        send_request(session, keys, consultation, who, now)
    elif done.ends == Ends.DROPPED:
        drop_request(session, who)
        if done.place.detour is None:
            forget(session, who)
    elif done.ends == Ends.COUNTED:
        count_and_forget(session, consultation.id, who)
    if done.did is Did.WITHDRAWING:
        withdraw_request(session, str(done.reason), now)


def _asked(before: Place, done: Step) -> str | None:
    """Return the question that was open; for the contact details that a first message told, the one
    that they answer.
    """
    return done.question if done.begins and done.private else before.open_question


def effect_of(session: Session, inbox_id: int) -> Effect | None:
    """Return what a message did, if it has done anything yet."""
    effect = session.execute(_EFFECT, {"inbox_id": inbox_id}).scalar()
    return Effect.of(effect) if effect else None


def state_of(session: Session, respondent_id: str) -> State:
    query = select(RespondentRow.state).where(RespondentRow.id == respondent_id)
    return State(session.execute(query).scalar_one())


def finish_turn(
    session: Session,
    consultation: Consultation,
    inbox_id: int,
    replies: Sequence[Reply],
    understood: Understood | None,
    *,
    delivery: str,
    now: datetime,
    state: str = "done",
    after_stop: bool = True,
    confirms: bool = False,
) -> Finished | None:
    """Store the replies and mark the message done; None if another run of the turn was first.

    `after_stop`: a person who has stopped may still be answered when she writes. `confirms`: at
    least the message that has stopped it all may be.
    """
    message = session.execute(_MESSAGE, {"inbox_id": inbox_id}).first()
    if message is None or message.turn != "received":
        return None
    owner = message.respondent_id
    stopped = message.state == State.STOPPED.value
    did = Effect.of(message.effect).did if message.effect else None
    has_stopped = did in (Did.STOPPED, Did.TOOK_BACK_STOPPED)
    answered = stopped and (after_stop or (confirms and has_stopped))
    if message.opted_out and delivery == "queued" and not answered:
        replies = ()
    add_replies(session, owner, replies, reply_to=inbox_id, delivery=delivery, now=now)
    told = progress_now(session, consultation, owner, Phase(message.phase)).as_dict()
    asked = session.execute(_QUESTION, {"inbox_id": inbox_id}).scalar()
    session.execute(
        _SET_DONE,
        {
            "inbox_id": inbox_id,
            "turn": state,
            "now": now,
            "said": understood.intent if understood else None,
            "sure": understood.confidence if understood else None,
            # Its step, if it took one, has noted the question that was open before it.
            "asked": asked if message.effect else message.open_question,
            "told": told,
        },
    )
    raise_need(session, message, understood, failed=state == "failed")
    said = replies_to(session, inbox_id)[1]  # a notice said before is among them
    return Finished(said, told, erased=message.state == State.ERASED.value)


def _store_place(
    session: Session, message: Any, before: Place, place: Place, now: datetime
) -> None:
    # A STOP counts from its arrival; a step of an earlier message does not undo it.
    came_back = (
        before.state is State.STOPPED
        and place.state is not State.STOPPED
        and not stop_waits(session, message.respondent_id, message.id)
    )
    if place.state is State.STOPPED:  # also in other words: what waits is not sent any more
        opt_out(session, message.respondent_id)
    session.execute(
        _SET_PLACE,
        {
            "respondent": message.respondent_id,
            "new_state": place.state.value,
            "out": place.state is State.STOPPED or (message.opted_out and not came_back),
            "asking": place.open_question,
            "tried": place.tries,
            "awaited": dict(place.pending) if place.pending else None,
            "running": stored_detour(place.detour),
            "over": place.wound_up,
        },
    )
