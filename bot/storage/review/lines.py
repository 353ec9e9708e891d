"""Conversations as lines of the list: what is told of each without opening it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.database.tables import FlagRow, InboxRow, RespondentRow
from bot.storage.review.conditions import has_request


@dataclass(frozen=True)
class Conversation:
    """One conversation, as a line of the list."""

    id: str
    reference: str
    channel: str
    state: str
    opted_out: bool
    language: str | None
    started_at: datetime
    last_message_at: datetime
    messages: int
    heard_seq: int
    read_seq: int
    need: int
    behalf: str | None = None
    views: str | None = None
    last_text: str | None = None
    flags: Sequence[str] = ()

    @property
    def unread(self) -> bool:
        return self.heard_seq > self.read_seq and self.state != State.ERASED.value


LINE = (
    RespondentRow.id,
    RespondentRow.reference,
    RespondentRow.channel,
    RespondentRow.state,
    RespondentRow.opted_out,
    RespondentRow.language,
    RespondentRow.started_at,
    RespondentRow.last_message_at,
    RespondentRow.last_seq,
    RespondentRow.heard_seq,
    RespondentRow.read_seq,
    RespondentRow.need,
    RespondentRow.behalf,
    RespondentRow.views,
)


def with_details(session: Session, lines: Sequence[Conversation]) -> list[Conversation]:
    """Return the lines with what was said last, and with their flags."""
    ids = [line.id for line in lines]
    last = (
        select(InboxRow.text)
        .where(InboxRow.respondent_id == RespondentRow.id, InboxRow.text != "")
        .order_by(InboxRow.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    texts = dict(
        session.execute(select(RespondentRow.id, last).where(RespondentRow.id.in_(ids))).all()
    )
    flags: dict[str, list[str]] = {}
    flagged = select(FlagRow.respondent_id, FlagRow.kind).where(FlagRow.respondent_id.in_(ids))
    for owner, kind in session.execute(flagged.order_by(FlagRow.id)):
        flags.setdefault(owner, []).append(kind)
    return [
        replace(
            line,
            last_text=texts.get(line.id),
            flags=tuple(dict.fromkeys(flags.get(line.id, ()))),
        )
        for line in lines
    ]


def line_of(session: Session, reference: str) -> Conversation | None:
    row = session.execute(select(*LINE).where(RespondentRow.reference == reference)).first()
    return Conversation(*row) if row else None


def sent_a_request(session: Session, respondent_id: str) -> bool:
    query = select(RespondentRow.id).where(RespondentRow.id == respondent_id, has_request())
    return session.execute(query).first() is not None
