"""What the list of conversations can be narrowed to, as conditions on respondents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, literal_column, or_, select
from sqlalchemy.sql import ColumnElement

from bot.consultation.state import State
from bot.storage.database.tables import (
    AnswerRow,
    ConsideredRow,
    FlagRow,
    InboxRow,
    OutboxRow,
    RequestRow,
    RespondentRow,
    TagRow,
)

FIRST, LAST, ANY = "first", "last", "any"  # the message whose date is meant
CLOCKS = timedelta(days=1)  # more than those of two machines are apart


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; all of it must be true of a conversation."""

    channel: str | None = None
    state: str | None = None
    answered: tuple[tuple[str, ...], ...] = ()  # of each group, one question has an answer
    # Of each question, one of these was chosen. None: the words matched no option.
    chose: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    when: str = LAST
    flag: str | None = None
    read: bool | None = None
    language: str | None = None
    requested: bool = False
    intent: str | None = None
    tag: str | None = None
    judgement: str | None = None
    failed: bool = False  # the bot could not deal with a message
    undelivered: bool = False  # a reply did not arrive
    spoke: str | None = None  # a language other than English
    words: tuple[str, ...] = ()  # see bot/storage/review/search.py


_at = RespondentRow.last_message_at


def conditions_of(filters: Filters) -> list[ColumnElement]:
    found: list[ColumnElement] = []
    if filters.channel:
        found.append(RespondentRow.channel == filters.channel)
    if filters.state:
        found.append(RespondentRow.state == filters.state)
    found += _dated(filters)
    if filters.language == "none":
        found.append(RespondentRow.language.is_(None))
    elif filters.language:
        tongue = RespondentRow.language
        found.append(or_(tongue == filters.language, tongue.like(f"{filters.language}-%")))
    if filters.read is not None:
        found += read_already() if filters.read else unread()
    return [*found, *_by_other_tables(filters)]


def read_already() -> list[ColumnElement]:
    return [RespondentRow.read_seq >= RespondentRow.heard_seq, RespondentRow.heard_seq > 0]


def unread() -> list[ColumnElement]:
    # The first is written as the index of the queue has it.
    return [literal_column("heard_seq > read_seq"), RespondentRow.state != State.ERASED.value]


def _dated(filters: Filters) -> list[ColumnElement]:
    moment = {FIRST: RespondentRow.started_at, ANY: InboxRow.received_at}.get(filters.when, _at)
    within = [moment >= filters.since] if filters.since else []
    within += [moment < filters.until] if filters.until else []
    if filters.when != ANY or not within:
        return within
    # Who had left before or began later wrote nothing then; so most need not be looked for. Clocks
    # of several machines differ, but not by a day.
    theirs = [_at >= filters.since] if filters.since else []
    theirs += [RespondentRow.started_at < filters.until + CLOCKS] if filters.until else []
    return [*theirs, _is_among(select(InboxRow.respondent_id).where(*within))]


def _by_other_tables(filters: Filters) -> list[ColumnElement]:
    found = [_is_among(_answers(questions)) for questions in filters.answered]
    found += [_is_among(_choices(question, values)) for question, values in filters.chose]
    if filters.requested:
        found.append(has_request())
    if filters.flag:
        found.append(_is_among(select(FlagRow.respondent_id).where(FlagRow.kind == filters.flag)))
    if filters.tag:
        found.append(_is_among(select(TagRow.respondent_id).where(TagRow.name == filters.tag)))
    if filters.judgement:
        judged = ConsideredRow.judgement == filters.judgement
        found.append(_is_among(select(ConsideredRow.respondent_id).where(judged)))
    if filters.undelivered:
        lost = OutboxRow.delivery == "failed"
        found.append(_is_among(select(OutboxRow.respondent_id).where(lost)))
    return [*found, *(_is_among(messages) for messages in _messages(filters))]


def _messages(filters: Filters) -> list[Any]:
    """Return what the residents' messages are narrowed to, a statement for each filter."""
    found = []
    if filters.failed:
        found.append([InboxRow.state == "failed"])
    if filters.spoke:
        found.append([InboxRow.language == filters.spoke])
    if filters.intent:
        found.append([InboxRow.intent == filters.intent, literal_column("intent <> 'give_answer'")])
    return [select(InboxRow.respondent_id).where(*where) for where in found]


def _is_among(respondents: Any) -> ColumnElement:
    return RespondentRow.id.in_(respondents)


def _answers(questions: Sequence[str]) -> Any:
    return select(AnswerRow.respondent_id).where(
        AnswerRow.question.in_(questions), AnswerRow.status == "current"
    )


def _choices(question: str, values: Sequence[Any]) -> Any:
    """Return a statement for those who chose one of some values, alone or among others."""
    stored = cast(AnswerRow.value, Text)
    found = []
    for value in values:
        as_json = json.dumps(value)
        found.append(stored == as_json)
        if isinstance(value, str):
            found.append(stored.contains(as_json, autoescape=True))
    if None in values:
        found.append(stored.is_(None))
    return _answers([question]).where(or_(*found))


def has_request() -> ColumnElement:
    """Return a condition on respondents: they have sent a request."""
    sent = select(RequestRow.id).where(
        RequestRow.respondent_id == RespondentRow.id, RequestRow.status != "draft"
    )
    return sent.exists()
