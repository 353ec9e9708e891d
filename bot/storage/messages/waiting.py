"""Stored messages whose turns are still to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.consultation.state import State
from bot.conversation.place import Place
from bot.storage.database.leases import is_over
from bot.storage.database.tables import InboxRow, RespondentRow, waits
from bot.storage.messages.inbox import Said
from bot.storage.messages.longest_waiting import longest_waiting, looks
from bot.storage.messages.talks import TALKS_UNTIL
from bot.storage.respondents.places import STANDING, Standing, place_at


@dataclass(frozen=True)
class Waiting:
    """A stored message whose turn has not been done."""

    id: int
    respondent_id: str
    channel: str
    text: str
    button: Mapping[str, Any] | None
    phase: Phase
    attempts: int
    seq: int = 0
    note: str | None = None
    about: str | None = None  # the question that its sender had been asked when they wrote
    talks_until: datetime | None = None
    fence: int = 0  # of the claim, as it was read

    def person_talks(self, now: datetime) -> bool:
        """Say whether a person talks with its sender now."""
        return self.talks_until is not None and now < self.talks_until


# Statements of every turn are built once: building one costs more than running it.
_NEXT = (
    select(
        *STANDING,
        InboxRow.id,
        InboxRow.respondent_id,
        InboxRow.channel,
        InboxRow.text,
        InboxRow.button,
        InboxRow.phase,
        InboxRow.attempts,
        InboxRow.seq,
        InboxRow.note,
        InboxRow.about,
        TALKS_UNTIL,
        RespondentRow.claim_no,
    )
    .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
    .where(InboxRow.respondent_id == bindparam("respondent"), waits())
    .order_by(InboxRow.seq)
    .limit(1)
)
_WAITS = (
    select(InboxRow.id)
    .where(InboxRow.respondent_id == bindparam("respondent"), waits())
    .order_by(InboxRow.seq)  # or PostgreSQL reads the whole table, to find one soon
    .limit(1)
)
_WHO_WAITS = looks(InboxRow, waits())
_FREE_AMONG = select(RespondentRow.id).where(
    RespondentRow.id.in_(bindparam("among", expanding=True)),
    is_over(RespondentRow.claimed_until),
)


def next_waiting(session: Session, respondent_id: str) -> Waiting | None:
    """Return a respondent's oldest message whose turn is still to do."""
    found = _next(session, respondent_id)
    return found[0] if found else None


def next_turn(session: Session, respondent_id: str) -> tuple[Waiting, Place] | None:
    """Return a respondent's oldest message whose turn is still to do, and where they are now."""
    found = _next(session, respondent_id)
    return (found[0], place_at(session, found[1], Phase.OPEN)) if found else None


def _next(session: Session, respondent_id: str) -> tuple[Waiting, Standing] | None:
    row = session.execute(_NEXT, {"respondent": respondent_id}).first()
    if row is None:
        return None
    standing, message = row[: len(STANDING)], row[len(STANDING) :]
    waiting = Waiting(*message)
    return replace(waiting, phase=Phase(waiting.phase)), Standing(*standing)


def respondents_waiting(session: Session, most: int) -> list[str]:
    """Return those with a message whose turn is still to do, the longest-waiting first, `most` at
    most; but for those whose turn is being done.
    """
    found = longest_waiting(session, _WHO_WAITS, most)
    if not found:
        return []
    free = set(session.execute(_FREE_AMONG, {"among": found}).scalars())
    return [one for one in found if one in free]


def oldest_waiting(session: Session) -> datetime | None:
    """Return when the longest-waiting message arrived."""
    return session.execute(
        select(InboxRow.received_at).where(waits()).order_by(InboxRow.id).limit(1)
    ).scalar()


def count_attempt(session: Session, inbox_id: int) -> int:
    """Remember that a turn failed; return how many have."""
    session.execute(
        update(InboxRow).where(InboxRow.id == inbox_id).values(attempts=InboxRow.attempts + 1)
    )
    return session.execute(select(InboxRow.attempts).where(InboxRow.id == inbox_id)).scalar_one()


def anything_waits(session: Session, respondent_id: str) -> bool:
    """Say whether a message of a respondent waits for its turn."""
    return session.execute(_WAITS, {"respondent": respondent_id}).first() is not None


def waiting_after(session: Session, respondent_id: str, inbox_id: int) -> list[Said]:
    """Return what waits and was sent after a message; what was found late was sent before."""
    newer = session.execute(
        select(InboxRow.text, InboxRow.button, InboxRow.note).where(
            InboxRow.respondent_id == respondent_id,
            waits(),
            InboxRow.id > inbox_id,
        )
    )
    return [Said(row.text, row.button) for row in newer if row.note != "late"]


def try_again(session: Session, consultation: str, respondent_id: str | None = None) -> int:
    """Let failed turns wait again, of all or of one respondent; return how many. The gateway finds
    them with its next look at what was left behind.
    """
    of = select(RespondentRow.id).where(
        RespondentRow.consultation == consultation, RespondentRow.state != State.ERASED.value
    )
    if respondent_id is not None:
        of = of.where(RespondentRow.id == respondent_id)
    again = (
        update(InboxRow)
        .where(InboxRow.state == "failed", InboxRow.respondent_id.in_(of))
        .values(state="received", attempts=0, done_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(session.execute(again).rowcount)
