"""Changing a codebook: every change is a version, and no code is lost by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.storage.coding.double_coding import move_double_codes
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import COLOURS, CONTROLS, ThemeError, of_scope
from bot.storage.database.tables import (
    CodeRow,
    DoubleCodeRow,
    OutcomeRow,
    ThemeChangeRow,
    ThemeRow,
)
from bot.storage.messages.inbox import storable

LONGEST_NAME, LONGEST_TEXT = 80, 1000


def begin_codebook(session: Session, scope: Scope, *, staff: str, now: datetime) -> None:
    """Give a question the control codes, if it has no codebook yet."""
    if session.execute(select(ThemeRow.id).where(*of_scope(scope)).limit(1)).first():
        return
    for control, name in CONTROLS.items():
        _add(session, scope, name, control=control)
    _note(session, scope, "begun", CONTROLS.values(), staff, now)


def add_theme(
    session: Session, scope: Scope, name: str, *, staff: str, now: datetime, **texts: str
) -> int:
    """Add a theme and return its id. `texts` are described, when_to_use, when_not, example,
    and colour, one of COLOURS or nothing. Raises ThemeError.
    """
    name = _free_name(session, scope, name)
    theme_id = _add(session, scope, name, **_texts(texts))
    _note(session, scope, "added", [name], staff, now)
    return theme_id


def change_theme(
    session: Session,
    scope: Scope,
    theme_id: int,
    *,
    staff: str,
    now: datetime,
    name: str,
    parent_id: int | None = None,
    **texts: str,
) -> None:
    """Rename or describe a theme; its codes stay. Raises ThemeError."""
    row = _row(session, scope, theme_id)
    before = row.name
    if _name(name) != before:
        row.name = _free_name(session, scope, name)
    if parent_id is not None and (
        parent_id == theme_id or _row(session, scope, parent_id).parent_id
    ):
        raise ThemeError("A theme can stand under a main theme only.")
    row.parent_id = parent_id
    for key, text in _texts(texts).items():
        setattr(row, key, text)
    what = "renamed" if row.name != before else "described"
    _note(session, scope, what, dict.fromkeys([before, row.name]), staff, now)


def merge_themes(
    session: Session, scope: Scope, gone_id: int, kept_id: int, *, staff: str, now: datetime
) -> None:
    """Give every answer of one theme the other instead, and drop the first. Raises ThemeError."""
    gone, kept = _row(session, scope, gone_id), _row(session, scope, kept_id)
    if gone is kept:
        raise ThemeError("Choose two different themes.")
    if gone.control:
        raise ThemeError(f"“{gone.name}” belongs to every codebook and stays.")
    both = select(CodeRow.answer_id).where(CodeRow.theme_id == kept_id)
    _move(session, CodeRow.theme_id == gone_id, CodeRow.answer_id.in_(both), to=kept_id)
    move_double_codes(session, gone_id, kept_id)
    _drop(session, gone, into=kept_id)
    _note(session, scope, "merged", [gone.name, kept.name], staff, now)


def split_theme(
    session: Session,
    scope: Scope,
    theme_id: int,
    name: str,
    answers: Sequence[int],
    *,
    staff: str,
    now: datetime,
) -> int:
    """Move some answers of a theme to a new one, and return its id. Raises ThemeError."""
    row = _row(session, scope, theme_id)
    new = _add(session, scope, _free_name(session, scope, name))
    for table in (CodeRow, DoubleCodeRow):
        chosen = (table.theme_id == theme_id, table.answer_id.in_(answers))
        session.execute(update(table).where(*chosen).values(theme_id=new))
    _note(session, scope, "split", [row.name, _name(name)], staff, now)
    return new


def remove_theme(
    session: Session, scope: Scope, theme_id: int, *, staff: str, now: datetime
) -> None:
    """Remove a theme that no answer has. Raises ThemeError."""
    row = _row(session, scope, theme_id)
    if row.control:
        raise ThemeError(f"“{row.name}” belongs to every codebook and stays.")
    for table in (CodeRow, DoubleCodeRow):
        if session.execute(select(table.answer_id).where(table.theme_id == theme_id)).first():
            raise ThemeError(f"Answers have “{row.name}”. Merge it into another theme instead.")
    _drop(session, row)
    _note(session, scope, "removed", [row.name], staff, now)


def move_theme(session: Session, scope: Scope, theme_id: int, places: int) -> None:
    """Move a theme up (-1) or down (1) among those that are counted. Raises ThemeError."""
    moved = _row(session, scope, theme_id)
    rows = list(
        session.execute(
            select(ThemeRow)
            .where(*of_scope(scope), ThemeRow.control.is_(None))
            .order_by(ThemeRow.position, ThemeRow.id)
        ).scalars()
    )
    if moved not in rows:
        raise ThemeError("Only themes that are counted have an order.")
    at = rows.index(moved)
    rows.insert(max(0, at + places), rows.pop(at))
    for position, row in enumerate(rows):
        row.position = position


def _row(session: Session, scope: Scope, theme_id: int) -> ThemeRow:
    row = session.execute(
        select(ThemeRow).where(*of_scope(scope), ThemeRow.id == theme_id)
    ).scalar_one_or_none()
    if row is None:
        raise ThemeError("That theme is not there any more. Look at the codebook again.")
    return row


def _name(typed: str) -> str:
    return " ".join(storable(typed).split())[:LONGEST_NAME].strip()


def _text(typed: str) -> str:
    return storable(typed).strip()[:LONGEST_TEXT]


def _free_name(session: Session, scope: Scope, typed: str) -> str:
    name = _name(typed)
    if not name:
        raise ThemeError("Enter a name for the theme.")
    taken = session.execute(select(ThemeRow.name).where(*of_scope(scope))).scalars()
    if name.casefold() in {other.casefold() for other in taken}:
        raise ThemeError(f"There is a theme “{name}” already.")
    return name


def _texts(given: Mapping[str, str]) -> dict[str, str]:
    texts = {key: _text(text) for key, text in given.items()}
    if texts.get("colour", "") not in ("", *COLOURS):
        raise ThemeError(f"Choose one of the colours: {', '.join(COLOURS)}.")
    return texts


def _add(
    session: Session, scope: Scope, name: str, control: str | None = None, **texts: str
) -> int:
    last = session.execute(select(func.max(ThemeRow.position)).where(*of_scope(scope))).scalar()
    row = ThemeRow(
        consultation=scope.consultation,
        question=scope.question,
        name=name,
        control=control,
        position=0 if last is None else last + 1,
        **{"described": "", "when_to_use": "", "when_not": "", "example": ""} | texts,
    )
    session.add(row)
    session.flush()
    return int(row.id)


def _move(session: Session, those: Any, doubled: Any, *, to: int) -> None:
    """Give codes another theme; of two that would be the same one stays."""
    for statement in (
        delete(CodeRow).where(those, doubled),
        update(CodeRow).where(those).values(theme_id=to),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def _drop(session: Session, row: ThemeRow, into: int | None = None) -> None:
    session.execute(update(ThemeRow).where(ThemeRow.parent_id == row.id).values(parent_id=None))
    decided = update(OutcomeRow).where(OutcomeRow.theme_id == row.id)
    session.execute(decided.values(theme_id=into))
    session.delete(row)
    session.flush()


def _note(
    session: Session,
    scope: Scope,
    what: str,
    themes: Iterable[str],
    staff: str,
    now: datetime,
) -> None:
    of_it = (
        ThemeChangeRow.consultation == scope.consultation,
        ThemeChangeRow.question == scope.question,
    )
    last = session.execute(select(func.max(ThemeChangeRow.version)).where(*of_it)).scalar() or 0
    session.add(
        ThemeChangeRow(
            consultation=scope.consultation,
            question=scope.question,
            version=last + 1,
            staff=staff,
            what=what,
            themes=list(themes),
            at=now,
        )
    )
    session.flush()
