"""The read queue: what nobody has considered yet, by need."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.storage.listing import LINE, Conversation, Place, unread, with_details
from bot.storage.tables import ConsideredRow, RespondentRow

_at, _reference = RespondentRow.last_message_at, RespondentRow.reference
_FIRST = (RespondentRow.need.desc(), _at.asc(), _reference.asc())


def queue_for(
    session: Session, consultation_id: str, staff: str, *, limit: int
) -> list[Conversation]:
    """Return what somebody should read next: the greatest need first, then the longest wait."""
    query = select(*LINE).where(*_waiting(consultation_id, staff))
    rows = session.execute(query.order_by(*_FIRST).limit(limit))
    return with_details(session, [Conversation(*row) for row in rows])


def _waiting(consultation_id: str, staff: str) -> list[ColumnElement]:
    mine = select(ConsideredRow.seq).where(
        ConsideredRow.respondent_id == RespondentRow.id,
        ConsideredRow.staff == staff,
        ConsideredRow.seq >= RespondentRow.heard_seq,
    )
    return [RespondentRow.consultation == consultation_id, *unread(), ~mine.exists()]


def _later(place: Place) -> ColumnElement:
    return or_(_at > place.at, and_(_at == place.at, _reference > place.reference))


def _earlier(place: Place) -> ColumnElement:
    return or_(_at < place.at, and_(_at == place.at, _reference < place.reference))


def unread_beside(
    session: Session, consultation_id: str, staff: str, line: Conversation
) -> tuple[str | None, str | None]:
    """Return the references before and after one in somebody's queue.

    Beside one that is not in the queue any more, the next is the first of the queue.
    """
    waiting, need = _waiting(consultation_id, staff), RespondentRow.need
    others = [*waiting, RespondentRow.id != line.id]
    place, tied = Place(line.last_message_at, line.reference), need == line.need
    # Within one need the longest wait comes first: the other way round than in the list.
    after = or_(need < line.need, and_(tied, _later(place)))
    before = or_(need > line.need, and_(tied, _earlier(place)))
    there = session.execute(select(RespondentRow.id).where(*waiting, RespondentRow.id == line.id))
    in_queue = there.first() is not None
    back = (need.asc(), _at.desc(), _reference.desc())
    following = select(_reference).where(*others, *([after] if in_queue else []))
    preceding = select(_reference).where(*others, before)
    return (
        session.execute(preceding.order_by(*back).limit(1)).scalar() if in_queue else None,
        session.execute(following.order_by(*_FIRST).limit(1)).scalar(),
    )
