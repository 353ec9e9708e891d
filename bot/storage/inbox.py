"""The inbox: what residents sent, stored before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.storage.tables import InboxRow, RespondentRow


@dataclass(frozen=True)
class Incoming:
    """One message as a channel read it. `message_id` is the provider's and is unique on its
    channel.
    """

    respondent_id: str
    channel: str
    message_id: str
    text: str
    button: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Waiting:
    """A stored message whose turn has not been done."""

    id: int
    respondent_id: str
    channel: str
    text: str
    button: Mapping[str, Any] | None
    phase: Phase
    attempts: int


def web_message_id(respondent_id: str, client_id: str) -> str:
    """Return a page's message id as it is stored: pages choose their own, so theirs hold per
    person.
    """
    return f"{respondent_id}:{client_id}"


def sender_message_id(stored: str) -> str:
    """Return a message id as its sender knows it."""
    return stored.rpartition(":")[2]


def accept(
    session: Session, incoming: Incoming, *, phase: Phase, now: datetime
) -> tuple[int, bool]:
    """Store a message unless it was stored before; return its inbox id and whether it was new."""
    respondent = session.get(RespondentRow, incoming.respondent_id, with_for_update=True)
    known = session.execute(
        select(InboxRow.id).where(
            InboxRow.channel == incoming.channel, InboxRow.provider_id == incoming.message_id
        )
    ).scalar()
    if known is not None:
        return known, False
    text = storable(incoming.text)
    respondent.last_seq += 1
    respondent.last_message_at = now
    row = InboxRow(
        respondent_id=respondent.id,
        channel=incoming.channel,
        provider_id=incoming.message_id,
        seq=respondent.last_seq,
        text=text,
        button=dict(incoming.button) if incoming.button else None,
        repaired=text != incoming.text,
        phase=phase.value,
        received_at=now,
        state="received",
        attempts=0,
    )
    session.add(row)
    session.flush()
    return row.id, True


def storable(text: str) -> str:
    """Replace what no database keeps: NUL (PostgreSQL) and lone surrogates (UTF-8) by U+FFFD."""
    return (
        text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def next_waiting(session: Session, respondent_id: str) -> Waiting | None:
    """Return a respondent's oldest message whose turn is still to do."""
    row = session.execute(
        select(InboxRow)
        .where(InboxRow.respondent_id == respondent_id, InboxRow.state == "received")
        .order_by(InboxRow.seq)
        .limit(1)
    ).scalar()
    return row and Waiting(
        row.id,
        row.respondent_id,
        row.channel,
        row.text,
        row.button,
        Phase(row.phase),
        row.attempts,
    )


def respondents_waiting(session: Session) -> list[str]:
    """Return everybody with a message whose turn is still to do, the longest-waiting first."""
    rows = session.execute(
        select(InboxRow.respondent_id)
        .where(InboxRow.state == "received")
        .group_by(InboxRow.respondent_id)
        .order_by(func.min(InboxRow.id))
    )
    return list(rows.scalars())


def oldest_waiting(session: Session) -> datetime | None:
    """Return when the longest-waiting message arrived."""
    return session.execute(
        select(InboxRow.received_at)
        .where(InboxRow.state == "received")
        .order_by(InboxRow.id)
        .limit(1)
    ).scalar()


def count_attempt(session: Session, inbox_id: int) -> int:
    """Remember that a turn failed; return how many have."""
    session.execute(
        update(InboxRow).where(InboxRow.id == inbox_id).values(attempts=InboxRow.attempts + 1)
    )
    return session.execute(select(InboxRow.attempts).where(InboxRow.id == inbox_id)).scalar_one()
