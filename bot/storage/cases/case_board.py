"""What staff see of cases: the board, its counts, and one case with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.storage.cases.cases import KINDS, OPEN
from bot.storage.database.tables import CaseEventRow, CaseRow, RespondentRow

NOBODY = ""  # as an owner that is sought


@dataclass(frozen=True)
class Case:
    """One case. `respondent` is the reference of whom it is about; `seq` the message that calls for
    it, or 0 for the whole conversation.
    """

    reference: str
    respondent: str
    channel: str
    kind: str
    status: str
    owner: str | None
    due: date | None
    seq: int
    opened_at: datetime
    ended_at: datetime | None
    alert: str | None
    alert_error: str | None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due is not None and self.due < today


@dataclass(frozen=True)
class CaseEvent:
    at: datetime
    who: str
    what: str
    detail: str | None


@dataclass(frozen=True)
class Wanted:
    """Which cases are wanted; all that is given must be true of one."""

    statuses: Sequence[str] = ()
    owner: str | None = None
    kind: str | None = None
    due_before: date | None = None


@dataclass(frozen=True)
class Counts:
    """How many cases are open, and of those: nobody's, overdue, one's own."""

    open: int
    unassigned: int
    overdue: int
    mine: int


_CASE = (
    CaseRow.reference,
    RespondentRow.reference,
    RespondentRow.channel,
    CaseRow.kind,
    CaseRow.status,
    CaseRow.owner,
    CaseRow.due,
    CaseRow.seq,
    CaseRow.opened_at,
    CaseRow.ended_at,
    CaseRow.alert,
    CaseRow.alert_error,
)
_PRESSING = case({kind: place for place, kind in enumerate(KINDS)}, value=CaseRow.kind, else_=9)


def find_cases(
    session: Session, consultation_id: str, wanted: Wanted, *, limit: int, offset: int = 0
) -> list[Case]:
    """Return what was asked for: the most pressing kind first, then what is due first."""
    query = (
        select(*_CASE)
        .join(RespondentRow, RespondentRow.id == CaseRow.respondent_id)
        .where(*_conditions(consultation_id, wanted))
        .order_by(_PRESSING, CaseRow.due, CaseRow.id)
    )
    return [Case(*row) for row in session.execute(query.limit(limit).offset(offset))]


def count_cases(session: Session, consultation_id: str, wanted: Wanted) -> int:
    query = select(func.count()).select_from(CaseRow)
    return int(session.execute(query.where(*_conditions(consultation_id, wanted))).scalar_one())


def case_counts(session: Session, consultation_id: str, me: str, today: date) -> dict[str, Counts]:
    """Count the open cases of each kind that has any, the most pressing first."""

    def those(condition: ColumnElement) -> ColumnElement:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            CaseRow.kind,
            func.count(),
            those(CaseRow.owner.is_(None)),
            those(CaseRow.due < today),
            those(CaseRow.owner == me),
        )
        .where(CaseRow.consultation == consultation_id, CaseRow.status.in_(OPEN))
        .group_by(CaseRow.kind)
        .order_by(_PRESSING)
    )
    return {kind: Counts(*(int(number) for number in numbers)) for kind, *numbers in rows}


def case_of(session: Session, consultation_id: str, reference: str) -> Case | None:
    row = session.execute(
        select(*_CASE)
        .join(RespondentRow, RespondentRow.id == CaseRow.respondent_id)
        .where(CaseRow.consultation == consultation_id, CaseRow.reference == reference)
    ).first()
    return Case(*row) if row else None


def cases_about(session: Session, respondent_id: str) -> list[Case]:
    """Return the cases about one person, the newest first."""
    rows = session.execute(
        select(*_CASE)
        .join(RespondentRow, RespondentRow.id == CaseRow.respondent_id)
        .where(CaseRow.respondent_id == respondent_id)
        .order_by(CaseRow.id.desc())
    )
    return [Case(*row) for row in rows]


def case_events(session: Session, reference: str) -> list[CaseEvent]:
    """Return the history of a case, the oldest first."""
    rows = session.execute(
        select(CaseEventRow)
        .join(CaseRow, CaseRow.id == CaseEventRow.case_id)
        .where(CaseRow.reference == reference)
        .order_by(CaseEventRow.id)
    ).scalars()
    return [CaseEvent(row.at, row.who, row.what, row.detail) for row in rows]


def _conditions(consultation_id: str, wanted: Wanted) -> list[ColumnElement]:
    found = [CaseRow.consultation == consultation_id]
    if wanted.statuses:
        found.append(CaseRow.status.in_(wanted.statuses))
    if wanted.kind:
        found.append(CaseRow.kind == wanted.kind)
    if wanted.owner is not None:
        found.append(CaseRow.owner == (wanted.owner or None))
    if wanted.due_before is not None:
        found += [CaseRow.due < wanted.due_before, CaseRow.status.in_(OPEN)]
    return found
