"""Sets of filters to come back to. Each person has their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import SavedViewRow
from bot.storage.review.search import has_all, nobody_said, words_of

MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 1000


@dataclass(frozen=True)
class SavedView:
    """`query` is what stands in the address bar after the question mark."""

    id: int
    name: str
    query: str


def saved_views_of(session: Session, staff: str) -> list[SavedView]:
    rows = session.execute(
        select(SavedViewRow).where(SavedViewRow.staff == staff).order_by(SavedViewRow.name)
    ).scalars()
    return [SavedView(row.id, row.name, row.query) for row in rows]


def save_view(session: Session, staff: str, name: str, query: str) -> bool:
    """Save a view, or change the one of that name; say whether there was room for it."""
    views = {view.name: view for view in saved_views_of(session, staff)}
    if name in views:
        session.get(SavedViewRow, views[name].id).query = query
        return True
    if len(views) >= MOST:
        return False
    session.add(SavedViewRow(staff=staff, name=name, query=query))
    return True


def delete_view(session: Session, staff: str, view_id: int) -> bool:
    """Delete a view of one's own; say whether there was one."""
    mine = (SavedViewRow.id == view_id, SavedViewRow.staff == staff)
    return bool(session.execute(delete(SavedViewRow).where(*mine)).rowcount)


def views_that_find(session: Session, said: Sequence[str]) -> list[SavedViewRow]:
    """Return the views whose words stand in one of the texts that a person said."""
    rows = session.execute(select(SavedViewRow).where(SavedViewRow.query.contains("words="))).all()
    views = [(row, words) for (row,) in rows if (words := _words(row))]
    return [row for row, words in views if any(has_all(text, words) for text in said)]


def drop_unfound(session: Session, views: Sequence[SavedViewRow]) -> None:
    """Delete those of some views whose words are in no message any more."""
    for row in views:
        if nobody_said(session, _words(row)):
            session.delete(row)


def _words(row: SavedViewRow) -> list[str]:
    return words_of(" ".join(parse_qs(row.query).get("words", [])))
