"""Codes that one person gave to many answers at once, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.coding.codes import set_codes
from bot.storage.coding.scope import Scope
from bot.storage.database.tables import AnswerRow, CodeRow, RespondentRow
from bot.storage.staff.audit import record

CODED, UNDONE = "answer coded", "codes taken back"


def code_together(
    session: Session,
    scope: Scope,
    answers: Sequence[int],
    themes: Sequence[int],
    *,
    staff: str,
    now: datetime,
) -> int:
    """Give answers themes besides those that they have; each has its entry in the audit. Return how
    many there are.
    """
    found = set_codes(session, scope, answers, themes, staff=staff, now=now, add=True)
    _record(session, scope, found, CODED, staff, now)
    return len(found)


def codes_given(session: Session, scope: Scope, staff: str, at: datetime) -> list[int]:
    """Return the answers that a person gave a code at a moment, and that have it still."""
    rows = select(CodeRow.answer_id).where(*_theirs(scope, staff, at)).distinct()
    return sorted(session.execute(rows).scalars())


def take_back(session: Session, scope: Scope, staff: str, at: datetime, now: datetime) -> int:
    """Take back the codes that a person gave at a moment; return how many answers had them."""
    found = codes_given(session, scope, staff, at)
    gone = delete(CodeRow).where(*_theirs(scope, staff, at))
    session.execute(gone.execution_options(synchronize_session=False))
    _record(session, scope, found, UNDONE, staff, now)
    return len(found)


def _theirs(scope: Scope, staff: str, at: datetime) -> tuple:
    answers = CodeRow.answer_id.in_(scope.current_answers())
    return (CodeRow.staff == staff, CodeRow.at == at, answers)


def _record(
    session: Session, scope: Scope, answers: Sequence[int], what: str, staff: str, now: datetime
) -> None:
    references = session.execute(
        select(RespondentRow.reference)
        .join(AnswerRow, AnswerRow.respondent_id == RespondentRow.id)
        .where(AnswerRow.id.in_(list(answers)))
        .order_by(AnswerRow.id)
    )
    why = f"{scope.question}, with others"
    for reference in references.scalars():
        record(session, who=staff, what=what, about=reference, reason=why, now=now)
