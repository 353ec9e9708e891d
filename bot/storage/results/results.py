"""What residents said, counted: how many took part and how far they came, and each question's
answers. People who were erased have no answers, so they count for none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, and_, cast, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Select

from bot.storage.database.tables import AddressRow, AnswerRow, RespondentRow, SkipRow


@dataclass(frozen=True)
class Filters:
    """Whose answers are counted. Moments are those of a person's beginning; `role` is what they
    answered to one question: (question, value).
    """

    channel: str | None = None
    role: tuple[str, str] | None = None
    begun_from: datetime | None = None
    begun_before: datetime | None = None


EVERYBODY = Filters()


@dataclass(frozen=True)
class HourOfPeople:
    """Who began within one hour, as YYYY-MM-DD HH in UTC."""

    hour: str
    channel: str
    began: int
    finished: int


@dataclass(frozen=True)
class Standing:
    """How many stand where, and how many of them had come to the end before."""

    channel: str
    state: str
    open_question: str | None
    count: int
    finished: int


@dataclass(frozen=True)
class Counts:
    """The answers to one question: {value: how many chose it}, and who is in none of them."""

    values: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    unread: int = 0  # words that could not be matched to an option, kept as they are
    skipped: int | None = 0  # None where answers to one wording are counted: a skip has none


def people_by_hour(
    session: Session, consultation_id: str, filters: Filters = EVERYBODY
) -> list[HourOfPeople]:
    """Return who began when: London's days are made of whole hours of UTC."""
    began = RespondentRow.started_at
    if session.get_bind().dialect.name == "sqlite":
        hour = name = func.substr(cast(began, String), 1, 13).label("hour")
    else:  # a moment is cut much faster than it is written, so each hour is written once
        hour = func.date_trunc(literal_column("'hour'"), began)
        name = func.to_char(hour, "YYYY-MM-DD HH24")
    statement = select(
        name, RespondentRow.channel, func.count(), func.count(RespondentRow.completed_at)
    ).group_by(hour, RespondentRow.channel)
    rows = session.execute(people_of(statement, consultation_id, filters))
    return sorted((HourOfPeople(*row) for row in rows), key=lambda row: (row.hour, row.channel))


def standings(
    session: Session, consultation_id: str, filters: Filters = EVERYBODY
) -> list[Standing]:
    """Return how many people stand where now."""
    place = (RespondentRow.channel, RespondentRow.state, RespondentRow.open_question)
    statement = select(*place, func.count(), func.count(RespondentRow.completed_at))
    rows = session.execute(people_of(statement.group_by(*place), consultation_id, filters))
    return [Standing(*row) for row in rows]


def answers_by_question(
    session: Session, consultation_id: str, filters: Filters = EVERYBODY
) -> dict[str, int]:
    """Return how many current answers each question has, those that could not be read too."""
    statement = (
        select(AnswerRow.question, func.count())
        .where(AnswerRow.status == "current")
        .group_by(AnswerRow.question)
    )
    statement = narrowed(session, statement, AnswerRow.respondent_id, consultation_id, filters)
    return dict(session.execute(statement).all())


def counts_of(
    session: Session,
    consultation_id: str,
    question: str,
    filters: Filters = EVERYBODY,
    versions: Collection[str] | None = None,
) -> Counts:
    """Return the answers to a question with options, or to it as some versions of the file ask it.
    Who chose two is counted under each.
    """
    statement = _chosen(session, consultation_id, [question], filters, AnswerRow.question)
    if versions is not None:
        statement = statement.where(AnswerRow.wording_version.in_(versions))
    counts = _by_key(session.execute(statement)).get((question,), Counts())
    if versions is not None:
        return replace(counts, skipped=None)
    return replace(counts, skipped=count_skipped(session, consultation_id, question, filters))


def values_of_each(
    session: Session,
    consultation_id: str,
    questions: Collection[str],
    filters: Filters = EVERYBODY,
) -> dict[str, Mapping[str, int]]:
    """Return {question: {value: how many chose it}} of questions with options, counted at once."""
    statement = _chosen(session, consultation_id, questions, filters, AnswerRow.question)
    counted = _by_key(session.execute(statement)) if questions else {}
    return {question: counted.get((question,), Counts()).values for question in questions}


