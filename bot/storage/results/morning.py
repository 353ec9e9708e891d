"""What a day brought, and what is broken: the numbers of the first page, and the rows of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement, Select

from bot.consultation.state import State
from bot.storage.database.tables import Base, InboxRow, OutboxRow, RespondentRow

Span = tuple[datetime, datetime]  # from the first moment to before the second
WENT_ON = (State.STARTED.value, State.PAUSED.value)  # they may come back
SAID_NOTHING = (State.NEW.value, State.ERASED.value)


@dataclass(frozen=True)
class Day:
    """How many began on a day, how many came to the end, and how many were last heard on it without
    having come there: {question that was open: how many}.
    """

    new: int
    completed: int
    left_off: dict[str | None, int]


@dataclass(frozen=True)
class Texts:
    """What text messages took on a day."""

    messages: int
    parts: int


@dataclass(frozen=True)
class Line:
    """One row behind a number."""

    reference: str
    channel: str
    at: datetime
    detail: str | None = None


@dataclass(frozen=True)
class Lines:
    """The first rows behind a number, and how many there are."""

    shown: Sequence[Line]
    total: int


def day_of(session: Session, consultation_id: str, span: Span) -> Day:
    rows = session.execute(
        select(_among(RespondentRow.started_at, span), _among(RespondentRow.completed_at, span))
        .where(*_theirs(consultation_id))
        .select_from(RespondentRow)
    ).one()
    left = session.execute(
        select(RespondentRow.open_question, func.count())
        .where(*_left_off(consultation_id, span))
        .group_by(RespondentRow.open_question)
    )
    return Day(int(rows[0] or 0), int(rows[1] or 0), dict(left.all()))


def lines_new(session: Session, consultation_id: str, span: Span, most: int) -> Lines:
    return _lines(session, consultation_id, RespondentRow.started_at, span, most)


def lines_completed(session: Session, consultation_id: str, span: Span, most: int) -> Lines:
    return _lines(session, consultation_id, RespondentRow.completed_at, span, most)


def lines_left_off(session: Session, consultation_id: str, span: Span, most: int) -> Lines:
    at = RespondentRow.last_message_at
    query = select(
        RespondentRow.reference, RespondentRow.channel, at, RespondentRow.open_question
    ).order_by(RespondentRow.open_question, at)
    return _first(session, query, most, RespondentRow, _left_off(consultation_id, span))


def failed_turns(session: Session, consultation_id: str, most: int) -> Lines:
    """Return the messages that the bot could not deal with, the newest first."""
    query = (
        select(RespondentRow.reference, RespondentRow.channel, InboxRow.received_at)
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .order_by(InboxRow.id.desc())
    )
    return _first(session, query, most, InboxRow, _failed(consultation_id))


def count_failed_turns(session: Session, consultation_id: str) -> int:
    query = select(func.count()).select_from(InboxRow).where(*_failed(consultation_id))
    return int(session.execute(query).scalar_one())


def undelivered(
    session: Session, consultation_id: str, since: datetime, most: int, code: str | None = None
) -> Lines:
    """Return what was said since a moment and did not arrive, with why, the newest first."""
    query = (
        select(RespondentRow.reference, OutboxRow.channel, OutboxRow.created_at, OutboxRow.error)
        .join(RespondentRow, RespondentRow.id == OutboxRow.respondent_id)
        .order_by(OutboxRow.id.desc())
    )
    where = _undelivered(consultation_id, since)
    if code is not None:
        where.append(func.coalesce(OutboxRow.error, "") == code)
    return _first(session, query, most, OutboxRow, where)


def count_undelivered(session: Session, consultation_id: str, since: datetime) -> dict[str, int]:
    """Return {why: how many}, the most first."""
    why = func.coalesce(OutboxRow.error, "")
    rows = session.execute(
        select(why, func.count())
        .where(*_undelivered(consultation_id, since))
        .group_by(why)
        .order_by(func.count().desc(), why)
    )
    return {code: int(number) for code, number in rows}


def send_again(session: Session, consultation_id: str, since: datetime) -> int:
    """Queue again what did not arrive, where it is still the last thing that was said to a person
    who may be written to; return how many. A reply to what was said long ago would confuse.
    """
    last = (
        select(func.max(OutboxRow.seq))
        .where(OutboxRow.respondent_id == RespondentRow.id)
        .correlate(RespondentRow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(OutboxRow.id)
        .join(RespondentRow, RespondentRow.id == OutboxRow.respondent_id)
        .where(
            *_undelivered(consultation_id, since),
            RespondentRow.opted_out.is_(False),
            RespondentRow.state != State.STOPPED.value,
            OutboxRow.unasked.is_(False),
            OutboxRow.seq == last,
        )
    )
    ids = list(rows.scalars())
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.delivery == "failed")
        .values(delivery="queued", error=None, provider_id=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def texts_of(
    session: Session, channels: Sequence[str], span: Span, parts_of: Callable[[str], int]
) -> Texts:
    """Count what was handed to the network on channels where every part costs money."""
    rows = session.execute(
        select(OutboxRow.text, func.count())  # the bot says most things many times
        .where(
            OutboxRow.channel.in_(channels),
            OutboxRow.created_at >= span[0],
            OutboxRow.created_at < span[1],
            OutboxRow.delivery.in_(("sent", "delivered", "failed")),
        )
        .group_by(OutboxRow.text)
    ).all()
    return Texts(
        sum(number for _, number in rows), sum(parts_of(text) * number for text, number in rows)
    )


def _lines(
    session: Session, consultation_id: str, moment: ColumnElement, span: Span, most: int
) -> Lines:
    query = select(RespondentRow.reference, RespondentRow.channel, moment).order_by(moment)
    where = [*_theirs(consultation_id), moment >= span[0], moment < span[1]]
    return _first(session, query, most, RespondentRow, where)


def _first(
    session: Session, query: Select, most: int, table: type[Base], where: Sequence[ColumnElement]
) -> Lines:
    """Return the first rows of a statement for (reference, channel, moment, detail or not), and how
    many there are: as many as rows of a table that are so. SQLite counts joined ones badly.
    """
    lines = [Line(*row) for row in session.execute(query.where(*where).limit(most))]
    if len(lines) < most:
        return Lines(lines, len(lines))
    count = select(func.count()).select_from(table).where(*where)
    return Lines(lines, session.execute(count).scalar_one())


def _among(moment: ColumnElement, span: Span) -> ColumnElement:
    return func.sum(case((and_(moment >= span[0], moment < span[1]), 1), else_=0))


def _theirs(consultation_id: str) -> list[ColumnElement]:
    """Those who have said something, and were not erased."""
    return [
        RespondentRow.consultation == consultation_id,
        RespondentRow.state.not_in(SAID_NOTHING),
    ]


def _not_erased(owner: ColumnElement, consultation_id: str) -> ColumnElement:
    """Whose row it is. Asked of each of the few rows that failed: joined, SQLite, which keeps no
    statistics, would go through every resident instead.
    """
    theirs = aliased(RespondentRow)
    return (
        select(theirs.id)
        .where(
            theirs.id == owner,
            theirs.consultation == consultation_id,
            theirs.state != State.ERASED.value,
        )
        .exists()
    )


def _left_off(consultation_id: str, span: Span) -> list[ColumnElement]:
    at = RespondentRow.last_message_at
    return [
        RespondentRow.consultation == consultation_id,
        RespondentRow.state.in_(WENT_ON),
        at >= span[0],
        at < span[1],
    ]


def _failed(consultation_id: str) -> list[ColumnElement]:
    return [InboxRow.state == "failed", _not_erased(InboxRow.respondent_id, consultation_id)]


def _undelivered(consultation_id: str, since: datetime) -> list[ColumnElement]:
    return [
        OutboxRow.delivery == "failed",
        OutboxRow.created_at >= since,
        _not_erased(OutboxRow.respondent_id, consultation_id),
    ]
