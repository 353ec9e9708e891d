"""Considering conversations: who has, what they judged, and what nobody has considered yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.cases.cases import BY_JUDGEMENT, open_case
from bot.storage.database.tables import ConsideredRow, RespondentRow
from bot.storage.review.priority import unread_need

JUDGEMENTS = ("none", "team", "action")  # no action, for the team, needs action


@dataclass(frozen=True)
class Considered:
    """One person's judgement of a conversation, as far as it had come then."""

    staff: str
    judgement: str
    at: datetime
    seq: int


def counts_considered(session: Session, consultation_id: str) -> tuple[int, int]:
    """Return how many conversations were considered, and how many there are to consider.

    Those who never wrote and those who were erased are not counted.
    """
    read = case((RespondentRow.read_seq >= RespondentRow.heard_seq, 1), else_=0)
    done, total = session.execute(
        select(func.coalesce(func.sum(read), 0), func.count()).where(*_counted(consultation_id))
    ).one()
    return int(done), int(total)


def _counted(consultation_id: str) -> tuple:
    return (
        RespondentRow.consultation == consultation_id,
        RespondentRow.heard_seq > 0,
        RespondentRow.state != State.ERASED.value,
    )


def consider(
    session: Session,
    respondent_id: str,
    *,
    staff: str,
    judgement: str,
    seq: int,
    readers: int,
    is_personal: Callable[[str], bool],
    now: datetime,
) -> None:
    """Write down that a reviewer has considered a conversation up to message `seq`.

    What needs action becomes a case. It counts as read as far as `readers` different people have
    come. `is_personal`: see priority.unread_need.
    """
    person = session.get(RespondentRow, respondent_id, with_for_update=True)
    if person.state == State.ERASED.value:
        return
    seen = min(seq, person.heard_seq)
    row = {"respondent_id": respondent_id, "staff": staff, "seq": seen}
    session.merge(ConsideredRow(**row, judgement=judgement, at=now))
    session.flush()
    _count_read(session, person, readers, is_personal)
    if judgement in BY_JUDGEMENT:
        kind = BY_JUDGEMENT[judgement]
        open_case(session, respondent_id, kind, seq=seen, who=staff, now=now)


def reconsider(
    session: Session,
    respondent_id: str,
    *,
    staff: str,
    readers: int,
    is_personal: Callable[[str], bool],
) -> None:
    """Take a reviewer's judgement back: to them the conversation is unread again."""
    person = session.get(RespondentRow, respondent_id, with_for_update=True)
    session.execute(
        delete(ConsideredRow).where(
            ConsideredRow.respondent_id == respondent_id, ConsideredRow.staff == staff
        )
    )
    _count_read(session, person, readers, is_personal)


def _count_read(
    session: Session, person: RespondentRow, readers: int, is_personal: Callable[[str], bool]
) -> None:
    reached = session.execute(
        select(ConsideredRow.seq)
        .where(ConsideredRow.respondent_id == person.id)
        .order_by(ConsideredRow.seq.desc())
        .limit(readers)
    ).scalars()
    seqs = list(reached)
    person.read_seq = seqs[-1] if len(seqs) == readers else 0
    person.need = unread_need(session, person, is_personal)


def considered_by(session: Session, respondent_id: str) -> list[Considered]:
    """Return who considered a conversation, the first one first."""
    rows = session.execute(
        select(ConsideredRow)
        .where(ConsideredRow.respondent_id == respondent_id)
        .order_by(ConsideredRow.at, ConsideredRow.staff)
    ).scalars()
    return [Considered(row.staff, row.judgement, row.at, row.seq) for row in rows]


def disagreements(session: Session, consultation_id: str, *, limit: int) -> list[str]:
    """Return the references of conversations that were judged differently."""
    differing = (
        select(ConsideredRow.respondent_id)
        .group_by(ConsideredRow.respondent_id)
        .having(func.min(ConsideredRow.judgement) != func.max(ConsideredRow.judgement))
    )
    found = session.execute(
        select(RespondentRow.reference)
        .where(*_counted(consultation_id), RespondentRow.id.in_(differing))
        .order_by(RespondentRow.last_message_at.desc())
        .limit(limit)
    )
    return list(found.scalars())
