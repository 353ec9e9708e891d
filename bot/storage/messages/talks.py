"""A person from the council talks with a resident by their own channel, and the bot keeps quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from bot.channels.registry import channel_named
from bot.consultation.state import State
from bot.storage.cases.cases import HAS_OPEN_CASE
from bot.storage.database.tables import AddressRow, OutboxRow, RespondentRow, StaffRow, TalkRow
from bot.storage.messages.outbox import Reply, add_replies

TWICE_WITHIN = timedelta(minutes=2)  # the same words again so soon are the form, sent twice
SILENT = (State.STOPPED.value, State.ERASED.value)


class CannotReply(str, Enum):
    """Why a person may or can not write to a resident."""

    STOPPED = "stopped"
    ERASED = "erased"
    NO_ADDRESS = "no address"


@dataclass(frozen=True)
class Talk:
    """Who talks with a resident, until when, and since when a message waits for their reply."""

    staff: str
    since: datetime
    until: datetime
    waiting_since: datetime | None
    told_hours: bool

    def is_on(self, now: datetime) -> bool:
        return now < self.until


@dataclass(frozen=True)
class WaitingTalk:
    """A conversation with a message that no person has replied to."""

    reference: str
    channel: str
    staff: str
    waiting_since: datetime
    until: datetime


# A column of statements about a respondent: until when a person talks with them. With one who said
# STOP nobody does.
TALKS_UNTIL = (
    select(TalkRow.until)
    .where(
        TalkRow.respondent_id == RespondentRow.id,
        RespondentRow.state.not_in(SILENT),
        RespondentRow.opted_out.is_(False),
    )
    .correlate(RespondentRow)
    .scalar_subquery()
)
_MAY_WRITE = select(TALKS_UNTIL, HAS_OPEN_CASE).where(RespondentRow.id == bindparam("respondent"))


def person_may_write(session: Session, respondent_id: str, now: datetime) -> bool:
    """Say whether a person talks with a resident now, or has a case about them."""
    until, has_case = session.execute(_MAY_WRITE, {"respondent": respondent_id}).one()
    return has_case or (until is not None and now < until)


def talk_of(session: Session, respondent_id: str) -> Talk | None:
    row = session.get(TalkRow, respondent_id)
    return row and Talk(row.staff, row.since, row.until, row.waiting_since, row.told_hours)


def why_no_reply(session: Session, respondent_id: str, *, lock: bool = False) -> CannotReply | None:
    """Return why nobody may write to a resident, or None. With `lock` they are held until the
    commit, so that a STOP comes before or after.
    """
    person = session.get(RespondentRow, respondent_id, with_for_update=lock or None)
    if person is None or person.state == State.ERASED.value:
        return CannotReply.ERASED
    if person.opted_out or person.state == State.STOPPED.value:
        return CannotReply.STOPPED
    address = select(AddressRow.id).where(AddressRow.respondent_id == respondent_id)
    if not channel_named(person.channel).pulls:
        address = address.where(AddressRow.encrypted.is_not(None))
    return None if session.execute(address).first() else CannotReply.NO_ADDRESS


def say_as_person(
    session: Session,
    respondent_id: str,
    text: str,
    *,
    staff: str,
    keep_quiet: timedelta,
    now: datetime,
) -> CannotReply | None:
    """Write to a resident, and have the bot keep quiet for so long. Return why that is not done."""
    problem = why_no_reply(session, respondent_id, lock=True)
    if problem or _said_already(session, respondent_id, text, staff, now):
        return problem
    _send(session, respondent_id, Reply(text, staff=staff), now)
    row = session.get(TalkRow, respondent_id)
    if row is None:
        row = TalkRow(respondent_id=respondent_id, since=now, told_hours=False)
        session.add(row)
    elif row.until <= now:
        row.since, row.told_hours = now, False
    row.staff, row.until, row.waiting_since = staff, now + keep_quiet, None
    return None


def hand_back(session: Session, respondent_id: str, told: str | None, now: datetime) -> bool:
    """Let the bot answer again; say whether a person had taken over. `told`: what the resident is
    told, if they are.
    """
    gone = session.execute(delete(TalkRow).where(TalkRow.respondent_id == respondent_id)).rowcount
    if gone and told and why_no_reply(session, respondent_id, lock=True) is None:
        _send(session, respondent_id, Reply(told), now)
    return bool(gone)


def note_for_person(session: Session, respondent_id: str, now: datetime, *, tells: bool) -> bool:
    """A message waits for a person. With `tells`, say whether the resident is still to be told of
    the office hours; that is done once.
    """
    row = session.get(TalkRow, respondent_id, with_for_update=True)
    if row is None:
        return False
    row.waiting_since = row.waiting_since or now
    tells = tells and not row.told_hours
    row.told_hours = row.told_hours or tells
    return tells


def talks_waiting(session: Session, consultation_id: str, *, limit: int) -> list[WaitingTalk]:
    """Return conversations in which a message waits for a person, the longest wait first: also
    those in which the bot answers again.
    """
    rows = session.execute(
        select(
            RespondentRow.reference,
            RespondentRow.channel,
            TalkRow.staff,
            TalkRow.waiting_since,
            TalkRow.until,
        )
        .join(RespondentRow, RespondentRow.id == TalkRow.respondent_id)
        .where(RespondentRow.consultation == consultation_id, TalkRow.waiting_since.is_not(None))
        .order_by(TalkRow.waiting_since)
        .limit(limit)
    )
    return [WaitingTalk(*row) for row in rows]


def count_talks_waiting(session: Session, consultation_id: str) -> int:
    query = (
        select(func.count())
        .select_from(TalkRow)
        .join(RespondentRow, RespondentRow.id == TalkRow.respondent_id)
        .where(RespondentRow.consultation == consultation_id, TalkRow.waiting_since.is_not(None))
    )
    return int(session.execute(query).scalar_one())


def signature_of(session: Session, staff: str) -> str | None:
    """Return what a member of staff signed with the last time."""
    query = select(StaffRow.signs_as).where(StaffRow.email == staff)
    name: str | None = session.execute(query).scalar()
    return name


def keep_signature(session: Session, staff: str, name: str) -> None:
    session.execute(update(StaffRow).where(StaffRow.email == staff).values(signs_as=name))


def _send(session: Session, respondent_id: str, reply: Reply, now: datetime) -> None:
    channel = session.get(RespondentRow, respondent_id).channel
    delivery = "sent" if channel_named(channel).pulls else "queued"
    add_replies(session, respondent_id, [reply], reply_to=None, delivery=delivery, now=now)


def _said_already(
    session: Session, respondent_id: str, text: str, staff: str, now: datetime
) -> bool:
    newest = session.execute(
        select(OutboxRow.text, OutboxRow.staff, OutboxRow.created_at)
        .where(OutboxRow.respondent_id == respondent_id)
        .order_by(OutboxRow.seq.desc())
        .limit(1)
    ).first()
    if newest is None or (newest.text, newest.staff) != (text, staff):
        return False
    return bool(now - newest.created_at < TWICE_WITHIN)
