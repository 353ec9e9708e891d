"""The outbox: what the bot says, stored in the same transaction as the turn that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.tables import InboxRow, OutboxRow, RespondentRow


@dataclass(frozen=True)
class Reply:
    """One thing the bot says. A button has a title and either question and value, or a command."""

    text: str
    buttons: Sequence[Mapping[str, Any]] = ()
    question: str | None = None
    notice: bool = False


@dataclass(frozen=True)
class Outgoing:
    """A stored reply. `id` counts the messages of one conversation, both sides together."""

    id: int
    text: str
    buttons: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def add_replies(
    session: Session,
    respondent: RespondentRow,
    replies: Sequence[Reply],
    *,
    reply_to: int | None,
    delivery: str,
    now: datetime,
) -> None:
    """Put what the bot says into the outbox, in order."""
    for reply in replies:
        respondent.last_seq += 1
        session.add(
            OutboxRow(
                respondent_id=respondent.id,
                channel=respondent.channel,
                reply_to=reply_to,
                seq=respondent.last_seq,
                text=reply.text,
                buttons=list(reply.buttons),
                question=reply.question,
                notice=reply.notice,
                delivery=delivery,
                created_at=now,
            )
        )


def add_notice(
    session: Session, inbox_id: int, reply: Reply, *, delivery: str, now: datetime
) -> None:
    """Tell a respondent, once for each message, that it is saved and that the reply will follow."""
    message = session.get(InboxRow, inbox_id)
    # Locked before looking, or two that look at the same time would both tell.
    respondent = session.get(RespondentRow, message.respondent_id, with_for_update=True)
    session.refresh(message)
    told = session.execute(
        select(OutboxRow.id).where(OutboxRow.reply_to == inbox_id, OutboxRow.notice)
    ).first()
    if told or message.state != "received":
        return
    add_replies(session, respondent, [reply], reply_to=inbox_id, delivery=delivery, now=now)


def replies_to(
    session: Session, inbox_id: int
) -> tuple[bool, list[Outgoing], dict[str, Any] | None]:
    """Return whether a message's turn is over, the replies so far, and the progress told with
    them.
    """
    message = session.get(InboxRow, inbox_id)
    rows = session.execute(
        select(OutboxRow).where(OutboxRow.reply_to == inbox_id).order_by(OutboxRow.seq)
    ).scalars()
    replies = [Outgoing(row.seq, row.text, row.buttons) for row in rows]
    return message.state != "received", replies, message.progress
