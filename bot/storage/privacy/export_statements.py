"""The queries behind the exports of answers, respondents, messages and corrections."""

from __future__ import annotations

from sqlalchemy import JSON, String, case, cast, literal, null, select, union_all
from sqlalchemy.sql import Select

from bot.storage.database.tables import AnswerRow, InboxRow, OutboxRow, RespondentRow
from bot.storage.review.corrections import corrections

# The contract knows fewer states of a reply than we keep.
_TOLD_AS = {"sending": "queued", "cancelled": "failed"}


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
        RespondentRow.behalf,
        RespondentRow.views,
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
            InboxRow.sealed.label("sealed"),
            InboxRow.other.label("other"),
            InboxRow.asks.label("asks"),
            InboxRow.care.label("care"),
            InboxRow.note.label("note"),
            InboxRow.language.label("language"),
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
            OutboxRow.sealed,
            cast(null(), String),
            cast(null(), JSON),
            cast(null(), String),
            cast(null(), String),
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
            both.c.other,
            both.c.asks,
            both.c.care,
            both.c.note,
            both.c.language,
            both.c.sealed,  # last: it is no column, only what a text is revealed from
        )
        .join(RespondentRow, RespondentRow.id == both.c.respondent_id)
        .order_by(RespondentRow.started_at, RespondentRow.id, both.c.seq)
    )


STATEMENTS = {
    "answers": _answers,
    "respondents": _respondents,
    "messages": _messages,
    "corrections": corrections,
}
