"""What staff do with requests: status, owner, due date, notes, approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import RequestRow
from bot.storage.messages.inbox import storable
from bot.storage.requests.queries import is_gone
from bot.storage.requests.rows import DONE, DRAFT, ENDED, OPEN_STATUSES, note_event, row_of
from bot.storage.staff.accounts import addresses_of
from bot.storage.staff.rows import Role

CAN_OWN = (Role.CASEWORKER, Role.ADMIN)
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Standing:
    """What colleagues must not write over unseen."""

    status: str
    owner: str | None


def who_can_own(session: Session) -> list[str]:
    """Return the addresses of staff who work on requests and have set their account up."""
    return addresses_of(session, CAN_OWN)


def standing(session: Session, reference: str) -> Standing | None:
    """Return how a request stands that can be changed: nobody else changes it until the end of the
    transaction.
    """
    row = _changeable(session, reference)
    return row and Standing(row.status, row.owner)


def set_status(session: Session, reference: str, status: str, who: str, now: datetime) -> bool:
    """Move a request on; say whether there is one that can be moved."""
    row = _changeable(session, reference)
    if row is None or status not in (*OPEN_STATUSES, *ENDED):
        return False
    _move(session, row, status, who, now)
    return True


def finish(
    session: Session,
    consultation_id: str,
    kind: str,
    references: Iterable[str],
    who: str,
    now: datetime,
) -> list[str]:
    """Set the open ones of these requests to done; return which they were."""
    query = select(RequestRow).where(
        RequestRow.consultation == consultation_id,
        RequestRow.kind == kind,
        RequestRow.status.in_(OPEN_STATUSES),
        RequestRow.fields.is_not(None),
        RequestRow.reference.in_(list(references)),
    )
    rows = list(session.execute(query.order_by(RequestRow.id).with_for_update()).scalars())
    for row in rows:
        _move(session, row, DONE, who, now)
    return [row.reference for row in rows]


def set_owner(session: Session, reference: str, owner: str | None, who: str, now: datetime) -> bool:
    row = _changeable(session, reference)
    if row is not None and row.owner != owner:
        row.owner = owner
        note_event(session, row.id, who, "owner", owner, now)
    return row is not None


def set_due(session: Session, reference: str, due: date | None, who: str, now: datetime) -> bool:
    row = _changeable(session, reference)
    if row is not None and row.due != due:
        row.due = due
        note_event(session, row.id, who, "due", due.isoformat() if due else None, now)
    return row is not None


def add_note(session: Session, reference: str, text: str, who: str, now: datetime) -> bool:
    row = _changeable(session, reference)
    if row is not None:
        note_event(session, row.id, who, "note", storable(text)[:LONGEST_NOTE], now)
    return row is not None


def approve_to_publish(
    session: Session, reference: str, approved: bool, who: str, now: datetime
) -> bool:
    """Approve a story, only where its sender has agreed that it may be published."""
    row = _changeable(session, reference)
    if row is None or (approved and not row.may_publish):
        return False
    if row.approved_to_publish != approved:
        row.approved_to_publish = approved
        note_event(session, row.id, who, "approved" if approved else "not approved", None, now)
    return True


def _changeable(session: Session, reference: str) -> RequestRow | None:
    """Return the row, locked, of a request that was sent and still has its content."""
    row = row_of(session, reference)
    return None if row is None or row.status == DRAFT or is_gone(row) else row


def _move(session: Session, row: RequestRow, status: str, who: str, now: datetime) -> None:
    if row.status != status:
        row.status = status
        row.ended_at = now if status in ENDED else None
        note_event(session, row.id, who, "status", status, now)
