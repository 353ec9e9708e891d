"""The codebook of a question as it stands: its themes, and how they came to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.coding.scope import Scope
from bot.storage.database.tables import AnswerRow, CodeRow, ThemeChangeRow, ThemeRow

# Codes that say why an answer has no theme. They count as coded, never as a theme.
CONTROLS = {
    "no_view": "No view given",
    "dont_know": "Don't know",
    "off_subject": "Off the subject",
    "unreadable": "Cannot be read",
    "abusive": "Abusive",
}
# What a theme can be marked with; no red, which is for danger.
COLOURS = ("blue", "teal", "green", "yellow", "orange", "pink", "purple", "grey")
SHORTEST_QUOTE = 10  # letters; less is said by many


class ThemeError(Exception):
    """A change that cannot be made; its text says why, for the person who asked for it."""


@dataclass(frozen=True)
class Theme:
    """A theme. `control` is a key of CONTROLS, or None for a theme that is counted; `answers` is
    how many current answers have it.
    """

    id: int
    name: str
    described: str = ""
    when_to_use: str = ""
    when_not: str = ""
    example: str = ""
    colour: str = ""
    parent_id: int | None = None
    control: str | None = None
    answers: int = 0


@dataclass(frozen=True)
class Change:
    """A version of a codebook: what was done to which themes."""

    version: int
    staff: str
    what: str
    themes: tuple[str, ...]
    at: datetime


def themes_of(session: Session, scope: Scope) -> list[Theme]:
    """Return the themes in their order, those that are counted first."""
    coded = select(CodeRow.theme_id, func.count()).group_by(CodeRow.theme_id)
    # Not joined: SQLite would look up each coded answer instead of reading their index.
    current = scope.only_current(session, select(AnswerRow.id))
    counts = dict(session.execute(coded.where(CodeRow.answer_id.in_(current))).all())
    rows = session.execute(
        select(ThemeRow)
        .where(*of_scope(scope))
        .order_by(ThemeRow.control.is_not(None), ThemeRow.position, ThemeRow.id)
    ).scalars()
    return [_theme(row, counts.get(row.id, 0)) for row in rows]


def history_of(session: Session, scope: Scope) -> list[Change]:
    """Return the versions of a codebook, the newest first."""
    rows = session.execute(
        select(ThemeChangeRow)
        .where(
            ThemeChangeRow.consultation == scope.consultation,
            ThemeChangeRow.question == scope.question,
        )
        .order_by(ThemeChangeRow.version.desc())
    ).scalars()
    return [Change(r.version, r.staff, r.what, tuple(r.themes), r.at) for r in rows]


def of_scope(scope: Scope) -> tuple:
    return (ThemeRow.consultation == scope.consultation, ThemeRow.question == scope.question)


def _theme(row: ThemeRow, answers: int) -> Theme:
    return Theme(
        id=row.id,
        name=row.name,
        described=row.described,
        when_to_use=row.when_to_use,
        when_not=row.when_not,
        example=row.example,
        colour=row.colour or "",
        parent_id=row.parent_id,
        control=row.control,
        answers=answers,
    )


def forget_examples(session: Session, said: Sequence[str]) -> None:
    """Empty the examples that quote one of these texts of a person who is erased, whole or a part
    of it.
    """
    texts = [plain for text in said if len(plain := _plain(text)) >= SHORTEST_QUOTE]
    for row in session.execute(select(ThemeRow).where(ThemeRow.example != "")).scalars():
        example = _plain(row.example)
        if any(example in text or text in example for text in texts):
            row.example = ""


def _plain(text: str) -> str:
    """Return a text without what differs when it is quoted: case, white space, marks around it."""
    return " ".join(text.lower().split()).strip("\"'“”‘’«».… ")
