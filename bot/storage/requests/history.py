"""What happened to one request: its consents, its events, and what is likely the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import ConsentRow, RequestEventRow, RequestRow
from bot.storage.requests.rows import DRAFT, WITHDRAWN


@dataclass(frozen=True)
class Event:
    """Something that happened to a request."""

    at: datetime
    who: str
    what: str
    detail: str | None


@dataclass(frozen=True)
class Agreement:
    """A yes or a no to being contacted or published, with the words that were asked."""

    at: datetime
    purpose: str
    given: bool
    text: str
    wording_version: str
    channel: str


def likely_same(session: Session, reference: str) -> list[tuple[str, str]]:
    """Return (reference, status) of what is likely to be the same request sent again, or first."""
    found = session.execute(
        select(RequestRow.id, RequestRow.duplicate_of).where(RequestRow.reference == reference)
    ).first()
    if found is None:
        return []
    linked = {found.id, found.duplicate_of} - {None}
    rows = session.execute(
        select(RequestRow.reference, RequestRow.status)
        .where(
            or_(RequestRow.id.in_(linked), RequestRow.duplicate_of.in_(linked)),
            RequestRow.id != found.id,
            RequestRow.status.not_in((DRAFT, WITHDRAWN)),
        )
        .order_by(RequestRow.id)
    )
    return [(row.reference, row.status) for row in rows]


def events_of(session: Session, reference: str) -> list[Event]:
    """Return the history of a request, the oldest first."""
    rows = _of_request(session, RequestEventRow, reference)
    return [Event(row.at, row.who, row.what, row.detail) for row in rows]


def consents_of(session: Session, reference: str) -> list[Agreement]:
    """Return each yes and no of a request, the oldest first: a later one counts."""
    rows = _of_request(session, ConsentRow, reference)
    return [
        Agreement(row.at, row.purpose, row.given, row.text, row.wording_version, row.channel)
        for row in rows
    ]


def _of_request(session: Session, table: Any, reference: str) -> Iterable[Any]:
    query = select(table).join(RequestRow, RequestRow.id == table.request_id)
    query = query.where(RequestRow.reference == reference).order_by(table.id)
    return session.execute(query).scalars()
