"""What waits and what did not arrive: the figures that are watched from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import InboxRow, waits
from bot.storage.messages.claims import counts
from bot.storage.messages.pace import minutes_until_sent, queues, unconfirmed
from bot.storage.messages.waiting import oldest_waiting
from bot.storage.results.morning import count_failed_turns, count_undelivered

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


def backlog(
    session: Session, consultation_id: str, now: datetime, channels: Mapping[str, Any]
) -> dict[str, float]:
    """Return the figures of `bot.metrics.BACKLOG`. `channels`: the settings of what is on."""
    waiting = select(func.count()).select_from(InboxRow).where(waits())
    oldest, replies = oldest_waiting(session), counts(session)
    return {
        "messages_waiting": session.execute(waiting).scalar_one(),
        "oldest_waiting_seconds": max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
        "turns_left_to_staff": count_failed_turns(session, consultation_id),
        "replies_waiting": replies["waiting"],
        "replies_waiting_minutes": minutes_until_sent(queues(session, channels)),
        "texts_unconfirmed": unconfirmed(session, channels, now - HOUR),
        "replies_perhaps_twice": replies["perhaps_twice"],
        "replies_undelivered": sum(count_undelivered(session, consultation_id, now - DAY).values()),
    }
