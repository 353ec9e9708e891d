"""What staff write beside a conversation: private notes, and tags to find and count it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.database.tables import InboxRow, NoteRow, OutboxRow, RespondentRow, TagRow
from bot.storage.messages.inbox import storable

WHOLE = 0  # instead of a message's number: the whole conversation
LONGEST_NOTE, LONGEST_TAG = 2000, 60


@dataclass(frozen=True)
class Note:
    """A private note; `seq` is WHOLE or the number of the message that it is about."""

    id: int
    seq: int
    staff: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Tag:
    """A tag; `seq` as for notes."""

    seq: int
    name: str
    staff: str


def normal_tag(typed: str) -> str:
    """Return a tag as it is stored: small letters, single blanks."""
    return " ".join(storable(typed).lower().split())[:LONGEST_TAG].strip()


def add_note(
    session: Session, respondent_id: str, *, seq: int, staff: str, text: str, now: datetime
) -> bool:
    """Write a note; say whether there is such a message. Of a resident who was erased nothing is
    written any more.
    """
    if not _is_there(session, respondent_id, seq):
        return False
    session.add(
        NoteRow(
            respondent_id=respondent_id,
            seq=seq or None,
            staff=staff,
            text=storable(text).strip()[:LONGEST_NOTE],
            at=now,
        )
    )
    return True


def delete_note(session: Session, respondent_id: str, note_id: int, *, staff: str) -> bool:
    """Delete a note of one's own; say whether there was one."""
    mine = (NoteRow.id == note_id, NoteRow.respondent_id == respondent_id, NoteRow.staff == staff)
    return bool(session.execute(delete(NoteRow).where(*mine)).rowcount)


def notes_of(session: Session, respondent_id: str) -> list[Note]:
    """Return the notes about a conversation and its messages, the oldest first."""
    rows = session.execute(
        select(NoteRow).where(NoteRow.respondent_id == respondent_id).order_by(NoteRow.id)
    ).scalars()
    return [Note(row.id, row.seq or WHOLE, row.staff, row.text, row.at) for row in rows]


def add_tag(
    session: Session, respondent_id: str, *, seq: int, name: str, staff: str, now: datetime
) -> bool:
    """Put a tag to a message or a conversation, once; say whether there is such a message."""
    if not _is_there(session, respondent_id, seq):
        return False
    same = select(TagRow.id).where(*_the_tag(respondent_id, seq, name))
    if session.execute(same).first() is None:
        session.add(TagRow(respondent_id=respondent_id, seq=seq, name=name, staff=staff, at=now))
    return True


def remove_tag(session: Session, respondent_id: str, *, seq: int, name: str) -> None:
    session.execute(delete(TagRow).where(*_the_tag(respondent_id, seq, name)))


def tags_of(session: Session, respondent_id: str) -> list[Tag]:
    rows = session.execute(
        select(TagRow).where(TagRow.respondent_id == respondent_id).order_by(TagRow.name)
    ).scalars()
    return [Tag(row.seq, row.name, row.staff) for row in rows]


def known_tags(session: Session, *, most: int = 200) -> list[str]:
    """Return the tags that are used most, in the order of the alphabet."""
    rows = session.execute(
        select(TagRow.name).group_by(TagRow.name).order_by(func.count().desc()).limit(most)
    )
    return sorted(rows.scalars())


def _the_tag(respondent_id: str, seq: int, name: str) -> tuple:
    return (TagRow.respondent_id == respondent_id, TagRow.seq == seq, TagRow.name == name)


def _is_there(session: Session, respondent_id: str, seq: int) -> bool:
    """Lock the person, so that what is written here is not written after they were erased."""
    person = session.get(RespondentRow, respondent_id, with_for_update=True)
    if person is None or person.state == State.ERASED.value:
        return False
    return seq == WHOLE or any(
        session.execute(
            select(side.id).where(side.respondent_id == respondent_id, side.seq == seq)
        ).first()
        for side in (InboxRow, OutboxRow)
    )
