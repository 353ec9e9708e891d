"""What each person said, for a file with one row a person. Never who they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.database.tables import AnswerRow, RespondentRow
from bot.storage.results.results import EVERYBODY, Filters, people_of

A_BATCH = 500


Said = tuple[Any, str, str]


@dataclass(frozen=True)
class PersonsAnswers:
    """One person's current answers: {question: (value, words, version of the file)}."""

    reference: str
    channel: str
    state: str
    started_at: datetime
    completed_at: datetime | None
    answers: Mapping[str, Said] = field(default_factory=dict)


def answers_by_person(
    session: Session, consultation_id: str, filters: Filters = EVERYBODY
) -> Iterator[PersonsAnswers]:
    """Yield those who have said something, who began first coming first."""
    query = select(
        RespondentRow.id,
        RespondentRow.reference,
        RespondentRow.channel,
        RespondentRow.state,
        RespondentRow.started_at,
        RespondentRow.completed_at,
    ).where(RespondentRow.state.not_in((State.NEW.value, State.ERASED.value)))
    query = query.order_by(RespondentRow.started_at, RespondentRow.reference)
    people = session.execute(people_of(query, consultation_id, filters)).all()
    for begin in range(0, len(people), A_BATCH):
        batch = people[begin : begin + A_BATCH]
        said = _answers(session, [row.id for row in batch])
        for row in batch:
            yield PersonsAnswers(
                reference=row.reference,
                channel=row.channel,
                state=row.state,
                started_at=row.started_at,
                completed_at=row.completed_at,
                answers=said.get(row.id, {}),
            )


def _answers(session: Session, ids: list[str]) -> dict[str, dict[str, Said]]:
    said = (AnswerRow.value, AnswerRow.text, AnswerRow.wording_version)
    rows = session.execute(
        select(AnswerRow.respondent_id, AnswerRow.question, *said).where(
            AnswerRow.respondent_id.in_(ids), AnswerRow.status == "current"
        )
    )
    found: dict[str, dict[str, Said]] = {}
    for owner, question, value, text, version in rows:
        found.setdefault(owner, {})[question] = (value, text, version)
    return found