def values_by_version(
    session: Session,
    consultation_id: str,
    questions: Collection[str],
    filters: Filters = EVERYBODY,
) -> dict[tuple[str, str], Mapping[str, int]]:
    """Return {(question, version of the file): {value: how many chose it}}, counted at once."""
    key = (AnswerRow.question, AnswerRow.wording_version)
    statement = _chosen(session, consultation_id, questions, filters, *key)
    counted = _by_key(session.execute(statement)) if questions else {}
    return {(question, version): one.values for (question, version), one in counted.items()}


def _chosen(
    session: Session, consultation_id: str, questions: Collection[str], filters: Filters, *key: Any
) -> Select:
    """Return a statement for (key, what was chosen as JSON, how many) of the current answers."""
    value = cast(AnswerRow.value, Text).label("chosen")
    statement = (
        select(*key, value, func.count())
        .where(AnswerRow.question.in_(questions), AnswerRow.status == "current")
        .group_by(*key, value)
    )
    return narrowed(session, statement, AnswerRow.respondent_id, consultation_id, filters)


def _by_key(rows: Iterable[Any]) -> dict[tuple[str, ...], Counts]:
    values: dict[tuple[str, ...], dict[str, int]] = {}
    answered, unread = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for *named, stored, count in rows:
        key = tuple(named)
        of_key = values.setdefault(key, {})
        chosen = json.loads(stored) if stored else None
        if chosen is None:
            unread[key] += count
            continue
        answered[key] += count
        for one in chosen if isinstance(chosen, list) else [chosen]:
            of_key[str(one)] = of_key.get(str(one), 0) + count
    return {key: Counts(of_key, answered[key], unread[key]) for key, of_key in values.items()}


def count_skipped(
    session: Session, consultation_id: str, question: str, filters: Filters = EVERYBODY
) -> int:
    statement = select(func.count()).select_from(SkipRow).where(SkipRow.question == question)
    statement = narrowed(session, statement, SkipRow.respondent_id, consultation_id, filters)
    return session.execute(statement).scalar_one()


def narrowed(
    session: Session, statement: Select, owner: Any, consultation_id: str, filters: Filters
) -> Select:
    """Narrow rows of respondents to one consultation and to the filters; `owner` is the column
    with the respondent's id. Without either to do, it is left as it is: that is much quicker.
    """
    only_role = Filters(role=filters.role)
    if filters != only_role or not _is_alone(session, consultation_id):
        statement = statement.join(RespondentRow, RespondentRow.id == owner)
        statement = statement.where(*_where(consultation_id, filters))
    return _of_role(statement, owner, filters)


def people_of(statement: Select, consultation_id: str, filters: Filters) -> Select:
    statement = statement.where(*_where(consultation_id, filters))
    return _of_role(statement, RespondentRow.id, filters)


def _where(consultation_id: str, filters: Filters) -> list[Any]:
    where = [RespondentRow.consultation == consultation_id]
    if filters.channel:
        where.append(RespondentRow.channel == filters.channel)
    if filters.begun_from:
        where.append(RespondentRow.started_at >= filters.begun_from)
    if filters.begun_before:
        where.append(RespondentRow.started_at < filters.begun_before)
    return where


def _of_role(statement: Select, owner: Any, filters: Filters) -> Select:
    if not filters.role:
        return statement
    question, value = filters.role
    role = aliased(AnswerRow)
    chosen = and_(
        role.respondent_id == owner,
        role.question == question,
        role.status == "current",
        cast(role.value, Text) == json.dumps(value),
    )
    return statement.join(role, chosen)


def _is_alone(session: Session, consultation_id: str) -> bool:
    """Say whether the database has answers of no other consultation: who has answers has an
    address.
    """
    other = AddressRow.consultation
    return not session.execute(
        select(
            or_(
                exists().where(other < consultation_id),
                exists().where(other > consultation_id),
            )
        )
    ).scalar()
