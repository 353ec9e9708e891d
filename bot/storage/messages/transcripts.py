"""Conversations as people read them, on the resident's page and in the staff's transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.storage.database.tables import AnswerRow, InboxRow, OutboxRow
from bot.storage.review.flags import flags_by_message
from bot.storage.review.lines import Conversation, line_of


@dataclass(frozen=True)
class Turn:
    """One message of a conversation. `seq` counts both sides together."""

    seq: int
    direction: str  # in or out
    text: str
    at: datetime
    delivery: str  # in: received, done, failed; out: queued, sent, delivered, failed
    question: str | None
    buttons: Sequence[Mapping[str, Any]] = ()
    intent: str | None = None
    confidence: float | None = None
    phase: str | None = None
    repaired: bool = False
    note: str | None = None  # media, edit or late
    doubtful: bool = False  # a reply that may have arrived twice
    channel: str | None = None
    error: str | None = None  # why a reply did not arrive: the provider's code, or a word
    flags: Sequence[str] = ()
    provider_id: str | None = None
    answer: Answer | None = None
    private: str | None = None  # contact or equality: `text` is empty
    # What Keys.reveal takes; null when it was deleted. Of a reply `text` is what staff may see.
    sealed: bytes | None = None
    language: str | None = None  # where it is not English
    staff: str | None = None  # who of the council wrote it; None: the bot
    effect: Mapping[str, Any] = field(default_factory=dict)  # what its step did (turns.Effect)


@dataclass(frozen=True)
class Answer:
    """What a message became."""

    question: str
    kind: str
    value: Any
    remark: str | None
    status: str


def turns_of(
    session: Session, respondent_id: str, *, after: int = 0, limit: int | None = None
) -> list[Turn]:
    """Return both sides of a conversation in order, from the message after `after` on."""
    incoming = session.execute(
        select(InboxRow, AnswerRow)
        .outerjoin(AnswerRow, AnswerRow.inbox_id == InboxRow.id)
        .where(InboxRow.respondent_id == respondent_id, InboxRow.seq > after)
        .order_by(InboxRow.seq)
        .limit(limit)
    )
    outgoing = session.execute(
        select(OutboxRow)
        .where(OutboxRow.respondent_id == respondent_id, OutboxRow.seq > after)
        .order_by(OutboxRow.seq)
        .limit(limit)
    )
    flagged = flags_by_message(session, respondent_id)
    turns = [_turn_in(row, answer, flagged.get(row.id, ())) for row, answer in incoming]
    turns += [_turn_out(row) for row in outgoing.scalars()]
    return sorted(turns, key=lambda turn: turn.seq)[:limit]


def _turn_in(row: InboxRow, answer: AnswerRow | None, flags: Sequence[str]) -> Turn:
    return Turn(
        seq=row.seq,
        direction="in",
        text=row.text,
        at=row.received_at,
        delivery=row.state,
        question=row.question,
        intent=row.intent,
        confidence=row.confidence,
        phase=row.phase,
        repaired=row.repaired,
        note=row.note,
        flags=flags,
        provider_id=row.provider_id,
        answer=answer
        and Answer(answer.question, answer.kind, answer.value, answer.remark, answer.status),
        private=row.private,
        sealed=row.sealed,
        language=row.language,
        effect=row.effect or {},
    )


def _turn_out(row: OutboxRow) -> Turn:
    return Turn(
        seq=row.seq,
        direction="out",
        text=row.text,
        at=row.created_at,
        delivery=row.delivery,
        question=row.question,
        buttons=row.buttons,
        doubtful=row.doubtful,
        staff=row.staff,
        channel=row.channel,
        error=row.error,
        sealed=row.sealed,
    )


def button_of(
    session: Session, respondent_id: str, seq: int, place: int
) -> Mapping[str, Any] | None:
    """Return a button that this respondent was shown, or None when there was no such button."""
    buttons = session.execute(
        select(OutboxRow.buttons).where(
            OutboxRow.respondent_id == respondent_id, OutboxRow.seq == seq
        )
    ).scalar()
    return buttons[place] if buttons and 0 <= place < len(buttons) else None


def mark_seen(session: Session, respondent_id: str, seq: int) -> None:
    """A respondent's page has shown every message up to `seq`."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.respondent_id == respondent_id,
            OutboxRow.seq <= seq,
            OutboxRow.delivery == "sent",
        )
        .values(delivery="delivered")
    )


def conversation_of(session: Session, reference: str) -> tuple[str, Conversation] | None:
    """Return (respondent id, summary) of one conversation by its reference."""
    line = line_of(session, reference)
    return (line.id, line) if line else None


def sealed_of(session: Session, respondent_id: str) -> dict[int, bytes]:
    """Return {number of the message: contact details as they are kept} of one conversation.

    Equality answers are nobody's to see.
    """
    rows = session.execute(
        select(InboxRow.seq, InboxRow.sealed).where(
            InboxRow.respondent_id == respondent_id,
            InboxRow.private == "contact",
            InboxRow.sealed.is_not(None),
        )
    )
    return {row.seq: row.sealed for row in rows}
