"""What staff do with cases: take one, move it on, set a date, write down what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.cases.cases import DONE, IN_PROGRESS, NEW, note_event
from bot.storage.database.tables import CaseRow
from bot.storage.messages.inbox import storable
from bot.storage.staff.accounts import addresses_of
from bot.storage.staff.rows import Role

CAN_OWN = (Role.REVIEWER, Role.CASEWORKER, Role.ADMIN)
LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Standing:
    """How a case stands, as far as colleagues must not write over it unseen."""

    status: str
    owner: str | None
    due: date | None


def who_can_own(session: Session) -> list[str]:
    """Return the addresses of staff who work on cases and have set their account up."""
    return addresses_of(session, CAN_OWN)


def standing_of(session: Session, reference: str) -> Standing | None:
    """Return how a case stands; nobody else changes it until the end of the transaction."""
    row = _locked(session, reference)
    return row and Standing(row.status, row.owner, row.due)


def take_case(session: Session, reference: str, who: str, now: datetime) -> None:
    """Make a case one's own; one that is new is in progress then."""
    row = _locked(session, reference)
    if row is not None:
        moved = IN_PROGRESS if row.status == NEW else row.status
        change_case(session, reference, Standing(moved, who, row.due), "", who, now)


def change_case(
    session: Session, reference: str, wanted: Standing, note: str, who: str, now: datetime
) -> bool:
    """Let a case stand as wanted, and add a note if there is one; say whether anything changed.
    Each change is in the history.
    """
    row = _locked(session, reference)
    if row is None:
        return False
    changed = {
        "owner": (row.owner != wanted.owner, wanted.owner),
        "due": (row.due != wanted.due, wanted.due.isoformat() if wanted.due else None),
        "status": (row.status != wanted.status, wanted.status),
        "note": (bool(note), storable(note)[:LONGEST_NOTE]),
    }
    if changed["status"][0]:
        row.ended_at = now if wanted.status == DONE else None
    row.status, row.owner, row.due = wanted.status, wanted.owner, wanted.due
    for what, (is_new, detail) in changed.items():
        if is_new:
            note_event(session, row.id, who, what, detail, now)
    return any(is_new for is_new, _ in changed.values())


def _locked(session: Session, reference: str) -> CaseRow | None:
    row: CaseRow | None = session.execute(
        select(CaseRow).where(CaseRow.reference == reference).with_for_update()
    ).scalar()
    return row
