"""Who has waited longest, among very many messages or replies that wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

EACH = 4  # rows looked at first, for each respondent who is wanted


class Looks(NamedTuple):
    """Two statements that are built once: the oldest rows, and whose all rows are."""

    near: Any
    all: Any


def looks(table: Any, *where: Any) -> Looks:
    """Return how to find the respondents of rows that wait."""
    rows = select(table.respondent_id).where(*where)
    return Looks(
        rows.order_by(table.id).limit(bindparam("looked")),
        rows.group_by(table.respondent_id).order_by(func.min(table.id)).limit(bindparam("most")),
    )


def longest_waiting(
    session: Session, looks: Looks, most: int, about: Mapping[str, Any] | None = None
) -> list[str]:
    """Return the respondents who have waited longest, each once. Few rows are read, unless nearly
    all the oldest are of a few people: then all that waits is counted once, by person.
    """
    looked, about = most * EACH, about or {}
    near = list(session.execute(looks.near, {**about, "looked": looked}).scalars())
    found = list(dict.fromkeys(near))
    if len(found) >= most or len(near) < looked:
        return found[:most]
    return list(session.execute(looks.all, {**about, "most": most}).scalars())
