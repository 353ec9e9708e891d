"""Reports as they were frozen: a body, its hash, and the quotes, which go with their writers.

The body has a mark in the place of each quote: SHA-256 over a random salt and the words. So the
hash of the body still fits when a person is erased and salt and words are deleted.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import (
    AnswerRow,
    CitationRow,
    ReportVersionRow,
    RespondentRow,
)


@dataclass(frozen=True)
class Citation:
    """The words of a quote, by the mark that stands for them."""

    mark: str
    salt: str
    answer_id: int
    text: str


@dataclass(frozen=True)
class Version:
    """A frozen report. `quotes`: {mark: words} of those whose writers were not erased since."""

    version: int
    body: str
    hash: str
    staff: str
    at: datetime
    quotes: Mapping[str, str]

    @property
    def is_unchanged(self) -> bool:
        """Whether the body and each quote are what was frozen."""
        return hash_of(self.body) == self.hash


def cite(answer_id: int, text: str) -> Citation:
    """Return a quote with a new mark."""
    salt = secrets.token_hex(16)
    return Citation(_mark(salt, text), salt, answer_id, text)


def hash_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def freeze(
    session: Session,
    consultation_id: str,
    body: str,
    quotes: list[Citation],
    *,
    staff: str,
    now: datetime,
) -> int:
    """Store a report as the next version, and return its number."""
    last = select(func.max(ReportVersionRow.version)).where(
        ReportVersionRow.consultation == consultation_id
    )
    number = (session.execute(last).scalar() or 0) + 1
    row = ReportVersionRow(
        consultation=consultation_id,
        version=number,
        body=body,
        hash=hash_of(body),
        staff=staff,
        at=now,
    )
    session.add(row)
    session.flush()
    for one in quotes:
        session.add(
            CitationRow(
                report_id=row.id,
                mark=one.mark,
                answer_id=one.answer_id,
                salt=one.salt,
                text=one.text,
            )
        )
    session.flush()
    return number


def versions(session: Session, consultation_id: str) -> list[tuple[int, str, str, datetime]]:
    """Return (number, hash, who froze it, when) of every version, the newest first."""
    rows = session.execute(
        select(
            ReportVersionRow.version,
            ReportVersionRow.hash,
            ReportVersionRow.staff,
            ReportVersionRow.at,
        )
        .where(ReportVersionRow.consultation == consultation_id)
        .order_by(ReportVersionRow.version.desc())
    )
    return [tuple(row) for row in rows]


def version_of(session: Session, consultation_id: str, number: int) -> Version | None:
    """Return a version. A quote whose words were changed is left out, as one that is gone."""
    row = session.execute(
        select(ReportVersionRow).where(
            ReportVersionRow.consultation == consultation_id, ReportVersionRow.version == number
        )
    ).scalar_one_or_none()
    if row is None:
        return None
    quoted = session.execute(select(CitationRow).where(CitationRow.report_id == row.id)).scalars()
    quotes = {one.mark: one.text for one in quoted if one.mark == _mark(one.salt, one.text)}
    return Version(row.version, row.body, row.hash, row.staff, row.at, quotes)


def cited_in(session: Session, reference: str) -> list[int]:
    """Return the versions that quote a person."""
    found = session.execute(
        select(ReportVersionRow.version)
        .join(CitationRow, CitationRow.report_id == ReportVersionRow.id)
        .join(AnswerRow, AnswerRow.id == CitationRow.answer_id)
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .where(RespondentRow.reference == reference)
        .distinct()
        .order_by(ReportVersionRow.version)
    )
    return list(found.scalars())


def _mark(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
