"""The list of conversations. Every query reads about a page, however many conversations there are:
in the order of an index, from a known place on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.storage.database.tables import (
    RespondentRow,
)
from bot.storage.review.conditions import Filters, conditions_of
from bot.storage.review.lines import LINE, Conversation, with_details
from bot.storage.review.search import Shown, may_have_said, those_few, who_said


@dataclass(frozen=True)
class Place:
    """A place in the list, which stays where it is when conversations come and go."""

    at: datetime
    reference: str


@dataclass(frozen=True)
class Search:
    """What the database looks for; `words` are to be looked for again in what is shown of what it
    finds.
    """

    conditions: Sequence[ColumnElement]
    shown: Shown
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some of the list. `newer` and `older` are the places beside it, if there is more there;
    `said` are the messages in which words were found, by respondent.
    """

    found: Sequence[Conversation]
    search: Search = field(repr=False)
    said: Mapping[str, str] = field(default_factory=dict, repr=False)
    newer: Place | None = None
    older: Place | None = None


FEW_PEOPLE = 2_000  # whose messages are all looked through
A_STEP = 1_000  # conversations that are looked at again together
_at, _reference = RespondentRow.last_message_at, RespondentRow.reference


def page_of(
    session: Session,
    consultation_id: str,
    filters: Filters,
    *,
    limit: int,
    shown: Shown,
    after: Place | None = None,
    before: Place | None = None,
) -> Page:
    """Return one page, the latest message first: below the place `after`, or above `before`.
    `shown` returns what pages show of a text: only that is searched.
    """
    search = _search(session, consultation_id, filters, shown)
    newer = before is not None
    lines = _lines(session, search, place=before or after, newer=newer, most=limit + 1)
    more, lines = len(lines) > limit, lines[:limit]
    lines = lines[::-1] if before else lines
    above = more if before else after is not None
    below = more if not before else True
    ids = [line.id for line in lines]
    return Page(
        with_details(session, lines),
        search,
        who_said(session, ids, filters.words, shown) if filters.words else {},
        newer=_place(lines[0]) if lines and above else None,
        older=_place(lines[-1]) if lines and below else None,
    )


def count_found(session: Session, page: Page, *, most: int) -> int:
    """Return how many conversations a page's filters let through. Only of words that very many
    messages may hold, at most `most` are counted.
    """
    if page.newer is None and page.older is None:
        return len(page.found)  # it is all there is
    if page.search.words:
        if page.newer is not None:
            return len(_lines(session, page.search, most=most))
        rest = _lines(session, page.search, most=most - len(page.found), place=page.older)
        return len(page.found) + len(rest)
    count = select(func.count()).select_from(RespondentRow).where(*page.search.conditions)
    return session.execute(count).scalar_one()


def _search(session: Session, consultation_id: str, filters: Filters, shown: Shown) -> Search:
    where = [RespondentRow.consultation == consultation_id, *conditions_of(filters)]
    if not filters.words:
        return Search(where, shown)
    few = those_few(session, filters.words, shown)
    if few is None:
        few = _among_few(session, where, filters.words, shown)
    if few is not None:
        return Search([*where, RespondentRow.id.in_(few)], shown)
    return Search([*where, may_have_said(session, filters.words)], shown, filters.words)


def _among_few(
    session: Session, where: Sequence[ColumnElement], words: Sequence[str], shown: Shown
) -> list[str] | None:
    """Return who said words that are frequent, where the other filters leave few people."""
    query = select(RespondentRow.id).where(*where).limit(FEW_PEOPLE + 1)
    ids = session.execute(query).scalars().all()
    return list(who_said(session, ids, words, shown)) if len(ids) <= FEW_PEOPLE else None


def _lines(
    session: Session, search: Search, *, most: int, place: Place | None = None, newer: bool = False
) -> list[Conversation]:
    """Return at most so many lines from a place on, by steps until there are as many or no more."""
    order = (_at.asc(), _reference.desc()) if newer else (_at.desc(), _reference.asc())
    step, found = most, list[Conversation]()
    while True:
        beyond = [_beyond(place, newer=newer)] if place else []
        query = select(*LINE).where(*search.conditions, *beyond).order_by(*order).limit(step)
        lines = [Conversation(*row) for row in session.execute(query)]
        if search.words:
            said = who_said(session, [line.id for line in lines], search.words, search.shown)
            found += [line for line in lines if line.id in said]
        else:
            found += lines
        if len(found) >= most or len(lines) < step:
            return found[:most]
        place, step = _place(lines[-1]), A_STEP  # much of what was found is hidden


def _place(line: Conversation) -> Place:
    return Place(line.last_message_at, line.reference)


def _beyond(place: Place, *, newer: bool) -> ColumnElement:
    if newer:
        tied = or_(_at > place.at, _reference < place.reference)
        return and_(_at >= place.at, tied)
    return and_(_at <= place.at, or_(_at < place.at, _reference > place.reference))


def neighbours_of(
    session: Session, consultation_id: str, line: Conversation
) -> tuple[str | None, str | None]:
    """Return the references of the conversations before and after one in the list's order."""
    here = _place(line)
    newer, older = (
        session.execute(
            select(_reference)
            .where(RespondentRow.consultation == consultation_id, _beyond(here, newer=up))
            .order_by(*((_at.asc(), _reference.desc()) if up else (_at.desc(), _reference.asc())))
            .limit(1)
        ).scalar()
        for up in (True, False)
    )
    return newer, older
