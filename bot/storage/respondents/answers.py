"""Answers and skips: stored, replaced, taken back, and read as they stand. Revisions are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.consultation.question import Question
from bot.storage.database.tables import (
    AnswerRow,
    InboxRow,
    SkipRow,
)

# Statements of every turn are built once: building one costs more than running it.
_ANSWER, _SKIP = AnswerRow.__table__, SkipRow.__table__
_END = (
    update(_ANSWER)
    .where(
        _ANSWER.c.respondent_id == bindparam("respondent"),
        _ANSWER.c.question == bindparam("asked"),
        _ANSWER.c.status == "current",
    )
    .values(status=bindparam("becomes"))
)
_BEFORE = (
    select(_ANSWER.c.id)
    .where(
        _ANSWER.c.respondent_id == bindparam("respondent"),
        _ANSWER.c.question == bindparam("asked"),
        _ANSWER.c.status == "replaced",
    )
    .order_by(_ANSWER.c.id.desc())
    .limit(1)
)
_RESTORE = update(_ANSWER).where(_ANSWER.c.id == bindparam("answer_id")).values(status="current")
_UNSKIP = delete(_SKIP).where(
    _SKIP.c.respondent_id == bindparam("respondent"), _SKIP.c.question == bindparam("asked")
)


def current_answer(session: Session, respondent_id: str, question: str) -> str | None:
    """Return a respondent's own words to a question, as they stand now."""
    return session.execute(
        select(AnswerRow.text).where(
            AnswerRow.respondent_id == respondent_id,
            AnswerRow.question == question,
            AnswerRow.status == "current",
        )
    ).scalar()


def last_answered(session: Session, respondent_id: str) -> str | None:
    """Return the question that a respondent has answered last."""
    return session.execute(
        select(AnswerRow.question)
        .where(AnswerRow.respondent_id == respondent_id, AnswerRow.status == "current")
        .order_by(AnswerRow.id.desc())
        .limit(1)
    ).scalar()


def last_withdrawn(session: Session, respondent_id: str, question: str) -> str | None:
    """Return the words of the answer to a question that was taken back last."""
    return session.execute(
        select(AnswerRow.text)
        .where(
            AnswerRow.respondent_id == respondent_id,
            AnswerRow.question == question,
            AnswerRow.status == "withdrawn",
        )
        .order_by(AnswerRow.id.desc())
        .limit(1)
    ).scalar()


def question_of_edit(session: Session, inbox_id: int) -> str | None:
    """Return the question that the edited message, or an earlier edit of it, still answers."""
    edit = session.get(InboxRow, inbox_id)
    return session.execute(
        select(AnswerRow.question)
        .join(InboxRow, InboxRow.id == AnswerRow.inbox_id)
        .where(
            InboxRow.respondent_id == edit.respondent_id,
            InboxRow.sender_ref == edit.sender_ref,
            AnswerRow.status == "current",
        )
    ).scalar()


def privacy_of_edit(session: Session, inbox_id: int) -> str | None:
    """Return how the edited message is kept: what takes its place is no less private."""
    edit = session.get(InboxRow, inbox_id)
    return session.execute(
        select(InboxRow.private)
        .where(
            InboxRow.respondent_id == edit.respondent_id,
            InboxRow.sender_ref == edit.sender_ref,
            InboxRow.private.is_not(None),
        )
        .limit(1)
    ).scalar()


class Said(NamedTuple):
    """An answer as it stands: the person's own words, what was understood, and what was said
    beside it, in this message or the one before.
    """

    text: str
    value: Any
    remark: str | None


def answers_of(session: Session, respondent_id: str) -> dict[str, Said]:
    """Return what a respondent has answered, by question."""
    rows = session.execute(
        select(AnswerRow.question, AnswerRow.text, AnswerRow.value, AnswerRow.remark).where(
            AnswerRow.respondent_id == respondent_id, AnswerRow.status == "current"
        )
    )
    return {row.question: Said(row.text, row.value, row.remark) for row in rows}


def removed_by(session: Session, respondent_id: str) -> frozenset[str]:
    """Return the questions whose answer a respondent took back, and has not given again."""
    rows = session.execute(
        select(AnswerRow.question, AnswerRow.status).where(AnswerRow.respondent_id == respondent_id)
    ).all()
    standing = {row.question for row in rows if row.status == "current"}
    return frozenset(row.question for row in rows if row.status == "withdrawn") - standing


def withdraw(session: Session, respondent_id: str, question: str, *, restore: bool) -> None:
    """The words stay; they count no more, and the question is open to be asked again. With
    `restore` the answer that they replaced counts again.
    """
    about = {"respondent": respondent_id, "asked": question}
    before = session.execute(_BEFORE, about).scalar() if restore else None
    session.execute(_END, {**about, "becomes": "withdrawn"})
    session.execute(_UNSKIP, about)
    if before is not None:
        session.execute(_RESTORE, {"answer_id": before})


def store_skip(session: Session, respondent_id: str, question: str, now: datetime) -> None:
    session.execute(_UNSKIP, {"respondent": respondent_id, "asked": question})
    row = {"respondent_id": respondent_id, "question": question, "skipped_at": now}
    session.execute(insert(_SKIP), row)


def store_answer(
    session: Session, said: dict[str, Any], question: Question, *, skipped: bool
) -> None:
    """Add an answer, as typed and as understood; the one it revises is kept, marked as replaced.
    `skipped`: it was skipped before, and is no more.
    """
    about = {"respondent": said["respondent_id"], "asked": question.id}
    session.execute(_END, {**about, "becomes": "replaced"})
    if skipped:
        session.execute(_UNSKIP, about)
    row = {**said, "question": question.id, "kind": question.kind.value, "status": "current"}
    session.execute(insert(_ANSWER), row)


def add_remark(session: Session, respondent_id: str, question: str, words: str) -> None:
    """Keep words beside the answer that stands, after those that are there."""
    row = session.execute(
        select(AnswerRow).where(
            AnswerRow.respondent_id == respondent_id,
            AnswerRow.question == question,
            AnswerRow.status == "current",
        )
    ).scalar()
    if row is not None:
        row.remark = f"{row.remark}\n{words}" if row.remark else words
        session.flush()


def skipped_by(session: Session, respondent_id: str) -> frozenset[str]:
    """Return the questions that a respondent passed over and has not answered since."""
    found = session.execute(select(SkipRow.question).where(SkipRow.respondent_id == respondent_id))
    return frozenset(found.scalars())
