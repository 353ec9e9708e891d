"""The list of conversations. Every query reads about a page, however many conversations there are:
in the order of an index, from a known place on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import and_, func, literal_column, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from bot.consultation.state import State
from bot.storage.database.tables import (
    AnswerRow,
    FlagRow,
    InboxRow,
    RequestRow,
    RespondentRow,
)
from bot.storage.review.search import may_have_said, those_few, who_said


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; all of it must be true of a conversation."""

    channel: str | None = None
    state: str | None = None
    answered: tuple[tuple[str, ...], ...] = ()  # of each group, one question has an answer
    since: datetime | None = None  # of the last message
    until: datetime | None = None
    flag: str | None = None
    read: bool | None = None
    language: str | None = None
    requested: bool = False
    intent: str | None = None
    words: tuple[str, ...] = ()  # see bot/storage/review/search.py


@dataclass(frozen=True)
class Conversation:
    """One conversation, as a line of the list."""

    id: str
    reference: str
    channel: str
    state: str
    opted_out: bool
    language: str | None
    started_at: datetime
    last_message_at: datetime
    messages: int
    heard_seq: int
    read_seq: int
    need: int
    last_text: str | None = None
    flags: Sequence[str] = ()

    @property
    def unread(self) -> bool:
        return self.heard_seq > self.read_seq and self.state != State.ERASED.value


@dataclass(frozen=True)
class Place:
    """A place in the list, which stays where it is when conversations come and go."""

    at: datetime
    reference: str


@dataclass(frozen=True)
class Search:
    """What the database looks for; `words` are to be looked for again in what it finds."""

    conditions: Sequence[ColumnElement]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some of the list. `newer` and `older` are the places beside it, if there is more there."""

    found: Sequence[Conversation]
    search: Search = field(repr=False)
    newer: Place | None = None
    older: Place | None = None


LINE = (
    RespondentRow.id,
    RespondentRow.reference,
    RespondentRow.channel,
    RespondentRow.state,
    RespondentRow.opted_out,
    RespondentRow.language,
    RespondentRow.started_at,
    RespondentRow.last_message_at,
    RespondentRow.last_seq,
    RespondentRow.heard_seq,
    RespondentRow.read_seq,
    RespondentRow.need,
)
A_STEP = 200  # conversations that are looked at again together
_at, _reference = RespondentRow.last_message_at, RespondentRow.reference


def page_of(
    session: Session,
    consultation_id: str,
    filters: Filters,
    *,
    limit: int,
    after: Place | None = None,
    before: Place | None = None,
) -> Page:
    """Return one page, the latest message first: below the place `after`, or above `before`."""
    search = _search(session, consultation_id, filters)
    newer = before is not None
    lines = _lines(session, search, place=before or after, newer=newer, most=limit + 1)
    more, lines = len(lines) > limit, lines[:limit]
    lines = lines[::-1] if before else lines
    above = more if before else after is not None
    below = more if not before else True
    return Page(
        with_details(session, lines),
        search,
        newer=_place(lines[0]) if lines and above else None,
        older=_place(lines[-1]) if lines and below else None,
    )


def count_found(session: Session, page: Page, *, most: int) -> int:
    """Return how many conversations a page's filters let through; at most `most` are counted."""
    if page.newer is None and page.older is None:
        return min(len(page.found), most)  # it is all there is
    if page.search.words:
        return len(_lines(session, page.search, most=most))
    some = select(RespondentRow.id).where(*page.search.conditions).limit(most).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def _search(session: Session, consultation_id: str, filters: Filters) -> Search:
    where = [RespondentRow.consultation == consultation_id, *_conditions(filters)]
    if not filters.words:
        return Search(where)
    few = those_few(session, filters.words)
    if few is not None:
        return Search([*where, RespondentRow.id.in_(few)])
    return Search([*where, may_have_said(filters.words)], filters.words)


def _lines(
    session: Session, search: Search, *, most: int, place: Place | None = None, newer: bool = False
) -> list[Conversation]:
    """Return at most so many lines from a place on, by steps until there are as many or no more."""
    order = (_at.asc(), _reference.desc()) if newer else (_at.desc(), _reference.asc())
    step, found = max(most, A_STEP) if search.words else most, list[Conversation]()
    while True:
        beyond = [_beyond(place, newer=newer)] if place else []
        query = select(*LINE).where(*search.conditions, *beyond).order_by(*order).limit(step)
        lines = [Conversation(*row) for row in session.execute(query)]
        if search.words:
            said = who_said(session, [line.id for line in lines], search.words)
            found += [line for line in lines if line.id in said]
        else:
            found += lines
        if len(found) >= most or len(lines) < step:
            return found[:most]
        place = _place(lines[-1])


