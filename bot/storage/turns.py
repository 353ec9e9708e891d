"""Doing a turn once: the effect of a message, and the replies to it. Both are keyed by its inbox
row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Question
from bot.consultation.progress import State
from bot.consultation.reading import Reading
from bot.consultation.steps import Place, Step, StepFunction
from bot.storage.outbox import Reply, add_replies
from bot.storage.respondents import place_of, progress_now
from bot.storage.tables import AnswerRow, InboxRow, RespondentRow, SkipRow


@dataclass(frozen=True)
class Effect:
    """What a message did, as it is kept with its inbox row."""

    did: str
    question: str | None = None
    value: Any = None
    opened: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Understood:
    """What the dialogue model made of a message."""

    intent: str
    confidence: float


def take_step(
    session: Session,
    consultation: Consultation,
    inbox_id: int,
    step: StepFunction,
    *,
    now: datetime,
) -> Effect:
    """Let a message do its work, once: called again for the same message it only tells what was
    done.
    """
    message = session.get(InboxRow, inbox_id)
    respondent = session.get(RespondentRow, message.respondent_id, with_for_update=True)
    session.refresh(message)
    if message.effect is not None:
        return Effect(**message.effect)
    before = place_of(session, respondent, Phase(message.phase))
    done = step(consultation, before, message.text, message.button)
    _store_step(session, consultation, message, respondent, done, now)
    effect = Effect(
        did=done.did,
        question=done.question,
        value=done.reading.value if done.reading else None,
        opened=done.opened,
        reason=done.reason,
    )
    message.effect = {k: v for k, v in vars(effect).items() if v is not None}
    message.question = before.open_question
    return effect


def effect_of(session: Session, inbox_id: int) -> Effect | None:
    """Return what a message did, if it has done anything yet."""
    effect = session.execute(select(InboxRow.effect).where(InboxRow.id == inbox_id)).scalar()
    return Effect(**effect) if effect else None


def current_answer(session: Session, respondent_id: str, question: str) -> str | None:
    """Return a respondent's own words to a question, as they stand now."""
    return session.execute(
        select(AnswerRow.text).where(
            AnswerRow.respondent_id == respondent_id,
            AnswerRow.question == question,
            AnswerRow.status == "current",
        )
    ).scalar()


def state_of(session: Session, respondent_id: str) -> State:
    return State(session.get(RespondentRow, respondent_id).state)


def _store_step(
    session: Session,
    consultation: Consultation,
    message: InboxRow,
    respondent: RespondentRow,
    step: Step,
    now: datetime,
) -> None:
    if step.reading and step.question:
        question = consultation.by_id[step.question]
        _store_answer(session, consultation.version, message, question, step.reading, now)
    if step.skip:
        session.merge(SkipRow(respondent_id=respondent.id, question=step.skip, skipped_at=now))
    _store_place(respondent, step.place, now)


def _store_place(respondent: RespondentRow, place: Place, now: datetime) -> None:
    if place.state is State.COMPLETED and respondent.state != State.COMPLETED.value:
        respondent.completed_at = now
    respondent.state = place.state.value
    respondent.opted_out = place.state is State.STOPPED
    respondent.open_question = place.open_question
    respondent.tries = place.tries


def _store_answer(
    session: Session,
    wording_version: str,
    message: InboxRow,
    question: Question,
    reading: Reading,
    now: datetime,
) -> None:
    """Add the answer; the one it revises is kept and marked as replaced."""
    session.execute(
        update(AnswerRow)
        .where(
            AnswerRow.respondent_id == message.respondent_id,
            AnswerRow.question == question.id,
            AnswerRow.status == "current",
        )
        .values(status="replaced")
    )
    session.execute(
        delete(SkipRow).where(
            SkipRow.respondent_id == message.respondent_id, SkipRow.question == question.id
        )
    )
    session.add(
        AnswerRow(
            inbox_id=message.id,
            respondent_id=message.respondent_id,
            question=question.id,
            kind=question.kind.value,
            value=reading.value,
            remark=reading.remark,
            text=message.text,
            status="current",
            wording_version=wording_version,
            answered_at=now,
        )
    )


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
) -> None:
    """Store the replies and mark the message done, unless another run of the same turn did so
    before.
    """
    message = session.get(InboxRow, inbox_id)
    if message is None:
        return
    respondent = session.get(RespondentRow, message.respondent_id, with_for_update=True)
    session.refresh(message)
    if message.state != "received":
        return
    add_replies(session, respondent, replies, reply_to=inbox_id, delivery=delivery, now=now)
    message.state = state
    message.done_at = now
    if understood:
        message.intent, message.confidence = understood.intent, understood.confidence
    if message.effect is None:
        message.question = respondent.open_question
    session.flush()
    now_at = progress_now(session, consultation, respondent.id, Phase(message.phase))
    message.progress = now_at.as_dict()
