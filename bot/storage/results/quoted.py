"""Answers that staff chose to quote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.database.tables import AnswerRow, CodeRow, QuoteRow, RespondentRow


@dataclass(frozen=True)
class Quoted:
    """An answer that was chosen to be quoted; `reference` is of who gave it."""

    answer_id: int
    reference: str
    question: str
    text: str
    answered_at: datetime
    at: datetime


def chosen_quotes(session: Session, consultation_id: str, *, most: int) -> list[Quoted]:
    """Return the answers that were chosen and still stand, by question."""
    rows = session.execute(
        select(
            AnswerRow.id,
            RespondentRow.reference,
            AnswerRow.question,
            AnswerRow.text,
            AnswerRow.answered_at,
            QuoteRow.at,
        )
        .join(QuoteRow, QuoteRow.answer_id == AnswerRow.id)
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .where(
            RespondentRow.consultation == consultation_id,
            RespondentRow.state != State.ERASED.value,
            AnswerRow.status == "current",
            # Said twice, so that SQLite, which keeps no statistics, begins with the few quotes.
            AnswerRow.id.in_(select(QuoteRow.answer_id)),
        )
        .order_by(AnswerRow.question, QuoteRow.at)
        .limit(most)
    )
    return [Quoted(*row) for row in rows]


def quotes_by_theme(
    session: Session, consultation_id: str, question: str
) -> dict[int | None, list[int]]:
    """Return {theme: answers} of the chosen answers to a question, each once: under the first of
    its themes. None: it has none.
    """
    rows = session.execute(
        select(AnswerRow.id, func.min(CodeRow.theme_id))
        .join(QuoteRow, QuoteRow.answer_id == AnswerRow.id)
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .outerjoin(CodeRow, CodeRow.answer_id == AnswerRow.id)
        .where(
            RespondentRow.consultation == consultation_id,
            RespondentRow.state != State.ERASED.value,
            AnswerRow.question == question,
            AnswerRow.status == "current",
        )
        .group_by(AnswerRow.id)
        .order_by(AnswerRow.id)
    )
    found: dict[int | None, list[int]] = {}
    for answer, theme in rows:
        found.setdefault(theme, []).append(answer)
    return found
