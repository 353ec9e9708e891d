"""Answers about the person: kept with them only while they are asked, then only counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.consultation.model import Purpose
from bot.storage.database.keys import Keys
from bot.storage.database.tables import EqualityAnswerRow, EqualityCountRow, InboxRow, RespondentRow
from bot.storage.review.flags import FLAGS


def keep_for_now(session: Session, respondent_id: str, question: str, value: str) -> None:
    """Keep an answer until these questions are over; a new one takes the place of the old."""
    row = EqualityAnswerRow(respondent_id=respondent_id, question=question, value=value)
    session.merge(row)


def count_and_forget(session: Session, consultation_id: str, respondent_id: str) -> None:
    """Add a resident's answers to the totals, and delete every trace of whose they were."""
    rows = session.execute(
        select(EqualityAnswerRow).where(EqualityAnswerRow.respondent_id == respondent_id)
    ).scalars()
    for row in rows:
        _add_one(session, consultation_id, row.question, row.value)
    forget(session, respondent_id)


def forget(session: Session, respondent_id: str) -> None:
    """Delete a resident's answers about themselves, also from what they wrote."""
    session.execute(
        delete(EqualityAnswerRow).where(EqualityAnswerRow.respondent_id == respondent_id)
    )
    session.execute(
        update(InboxRow)
        .where(InboxRow.respondent_id == respondent_id, InboxRow.private == "equality")
        .values(sealed=None)
    )


def put_aside(session: Session, keys: Keys, inbox_id: int) -> None:
    """Take the words of a message out of what staff read, because a question about the person was
    open: they may well have told of themselves also where it was no answer ("I am 42, why do you
    ask?"). What is flagged is said to staff and stays.
    """
    row = session.get(InboxRow, inbox_id, populate_existing=True)
    if row.private or row.intent in FLAGS:
        return
    detour = select(RespondentRow.run).where(RespondentRow.id == row.respondent_id)
    asked_still = session.execute(detour).scalar() is not None
    row.sealed = keys.hide(row.text) if asked_still else None
    row.text, row.button, row.private = "", None, Purpose.EQUALITY.value


def equality_totals(session: Session, consultation_id: str) -> Mapping[str, Mapping[str, int]]:
    """Return {question: {value: how often}}."""
    totals: dict[str, dict[str, int]] = {}
    for row in session.execute(
        select(EqualityCountRow)
        .where(EqualityCountRow.consultation == consultation_id)
        .order_by(EqualityCountRow.question, EqualityCountRow.value)
    ).scalars():
        totals.setdefault(row.question, {})[row.value] = row.count
    return totals


def _add_one(session: Session, consultation_id: str, question: str, value: str) -> None:
    key: dict[str, Any] = {"consultation": consultation_id, "question": question, "value": value}
    row = session.get(EqualityCountRow, key, with_for_update=True)
    if row is None:
        session.add(EqualityCountRow(**key, count=1))
    else:
        row.count += 1
    session.flush()
