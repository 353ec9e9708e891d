"""What a request is in the database: its status, its fields, which are hidden, and its history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.consultation.question import Kind
from bot.conversation.sealing import CONTACT
from bot.storage.database.keys import Keys
from bot.storage.database.tables import (
    ConsentRow,
    InboxRow,
    OutboxRow,
    PublicVersionRow,
    RequestEventRow,
    RequestRow,
)

DRAFT, NEW, IN_PROGRESS, DONE, DECLINED, WITHDRAWN = (
    "draft", "new", "in_progress", "done", "declined", "withdrawn",
)  # fmt: skip
OPEN_STATUSES, ENDED = (NEW, IN_PROGRESS), (DONE, DECLINED)
RESIDENT = "the resident"
REACHES = (Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE)
Fields = dict[str, dict[str, Any]]  # {question: {"text": as sent, "value": as understood}}


def row_of(session: Session, reference: str) -> RequestRow | None:
    row: RequestRow | None = session.execute(
        select(RequestRow).where(RequestRow.reference == reference).with_for_update()
    ).scalar()
    return row


def draft_of(session: Session, respondent_id: str) -> RequestRow | None:
    row: RequestRow | None = session.execute(
        select(RequestRow)
        .where(RequestRow.respondent_id == respondent_id, RequestRow.status == DRAFT)
        .order_by(RequestRow.id.desc())
        .limit(1)
    ).scalar()
    return row


def fields_of(keys: Keys, row: RequestRow) -> Fields:
    """Return the fields of a request in clear; none when its content was removed."""
    fields: Fields = json.loads(keys.reveal(row.fields)) if row.fields else {}
    return fields


def hidden(keys: Keys, fields: Fields) -> bytes:
    return keys.hide(json.dumps(fields, ensure_ascii=False))


def note_event(
    session: Session, request_id: int, who: str, what: str, detail: str | None, now: datetime
) -> None:
    event = RequestEventRow(request_id=request_id, at=now, who=who, what=what, detail=detail)
    session.add(event)
    session.flush()


def forget_sealed(session: Session, row: RequestRow) -> None:
    """Delete what was written into the request's contact fields also from the conversation. Of
    replies that repeat contact details only the masked text stays, whichever request they were for.
    """
    session.execute(
        update(InboxRow)
        .where(
            InboxRow.respondent_id == row.respondent_id,
            InboxRow.private == CONTACT,
            InboxRow.question.startswith(f"{row.kind}.", autoescape=True),
        )
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.respondent_id == row.respondent_id, OutboxRow.sealed.is_not(None))
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )


def remove_content(session: Session, row: RequestRow) -> None:
    """Delete what a request says and whom it is from; its kind, dates and status stay."""
    row.fields = row.contact_hash = None
    drop_public_version(session, row)
    forget_sealed(session, row)
    session.execute(
        update(RequestEventRow)
        .where(RequestEventRow.request_id == row.id, RequestEventRow.what == "note")
        .values(detail=None)
    )


def drop_public_version(session: Session, row: RequestRow) -> None:
    """Delete what was to be published of a request."""
    session.execute(delete(PublicVersionRow).where(PublicVersionRow.request_id == row.id))


def delete_rows(session: Session, ids: Sequence[int]) -> None:
    if not ids:
        return
    session.execute(
        update(RequestRow).where(RequestRow.duplicate_of.in_(ids)).values(duplicate_of=None)
    )
    for table in (RequestEventRow, ConsentRow, PublicVersionRow):
        session.execute(delete(table).where(table.request_id.in_(ids)))
    session.execute(delete(RequestRow).where(RequestRow.id.in_(ids)))
