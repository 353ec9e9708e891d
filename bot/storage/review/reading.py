"""Who is reading which conversation now: one reader at a time, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.storage.database.tables import Moment, ReadingRow, RespondentRow

FOR = timedelta(minutes=20)  # then the conversation is anybody's again

# In one statement: of two who ask at once the database lets one have it.
_TAKE = text(
    "INSERT INTO reading (respondent_id, staff, until) VALUES (:respondent, :staff, :until)"
    " ON CONFLICT (respondent_id) DO UPDATE SET staff = excluded.staff, until = excluded.until"
    " WHERE reading.staff = excluded.staff OR reading.until <= :now"
).bindparams(bindparam("until", type_=Moment()), bindparam("now", type_=Moment()))


def take(session: Session, respondent_id: str, staff: str, now: datetime) -> bool:
    """Let a person read a conversation instead of what they read before; say whether they have it.
    What is another's is not taken before its time is over.
    """
    given = {"respondent": respondent_id, "staff": staff, "until": now + FOR, "now": now}
    if session.execute(_TAKE, given).rowcount != 1:
        return False
    before = (ReadingRow.respondent_id != respondent_id, ReadingRow.staff == staff)
    session.execute(delete(ReadingRow).where(*before))
    return True


def let_go(session: Session, respondent_id: str, staff: str) -> None:
    """A person has read it."""
    mine = (ReadingRow.respondent_id == respondent_id, ReadingRow.staff == staff)
    session.execute(delete(ReadingRow).where(*mine))


def reader_of(session: Session, respondent_id: str, now: datetime) -> str | None:
    """Return who is reading a conversation."""
    return session.execute(
        select(ReadingRow.staff).where(
            ReadingRow.respondent_id == respondent_id, ReadingRow.until > now
        )
    ).scalar()


def read_by(session: Session, staff: str, now: datetime) -> set[str]:
    """Return the ids of those that a person is reading."""
    mine = (ReadingRow.staff == staff, ReadingRow.until > now)
    return set(session.execute(select(ReadingRow.respondent_id).where(*mine)).scalars())


def read_by_another(staff: str, now: datetime) -> ColumnElement:
    """Return a condition on respondents: another person is reading it."""
    theirs = select(ReadingRow.respondent_id).where(
        ReadingRow.respondent_id == RespondentRow.id,
        ReadingRow.staff != staff,
        ReadingRow.until > now,
    )
    return theirs.exists()
