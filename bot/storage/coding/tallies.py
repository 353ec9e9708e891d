"""Themes counted against who wrote: by channel, by an answer to another question, by language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Select

from bot.storage.coding.scope import Scope
from bot.storage.database.tables import AnswerRow, CodeRow, InboxRow, RespondentRow

CHANNEL, LANGUAGE = "channel", "language"
NOT_SAID = ""  # they did not answer the question that it is counted by


@dataclass(frozen=True)
class Tally:
    """How many coded answers have a theme, by group; `coded` is how many answers of a group have
    any code.
    """

    by_theme: dict[tuple[int, str], int]
    coded: dict[str, int]

    def of_theme(self, theme_id: int) -> int:
        return sum(number for (theme, _), number in self.by_theme.items() if theme == theme_id)


def tally(session: Session, scope: Scope, by: str, channel: str | None = None) -> Tally:
    """Count themes by CHANNEL, LANGUAGE or the id of a question with one option an answer; of one
    channel alone, if one is named.
    """
    pairs: Counter[tuple[int, str]] = Counter()
    groups: dict[int, str] = {}
    for answer_id, theme_id, group in session.execute(_coded(scope, by, channel)):
        name = NOT_SAID if group is None else str(group)
        pairs[theme_id, name] += 1
        groups[answer_id] = name
    return Tally(dict(pairs), dict(Counter(groups.values())))


def answers_of_cell(
    session: Session,
    scope: Scope,
    by: str,
    theme_id: int,
    group: str | None,
    limit: int,
    channel: str | None = None,
) -> list[tuple[str, int, str, int | None, int | None]]:
    """Return (reference, number of the message, words, and the part of them that has the theme) of
    the newest answers that a cell counts; a group of None: of all groups.
    """
    found = [
        answer_id
        for answer_id, theme, value in session.execute(_coded(scope, by, channel))
        if theme == theme_id and group in (None, NOT_SAID if value is None else str(value))
    ]
    statement = (
        select(
            RespondentRow.reference,
            InboxRow.seq,
            AnswerRow.text,
            CodeRow.part_from,
            CodeRow.part_to,
        )
        .join(CodeRow, (CodeRow.answer_id == AnswerRow.id) & (CodeRow.theme_id == theme_id))
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .join(InboxRow, InboxRow.id == AnswerRow.inbox_id)
        .where(AnswerRow.id.in_(sorted(found, reverse=True)[:limit]))
        .order_by(AnswerRow.id.desc())
    )
    return [tuple(row) for row in session.execute(statement)]


def _coded(scope: Scope, by: str, channel: str | None) -> Select:
    """Return the statement for (answer, theme, group) of each code that counts."""
    statement = (
        select(AnswerRow.id, CodeRow.theme_id)
        .join(CodeRow, CodeRow.answer_id == AnswerRow.id)
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .where(
            RespondentRow.consultation == scope.consultation,
            AnswerRow.question == scope.question,
            AnswerRow.status == "current",
        )
    )
    if channel is not None:
        statement = statement.where(RespondentRow.channel == channel)
    if by == CHANNEL:
        return statement.add_columns(RespondentRow.channel)
    if by == LANGUAGE:
        said = InboxRow.id == AnswerRow.inbox_id
        return statement.join(InboxRow, said).add_columns(InboxRow.language)
    other = aliased(AnswerRow)
    theirs = and_(
        other.respondent_id == AnswerRow.respondent_id,
        other.question == by,
        other.status == "current",
    )
    return statement.outerjoin(other, theirs).add_columns(other.value)
