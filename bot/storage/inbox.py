"""The inbox: what residents sent, stored before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
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


# Statements of every turn are built once: building one costs more than running it.
_KNOWN = select(InboxRow.id).where(
    InboxRow.channel == bindparam("channel"), InboxRow.provider_id == bindparam("message")
)
_LAST_SEQ = (
    select(RespondentRow.last_seq)
    .where(RespondentRow.id == bindparam("respondent"))
    .with_for_update()
)
_ADD = insert(InboxRow.__table__)
_HEARD = (
    update(RespondentRow.__table__)
    .where(RespondentRow.__table__.c.id == bindparam("respondent"))
    .values(last_seq=bindparam("seq"), last_message_at=bindparam("now"))
)
_NEXT = (
    select(
        InboxRow.id,
        InboxRow.respondent_id,
        InboxRow.channel,
        InboxRow.text,
        InboxRow.button,
        InboxRow.phase,
        InboxRow.attempts,
    )
    .where(InboxRow.respondent_id == bindparam("respondent"), InboxRow.state == "received")
    .order_by(InboxRow.seq)
    .limit(1)
)


def accept(
    session: Session, incoming: Incoming, *, phase: Phase, now: datetime
) -> tuple[int, bool]:
    """Store a message unless it was stored before; return its inbox id and whether it was new."""
    who = {"respondent": incoming.respondent_id}
    # Locked first: of two that bring the same message at once, the second must see the first's.
    seq = session.execute(_LAST_SEQ, who).scalar_one() + 1
    sent = {"channel": incoming.channel, "message": incoming.message_id}
    known = session.execute(_KNOWN, sent).scalar()
    if known is not None:
        return known, False
    text = storable(incoming.text)
    row = {
        "respondent_id": incoming.respondent_id,
        "channel": incoming.channel,
        "provider_id": incoming.message_id,
        "seq": seq,
        "text": text,
        "button": dict(incoming.button) if incoming.button else None,
        "repaired": text != incoming.text,
        "phase": phase.value,
        "received_at": now,
        "state": "received",
        "attempts": 0,
    }
    inserted = session.execute(_ADD, row)
    session.execute(_HEARD, {**who, "seq": seq, "now": now})
    return inserted.inserted_primary_key[0], True


def storable(text: str) -> str:
    """Replace what no database keeps: NUL (PostgreSQL) and lone surrogates (UTF-8) by U+FFFD."""
    return (
        text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def next_waiting(session: Session, respondent_id: str) -> Waiting | None:
    """Return a respondent's oldest message whose turn is still to do."""
    row = session.execute(_NEXT, {"respondent": respondent_id}).first()
    return Waiting(**{**row._mapping, "phase": Phase(row.phase)}) if row else None


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
