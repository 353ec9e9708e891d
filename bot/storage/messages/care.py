"""What care a respondent was met with before."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import InboxRow


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
