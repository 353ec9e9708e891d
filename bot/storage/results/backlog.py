"""What waits and what did not arrive: the figures that are watched from outside."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import InboxRow, waits
from bot.storage.messages.claims import counts
from bot.storage.messages.waiting import oldest_waiting
from bot.storage.results.morning import count_failed_turns, count_undelivered

DAY = timedelta(hours=24)


def backlog(session: Session, consultation_id: str, now: datetime) -> dict[str, float]:
    """Return the figures of `bot.metrics.BACKLOG`."""
    waiting = select(func.count()).select_from(InboxRow).where(waits())
    oldest, replies = oldest_waiting(session), counts(session)
    return {
        "messages_waiting": session.execute(waiting).scalar_one(),
        "oldest_waiting_seconds": max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        "turns_left_to_staff": count_failed_turns(session, consultation_id),
        "replies_waiting": replies["waiting"],
        "replies_perhaps_twice": replies["perhaps_twice"],
        "replies_undelivered": sum(count_undelivered(session, consultation_id, now - DAY).values()),
    }