def _place(line: Conversation) -> Place:
    return Place(line.last_message_at, line.reference)


def _beyond(place: Place, *, newer: bool) -> ColumnElement:
    if newer:
        tied = or_(_at > place.at, _reference < place.reference)
        return and_(_at >= place.at, tied)
    return and_(_at <= place.at, or_(_at < place.at, _reference > place.reference))


def _conditions(filters: Filters) -> list[ColumnElement]:
    found: list[ColumnElement] = []
    if filters.channel:
        found.append(RespondentRow.channel == filters.channel)
    if filters.state:
        found.append(RespondentRow.state == filters.state)
    if filters.since:
        found.append(_at >= filters.since)
    if filters.until:
        found.append(_at < filters.until)
    if filters.language == "none":
        found.append(RespondentRow.language.is_(None))
    elif filters.language:
        tongue = RespondentRow.language
        found.append(or_(tongue == filters.language, tongue.like(f"{filters.language}-%")))
    if filters.read is not None:
        found += read_already() if filters.read else unread()
    return [*found, *_by_other_tables(filters)]


def read_already() -> list[ColumnElement]:
    return [RespondentRow.read_seq >= RespondentRow.heard_seq, RespondentRow.heard_seq > 0]


def unread() -> list[ColumnElement]:
    # The first is written as the index of the queue has it.
    return [literal_column("heard_seq > read_seq"), RespondentRow.state != State.ERASED.value]


def _by_other_tables(filters: Filters) -> list[ColumnElement]:
    found = [_answered(questions) for questions in filters.answered]
    if filters.requested:
        found.append(has_request())
    if filters.flag:
        flagged = select(FlagRow.respondent_id).where(FlagRow.kind == filters.flag)
        found.append(RespondentRow.id.in_(flagged))
    if filters.intent:
        said_so = select(InboxRow.respondent_id).where(
            InboxRow.intent == filters.intent, literal_column("intent <> 'give_answer'")
        )
        found.append(RespondentRow.id.in_(said_so))
    return found


def _answered(questions: Sequence[str]) -> ColumnElement:
    answer = select(AnswerRow.id).where(
        AnswerRow.respondent_id == RespondentRow.id,
        AnswerRow.question.in_(questions),
        AnswerRow.status == "current",
    )
    return answer.exists()


def has_request() -> ColumnElement:
    """Return a condition on respondents: she has sent a request."""
    sent = select(RequestRow.id).where(
        RequestRow.respondent_id == RespondentRow.id, RequestRow.status != "draft"
    )
    return sent.exists()


def with_details(session: Session, lines: Sequence[Conversation]) -> list[Conversation]:
    """Return the lines with what was said last, and with their flags."""
    ids = [line.id for line in lines]
    last = (
        select(InboxRow.text)
        .where(InboxRow.respondent_id == RespondentRow.id, InboxRow.text != "")
        .order_by(InboxRow.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    texts = dict(
        session.execute(select(RespondentRow.id, last).where(RespondentRow.id.in_(ids))).all()
    )
    flags: dict[str, list[str]] = {}
    flagged = select(FlagRow.respondent_id, FlagRow.kind).where(FlagRow.respondent_id.in_(ids))
    for owner, kind in session.execute(flagged.order_by(FlagRow.id)):
        flags.setdefault(owner, []).append(kind)
    return [
        replace(
            line,
            last_text=texts.get(line.id),
            flags=tuple(dict.fromkeys(flags.get(line.id, ()))),
        )
        for line in lines
    ]


def line_of(session: Session, reference: str) -> Conversation | None:
    row = session.execute(select(*LINE).where(RespondentRow.reference == reference)).first()
    return Conversation(*row) if row else None


def sent_a_request(session: Session, respondent_id: str) -> bool:
    query = select(RespondentRow.id).where(RespondentRow.id == respondent_id, has_request())
    return session.execute(query).first() is not None


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
