"""What is held of a person's requests and cases, for the copy that they are given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.keys import Keys
from bot.storage.database.tables import (
    CaseEventRow,
    CaseRow,
    ConsentRow,
    RequestEventRow,
    RequestRow,
)
from bot.storage.requests.rows import fields_of

Held = dict[str, Any]


def requests_of(session: Session, keys: Keys, respondent_id: str) -> list[Held]:
    rows = session.execute(
        select(RequestRow).where(RequestRow.respondent_id == respondent_id).order_by(RequestRow.id)
    )
    kept = ("reference", "kind", "status", "owner", "due", "created_at", "ended_at")
    return [
        {
            **{name: getattr(row, name) for name in kept},
            "fields": fields_of(keys, row),
            "consents": _of_request(
                session, ConsentRow, row, "at", "purpose", "given", "text", "wording_version"
            ),
            "history": _of_request(session, RequestEventRow, row, "at", "who", "what", "detail"),
        }
        for row in rows.scalars()
    ]


def cases_of(session: Session, respondent_id: str) -> list[Held]:
    rows = session.execute(
        select(CaseRow).where(CaseRow.respondent_id == respondent_id).order_by(CaseRow.id)
    )
    kept = ("reference", "kind", "status", "owner", "due", "seq", "opened_at", "ended_at")
    found = []
    for row in rows.scalars():
        history = select(CaseEventRow).where(CaseEventRow.case_id == row.id)
        happened = named(
            session, history.order_by(CaseEventRow.id), ("at", "who", "what", "detail")
        )
        found.append({**{name: getattr(row, name) for name in kept}, "history": happened})
    return found


def _of_request(session: Session, table: Any, request: RequestRow, *names: str) -> list[Held]:
    query = select(table).where(table.request_id == request.id).order_by(table.id)
    return named(session, query, names)


def named(session: Session, query: Any, names: tuple[str, ...]) -> list[Held]:
    """Return these columns of every row that a query finds."""
    rows = session.execute(query).scalars()
    return [{name: getattr(row, name) for name in names} for row in rows]
