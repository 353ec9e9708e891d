"""What becomes of claims when their holder is gone."""

from __future__ import annotations

from sqlalchemy import update

from bot.storage.database.session import Session
from bot.storage.database.tables import JobRunRow, OutboxRow, RespondentRow
from bot.storage.messages.claims import give_back_expired


def expire(session: Session) -> None:
    """Let the time of every lease be over."""
    for table in (OutboxRow, RespondentRow):
        session.execute(
            update(table).values(claimed_until=0.0).execution_options(synchronize_session=False)
        )


def set_clock_back(session: Session, seconds: float) -> None:
    """Let every lease end so much later, as where the database's clock was set back since."""
    for table in (OutboxRow, RespondentRow, JobRunRow):
        session.execute(
            update(table)
            .values(claimed_until=table.claimed_until + seconds)
            .execution_options(synchronize_session=False)
        )


def give_back_all(session: Session) -> int:
    """Take up what a crash left behind, once the leases are over; return how many replies."""
    expire(session)
    return give_back_expired(session)
