"""The inbox: what residents sent, stored before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.storage.database.tables import InboxRow, OutboxRow, RespondentRow
from bot.storage.staff.audit import record
from bot.understanding.commands import exact_command, is_stop


@dataclass(frozen=True)
class Incoming:
    """One message as a channel read it. `message_id` is the provider's and is unique on its
    channel.

    `note` says what it is besides words: media (a picture or recording came with it and was not
    kept), edit (it changes the message that the sender's app calls `sender_ref`) or late (it was
    found by reconciliation, after newer ones of the same person). `found`: it did not come by
    itself, so it may be late.
    """

    respondent_id: str
    channel: str
    message_id: str
    text: str
    button: Mapping[str, Any] | None = None
    note: str | None = None
    sender_ref: str | None = None
    found: bool = False
    damaged: bool = False  # some of it could not be read as text

    @property
    def stops(self) -> bool:
        return says_stop(self.text, self.button)


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
    seq: int = 0
    note: str | None = None

    @property
    def stops(self) -> bool:
        return says_stop(self.text, self.button)


def says_stop(text: str, button: Mapping[str, Any] | None) -> bool:
    """Say whether a message opts out: a bare STOP word, or the network's own word for it."""
    return button.get("command") == "opt_out" if button else is_stop(text)


def web_message_id(respondent_id: str, client_id: str) -> str:
    """Return a page's message id as it is stored: pages choose their own, so theirs hold per
    person.
    """
    return f"{respondent_id}:{client_id}"


def sender_message_id(stored: str) -> str:
    """Return a message id as its sender knows it."""
    return stored.rpartition(":")[2]


# Statements of every turn are built once: building one costs more than running it.
_KNOWN = select(InboxRow.id, InboxRow.text, InboxRow.private).where(
    InboxRow.channel == bindparam("channel"), InboxRow.provider_id == bindparam("message")
)
_THREAD = (
    select(RespondentRow.last_seq, RespondentRow.last_message_at, RespondentRow.reference)
    .where(RespondentRow.id == bindparam("respondent"))
    .with_for_update()
)
_ADD = insert(InboxRow.__table__)
_HEARD = (
    update(RespondentRow.__table__)
    .where(RespondentRow.__table__.c.id == bindparam("respondent"))
    .values(last_seq=bindparam("seq"), heard_seq=bindparam("seq"), last_message_at=bindparam("now"))
)
_OPT_OUT = (
    update(RespondentRow.__table__)
    .where(RespondentRow.__table__.c.id == bindparam("respondent"))
    .values(opted_out=True)
)
_CANCEL = (
    update(OutboxRow.__table__)
    .where(
        OutboxRow.__table__.c.respondent_id == bindparam("respondent"),
        OutboxRow.__table__.c.delivery == "queued",
    )
    .values(delivery="cancelled", error="opted out")
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
        InboxRow.seq,
        InboxRow.note,
    )
    .where(InboxRow.respondent_id == bindparam("respondent"), InboxRow.state == "received")
    .order_by(InboxRow.seq)
    .limit(1)
)


def accept(
    session: Session, incoming: Incoming, *, phase: Phase, now: datetime
) -> tuple[int, bool]:
    """Store a message unless it was stored before; return its inbox id and whether it was new.

    A STOP is obeyed here, in the same transaction: what is queued is not sent any more.
    """
    who = {"respondent": incoming.respondent_id}
    # Locked first: of two that bring the same message at once, the second must see the first's.
    thread = session.execute(_THREAD, who).one()
    text = storable(incoming.text)
    sent = {"channel": incoming.channel, "message": incoming.message_id}
    known = session.execute(_KNOWN, sent).first()
    if known is not None:
        if known.text != text and known.private is None:
            _warn(session, thread.reference, now)
        return known.id, False
    late = incoming.found and _is_late(session, incoming, thread.last_message_at, now)
    row = {
        "respondent_id": incoming.respondent_id,
        "channel": incoming.channel,
        "provider_id": incoming.message_id,
        "seq": thread.last_seq + 1,
        "text": text,
        "button": dict(incoming.button) if incoming.button else None,
        "note": "late" if late else incoming.note,
        "sender_ref": incoming.sender_ref,
        "repaired": incoming.damaged or text != incoming.text,
        "phase": phase.value,
        "received_at": now,
        "state": "received",
        "attempts": 0,
    }
    inserted = session.execute(_ADD, row)
    heard = max(now, thread.last_message_at)
    session.execute(_HEARD, {**who, "seq": thread.last_seq + 1, "now": heard})
    if incoming.stops and not late:
        opt_out(session, incoming.respondent_id)
    return inserted.inserted_primary_key[0], True


def _is_late(session: Session, incoming: Incoming, heard: datetime, sent: datetime) -> bool:
    """Say whether a message that was found is older than what its sender has said since.

    A STOP is never too late, unless she has come back since. Providers tell whole seconds.
    """
    if heard <= sent + timedelta(seconds=1):
        return False
    return not incoming.stops or _came_back(session, incoming.respondent_id, sent)


def _came_back(session: Session, respondent_id: str, since: datetime) -> bool:
    newer = session.execute(
        select(InboxRow.text, InboxRow.button).where(
            InboxRow.respondent_id == respondent_id, InboxRow.received_at > since
        )
    )
    return any(
        (row.button or {}).get("command", exact_command(row.text)) == "start" for row in newer
    )


def stored_before(session: Session, channel: str, message_ids: Sequence[str]) -> InboxRow | None:
    """Return the message that is stored under one of these ids, if one is."""
    return session.execute(
        select(InboxRow).where(InboxRow.channel == channel, InboxRow.provider_id.in_(message_ids))
    ).scalar()


def opt_out(session: Session, respondent_id: str) -> None:
    """Send nothing more: what waits to be sent is cancelled."""
    session.execute(_OPT_OUT, {"respondent": respondent_id})
    session.execute(_CANCEL, {"respondent": respondent_id})


def stop_waits(session: Session, respondent_id: str, after: int) -> bool:
    """Say whether a STOP that came after a message waits for its turn."""
    newer = session.execute(
        select(InboxRow.text, InboxRow.button, InboxRow.note).where(
            InboxRow.respondent_id == respondent_id,
            InboxRow.state == "received",
            InboxRow.id > after,
        )
    )
    return any(says_stop(row.text, row.button) for row in newer if row.note != "late")


def _warn(session: Session, reference: str, now: datetime) -> None:
    """The first text is kept; that a provider changed its mind is for staff to know."""
    what = "message id came again with other words"
    record(session, who="gateway", what=what, about=reference, now=now)


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
