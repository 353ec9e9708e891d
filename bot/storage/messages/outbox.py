"""The outbox: what the bot says, stored in the same transaction as the turn that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.consultation.state import State
from bot.conversation.sealing import masked
from bot.storage.database.journal import note
from bot.storage.database.keys import Keys
from bot.storage.database.leases import FREE
from bot.storage.database.tables import AddressRow, InboxRow, OutboxRow, RespondentRow


class Thread(NamedTuple):
    """What a reply needs to know of the conversation that it goes to."""

    channel: str
    last_seq: int
    opted_out: bool
    ends_turn: bool = False  # and so frees it for the next


@dataclass(frozen=True)
class Reply:
    """One thing the bot says. A button has a title and either question and value, or a command.
    `personal`: the contact details that it repeats; with any the whole of it is kept sealed.
    """

    text: str
    buttons: Sequence[Mapping[str, Any]] = ()
    question: str | None = None
    notice: bool = False
    personal: tuple[str, ...] = ()
    staff: str | None = None  # who wrote it, if the bot did not
    unasked: bool = False  # they wrote nothing that it answers


@dataclass(frozen=True)
class Outgoing:
    """A stored reply. `id` counts the messages of one conversation, both sides together."""

    id: int
    text: str
    buttons: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


# Statements of every turn are built once: building one costs more than running it.
_THREAD = (
    select(RespondentRow.channel, RespondentRow.last_seq, RespondentRow.opted_out)
    .where(RespondentRow.id == bindparam("respondent"))
    .with_for_update()
)
_MOVE_ON = (
    update(RespondentRow.__table__)
    .where(RespondentRow.__table__.c.id == bindparam("respondent"))
    .values(last_seq=bindparam("seq"))
)
_LEAVE = _MOVE_ON.values(claimed_until=FREE)
_ADD = insert(OutboxRow.__table__)
_TOLD = select(OutboxRow.id).where(
    OutboxRow.reply_to == bindparam("inbox_id"), OutboxRow.notice.is_(True)
)
_MESSAGE = select(InboxRow.state, InboxRow.progress, InboxRow.respondent_id).where(
    InboxRow.id == bindparam("inbox_id")
)
_GREETED = (
    select(OutboxRow.id)
    .join(InboxRow, InboxRow.id == OutboxRow.reply_to)
    .where(
        OutboxRow.respondent_id == bindparam("respondent"),
        OutboxRow.notice.is_(False),
        OutboxRow.delivery != "cancelled",
        InboxRow.phase == Phase.OPEN.value,
        or_(InboxRow.intent.is_(None), InboxRow.intent != "opt_out"),
    )
    .limit(1)  # the first one is enough, so this does not grow with the conversation
)
_STATE = select(RespondentRow.state).where(RespondentRow.id == bindparam("respondent"))
_REPLIES = (
    select(OutboxRow.seq, OutboxRow.text, OutboxRow.buttons, OutboxRow.sealed)
    .where(OutboxRow.reply_to == bindparam("inbox_id"))
    .order_by(OutboxRow.seq)
)


_OPT_OUT = (
    update(RespondentRow.__table__)
    .where(
        RespondentRow.__table__.c.id == bindparam("respondent"),
        RespondentRow.__table__.c.opted_out.is_(False),
    )
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


def add_replies(
    session: Session,
    respondent_id: str,
    replies: Sequence[Reply],
    *,
    reply_to: int | None,
    delivery: str,
    now: datetime,
    keys: Keys | None = None,
    thread: Thread | None = None,
) -> None:
    """Put what the bot says into the outbox, in order. `keys` seal what repeats contact details.
    `thread`: for who holds the respondent's row already.
    """
    if not replies:
        if thread and thread.ends_turn:
            session.execute(_LEAVE, {"respondent": respondent_id, "seq": thread.last_seq})
        return
    thread = thread or _lock_thread(session, respondent_id)
    rows = [
        {
            "respondent_id": respondent_id,
            "channel": thread.channel,
            "reply_to": reply_to,
            "seq": seq,
            **_kept(reply, keys),
            "buttons": list(reply.buttons),
            "question": reply.question,
            "notice": reply.notice,
            "unasked": reply.unasked,
            "staff": reply.staff,
            "delivery": delivery,
            "doubtful": False,
            "created_at": now,
            "sent_at": now if delivery == "sent" else None,
        }
        for seq, reply in enumerate(replies, start=thread.last_seq + 1)
    ]
    session.execute(_ADD, rows)
    move_on = _LEAVE if thread.ends_turn else _MOVE_ON
    session.execute(move_on, {"respondent": respondent_id, "seq": rows[-1]["seq"]})


def _lock_thread(session: Session, respondent_id: str) -> Thread:
    return Thread(*session.execute(_THREAD, {"respondent": respondent_id}).one())


def _kept(reply: Reply, keys: Keys | None) -> dict[str, Any]:
    if not reply.personal:
        return {"text": reply.text, "sealed": None}
    assert keys is not None
    return {"text": masked(reply.text, reply.personal), "sealed": keys.hide(reply.text)}


def needs_greeting(session: Session, respondent_id: str) -> bool:
    """Say whether a respondent has had no reply since it opened, and has not stopped.

    That a STOP was confirmed, or that a reply will follow, is no reply.
    """
    who = {"respondent": respondent_id}
    state = session.execute(_STATE, who).scalar_one()
    gone = state in (State.STOPPED.value, State.ERASED.value)
    return not gone and session.execute(_GREETED, who).first() is None


def add_notice(
    session: Session, inbox_id: int, reply: Reply, *, delivery: str, now: datetime
) -> None:
    """Tell a respondent, once for each message, that it is saved and that the reply will follow."""
    owner = session.execute(_MESSAGE, {"inbox_id": inbox_id}).one().respondent_id
    # Locked before looking, or two that look at the same time would both tell.
    thread = _lock_thread(session, owner)
    if thread.opted_out and delivery == "queued":
        return
    waits = session.execute(_MESSAGE, {"inbox_id": inbox_id}).one().state == "received"
    if waits and not session.execute(_TOLD, {"inbox_id": inbox_id}).first():
        add_replies(
            session,
            owner,
            [reply],
            reply_to=inbox_id,
            delivery=delivery,
            now=now,
            thread=thread,
        )


def said_to(session: Session, inbox_id: int, keys: Keys | None = None) -> list[Outgoing]:
    """Return the replies to a message so far. Without `keys` what is sealed stays masked."""
    return [
        Outgoing(row.seq, keys.reveal(row.sealed) if keys and row.sealed else row.text, row.buttons)
        for row in session.execute(_REPLIES, {"inbox_id": inbox_id})
    ]


def replies_to(
    session: Session, inbox_id: int, keys: Keys | None = None
) -> tuple[bool, list[Outgoing], dict[str, Any] | None]:
    """Return (is the message's turn over, the replies so far, the progress told with them)."""
    message = session.execute(_MESSAGE, {"inbox_id": inbox_id}).one()
    return message.state != "received", said_to(session, inbox_id, keys), message.progress


def opt_out(session: Session, respondent_id: str) -> None:
    """Send nothing more: what waits to be sent is cancelled."""
    if session.execute(_OPT_OUT, {"respondent": respondent_id}).rowcount:
        note(session, "opted out", **_who(session, respondent_id))
    session.execute(_CANCEL, {"respondent": respondent_id})


def opted_in(session: Session, respondent_id: str) -> None:
    """Note that a resident has come back after a STOP."""
    note(session, "came back", **_who(session, respondent_id))


def _who(session: Session, respondent_id: str) -> dict[str, Any]:
    """Return what the journal tells of a person: also a copy of the database that does not know
    them yet must obey it.
    """
    addresses = select(AddressRow.hash).where(AddressRow.respondent_id == respondent_id)
    row = session.get(RespondentRow, respondent_id)
    return {
        "who": respondent_id,
        "reference": row.reference,
        "consultation": row.consultation,
        "channel": row.channel,
        "addresses": sorted(session.execute(addresses).scalars()),
    }


def last_said(session: Session, respondent_id: str, most: int = 8) -> list[str]:
    """Return the last things that the bot said to a respondent, the newest first."""
    said = select(OutboxRow.text).where(OutboxRow.respondent_id == respondent_id)
    return list(session.execute(said.order_by(OutboxRow.seq.desc()).limit(most)).scalars())
