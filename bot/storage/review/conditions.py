"""What the list of conversations can be narrowed to, as conditions on respondents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, or_, select
from sqlalchemy.sql import ColumnElement

from bot.consultation.state import State
from bot.storage.database.tables import AnswerRow, FlagRow, InboxRow, RequestRow, RespondentRow


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; all of it must be true of a conversation."""

    channel: str | None = None
    state: str | None = None
    answered: tuple[tuple[str, ...], ...] = ()  # of each group, one question has an answer
    since: datetime | None = None  # of the last message
    until: datetime | None = None
    flag: str | None = None
    read: bool | None = None
    language: str | None = None
    requested: bool = False
    intent: str | None = None
    words: tuple[str, ...] = ()  # see bot/storage/review/search.py


_at = RespondentRow.last_message_at


def conditions_of(filters: Filters) -> list[ColumnElement]:
    found: list[ColumnElement] = []
    if filters.channel:
        found.append(RespondentRow.channel == filters.channel)
    if filters.state:
        found.append(RespondentRow.state == filters.state)
    if filters.since:
        found.append(_at >= filters.since)
    if filters.until:
        found.append(_at < filters.until)
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


def _by_other_tables(filters: Filters) -> list[ColumnElement]:
    found = [_answered(questions) for questions in filters.answered]
    if filters.requested:
        found.append(has_request())
    if filters.flag:
        flagged = select(FlagRow.respondent_id).where(FlagRow.kind == filters.flag)
        found.append(RespondentRow.id.in_(flagged))
    if filters.intent:
        said_so = select(InboxRow.respondent_id).where(
            InboxRow.intent == filters.intent, literal_column("intent <> 'give_answer'")
        )
        found.append(RespondentRow.id.in_(said_so))
    return found


def _answered(questions: Sequence[str]) -> ColumnElement:
    answer = select(AnswerRow.id).where(
        AnswerRow.respondent_id == RespondentRow.id,
        AnswerRow.question.in_(questions),
        AnswerRow.status == "current",
    )
    return answer.exists()


def has_request() -> ColumnElement:
    """Return a condition on respondents: they have sent a request."""
    sent = select(RequestRow.id).where(
        RequestRow.respondent_id == RespondentRow.id, RequestRow.status != "draft"
    )
    return sent.exists()
