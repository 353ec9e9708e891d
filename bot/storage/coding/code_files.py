"""Codes and codebooks that come from a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.storage.coding.codebook import add_theme, begin_codebook
from bot.storage.coding.coded_parts import Part, parts_of, set_parts
from bot.storage.coding.codes import set_codes
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import ThemeError, themes_of
from bot.storage.database.tables import AnswerRow, RespondentRow

CODEBOOK = (
    "theme", "described", "when_to_use", "when_not", "example", "parent", "control", "colour",
)  # fmt: skip
CODES = ("reference", "question", "theme", "assigned_by", "checked_by", "at")
PART = "part"


def import_codes(
    session: Session,
    scope: Scope,
    rows: Iterable[Mapping[str, str]],
    *,
    staff: str,
    now: datetime,
) -> tuple[int, list[str]]:
    """Add the codes of a file with the columns `reference` and `theme`, and `part` ("0-17") where
    they are of a part; themes that are new are added to the codebook. Return how many codes were
    read, and a line for each row that could not be.
    """
    begin_codebook(session, scope, staff=staff, now=now)
    themes = {theme.name.casefold(): theme.id for theme in themes_of(session, scope)}
    answers = dict(
        session.execute(
            scope.current_answers().with_only_columns(
                RespondentRow.reference, AnswerRow.id, maintain_column_froms=True
            )
        ).all()
    )
    read, problems = 0, []
    for number, row in enumerate(rows, start=2):  # the first line names the columns
        reference = (row.get("reference") or "").strip()
        name = " ".join((row.get("theme") or "").split())
        if row.get("question") not in (None, "", scope.question):
            problems.append(f"line {number}: it is about another question")
        elif reference not in answers:
            problems.append(f"line {number}: no answer with this reference counts")
        elif not name:
            problems.append(f"line {number}: it names no theme")
        else:
            key = name.casefold()
            if key not in themes:
                themes[key] = add_theme(session, scope, name, staff=staff, now=now)
            chosen = [themes[key]]
            set_codes(session, scope, [answers[reference]], chosen, staff=staff, now=now, add=True)
            if part := _part(row.get("part") or ""):
                kept = parts_of(session, answers[reference])
                set_parts(session, answers[reference], {**kept, themes[key]: part})
            read += 1
    return read, problems


def _part(text: str) -> Part | None:
    if not (found := re.fullmatch(r"([0-9]{1,6})-([0-9]{1,6})", text)):
        return None
    begins, ends = int(found[1]), int(found[2])
    return (begins, ends) if begins < ends else None


def export_codebook(session: Session, scope: Scope) -> list[dict[str, str]]:
    """Return a row for each theme, with the columns of CODEBOOK."""
    themes = themes_of(session, scope)
    names = {theme.id: theme.name for theme in themes}
    return [
        {
            "theme": theme.name,
            "described": theme.described,
            "when_to_use": theme.when_to_use,
            "when_not": theme.when_not,
            "example": theme.example,
            "parent": names.get(theme.parent_id, "") if theme.parent_id else "",
            "control": theme.control or "",
            "colour": theme.colour,
        }
        for theme in themes
    ]


def import_codebook(
    session: Session,
    scope: Scope,
    rows: Iterable[Mapping[str, str]],
    *,
    staff: str,
    now: datetime,
) -> tuple[int, list[str]]:
    """Add the themes of a file with the columns of CODEBOOK that are not there yet. Return how many
    were added, and a line for each row that could not be.
    """
    begin_codebook(session, scope, staff=staff, now=now)
    added, problems = 0, []
    for number, row in enumerate(rows, start=2):
        texts = {name: row.get(name) or "" for name in (*CODEBOOK[1:5], "colour")}
        if row.get("control"):
            continue  # every codebook has these
        try:
            add_theme(session, scope, row.get("theme") or "", staff=staff, now=now, **texts)
            added += 1
        except ThemeError as error:
            problems.append(f"line {number}: {error}")
    return added, problems
