"""The part of an answer that a theme was given to: places in its words, as staff see them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import CodeRow

Part = tuple[int, int]  # from, and to before; letters are counted


def parts_of(session: Session, answer_id: int) -> dict[int, Part]:
    """Return {theme: the part that it was given to}; of the whole answer there is none."""
    rows = session.execute(
        select(CodeRow.theme_id, CodeRow.part_from, CodeRow.part_to).where(
            CodeRow.answer_id == answer_id, CodeRow.part_to.is_not(None)
        )
    )
    return {theme: (begins, ends) for theme, begins, ends in rows}


def set_parts(session: Session, answer_id: int, parts: Mapping[int, Part]) -> None:
    """Let the themes of an answer be of these parts, and all others of the whole."""
    rows = session.execute(select(CodeRow).where(CodeRow.answer_id == answer_id)).scalars()
    for row in rows:
        row.part_from, row.part_to = parts.get(row.theme_id, (None, None))
    session.flush()
