"""Which cases staff are still to be told of by email, and how telling them ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.storage.cases.cases import BOT, OPEN, SENT, WAITS, note_event
from bot.storage.database.tables import CaseRow

AT_ONCE = 50  # cases that one email names
_WAITING = (CaseRow.alert == WAITS, CaseRow.status.in_(OPEN))


@dataclass(frozen=True)
class AlertState:
    """How many cases wait to be told of, and why the last try failed, if it did."""

    waiting: int
    error: str | None


def alerts_waiting(session: Session, consultation_id: str) -> list[str]:
    """Return the references of open cases that staff are to be told of, the oldest first."""
    rows = session.execute(
        select(CaseRow.reference)
        .where(*_WAITING, CaseRow.consultation == consultation_id)
        .order_by(CaseRow.id)
        .limit(AT_ONCE)
    )
    return list(rows.scalars())


def note_alerted(session: Session, references: Sequence[str], now: datetime) -> None:
    rows = session.execute(
        select(CaseRow).where(CaseRow.reference.in_(references)).with_for_update()
    )
    for row in rows.scalars():
        row.alert, row.alerted_at, row.alert_error = SENT, now, None
        note_event(session, row.id, BOT, "alerted", None, now)


def note_not_alerted(session: Session, references: Sequence[str], error: str) -> None:
    """Count a try that failed. `error` is the kind of failure, never its text."""
    session.execute(
        update(CaseRow)
        .where(CaseRow.reference.in_(references))
        .values(alert_tries=CaseRow.alert_tries + 1, alert_error=error[:60])
        .execution_options(synchronize_session=False)
    )


def alert_state(session: Session, consultation_id: str) -> AlertState:
    number, error = session.execute(
        select(func.count(), func.max(CaseRow.alert_error)).where(
            *_WAITING, CaseRow.consultation == consultation_id
        )
    ).one()
    return AlertState(int(number), error)
