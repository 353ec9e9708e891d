"""Figures that are published move in steps, each table of a question by itself: who has an old and
a new file sees the same, or at least ten people more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.consultation.suppression import step_is_due
from bot.storage.database.tables import PublishedCountRow

PEOPLE = ""


@dataclass(frozen=True)
class Counted:
    """A table of counts, and how many people it counts."""

    people: int
    values: Mapping[str, int]


@dataclass(frozen=True)
class AtStep(Counted):
    """The same as it was when it moved last: now, or before. `withheld` was decided then, and
    holds as long as it does not move: what it was withheld for stays public.
    """

    moved: bool
    withheld: bool


def at_step(
    session: Session, consultation_id: str, name: str, question: str, now: Counted
) -> AtStep | None:
    """Move a table if enough people have come since the last step; return it as it is to be
    published, or None while too few people are in it. Needs a writing transaction.
    """
    mine = (
        PublishedCountRow.consultation == consultation_id,
        PublishedCountRow.name == name,
        PublishedCountRow.question == question,
    )
    rows = list(session.execute(select(PublishedCountRow).where(*mine)).scalars())
    before = {row.value: row.at_step for row in rows}
    people = before.pop(PEOPLE, 0)
    if not step_is_due(now.people, people):
        return AtStep(people, before, False, rows[0].withheld) if rows else None
    session.execute(delete(PublishedCountRow).where(*mine))
    session.expire_all()
    counts = {**now.values, PEOPLE: now.people}
    session.add_all(
        PublishedCountRow(
            consultation=consultation_id, name=name, question=question, value=value,
            at_step=count, withheld=False,
        )
        for value, count in counts.items()
    )  # fmt: skip
    session.flush()
    return AtStep(now.people, now.values, True, False)


def withhold(session: Session, consultation_id: str, name: str, question: str) -> None:
    """Keep a table back until it moves again."""
    mine = update(PublishedCountRow).where(
        PublishedCountRow.consultation == consultation_id,
        PublishedCountRow.name == name,
        PublishedCountRow.question == question,
    )
    session.execute(mine.values(withheld=True))
