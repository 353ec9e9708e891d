"""What waits for staff: conversations that nobody has considered, and requests by their status."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.database.tables import RequestRow, RespondentRow
from bot.storage.review.priority import LEVEL, reason_of


def unread_by_reason(session: Session, consultation_id: str) -> dict[str | None, int]:
    """Count unread conversations by why they need to be read, those in greatest need first. None:
    no special reason.
    """
    level = RespondentRow.need / LEVEL
    rows = session.execute(
        select(level, func.count())
        .where(
            RespondentRow.consultation == consultation_id,
            RespondentRow.heard_seq > RespondentRow.read_seq,
            RespondentRow.state != State.ERASED.value,
        )
        .group_by(level)
        .order_by(level.desc())
    )
    return {reason_of(int(need) * LEVEL): count for need, count in rows}


def requests_by_status(session: Session, consultation_id: str) -> dict[str, dict[str, int]]:
    """Count requests that were sent: {kind: {status: how many}}."""
    rows = session.execute(
        select(RequestRow.kind, RequestRow.status, func.count())
        .where(RequestRow.consultation == consultation_id, RequestRow.status != "draft")
        .group_by(RequestRow.kind, RequestRow.status)
    )
    counted: dict[str, dict[str, int]] = {}
    for kind, status, count in rows:
        counted.setdefault(kind, {})[status] = count
    return counted
