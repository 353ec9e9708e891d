"""What staff write into the report, between its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import ReportTextRow
from bot.storage.messages.inbox import storable

LONGEST = 10_000  # letters


@dataclass(frozen=True)
class OwnText:
    """The words before a part, with who wrote them last and when."""

    text: str
    left_out: bool
    staff: str
    at: datetime


def own_texts(session: Session, consultation_id: str) -> dict[str, OwnText]:
    """Return {part: what was written before it}."""
    rows = session.execute(
        select(ReportTextRow).where(ReportTextRow.consultation == consultation_id)
    ).scalars()
    return {row.part: OwnText(row.text, row.left_out, row.staff, row.at) for row in rows}


def set_own_text(session: Session, consultation_id: str, part: str, own: OwnText) -> None:
    """Put words before a part, in the place of those that were there."""
    session.merge(
        ReportTextRow(
            consultation=consultation_id,
            part=part,
            text=storable(own.text).strip()[:LONGEST],
            left_out=own.left_out,
            staff=own.staff,
            at=own.at,
        )
    )
