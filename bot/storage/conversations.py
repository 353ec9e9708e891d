"""Conversations as people read them: the page's own view, and the staff's list and transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.storage.flags import flags_by_message
from bot.storage.tables import AnswerRow, FlagRow, InboxRow, OutboxRow, RespondentRow


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
    flags: Sequence[str] = ()
    provider_id: str | None = None
    answer: Answer | None = None


@dataclass(frozen=True)
class Answer:
    """What a message became."""

    question: str
    kind: str
    value: Any
    remark: str | None
    status: str


@dataclass(frozen=True)
class Conversation:
    """One line of the staff's list."""

    reference: str
    channel: str
    state: str
    opted_out: bool
    started_at: datetime
    last_message_at: datetime
    last_text: str | None
    messages: int
    flagged: bool = False


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


def list_conversations(
    session: Session,
    consultation_id: str,
    *,
    state: str | None = None,
    channel: str | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[Conversation], int]:
    """Return one page of conversations, the latest message first, and how many there are in all."""
    where = [RespondentRow.consultation == consultation_id]
    where += [RespondentRow.state == state] if state else []
    where += [RespondentRow.channel == channel] if channel else []
    total = session.execute(
        select(func.count()).select_from(RespondentRow).where(*where)
    ).scalar_one()
    last_text = (
        select(InboxRow.text)
        .where(InboxRow.respondent_id == RespondentRow.id)
        .order_by(InboxRow.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            RespondentRow.reference,
            RespondentRow.channel,
            RespondentRow.state,
            RespondentRow.opted_out,
            RespondentRow.started_at,
            RespondentRow.last_message_at,
            last_text,
            RespondentRow.last_seq,
            exists().where(FlagRow.respondent_id == RespondentRow.id),
        )
        .where(*where)
        .order_by(RespondentRow.last_message_at.desc(), RespondentRow.id)
        .offset(offset)
        .limit(limit)
    )
    return [Conversation(*row) for row in rows], total


def conversation_of(session: Session, reference: str) -> tuple[str, Conversation] | None:
    """Return (respondent id, summary) of one conversation by its reference."""
    row = session.execute(
        select(RespondentRow).where(RespondentRow.reference == reference)
    ).scalar()
    if row is None:
        return None
    summary = Conversation(
        row.reference,
        row.channel,
        row.state,
        row.opted_out,
        row.started_at,
        row.last_message_at,
        None,
        row.last_seq,
    )
    return row.id, summary


def neighbours_of(session: Session, reference: str) -> tuple[str | None, str | None]:
    """Return the references of the conversations before and after one in the list's order."""
    here = session.execute(
        select(RespondentRow).where(RespondentRow.reference == reference)
    ).scalar()
    if here is None:
        return None, None
    return _neighbour(session, here, newer=True), _neighbour(session, here, newer=False)


def _neighbour(session: Session, here: RespondentRow, *, newer: bool) -> str | None:
    at, key = RespondentRow.last_message_at, RespondentRow.id
    beyond = at > here.last_message_at if newer else at < here.last_message_at
    tied = (at == here.last_message_at) & (key < here.id if newer else key > here.id)
    order = (at.asc(), key.desc()) if newer else (at.desc(), key.asc())
    return session.execute(
        select(RespondentRow.reference)
        .where(RespondentRow.consultation == here.consultation, or_(beyond, tied))
        .order_by(*order)
        .limit(1)
    ).scalar()
