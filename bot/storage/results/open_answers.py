"""Open answers as staff read and tag them: a page at a time, each with its follow-up and tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Select

from bot.consultation.question import FOLLOW_UP
from bot.storage.database.tables import AnswerRow, InboxRow, RespondentRow, TagRow
from bot.storage.results.results import EVERYBODY, Filters, narrowed

A_BATCH = 500


@dataclass(frozen=True)
class OpenAnswer:
    """One person's words to a question, as they stand now. `id` orders answers by time; `seq` is
    the message's place in the conversation.
    """

    id: int
    reference: str
    channel: str
    seq: int
    text: str
    answered_at: datetime
    follow_up: str | None = None
    tags: tuple[str, ...] = ()
    wording_version: str = ""


def open_answers(
    session: Session,
    consultation_id: str,
    question: str,
    filters: Filters = EVERYBODY,
    *,
    tag: str | None = None,
    before: int | None = None,
    limit: int,
) -> list[OpenAnswer]:
    """Return the newest answers, or those older than the answer `before`."""
    statement = (
        _current(question, tag)
        .with_only_columns(
            AnswerRow.id,
            AnswerRow.respondent_id,
            InboxRow.seq,
            AnswerRow.text,
            AnswerRow.answered_at,
            AnswerRow.wording_version,
        )  # fmt: skip
        .order_by(AnswerRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(AnswerRow.id < before)
    statement = narrowed(session, statement, AnswerRow.respondent_id, consultation_id, filters)
    return _whole(session, question, session.execute(statement).all())


def every_open_answer(
    session: Session,
    consultation_id: str,
    question: str,
    filters: Filters = EVERYBODY,
    *,
    tag: str | None = None,
) -> Iterator[OpenAnswer]:
    """Yield all answers, the newest first, read in batches."""
    before = None
    while True:
        batch = open_answers(
            session, consultation_id, question, filters, tag=tag, before=before, limit=A_BATCH
        )
        yield from batch
        if len(batch) < A_BATCH:
            return
        before = batch[-1].id


def count_open(
    session: Session,
    consultation_id: str,
    question: str,
    filters: Filters = EVERYBODY,
    *,
    tag: str | None = None,
) -> int:
    statement = (
        _current(question, tag)
        if tag
        else select(AnswerRow.id).where(
            AnswerRow.question == question, AnswerRow.status == "current"
        )
    )
    statement = statement.with_only_columns(func.count(), maintain_column_froms=True)
    statement = narrowed(session, statement, AnswerRow.respondent_id, consultation_id, filters)
    return session.execute(statement).scalar_one()


def is_answer(session: Session, respondent_id: str, seq: int, question: str) -> bool:
    """Say whether a message is a respondent's current answer to a question."""
    found = select(AnswerRow.id).join(InboxRow, InboxRow.id == AnswerRow.inbox_id)
    found = found.where(
        InboxRow.respondent_id == respondent_id,
        InboxRow.seq == seq,
        AnswerRow.question == question,
        AnswerRow.status == "current",
    )
    return session.execute(found).first() is not None


def tag_counts(
    session: Session, consultation_id: str, question: str, filters: Filters = EVERYBODY
) -> list[tuple[str, int]]:
    """Return (tag, how many answers to the question have it), the most used first."""
    # Tags are few beside answers: with EXISTS every database begins with them.
    answers_it = (
        select(AnswerRow.id)
        .join(InboxRow, InboxRow.id == AnswerRow.inbox_id)
        .where(_of_message(TagRow), AnswerRow.question == question, AnswerRow.status == "current")
        .correlate(TagRow)
        .exists()
    )
    statement = (
        select(TagRow.name, func.count())
        .where(answers_it)
        .group_by(TagRow.name)
        .order_by(func.count().desc(), TagRow.name)
    )
    statement = narrowed(session, statement, TagRow.respondent_id, consultation_id, filters)
    return [(name, count) for name, count in session.execute(statement)]


def _current(question: str, tag: str | None) -> Select:
    statement = (
        select(AnswerRow.id)
        .join(InboxRow, InboxRow.id == AnswerRow.inbox_id)
        .where(AnswerRow.question == question, AnswerRow.status == "current")
    )
    if tag:
        message = aliased(InboxRow)
        same = (TagRow.respondent_id == message.respondent_id) & (TagRow.seq == message.seq)
        tagged = select(message.id).join(TagRow, same).where(TagRow.name == tag)
        statement = statement.where(AnswerRow.inbox_id.in_(tagged))
    return statement


def _of_message(tag: Any) -> Any:
    return (tag.respondent_id == InboxRow.respondent_id) & (tag.seq == InboxRow.seq)


def _whole(session: Session, question: str, rows: Sequence[Any]) -> list[OpenAnswer]:
    """Add to answers who gave them, the follow-up to each, and its tags."""
    people = {row.respondent_id for row in rows}
    who = {
        row.id: row
        for row in session.execute(
            select(RespondentRow.id, RespondentRow.reference, RespondentRow.channel).where(
                RespondentRow.id.in_(people)
            )
        )
    }
    follow_ups = dict(
        session.execute(
            select(AnswerRow.respondent_id, AnswerRow.text).where(
                AnswerRow.respondent_id.in_(people),
                AnswerRow.question == question + FOLLOW_UP,
                AnswerRow.status == "current",
            )
        ).all()
    )
    tags = _tags(session, [(row.respondent_id, row.seq) for row in rows])
    return [
        OpenAnswer(
            id=row.id,
            reference=who[row.respondent_id].reference,
            channel=who[row.respondent_id].channel,
            seq=row.seq,
            text=row.text,
            answered_at=row.answered_at,
            follow_up=follow_ups.get(row.respondent_id),
            tags=tuple(tags.get((row.respondent_id, row.seq), ())),
            wording_version=row.wording_version,
        )
        for row in rows
    ]


def _tags(session: Session, messages: Sequence[tuple[str, int]]) -> dict[tuple[str, int], list]:
    found: dict[tuple[str, int], list[str]] = {}
    for row in session.execute(
        select(TagRow.respondent_id, TagRow.seq, TagRow.name)
        .where(tuple_(TagRow.respondent_id, TagRow.seq).in_(messages))
        .order_by(TagRow.name)
    ):
        found.setdefault((row.respondent_id, row.seq), []).append(row.name)
    return found
