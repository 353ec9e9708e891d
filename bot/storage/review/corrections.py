"""What messages really were, in the eyes of staff: it counts in the results, and teaches the
model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement, Select

from bot.storage.database.tables import (
    AnswerRow,
    CorrectionRow,
    InboxRow,
    OutboxRow,
    RespondentRow,
)
from bot.storage.review.amending import Amended, amend, original_of, put_back
from bot.storage.review.flags import FLAGS, flag
from bot.storage.review.priority import BY_INTENT, unread_need

UNSURE = 0.7  # less sure than this, and a person should look


@dataclass(frozen=True)
class Correction:
    """What a message really was, who said so, and what it was taken for. `value` is that of the
    answer, if it is one: to `question`.
    """

    intent: str
    staff: str
    at: datetime
    question: str | None = None
    value: Any = None
    was_answer: bool = False
    was: Any = None  # the value


@dataclass(frozen=True)
class Reading:
    """What the bot made of a message of which it was not sure."""

    reference: str
    seq: int
    text: str
    intent: str
    confidence: float
    question: str | None
    value: Any


def correct(
    session: Session,
    respondent_id: str,
    seq: int,
    *,
    intent: str,
    staff: str,
    is_personal: Callable[[str], bool],
    now: datetime,
    answer: Amended | None = None,
) -> bool:
    """Write down what a message really was; the last word counts. Say whether there is one.

    What the message counts for follows: the answer that it really was, or none. What it was
    before is kept. A message whose words are sealed is nothing to learn from. What staff find to be
    distress or a complaint is flagged and needs to be read as if the bot had found it; that flag
    stays.
    """
    person = session.get(RespondentRow, respondent_id, with_for_update=True)
    row = _message(session, respondent_id, seq)
    if row is None:
        return False
    _forget(session, row)
    kept = CorrectionRow(inbox_id=row.id, intent=intent, staff=staff, at=now)
    kept.original = original_of(session, row)
    if answer is not None:
        kept.question, kept.value = answer.question.id, answer.value
    session.add(kept)
    if answer is not None or intent != "give_answer":
        amend(session, row, answer)
    if intent in BY_INTENT:
        flag(session, row.id, FLAGS[intent], now, who=staff)
    session.flush()
    person.need = unread_need(session, person, is_personal)
    return True


def take_back(
    session: Session, respondent_id: str, seq: int, is_personal: Callable[[str], bool]
) -> bool:
    """Let a message be again what the bot took it for; say whether it was corrected."""
    person = session.get(RespondentRow, respondent_id, with_for_update=True)
    row = _message(session, respondent_id, seq)
    if row is None or not _forget(session, row):
        return False
    person.need = unread_need(session, person, is_personal)
    return True


def _message(session: Session, respondent_id: str, seq: int) -> InboxRow | None:
    """Return a message that staff can correct."""
    row = session.execute(
        select(InboxRow).where(InboxRow.respondent_id == respondent_id, InboxRow.seq == seq)
    ).scalar()
    return row if row is not None and row.text and not row.private else None


def _forget(session: Session, row: InboxRow) -> bool:
    """Put back what a message was before it was corrected; say whether it was."""
    before = session.get(CorrectionRow, row.id)
    if before is None:
        return False
    original = before.original
    session.delete(before)
    session.flush()
    if original is not None:  # older corrections changed no answer
        put_back(session, row, original)
    return True


def corrections_of(session: Session, respondent_id: str) -> dict[int, Correction]:
    """Return {number of the message: what it really was} of one conversation."""
    rows = session.execute(
        select(InboxRow.seq, CorrectionRow)
        .join(InboxRow, InboxRow.id == CorrectionRow.inbox_id)
        .where(InboxRow.respondent_id == respondent_id)
    )
    return {
        seq: Correction(
            row.intent, row.staff, row.at, row.question, row.value,
            was_answer=bool(row.original), was=(row.original or {}).get("value"),
        )
        for seq, row in rows
    }  # fmt: skip


def unsure_readings(session: Session, consultation_id: str, *, limit: int) -> Sequence[Reading]:
    """Return what the bot was least sure of and nobody has corrected or confirmed."""
    rows = session.execute(
        select(
            RespondentRow.reference, InboxRow.seq, InboxRow.text, InboxRow.intent,
            InboxRow.confidence, func.coalesce(AnswerRow.question, InboxRow.question),
            AnswerRow.value,
        )
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .outerjoin(AnswerRow, AnswerRow.inbox_id == InboxRow.id)
        .where(*_unsure(consultation_id))
        .order_by(InboxRow.confidence, InboxRow.id)
        .limit(limit)
    )  # fmt: skip
    return [Reading(*row) for row in rows]


def count_unsure(session: Session, consultation_id: str, *, most: int) -> int:
    """Count those readings; at most so many."""
    query = select(InboxRow.id).join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
    some = query.where(*_unsure(consultation_id)).limit(most).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def _unsure(consultation_id: str) -> list[ColumnElement]:
    corrected = select(CorrectionRow.inbox_id).where(CorrectionRow.inbox_id == InboxRow.id)
    return [
        RespondentRow.consultation == consultation_id,
        InboxRow.confidence < UNSURE,
        InboxRow.intent.is_not(None),
        InboxRow.text != "",
        InboxRow.private.is_(None),
        ~corrected.exists(),
    ]


def corrections() -> Select:
    """Return the statement of the export, in the order of its columns. It has no name.

    The kind of the question that was open is taken from any answer to it. `asked` is what the bot
    had said last.
    """
    kind = select(AnswerRow.kind).where(AnswerRow.question == InboxRow.question).limit(1)
    asked = (
        select(OutboxRow.text)
        .where(OutboxRow.respondent_id == InboxRow.respondent_id, OutboxRow.seq < InboxRow.seq)
        .order_by(OutboxRow.seq.desc())
        .limit(1)
    )
    return (
        select(
            InboxRow.text,
            CorrectionRow.intent,
            InboxRow.intent.label("was"),
            kind.scalar_subquery(),
            CorrectionRow.at,
            func.coalesce(CorrectionRow.question, InboxRow.question),
            CorrectionRow.value,
            CorrectionRow.original,
            InboxRow.confidence,
            asked.scalar_subquery().label("asked"),
        )
        .join(InboxRow, InboxRow.id == CorrectionRow.inbox_id)
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .where(InboxRow.text != "")
        .order_by(CorrectionRow.at, CorrectionRow.inbox_id)
    )
