"""Totals about people as they may be shown: they move in steps, see
bot/consultation/suppression.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.consultation.suppression import step_is_due
from bot.storage.database.tables import EqualityCountRow

_COUNT = EqualityCountRow.__table__


def figures_at_step(session: Session, consultation_id: str) -> Mapping[str, Mapping[str, int]]:
    """Move the figures of each question that enough people have answered since the last step;
    return {question: {value: count at the last step}}. Needs a writing transaction.
    """
    sums = session.execute(
        select(_COUNT.c.question, func.sum(_COUNT.c.count), func.sum(_COUNT.c.at_step))
        .where(_COUNT.c.consultation == consultation_id)
        .group_by(_COUNT.c.question)
    ).all()
    due = [question for question, now, before in sums if step_is_due(now, before)]
    if due:
        session.execute(
            update(_COUNT)
            .where(_COUNT.c.consultation == consultation_id, _COUNT.c.question.in_(due))
            .values(at_step=_COUNT.c.count)
        )
    shown: dict[str, dict[str, int]] = {}
    for row in session.execute(
        select(_COUNT.c.question, _COUNT.c.value, _COUNT.c.at_step)
        .where(_COUNT.c.consultation == consultation_id)
        .order_by(_COUNT.c.question, _COUNT.c.value)
    ):
        shown.setdefault(row.question, {})[row.value] = row.at_step
    return shown
