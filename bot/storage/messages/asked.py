"""What a resident had been asked when they wrote, and whether they wrote the same just before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import InboxRow, OutboxRow

AROUND = timedelta(seconds=60)  # parts of one text come close together
LOOKED_AT = 12  # replies, the newest first; one turn says fewer

_REPLIES = (
    select(
        OutboxRow.seq,
        OutboxRow.reply_to,
        OutboxRow.question,
        # What may have gone out before a crash may have been read.
        or_(
            OutboxRow.sent_at <= bindparam("moment"),
            OutboxRow.doubtful.is_(True),
            OutboxRow.delivery == "delivered",
        ).label("sent"),
    )
    .where(OutboxRow.respondent_id == bindparam("respondent"), OutboxRow.notice.is_(False))
    .order_by(OutboxRow.seq.desc())
    .limit(LOOKED_AT)
)
_OURS = select(OutboxRow.delivery).where(OutboxRow.respondent_id == bindparam("respondent"))
_BEFORE = (
    _OURS.where(OutboxRow.seq < bindparam("seq"), OutboxRow.provider_id.is_not(None))
    .order_by(OutboxRow.seq.desc())
    .limit(1)
)
_ARRIVED = _OURS.where(OutboxRow.seq > bindparam("seq"), OutboxRow.delivery == "delivered").limit(1)
_LAST = (
    select(
        InboxRow.seq,
        InboxRow.text,
        InboxRow.button,
        InboxRow.received_at,
        InboxRow.note,
        InboxRow.about,
    )
    .where(InboxRow.respondent_id == bindparam("respondent"))
    .order_by(InboxRow.seq.desc())
)


@dataclass(frozen=True)
class Sent:
    """A message that came before."""

    seq: int
    text: str
    button: Mapping[str, Any] | None
    received_at: datetime
    note: str | None
    about: str | None


def asked_by(
    session: Session, respondent_id: str, moment: datetime, seen: int | None = None
) -> str | None:
    """Return the question that a respondent had been asked last by a moment, or by the last message
    that they had `seen`. None: nothing was asked of them, or nobody can tell.
    """
    rows = _replies(session, respondent_id, moment, seen)
    for _, turn in groupby(rows, key=lambda row: row[1]):
        said = list(turn)
        if all(sent for _, _, _, sent in said):  # of a turn that is half sent, the question is not
            return next((question for _, _, question, _ in said if question), None)
    return None


def answered_since(
    session: Session, respondent_id: str, seq: int, moment: datetime, seen: int | None = None
) -> bool:
    """Say whether an answer to a respondent had arrived, after message `seq`, by a moment. Where
    their network reports what arrives, what it has not reported has not.
    """
    if not seen and _reports(session, respondent_id, seq):
        return (
            session.execute(_ARRIVED, {"respondent": respondent_id, "seq": seq}).first() is not None
        )
    rows = _replies(session, respondent_id, moment, seen)
    return any(sent and number > seq for number, _, _, sent in rows)


def _reports(session: Session, respondent_id: str, seq: int) -> bool:
    before = session.execute(_BEFORE, {"respondent": respondent_id, "seq": seq}).scalar()
    return before == "delivered"


def _replies(
    session: Session, respondent_id: str, moment: datetime, seen: int | None
) -> Sequence[tuple[int, int | None, str | None, bool]]:
    rows = session.execute(_REPLIES, {"respondent": respondent_id, "moment": moment})
    if seen:
        return [(seq, turn, question, seq <= seen) for seq, turn, question, _ in rows]
    return [(seq, turn, question, bool(sent)) for seq, turn, question, sent in rows]


def last_messages(session: Session, respondent_id: str, most: int = 1) -> list[Sent]:
    """Return the last things that a respondent sent, the newest first."""
    rows = session.execute(_LAST.limit(most), {"respondent": respondent_id})
    return [Sent(*row) for row in rows]


def question_replied_to(session: Session, respondent_id: str, shown: str) -> str | None:
    """Return the question of the message that a respondent's app says they reply to: one of ours,
    or one of their own. `shown` is what their app calls it.
    """
    ours = select(OutboxRow.question).where(
        OutboxRow.respondent_id == respondent_id, OutboxRow.provider_id == shown
    )
    theirs = (
        select(InboxRow.question)
        .where(InboxRow.respondent_id == respondent_id, InboxRow.sender_ref == shown)
        .order_by(InboxRow.seq.desc())
        .limit(1)
    )
    found: str | None = session.execute(ours).scalar() or session.execute(theirs).scalar()
    return found


@dataclass(frozen=True)
class Text:
    """What was sent around the same time."""

    id: int
    text: str
    waits: bool


def texts_around(session: Session, respondent_id: str, inbox_id: int) -> list[Text]:
    """Return what a respondent sent within AROUND of a message, in the order that it came."""
    at = session.execute(select(InboxRow.received_at).where(InboxRow.id == inbox_id)).scalar_one()
    rows = session.execute(
        select(InboxRow.id, InboxRow.text, InboxRow.state)
        .where(
            InboxRow.respondent_id == respondent_id,
            InboxRow.received_at >= at - AROUND,
            InboxRow.received_at <= at + AROUND,
        )
        .order_by(InboxRow.seq)
    )
    return [Text(row.id, row.text, row.state == "received") for row in rows]
