"""Export rows, exactly as docs/contract names them. Rows are read in batches, so any size can be
exported.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import String, case, cast, literal, null, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.storage.inbox import sender_message_id
from bot.storage.tables import AnswerRow, InboxRow, OutboxRow, RespondentRow

COLUMNS: dict[str, tuple[str, ...]] = {
    "answers": (
        "respondent", "channel", "question", "kind", "value", "text", "status", "answered_at",
        "wording_version", "message",
    ),
    "requests": (
        "respondent", "channel", "kind", "fields", "consents", "status", "created_at",
    ),
    "respondents": (
        "respondent", "channel", "state", "opted_out", "language", "started_at",
        "last_message_at",
    ),
    "messages": (
        "respondent", "channel", "direction", "text", "at", "question", "intent", "delivery",
        "phase",
    ),
    "equality": ("question", "value", "count"),
}  # fmt: skip
BATCH = 500
# The contract knows fewer states of a reply than we keep.
_TOLD_AS = {"sending": "queued", "cancelled": "failed"}

Row = dict[str, Any]


def export_rows(
    session: Session, what: str, consultation_id: str, reference: str | None = None
) -> Iterator[Row]:
    """Yield one dictionary a row with the columns of COLUMNS[what], for all or for one
    respondent.
    """
    statement = _STATEMENTS[what]
    if statement is None:
        return  # requests and equality answers are not asked yet
    query = statement().where(RespondentRow.consultation == consultation_id)
    if reference:
        query = query.where(RespondentRow.reference == reference)
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        cells = {name: _plain(value) for name, value in zip(COLUMNS[what], row, strict=True)}
        if what == "answers":
            cells["message"] = sender_message_id(cells["message"])
        yield cells


def _plain(value: Any) -> Any:
    """Write moments as RFC 3339 in UTC."""
    if isinstance(value, datetime):
        return (
            value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
    return value


def _answers() -> Select:
    return (
        select(
            RespondentRow.reference,
            RespondentRow.channel,
            AnswerRow.question,
            AnswerRow.kind,
            AnswerRow.value,
            AnswerRow.text,
            AnswerRow.status,
            AnswerRow.answered_at,
            AnswerRow.wording_version,
            InboxRow.provider_id,
        )
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .join(InboxRow, InboxRow.id == AnswerRow.inbox_id)
        .order_by(AnswerRow.id)
    )


def _respondents() -> Select:
    return select(
        RespondentRow.reference,
        RespondentRow.channel,
        RespondentRow.state,
        RespondentRow.opted_out,
        RespondentRow.language,
        RespondentRow.started_at,
        RespondentRow.last_message_at,
    ).order_by(RespondentRow.started_at, RespondentRow.id)


def _messages() -> Select:
    both = union_all(
        select(
            InboxRow.respondent_id.label("respondent_id"),
            InboxRow.seq.label("seq"),
            literal("in").label("direction"),
            InboxRow.text.label("text"),
            InboxRow.received_at.label("at"),
            InboxRow.question.label("question"),
            InboxRow.intent.label("intent"),
            InboxRow.state.label("delivery"),
            InboxRow.phase.label("phase"),
        ),
        select(
            OutboxRow.respondent_id,
            OutboxRow.seq,
            literal("out"),
            OutboxRow.text,
            OutboxRow.created_at,
            OutboxRow.question,
            cast(null(), String),
            case(_TOLD_AS, value=OutboxRow.delivery, else_=OutboxRow.delivery),
            cast(null(), String),
        ),
    ).subquery()
    return (
        select(
            RespondentRow.reference,
            RespondentRow.channel,
            both.c.direction,
            both.c.text,
            both.c.at,
            both.c.question,
            both.c.intent,
            both.c.delivery,
            both.c.phase,
        )
        .join(RespondentRow, RespondentRow.id == both.c.respondent_id)
        .order_by(RespondentRow.started_at, RespondentRow.id, both.c.seq)
    )


_STATEMENTS = {
    "answers": _answers,
    "requests": None,
    "respondents": _respondents,
    "messages": _messages,
    "equality": None,
}
