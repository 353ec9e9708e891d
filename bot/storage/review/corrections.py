"""What messages really were, in the eyes of staff: lines for those who train the model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.storage.database.tables import AnswerRow, CorrectionRow, InboxRow, RespondentRow
from bot.storage.review.flags import FLAGS, flag
from bot.storage.review.priority import BY_INTENT, unread_need


def correct(
    session: Session,
    respondent_id: str,
    seq: int,
    *,
    intent: str,
    staff: str,
    is_personal: Callable[[str], bool],
    now: datetime,
) -> bool:
    """Write down what a message really was; the last word counts. Say whether there is one.

    A message whose words are sealed is nothing to learn from. What staff find to be distress or a
    complaint is flagged and needs to be read as if the bot had found it; that flag stays.
    """
    person = session.get(RespondentRow, respondent_id, with_for_update=True)
    row = session.execute(
        select(InboxRow).where(InboxRow.respondent_id == respondent_id, InboxRow.seq == seq)
    ).scalar()
    if row is None or row.private or not row.text:
        return False
    session.merge(CorrectionRow(inbox_id=row.id, intent=intent, staff=staff, at=now))
    if intent in BY_INTENT:
        flag(session, row.id, FLAGS[intent], now, who=staff)
        session.flush()
        person.need = max(person.need, unread_need(session, person, is_personal))
    return True


def corrections_of(session: Session, respondent_id: str) -> dict[int, str]:
    """Return {number of the message: intent} of one conversation."""
    rows = session.execute(
        select(InboxRow.seq, CorrectionRow.intent)
        .join(InboxRow, InboxRow.id == CorrectionRow.inbox_id)
        .where(InboxRow.respondent_id == respondent_id)
    )
    return {row.seq: row.intent for row in rows}


def corrections() -> Select:
    """Return the statement of the export: text, intent, was, question_kind and at. It has no name.

    The kind of the question that was open is taken from any answer to it.
    """
    kind = select(AnswerRow.kind).where(AnswerRow.question == InboxRow.question).limit(1)
    return (
        select(
            InboxRow.text,
            CorrectionRow.intent,
            InboxRow.intent.label("was"),
            kind.scalar_subquery(),
            CorrectionRow.at,
        )
        .join(InboxRow, InboxRow.id == CorrectionRow.inbox_id)
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .where(InboxRow.text != "")
        .order_by(CorrectionRow.at, CorrectionRow.inbox_id)
    )
