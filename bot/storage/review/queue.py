"""The read queue: what nobody has considered yet, by need. Nobody is given what another reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.storage.database.tables import (
    ConsideredRow,
    CorrectionRow,
    FlagRow,
    InboxRow,
    RespondentRow,
)
from bot.storage.review.conditions import unread
from bot.storage.review.lines import LINE, Conversation, line_of
from bot.storage.review.priority import LEVEL, UNCHECKED, message_need
from bot.storage.review.reading import read_by_another, take

_at, _reference = RespondentRow.last_message_at, RespondentRow.reference
_FIRST = (RespondentRow.need.desc(), _at.asc(), _reference.asc())


@dataclass(frozen=True)
class Reader:
    """Who reads, and when. What another person is reading at that moment is not in their queue."""

    staff: str
    now: datetime


def queue_for(
    session: Session, consultation_id: str, reader: Reader, *, limit: int, level: int | None = None
) -> list[Conversation]:
    """Return what a reviewer should read next: the greatest need first, then the longest wait;
    `level` for those of one need only.
    """
    query = select(*LINE).where(*_waiting(consultation_id, reader))
    if level is not None:
        query = query.where(RespondentRow.need >= level, RespondentRow.need < level + LEVEL)
    return [Conversation(*row) for row in session.execute(query.order_by(*_FIRST).limit(limit))]


def waiting_by_level(session: Session, consultation_id: str, reader: Reader) -> dict[int, int]:
    """Count a reviewer's queue: {level of need: how many}, the greatest need first."""
    level = RespondentRow.need / LEVEL
    rows = session.execute(
        select(level, func.count())
        .where(*_waiting(consultation_id, reader))
        .group_by(level)
        .order_by(level.desc())
    )
    return {int(need) * LEVEL: count for need, count in rows}


def _waiting(consultation_id: str, reader: Reader) -> list[ColumnElement]:
    mine = select(ConsideredRow.seq).where(
        ConsideredRow.respondent_id == RespondentRow.id,
        ConsideredRow.staff == reader.staff,
        ConsideredRow.seq >= RespondentRow.heard_seq,
    )
    others = read_by_another(reader.staff, reader.now)
    return [RespondentRow.consultation == consultation_id, *unread(), ~mine.exists(), ~others]


def take_next(
    session: Session, consultation_id: str, reader: Reader, line: Conversation | None = None
) -> str | None:
    """Let a reviewer read the next one after a line, or the first; return its reference. Others
    who ask at the same time are given others.
    """
    while True:
        if line is None:
            following = _foremost(session, _waiting(consultation_id, reader))
        else:
            following = unread_beside(session, consultation_id, reader, line)[1]
        chosen = line_of(session, following) if following else None
        if chosen is None:
            return None
        if take(session, chosen.id, reader.staff, reader.now):
            return chosen.reference
        line = chosen


def unread_beside(
    session: Session, consultation_id: str, reader: Reader, line: Conversation
) -> tuple[str | None, str | None]:
    """Return the references before and after one in a reviewer's queue.

    Beside one that is not in the queue any more, the next is the first of the queue.
    """
    waiting, need = _waiting(consultation_id, reader), RespondentRow.need
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


def triggers_of(
    session: Session, lines: Sequence[Conversation], is_personal: Callable[[str], bool]
) -> dict[str, str]:
    """Return {respondent: the unread words for which they should be read}: those of the message in
    greatest need, of equal ones the longest.
    """
    rows = session.execute(
        select(
            InboxRow.respondent_id, InboxRow.text, InboxRow.intent, UNCHECKED,
            InboxRow.state, FlagRow.kind,
        )
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .outerjoin(FlagRow, FlagRow.inbox_id == InboxRow.id)
        .outerjoin(CorrectionRow, CorrectionRow.inbox_id == InboxRow.id)
        .where(
            InboxRow.respondent_id.in_([line.id for line in lines]),
            InboxRow.seq > RespondentRow.read_seq,
            InboxRow.text != "",
        )
    )  # fmt: skip
    best: dict[str, tuple[int, int, str]] = {}
    for who, said, intent, sure, state, kind in rows:
        failed, personal, flags = state == "failed", is_personal(said), (kind or "",)
        need = message_need(said, intent, sure, failed=failed, personal=personal, flags=flags)
        best[who] = max(best.get(who, (-1, 0, "")), (need, len(said), said))
    return {who: said for who, (_, _, said) in best.items()}
