"""The wordings that a question has had: answers to one are not counted as answers to another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bot.consultation.model import Consultation
from bot.consultation.question import Option, Question
from bot.consultation.texts import Wording
from bot.storage.database.tables import AnswerRow, RespondentRow, WordingRow


@dataclass(frozen=True)
class Worded:
    """A question as it was asked under some versions of the file. `since`: when it first was, where
    that is known; `known` is False where only the versions are, and the question is that of today.
    `answers` were given to it and count now.
    """

    question: Question
    versions: tuple[str, ...]
    since: datetime | None = None
    known: bool = True
    answers: int = 0


def keep_wordings(session: Session, consultation: Consultation, now: datetime) -> None:
    """Keep each question as it is asked now. What was kept of this version before stays."""
    kept, new = _of_this_version(session, consultation), []
    for question in consultation.questions:
        row = kept.get(question.id)
        if row is None:
            new.append({**_row(consultation, question), "since": now})
        elif row.text is None:  # answered before wordings were kept
            row.text, row.options = question.wording.text, _options(question)
    if new:
        session.execute(insert(WordingRow.__table__), new)
    session.flush()


def changed_without_version(session: Session, consultation: Consultation) -> list[str]:
    """Return the questions that read otherwise than before under the same version of the file:
    answers to the two cannot be told apart.
    """
    kept = _of_this_version(session, consultation)
    return [
        question.id
        for question in consultation.questions
        if (row := kept.get(question.id)) is not None
        and row.text is not None
        and (row.text, row.options) != (question.wording.text, _options(question))
    ]


def _of_this_version(session: Session, consultation: Consultation) -> dict[str, WordingRow]:
    mine = select(WordingRow).where(
        WordingRow.consultation == consultation.id, WordingRow.version == consultation.version
    )
    return {row.question: row for row in session.execute(mine).scalars()}


def changed_wordings(session: Session, consultation: Consultation) -> dict[str, list[Worded]]:
    """Return {question: its wordings, the oldest first, today's last} of those whose answers were
    not all given to the wording of today.
    """
    rows = session.execute(
        select(WordingRow)
        .where(WordingRow.consultation == consultation.id)
        .order_by(WordingRow.since.is_not(None), WordingRow.since, WordingRow.version)
    ).scalars()
    by_question: dict[str, list[WordingRow]] = {}
    for row in rows:
        by_question.setdefault(row.question, []).append(row)
    worded = (_worded(consultation, q, by_question.get(q.id, [])) for q in consultation.questions)
    several = {one[-1].question.id: one for one in worded if len(one) > 1}
    counts = _answers(session, consultation, several)
    answered = {question: _answered(question, one, counts) for question, one in several.items()}
    return {question: asked for question, asked in answered.items() if len(asked) > 1}


def _worded(
    consultation: Consultation, question: Question, rows: Sequence[WordingRow]
) -> list[Worded]:
    """Return the wordings that were kept, each once with all its versions, and that of today."""
    found: dict[tuple[object, ...], Worded] = {}
    for row in rows:
        asked = _as_asked(question, row)
        key = (row.text, str(row.options))
        before = found.get(key) or Worded(asked, (), row.since, row.text is not None)
        found[key] = replace(before, versions=(*before.versions, row.version))
    now = (question.wording.text, str(_options(question)))
    last = found.pop(now, None) or Worded(question, ())
    if all(consultation.version not in one.versions for one in (*found.values(), last)):
        last = replace(last, versions=(*last.versions, consultation.version))
    return [*found.values(), last]


def _answers(
    session: Session, consultation: Consultation, questions: Collection[str]
) -> dict[tuple[str, str], int]:
    """Return {(question, version of the file): how many current answers}."""
    if not questions:
        return {}
    key = (AnswerRow.question, AnswerRow.wording_version)
    counted = (
        select(*key, func.count())
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .where(
            RespondentRow.consultation == consultation.id,
            AnswerRow.question.in_(questions),
            AnswerRow.status == "current",
        )
        .group_by(*key)
    )
    return {(question, version): count for question, version, count in session.execute(counted)}


def _answered(
    question: str, worded: Sequence[Worded], counts: Mapping[tuple[str, str], int]
) -> list[Worded]:
    """Return those that have answers, with how many, and today's."""
    found = [
        replace(one, answers=sum(counts.get((question, version), 0) for version in one.versions))
        for one in worded
    ]
    return [one for one in found if one.answers or one is found[-1]]


def _as_asked(question: Question, row: WordingRow) -> Question:
    if row.text is None:
        return question
    known = {option.value: option for option in question.options}
    options = tuple(
        replace(known[value], wording=Wording(text, text))
        if value in known
        else Option(value, Wording(text, text))
        for value, text in row.options
    )
    return replace(question, wording=Wording(row.text, row.text), options=options)


def _row(consultation: Consultation, question: Question) -> dict[str, object]:
    return {
        "consultation": consultation.id,
        "question": question.id,
        "version": consultation.version,
        "text": question.wording.text,
        "options": _options(question),
    }


def _options(question: Question) -> list[list[str]]:
    return [[option.value, option.wording.text] for option in question.options]
