"""What staff see of requests: those of a kind, and one by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Select

from bot.storage.database.keys import Keys
from bot.storage.database.tables import RequestRow, RespondentRow
from bot.storage.requests.rows import DRAFT, OPEN_STATUSES, WITHDRAWN, fields_of

First = aliased(RequestRow)  # the request that another is likely to repeat


@dataclass(frozen=True)
class Request:
    """A request as staff see it. `fields` is empty when its content was removed."""

    reference: str
    respondent: str  # the reference of who asked
    channel: str
    kind: str
    status: str
    fields: Mapping[str, Mapping[str, Any]]
    may_contact: bool | None
    may_publish: bool | None
    approved_to_publish: bool
    duplicate_of: str | None
    owner: str | None
    due: date | None
    created_at: datetime
    ended_at: datetime | None
    gone: bool  # taken back, or its content was removed


@dataclass(frozen=True)
class Sought:
    """Which requests of a kind are wanted; at first all but drafts."""

    statuses: Sequence[str] = ()
    owner: str | None = None  # "": those of nobody
    due_before: date | None = None  # and still open
    approved: bool = False


def find_requests(
    session: Session,
    keys: Keys,
    consultation_id: str,
    kind: str,
    sought: Sought = Sought(),
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[Request]:
    """Return what was asked for, the oldest first."""
    query = _sought(_whole(), consultation_id, kind, sought).order_by(RequestRow.id)
    rows = session.execute(query.limit(limit).offset(offset))
    return [_request(keys, *row) for row in rows]


def count_requests(
    session: Session, consultation_id: str, kind: str, sought: Sought = Sought()
) -> int:
    query = select(func.count()).select_from(RequestRow)
    return int(session.execute(_sought(query, consultation_id, kind, sought)).scalar_one())


def request_of(
    session: Session, keys: Keys, consultation_id: str, kind: str, reference: str
) -> Request | None:
    """Return a request that was sent, of this kind."""
    query = _sought(_whole(), consultation_id, kind, Sought())
    row = session.execute(query.where(RequestRow.reference == reference)).first()
    return row and _request(keys, *row)


def kind_of(session: Session, consultation_id: str, reference: str) -> str | None:
    """Return the kind of a request that was sent, for those who have only its reference."""
    kind: str | None = session.execute(
        select(RequestRow.kind).where(
            RequestRow.consultation == consultation_id,
            RequestRow.reference == reference,
            RequestRow.status != DRAFT,
        )
    ).scalar()
    return kind


def _whole() -> Select:
    return (
        select(RequestRow, RespondentRow.reference, First.reference)
        .join(RespondentRow, RespondentRow.id == RequestRow.respondent_id)
        .outerjoin(First, First.id == RequestRow.duplicate_of)
    )


def _sought(query: Select, consultation_id: str, kind: str, sought: Sought) -> Select:
    query = query.where(
        RequestRow.consultation == consultation_id,
        RequestRow.kind == kind,
        RequestRow.status != DRAFT,
    )
    if sought.statuses:
        query = query.where(RequestRow.status.in_(sought.statuses))
    if sought.owner is not None:
        query = query.where(RequestRow.owner == (sought.owner or None))
    if sought.due_before is not None:
        query = query.where(
            RequestRow.due < sought.due_before, RequestRow.status.in_(OPEN_STATUSES)
        )
    return query.where(RequestRow.approved_to_publish) if sought.approved else query


def is_gone(row: RequestRow) -> bool:
    """Say whether it was taken back, or its content was removed."""
    return row.status == WITHDRAWN or row.fields is None


def _request(keys: Keys, row: RequestRow, respondent: str, duplicate_of: str | None) -> Request:
    return Request(
        reference=row.reference,
        respondent=respondent,
        channel=row.channel,
        kind=row.kind,
        status=row.status,
        fields={} if is_gone(row) else fields_of(keys, row),
        may_contact=row.may_contact,
        may_publish=row.may_publish,
        approved_to_publish=row.approved_to_publish,
        duplicate_of=duplicate_of,
        owner=row.owner,
        due=row.due,
        created_at=row.created_at,
        ended_at=row.ended_at,
        gone=is_gone(row),
    )
