"""Proof that every response was considered: who read, judged and coded it, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.coding.codes import PERSON
from bot.storage.database.tables import (
    AnswerRow,
    CodeRow,
    ConsideredRow,
    QuoteRow,
    RespondentRow,
)

EVIDENCE = ("reference", "read_by", "read_at", "coded", "judged", "cited")


@dataclass(frozen=True)
class Considered:
    """One response. `readers` are those who judged it as a whole as far as it has come, and those
    who coded one of its answers, with the first time of each; `coded` of its `open_answers` have a
    code.
    """

    reference: str
    readers: dict[str, datetime]
    judgements: tuple[str, ...]
    coded: int
    open_answers: int
    cited: bool

    @property
    def is_read(self) -> bool:
        """Whether a person has read all of it: judged as a whole, or every open answer coded."""
        return bool(self.judgements) or 0 < self.open_answers == self.coded

    def as_row(self) -> dict[str, object]:
        """Return it with the columns of EVIDENCE."""
        return {
            "reference": self.reference,
            "read_by": sorted(self.readers) if self.is_read else [],
            "read_at": min(self.readers.values()) if self.is_read and self.readers else None,
            "coded": f"{self.coded} of {self.open_answers}",
            "judged": list(self.judgements),
            "cited": self.cited,
        }


def evidence_of(
    session: Session, consultation_id: str, open_questions: Collection[str]
) -> Iterator[Considered]:
    """Yield every response that is to be considered, by reference: of those who wrote and were not
    erased.
    """
    people = (
        select(RespondentRow.id, RespondentRow.reference, RespondentRow.heard_seq)
        .where(
            RespondentRow.consultation == consultation_id,
            RespondentRow.heard_seq > 0,
            RespondentRow.state != State.ERASED.value,
        )
        .order_by(RespondentRow.reference)
    )
    judged, coded = _judged(session), _coded(session, open_questions)
    answers, cited = _open_answers(session, open_questions), _cited(session)
    for person, reference, heard in session.execute(people):
        whole = [(staff, what, at) for staff, what, at, seq in judged[person] if seq >= heard]
        times = [(staff, at) for staff, _, at in whole]
        times += [(staff, at) for _, staff, at in coded[person]]
        readers: dict[str, datetime] = {}
        for staff, at in times:
            readers[staff] = min(at, readers.get(staff, at))
        yield Considered(
            reference,
            readers,
            tuple(what for _, what, _ in whole),
            len({answer for answer, _, _ in coded[person]}),
            answers.get(person, 0),
            person in cited,
        )


def _judged(session: Session) -> dict[str, list[tuple[str, str, datetime, int]]]:
    found = defaultdict(list)
    rows = select(ConsideredRow).order_by(ConsideredRow.at, ConsideredRow.staff)
    for row in session.execute(rows).scalars():
        found[row.respondent_id].append((row.staff, row.judgement, row.at, row.seq))
    return found


def _coded(
    session: Session, open_questions: Collection[str]
) -> dict[str, list[tuple[int, str, datetime]]]:
    found = defaultdict(list)
    rows = (
        select(AnswerRow.respondent_id, CodeRow.answer_id, CodeRow.staff, CodeRow.at)
        .join(CodeRow, CodeRow.answer_id == AnswerRow.id)
        .where(
            AnswerRow.question.in_(open_questions),
            AnswerRow.status == "current",
            CodeRow.assigned_by == PERSON,
        )
    )
    for person, answer, staff, at in session.execute(rows):
        found[person].append((answer, staff, at))
    return found


def _open_answers(session: Session, open_questions: Collection[str]) -> dict[str, int]:
    counted = select(AnswerRow.respondent_id, func.count()).group_by(AnswerRow.respondent_id)
    current = (AnswerRow.question.in_(open_questions), AnswerRow.status == "current")
    return dict(session.execute(counted.where(*current)).all())


def _cited(session: Session) -> set[str]:
    quoted = select(AnswerRow.respondent_id).join(QuoteRow, QuoteRow.answer_id == AnswerRow.id)
    return set(session.execute(quoted.where(AnswerRow.status == "current")).scalars())
