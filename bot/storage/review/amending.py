"""Answers as staff corrected them: what counts changes; what it was is kept and can be put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.consultation.question import Question
from bot.storage.database.tables import (
    AnswerRow,
    CodeRow,
    DoubleCodeRow,
    InboxRow,
    PublicVersionRow,
    QuoteRow,
    SettledCodeRow,
    SkipRow,
)
from bot.storage.respondents.answers import withdraw

Original = Mapping[str, Any]  # of the answer that a message was: empty where it was none


@dataclass(frozen=True)
class Amended:
    """The answer that a message really was. `value` is None where its words fit no option."""

    question: Question
    value: Any
    wording_version: str


def original_of(session: Session, row: InboxRow) -> Original:
    """Return what is needed to put back the answer that a message is now."""
    answer = _answer_of(session, row)
    return {"value": answer.value, "status": answer.status} if answer else {}


def amend(session: Session, row: InboxRow, really: Amended | None) -> None:
    """Let a message count as the answer that it was, or as none."""
    answer = _answer_of(session, row)
    if really is None:
        if answer is not None and answer.status == "current":
            withdraw(session, row.respondent_id, answer.question, restore=True)
    elif answer is not None:
        answer.value = really.value
    else:
        session.add(_new_answer(session, row, really))
    session.flush()


def put_back(session: Session, row: InboxRow, original: Original) -> None:
    """Let a message count as it did before it was corrected. An answer given since still counts."""
    answer = _answer_of(session, row)
    if answer is not None and not original:
        before = answer.question if answer.status == "current" else None
        if before:
            withdraw(session, row.respondent_id, before, restore=True)
        # Of an answer that is none:
        for table in (CodeRow, DoubleCodeRow, PublicVersionRow, QuoteRow, SettledCodeRow):
            session.execute(delete(table).where(table.answer_id == answer.id))
        session.execute(delete(AnswerRow).where(AnswerRow.id == answer.id))
    elif answer is not None:
        answer.value = original["value"]
        if answer.status == "withdrawn" and original["status"] == "current":
            other = _current(session, row.respondent_id, answer.question)
            if other is not None and other.id < answer.id:
                other.status = "replaced"
            answer.status = "replaced" if other is not None and other.id > answer.id else "current"
    session.flush()
    session.expire_all()


def _answer_of(session: Session, row: InboxRow) -> AnswerRow | None:
    session.flush()
    answer = select(AnswerRow).where(AnswerRow.inbox_id == row.id)
    return session.execute(answer.execution_options(populate_existing=True)).scalar()


def _current(session: Session, respondent_id: str, question: str) -> AnswerRow | None:
    """Return the answer that counts for a question."""
    return session.execute(
        select(AnswerRow).where(
            AnswerRow.respondent_id == respondent_id,
            AnswerRow.question == question,
            AnswerRow.status == "current",
        )
    ).scalar()


def _new_answer(session: Session, row: InboxRow, really: Amended) -> AnswerRow:
    """Make an answer of a message that was taken for none. One that was given since counts more."""
    about = (SkipRow.respondent_id == row.respondent_id, SkipRow.question == really.question.id)
    session.execute(delete(SkipRow).where(*about))
    other = _current(session, row.respondent_id, really.question.id)
    later = other is not None and other.inbox_id > row.id
    if other is not None and not later:
        other.status = "replaced"
    return AnswerRow(
        inbox_id=row.id,
        respondent_id=row.respondent_id,
        question=really.question.id,
        kind=really.question.kind.value,
        value=really.value,
        text=row.text,
        status="replaced" if later else "current",
        wording_version=really.wording_version,
        answered_at=row.received_at,
    )
