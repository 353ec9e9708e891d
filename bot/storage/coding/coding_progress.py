"""How far the open answers are coded: of one question, or of all at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.coding.scope import Scope
from bot.storage.database.tables import AnswerRow, CodeRow, ThemeRow
from bot.storage.results.results import EVERYBODY, narrowed


@dataclass(frozen=True)
class Progress:
    """How many answers to a question have a code, of how many; and its themes."""

    coded: int
    answers: int
    themes: int


def progress_of(session: Session, scope: Scope) -> tuple[int, int]:
    """Return how many answers have a code, and how many there are."""
    found = progress_of_all(session, scope.consultation, [scope.question])[scope.question]
    return found.coded, found.answers


def progress_of_all(
    session: Session, consultation_id: str, questions: Collection[str]
) -> dict[str, Progress]:
    """Return how far each of some questions is coded. What says why an answer has no theme is
    counted as a code, and not as a theme.
    """
    current = (AnswerRow.status == "current", AnswerRow.question.in_(questions))
    every = select(AnswerRow.question, func.count()).where(*current)
    coded = select(AnswerRow.question, func.count(CodeRow.answer_id.distinct()))
    coded = coded.join(CodeRow, CodeRow.answer_id == AnswerRow.id).where(*current)
    answers, done = (
        dict(
            session.execute(
                narrowed(
                    session,
                    statement.group_by(AnswerRow.question),
                    AnswerRow.respondent_id,
                    consultation_id,
                    EVERYBODY,
                )
            ).all()
        )
        for statement in (every, coded)
    )
    named = select(ThemeRow.question, func.count()).group_by(ThemeRow.question)
    named = named.where(ThemeRow.consultation == consultation_id, ThemeRow.control.is_(None))
    themes = dict(session.execute(named).all())
    return {
        question: Progress(done.get(question, 0), answers.get(question, 0), themes.get(question, 0))
        for question in questions
    }
