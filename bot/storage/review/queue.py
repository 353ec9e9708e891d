"""The read queue: what nobody has considered yet, by need."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.storage.database.tables import ConsideredRow, RespondentRow
from bot.storage.review.conditions import unread
from bot.storage.review.lines import LINE, Conversation, with_details

_at, _reference = RespondentRow.last_message_at, RespondentRow.reference
_FIRST = (RespondentRow.need.desc(), _at.asc(), _reference.asc())


def queue_for(
    session: Session, consultation_id: str, staff: str, *, limit: int
) -> list[Conversation]:
    """Return what a reviewer should read next: the greatest need first, then the longest wait."""
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


def unread_beside(
    session: Session, consultation_id: str, staff: str, line: Conversation
) -> tuple[str | None, str | None]:
    """Return the references before and after one in a reviewer's queue.

    Beside one that is not in the queue any more, the next is the first of the queue.
    """
    waiting, need = _waiting(consultation_id, staff), RespondentRow.need
    there = session.execute(select(RespondentRow.id).where(*waiting, RespondentRow.id == line.id))
    others = [*waiting, RespondentRow.id != line.id]
    if there.first() is None:
        return None, _foremost(session, others)
    # Within one need the longest wait comes first: the other way round than in the list.
    at, same = line.last_message_at, [*others, need == line.need]
    later = and_(_at >= at, or_(_at > at, _reference > line.reference))
    earlier = and_(_at <= at, or_(_at < at, _reference < line.reference))
    following = _one(session, [*same, later], _at.asc(), _reference.asc())
    preceding = _one(session, [*same, earlier], _at.desc(), _reference.desc())
    return (
        preceding or _last_above(session, [*others, need > line.need]),
        following or _foremost(session, [*others, need < line.need]),
    )


def _foremost(session: Session, where: list[ColumnElement]) -> str | None:
    """Return the first in the queue of these. By two steps, each of which an index serves."""
    most = _one_need(session, where, RespondentRow.need.desc())
    if most is None:
        return None
    return _one(session, [*where, RespondentRow.need == most], _at.asc(), _reference.asc())


def _last_above(session: Session, where: list[ColumnElement]) -> str | None:
    least = _one_need(session, where, RespondentRow.need.asc())
    if least is None:
        return None
    return _one(session, [*where, RespondentRow.need == least], _at.desc(), _reference.desc())


def _one_need(session: Session, where: list[ColumnElement], order: Any) -> int | None:
    query = select(RespondentRow.need).where(*where).order_by(order).limit(1)
    return session.execute(query).scalar()


def _one(session: Session, where: list[ColumnElement], *order: Any) -> str | None:
    query = select(_reference).where(*where).order_by(*order).limit(1)
    return session.execute(query).scalar()
