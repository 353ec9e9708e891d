"""Which answers are coded together: those to one question of a consultation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.sql import Select

from bot.storage.database.tables import AnswerRow, RespondentRow


@dataclass(frozen=True)
class Scope:
    """The ids of a consultation and of one of its questions."""

    consultation: str
    question: str

    def current_answers(self) -> Select:
        """Return the statement for the ids of the answers that count."""
        return (
            select(AnswerRow.id)
            .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
            .where(
                RespondentRow.consultation == self.consultation,
                AnswerRow.question == self.question,
                AnswerRow.status == "current",
            )
        )
