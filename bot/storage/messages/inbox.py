"""The inbox: what residents sent, stored before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.storage.database.leases import LEASE, is_over, seconds_now
from bot.storage.database.tables import InboxRow, RespondentRow
from bot.storage.messages.outbox import opt_out
from bot.storage.staff.audit import record

NEWEST = 100  # messages of a person that are looked at, for what came since


class Thread(NamedTuple):
    """How far a conversation has come."""

    last_seq: int
    last_message_at: datetime
    reference: str
    free: bool  # nobody does a turn of it now
    fence: int  # of the last claim


@dataclass(frozen=True)
class Incoming:
    """One message as a channel read it. `message_id` is the provider's and is unique on its
    channel.

    `note` says what it is besides words: media (a picture or recording came with it and was not
    kept), edit (it changes the message that the sender's app calls `sender_ref`), late (its sender
    has written newer ones since) or duplicate (the same words, just before). `stops`: its sender
    wants no more messages; the caller says so, because what words mean is not known here.
    """

    respondent_id: str
    channel: str
    message_id: str
    text: str
    button: Mapping[str, Any] | None = None
    note: str | None = None
    sender_ref: str | None = None
    written_at: datetime | None = None  # where the provider says so
    about: str | None = None  # the question that its sender had been asked by then
    damaged: bool = False  # some of it could not be read as text
    stops: bool = False


@dataclass(frozen=True)
class Said:
    """What a resident sent: words, or the button that they pressed."""

    text: str
    button: Mapping[str, Any] | None


@dataclass(frozen=True)
class SaidWhen(Said):
    """The same, and when: by its provider's clock where it says so, and by ours."""

    written_at: datetime | None
    received_at: datetime
    message_id: str


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
    select(
        RespondentRow.last_seq,
        RespondentRow.last_message_at,
        RespondentRow.reference,
        is_over(RespondentRow.claimed_until),
        RespondentRow.claim_no,
    )
    .where(RespondentRow.id == bindparam("respondent"))
    .with_for_update()
)
_AT = func.coalesce(InboxRow.written_at, InboxRow.received_at)
_NEWEST = (
    select(
        InboxRow.text,
        InboxRow.button,
        InboxRow.written_at,
        InboxRow.received_at,
        InboxRow.provider_id,
        _AT.label("at"),
    )
    .where(InboxRow.respondent_id == bindparam("respondent"))
    .order_by(InboxRow.seq.desc())
    .limit(NEWEST)
    .subquery()
)
_SINCE = select(*list(_NEWEST.c)[:-1]).where(_NEWEST.c.at >= bindparam("moment"))
_ADD = insert(InboxRow.__table__)
_HEARD = (
    update(RespondentRow.__table__)
    .where(RespondentRow.__table__.c.id == bindparam("respondent"))
    .values(last_seq=bindparam("seq"), heard_seq=bindparam("seq"), last_message_at=bindparam("now"))
)
_HEARD_AND_CLAIMED = _HEARD.values(
    claim_no=RespondentRow.__table__.c.claim_no + 1, claimed_until=seconds_now() + LEASE
)


def accept(
    session: Session,
    incoming: Incoming,
    *,
    phase: Phase,
    now: datetime,
    thread: Thread | None = None,
    claims: bool = False,
) -> tuple[int, bool]:
    """Store a message unless it was stored before; return its inbox id and whether it was new.
    `thread`: for who has locked it already. `claims`: its turn is claimed with it, as it is free;
    the fence is one more than the thread's.

    A STOP is obeyed here, in the same transaction: what is queued is not sent any more.
    """
    who = {"respondent": incoming.respondent_id}
    # Locked first: of two that bring the same message at once, the second must see the first's.
    thread = thread or lock_thread(session, incoming.respondent_id)
    text = storable(incoming.text)
    sent = {"channel": incoming.channel, "message": incoming.message_id}
    known = session.execute(_KNOWN, sent).first()
    if known is not None:
        if known.text != text and known.private is None:
            _warn(session, thread.reference, now)
        return known.id, False
    row = {
        "respondent_id": incoming.respondent_id,
        "channel": incoming.channel,
        "provider_id": incoming.message_id,
        "seq": thread.last_seq + 1,
        "text": text,
        "button": dict(incoming.button) if incoming.button else None,
        "note": incoming.note,
        "sender_ref": incoming.sender_ref,
        "repaired": incoming.damaged or text != incoming.text,
        "phase": phase.value,
        "received_at": now,
        "written_at": incoming.written_at,
        "about": incoming.about,
        "state": "received",
        "attempts": 0,
    }
    inserted = session.execute(_ADD, row)
    heard = max(now, thread.last_message_at)
    statement = _HEARD_AND_CLAIMED if claims and thread.free else _HEARD
    session.execute(statement, {**who, "seq": thread.last_seq + 1, "now": heard})
    if incoming.stops:
        opt_out(session, incoming.respondent_id)
    return inserted.inserted_primary_key[0], True


def lock_thread(session: Session, respondent_id: str) -> Thread:
    """Return how far a conversation has come. Until the commit nothing more of it is stored."""
    return Thread(*session.execute(_THREAD, {"respondent": respondent_id}).one())


def said_since(session: Session, respondent_id: str, moment: datetime) -> list[SaidWhen]:
    """Return what a respondent has written from a moment on, as far as it is among their newest:
    who has written very much does not make each message slow.
    """
    rows = session.execute(_SINCE, {"respondent": respondent_id, "moment": moment})
    return [SaidWhen(*row) for row in rows]


def stored_before(session: Session, channel: str, message_ids: Sequence[str]) -> InboxRow | None:
    """Return the message that is stored under one of these ids, if one is."""
    return session.execute(
        select(InboxRow).where(InboxRow.channel == channel, InboxRow.provider_id.in_(message_ids))
    ).scalar()


def _warn(session: Session, reference: str, now: datetime) -> None:
    """The first text is kept; that a provider changed its mind is for staff to know."""
    what = "message id came again with other words"
    record(session, who="gateway", what=what, about=reference, now=now)


def storable(text: str) -> str:
    """Replace what no database keeps: NUL (PostgreSQL) and lone surrogates (UTF-8) by U+FFFD."""
    return (
        text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
