"""What a respondent was met with before: a language, a care, an answer to a question."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import InboxRow


def wrote_before(
    session: Session, inbox_id: int, language: str, within: timedelta, but: Collection[str]
) -> bool:
    """Say whether the sender of a message has written in a language not long before it. `but` has
    the intents of messages that do not count.
    """
    about = (InboxRow.respondent_id, InboxRow.seq, InboxRow.received_at)
    who, seq, at = session.execute(select(*about).where(InboxRow.id == inbox_id)).one()
    earlier = select(InboxRow.id).where(
        InboxRow.respondent_id == who,
        InboxRow.seq < seq,
        InboxRow.language == language,
        InboxRow.received_at >= at - within,
        InboxRow.intent.not_in(but),
    )
    return session.execute(earlier.limit(1)).first() is not None


def cared_before(session: Session, inbox_id: int, care: str, within: timedelta) -> bool:
    """Say whether this care was called for by an earlier message of the same sender, not long
    before this one.
    """
    about = (InboxRow.respondent_id, InboxRow.seq, InboxRow.received_at)
    who, seq, at = session.execute(select(*about).where(InboxRow.id == inbox_id)).one()
    earlier = select(InboxRow.id).where(
        InboxRow.respondent_id == who,
        InboxRow.seq < seq,
        InboxRow.care == care,
        InboxRow.received_at >= at - within,
    )
    return session.execute(earlier.limit(1)).first() is not None


def answered_before(session: Session, inbox_id: int, answer: str, last: int) -> bool:
    """Say whether one of the `last` messages before this one got the same answer to a question."""
    about = (InboxRow.respondent_id, InboxRow.seq)
    who, seq = session.execute(select(*about).where(InboxRow.id == inbox_id)).one()
    earlier = select(InboxRow.intent, InboxRow.asks).where(
        InboxRow.respondent_id == who, InboxRow.seq < seq, InboxRow.seq >= seq - last
    )
    return any(answer in (asks or (intent,)) for intent, asks in session.execute(earlier))
