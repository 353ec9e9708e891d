"""Which answers are coded together: those to one question of a consultation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.storage.database.tables import AnswerRow, RespondentRow
from bot.storage.results.results import EVERYBODY, narrowed


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

    def only_current(self, session: Session, statement: Select) -> Select:
        """Narrow a statement that reads answers to those that count. Where the database has no
        other consultation, who gave them is not looked up: that is much quicker.
        """
        theirs = (AnswerRow.question == self.question, AnswerRow.status == "current")
        owner = AnswerRow.respondent_id
        return narrowed(session, statement.where(*theirs), owner, self.consultation, EVERYBODY)
