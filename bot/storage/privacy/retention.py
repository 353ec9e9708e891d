"""What is kept too long, by the consultation file's own rules, and removing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import LONDON, Phase
from bot.consultation.model import Consultation, Section
from bot.consultation.state import State
from bot.conversation import detours
from bot.conversation.place import Place
from bot.storage.database.checkpoints import demonstration_day
from bot.storage.database.keys import Keys
from bot.storage.database.tables import RequestRow, RespondentRow
from bot.storage.privacy.erasure import erase
from bot.storage.requests.drafts import drop_request
from bot.storage.requests.rows import DRAFT, ENDED, note_event, remove_content
from bot.storage.respondents.equality import count_and_forget
from bot.storage.respondents.hearing import forget_told, is_needed, told_and_reachable
from bot.storage.respondents.place_forms import stored_detour
from bot.storage.respondents.places import place_of
from bot.storage.staff.audit import record

WHO = "retention"
DRAFT_DAYS = 30  # a request that was begun and left lying
EQUALITY_HOURS = 24  # those who have not gone on by then have ended the conversation


@dataclass(frozen=True)
class Due:
    """Something that is kept too long: why, whose or which it is (a reference), and how it goes."""

    why: str
    reference: str
    remove: Callable[[Session], None]


def due(
    session: Session, keys: Keys, consultation: Consultation, now: datetime, today: date | None
) -> list[Due]:
    """Return all that is to go by now. `today` stands for the day in London where the closing date
    matters; so does the day of a demonstration that is running.
    """
    found = [
        *(d for s in consultation.requests for d in _requests(session, consultation, s, now)),
        *_drafts(session, consultation, now),
        *_equality(session, consultation, now),
        *_told(session, consultation),
    ]
    day = today or demonstration_day(session) or now.astimezone(LONDON).date()
    keep = consultation.keep_days
    if keep is not None and day > consultation.closes + timedelta(days=keep):
        found += _people(session, keys, consultation, keep)
    return found


def remove(session: Session, found: list[Due], now: datetime) -> None:
    """Remove it, and note each in the record."""
    for one in found:
        one.remove(session)
        record(session, who=WHO, what=f"removed: {one.why}", about=one.reference, now=now)


def _requests(
    session: Session, consultation: Consultation, section: Section, now: datetime
) -> Iterator[Due]:
    keep = section.keep
    if keep is None:
        return
    since = now - timedelta(days=keep.days)
    query = select(RequestRow).where(
        RequestRow.consultation == consultation.id,
        RequestRow.kind == section.id,
        RequestRow.fields.is_not(None),
        RequestRow.status != DRAFT,
    )
    if keep.after == "done":
        query = query.where(RequestRow.status.in_(ENDED), RequestRow.ended_at < since)
    else:
        query = query.where(RequestRow.created_at < since)
    why = f"{section.id}, {keep.days} days after it was {keep.after}"
    for row in session.execute(query.order_by(RequestRow.id)).scalars():
        yield Due(why, row.reference, _emptied(row, now))


def _emptied(row: RequestRow, now: datetime) -> Callable[[Session], None]:
    def remove_it(session: Session) -> None:
        remove_content(session, row)
        note_event(session, row.id, WHO, "removed", None, now)

    return remove_it


def _drafts(session: Session, consultation: Consultation, now: datetime) -> Iterator[Due]:
    since = now - timedelta(days=DRAFT_DAYS)
    rows = session.execute(
        select(RequestRow.reference, RequestRow.respondent_id)
        .join(RespondentRow, RespondentRow.id == RequestRow.respondent_id)
        .where(
            RequestRow.consultation == consultation.id,
            RequestRow.status == DRAFT,
            RespondentRow.last_message_at < since,
        )
    )
    for row in rows:
        yield Due(
            f"a request that was never finished, {DRAFT_DAYS} days old",
            row.reference,
            _left(row.respondent_id, drop_request, detours.ended),
        )


def _equality(session: Session, consultation: Consultation, now: datetime) -> Iterator[Due]:
    """Answers about oneself, of people who went away: counted now, and their link removed."""
    rows = session.execute(
        select(RespondentRow.id, RespondentRow.reference).where(
            RespondentRow.consultation == consultation.id,
            RespondentRow.run.is_not(None),
            RespondentRow.last_message_at < now - timedelta(hours=EQUALITY_HOURS),
        )
    ).all()
    for row in rows:
        if detours.asks_about_the_person(consultation, place_of(session, row.id, Phase.OPEN)):
            why = "the link to answers about oneself"
            after = detours.without_equality
            yield Due(why, row.reference, _left(row.id, _counted(consultation), after))


def _told(session: Session, consultation: Consultation) -> Iterator[Due]:
    """Addresses of those who were told what came of it, once staff need them no more either."""
    for respondent_id, reference in told_and_reachable(session, consultation.id):
        if not is_needed(session, respondent_id):
            why = "an address of someone who was told what came of it"
            yield Due(why, reference, _forgotten(respondent_id))


def _forgotten(respondent_id: str) -> Callable[[Session], None]:
    def remove_it(session: Session) -> None:
        forget_told(session, respondent_id)

    return remove_it


def _counted(consultation: Consultation) -> Callable[[Session, str], None]:
    return lambda session, respondent_id: count_and_forget(session, consultation.id, respondent_id)


def _left(
    respondent_id: str,
    forget: Callable[[Session, str], None],
    left: Callable[[Place], Place],
) -> Callable[[Session], None]:
    """Return what ends a resident's detour, so that they are asked what comes after it."""

    def remove_it(session: Session) -> None:
        forget(session, respondent_id)
        place = place_of(session, respondent_id, Phase.OPEN)
        after = left(place)
        stays = place.state if place.state in (State.STOPPED, State.PAUSED) else after.state
        session.execute(
            update(RespondentRow)
            .where(RespondentRow.id == respondent_id)
            .values(
                state=stays.value,
                open_question=after.open_question,
                run=stored_detour(after.detour),
                tries=0,
                wound_up=after.wound_up,
            )
        )

    return remove_it


def _people(session: Session, keys: Keys, consultation: Consultation, keep: int) -> Iterator[Due]:
    rows = session.execute(
        select(RespondentRow.id, RespondentRow.reference)
        .where(
            RespondentRow.consultation == consultation.id,
            RespondentRow.state != State.ERASED.value,
        )
        .order_by(RespondentRow.started_at)
    )
    for row in rows:
        why = f"a conversation, {keep} days after the consultation closed"
        yield Due(why, row.reference, _erased(keys, row.id))


def _erased(keys: Keys, respondent_id: str) -> Callable[[Session], None]:
    return lambda session: erase(session, keys, respondent_id, last_words=False)
