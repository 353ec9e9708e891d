"""How the bot did: what residents asked it, what it was unsure of, what it could not deal with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.consultation.state import State
from bot.storage.database.tables import (
    AnswerRow,
    CorrectionRow,
    FlagRow,
    InboxRow,
    OutboxRow,
    RespondentRow,
)

SURE = 0.7  # below it staff are asked to look


@dataclass(frozen=True)
class BotFigures:
    """Counts of messages, but `flagged`: {kind: how many people}. `said`: {intent: how many}, and
    `asked`: {id of a question that residents asked: how often}.
    """

    messages: int
    unsure: int
    failed: int
    corrected: int
    replies: int
    undelivered: int
    said: dict[str, int]
    asked: dict[str, int]
    explained: dict[str, int]  # {question of the consultation: how often its meaning was asked}
    flagged: dict[str, int]
    languages: dict[str, int]  # {language that is not English: how many people wrote in it}


def bot_figures(session: Session, consultation_id: str) -> BotFigures:
    """Count the messages of everybody who was not erased."""

    def of(statement: Select, owner: object) -> list:
        return session.execute(_theirs(statement, owner, consultation_id)).all()

    inbox, mine = InboxRow, InboxRow.respondent_id
    said = dict(of(select(inbox.intent, func.count()).group_by(inbox.intent), mine))
    unsure = of(select(func.count(inbox.id)).where(inbox.confidence < SURE), mine)
    failed = of(select(func.count(inbox.id)).where(inbox.state == "failed"), mine)
    asked = Counter({name: count for name, count in said.items() if name and _is_faq(name)})
    for (asks,) in of(select(inbox.asks).where(cast(inbox.asks, Text) != "null"), mine):
        asked.update(asks or ())
    explained = select(inbox.question, func.count()).where(
        inbox.intent == "explain_question", inbox.question.is_not(None)
    )
    flagged = select(FlagRow.kind, func.count(FlagRow.respondent_id.distinct()))
    spoken = select(inbox.language, func.count(mine.distinct())).where(inbox.language.is_not(None))
    corrected = select(func.count()).select_from(CorrectionRow)
    corrected = corrected.join(inbox, inbox.id == CorrectionRow.inbox_id)
    sent = select(OutboxRow.delivery, func.count()).group_by(OutboxRow.delivery)
    replies = dict(of(sent, OutboxRow.respondent_id))
    return BotFigures(
        messages=sum(said.values()),
        unsure=unsure[0][0],
        failed=failed[0][0],
        corrected=of(corrected, mine)[0][0],
        replies=sum(replies.values()),
        undelivered=replies.get("failed", 0),
        said={name: count for name, count in said.items() if name},
        asked=dict(asked.most_common()),
        explained=dict(of(explained.group_by(inbox.question), mine)),
        flagged=dict(of(flagged.group_by(FlagRow.kind), FlagRow.respondent_id)),
        languages=dict(of(spoken.group_by(inbox.language), mine)),
    )


def wording_versions(session: Session, consultation_id: str) -> list[tuple[str, int]]:
    """Return (version of the wording, how many current answers were given to it)."""
    statement = select(AnswerRow.wording_version, func.count()).where(AnswerRow.status == "current")
    statement = statement.group_by(AnswerRow.wording_version).order_by(AnswerRow.wording_version)
    rows = session.execute(_theirs(statement, AnswerRow.respondent_id, consultation_id))
    return [tuple(row) for row in rows]


def _is_faq(intent: str) -> bool:
    return intent.startswith("faq_")


def _theirs(statement: Select, owner: object, consultation_id: str) -> Select:
    return statement.join(RespondentRow, RespondentRow.id == owner).where(
        RespondentRow.consultation == consultation_id,
        RespondentRow.state != State.ERASED.value,
    )
