"""Proof that every response was considered: who read, judged and coded it, and when; and whether
the audit knows of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.coding.codes import PERSON
from bot.storage.coding.deeds import CODED, IMPORTED, JUDGED, Deed, Deeds, recorded_deeds
from bot.storage.coding.double_coding import SECOND
from bot.storage.database.tables import (
    AnswerRow,
    CodeRow,
    ConsideredRow,
    DoubleCodeRow,
    QuoteRow,
    RespondentRow,
    ThemeRow,
)

EVIDENCE = ("reference", "read_by", "read_at", "coded", "judged", "cited", "in_audit")


@dataclass(frozen=True)
class Considered:
    """One response. `deeds` are the judgements of it as a whole as far as it has come, and the
    codes that people gave to its answers; `coded` of its `open_answers` have a code.
    """

    reference: str
    deeds: tuple[Deed, ...]
    coded: int
    open_answers: int
    cited: bool

    @property
    def judgements(self) -> tuple[str, ...]:
        return tuple(one.detail for one in self.deeds if one.what == JUDGED)

    @property
    def readers(self) -> dict[str, datetime]:
        """Who judged or coded it, with the first time of each."""
        first: dict[str, datetime] = {}
        for one in self.deeds:
            first[one.who] = min(one.at, first.get(one.who, one.at))
        return first

    @property
    def is_read(self) -> bool:
        """Whether a person has read all of it: judged as a whole, or every open answer coded."""
        return bool(self.judgements) or 0 < self.open_answers == self.coded

    @property
    def is_in_audit(self) -> bool:
        """Whether the audit has an entry for all that was done."""
        return all(one.entry is not None for one in self.deeds)

    def as_row(self) -> dict[str, object]:
        """Return it with the columns of EVIDENCE."""
        return {
            "reference": self.reference,
            "read_by": sorted(self.readers) if self.is_read else [],
            "read_at": min(self.readers.values()) if self.is_read and self.readers else None,
            "coded": f"{self.coded} of {self.open_answers}",
            "judged": list(self.judgements),
            "cited": self.cited,
            "in_audit": self.is_in_audit if self.deeds else None,
        }


def evidence_of(
    session: Session,
    consultation_id: str,
    open_questions: Collection[str],
    reference: str | None = None,
) -> Iterator[Considered]:
    """Yield every response that is to be considered, or the one with this reference: of those who
    wrote and were not erased.
    """
    theirs = _considered(consultation_id)
    theirs += [RespondentRow.reference == reference] if reference else []
    ids = select(RespondentRow.id).where(*theirs)
    deeds = recorded_deeds(session, reference)
    judged, coded = _judged(session, ids, deeds), _coded(session, ids, open_questions, deeds)
    answers, cited = _open_answers(session, ids, open_questions), _cited(session, ids)
    people = select(RespondentRow.id, RespondentRow.reference, RespondentRow.heard_seq)
    for person, name, heard in session.execute(
        people.where(*theirs).order_by(RespondentRow.reference)
    ):
        whole = [deed for deed, seq in judged[person] if seq >= heard]
        yield Considered(
            name,
            (*whole, *(deed for _, deed in coded[person])),
            len({answer for answer, _ in coded[person]}),
            answers.get(person, 0),
            person in cited,
        )


def any_reference(
    session: Session, consultation_id: str, choose: Callable[[int], int]
) -> str | None:
    """Return one of the responses that are to be considered; `choose` takes how many there are."""
    theirs = _considered(consultation_id)
    count = session.execute(select(func.count()).select_from(RespondentRow).where(*theirs))
    number = count.scalar_one()
    if not number:
        return None
    every = select(RespondentRow.reference).where(*theirs).order_by(RespondentRow.reference)
    found = session.execute(every.offset(choose(number)).limit(1)).scalar()
    return None if found is None else str(found)


def _considered(consultation_id: str) -> list[Any]:
    return [
        RespondentRow.consultation == consultation_id,
        RespondentRow.heard_seq > 0,
        RespondentRow.state != State.ERASED.value,
    ]


def _judged(session: Session, ids: Any, deeds: Deeds) -> dict[str, list[tuple[Deed, int]]]:
    found = defaultdict(list)
    rows = (
        select(ConsideredRow, RespondentRow.reference)
        .join(RespondentRow, RespondentRow.id == ConsideredRow.respondent_id)
        .where(ConsideredRow.respondent_id.in_(ids))
        .order_by(ConsideredRow.at, ConsideredRow.staff)
    )
    for row, reference in session.execute(rows):
        entry = deeds.entry(row.staff, f"considered: {row.judgement}", reference, row.at)
        deed = Deed(row.at, row.staff, JUDGED, row.judgement, entry)
        found[row.respondent_id].append((deed, row.seq))
    return found


def _coded(
    session: Session, ids: Any, open_questions: Collection[str], deeds: Deeds
) -> dict[str, list[tuple[int, Deed]]]:
    """Return {person: (answer, deed)}, by second coders too. What a command read from a file names
    no reader.
    """
    found = defaultdict(list)
    for table, by_people in (
        (CodeRow, CodeRow.assigned_by == PERSON),
        (DoubleCodeRow, DoubleCodeRow.coder == SECOND),
    ):
        rows = (
            select(
                AnswerRow.respondent_id, table.answer_id, AnswerRow.question, table.staff,
                table.at, ThemeRow.name, RespondentRow.reference,
            )
            .join(table, table.answer_id == AnswerRow.id)
            .join(ThemeRow, ThemeRow.id == table.theme_id)
            .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
            .where(
                AnswerRow.respondent_id.in_(ids),
                AnswerRow.question.in_(open_questions),
                AnswerRow.status == "current",
                by_people,
                table.staff.contains("@"),
            )
            .order_by(table.at, table.answer_id, ThemeRow.position)
        )  # fmt: skip
        for person, answer, question, staff, at, theme, reference in session.execute(rows):
            entry = deeds.entry(staff, CODED, reference, at)
            entry = entry or deeds.entry(staff, IMPORTED, question, at)
            found[person].append((answer, Deed(at, staff, CODED, theme, entry)))
    return found


def _open_answers(session: Session, ids: Any, open_questions: Collection[str]) -> dict[str, int]:
    counted = select(AnswerRow.respondent_id, func.count()).group_by(AnswerRow.respondent_id)
    current = (AnswerRow.question.in_(open_questions), AnswerRow.status == "current")
    theirs = AnswerRow.respondent_id.in_(ids)
    return dict(session.execute(counted.where(*current, theirs)).all())


def _cited(session: Session, ids: Any) -> set[str]:
    quoted = select(AnswerRow.respondent_id).join(QuoteRow, QuoteRow.answer_id == AnswerRow.id)
    quoted = quoted.where(AnswerRow.status == "current", AnswerRow.respondent_id.in_(ids))
    return set(session.execute(quoted).scalars())
