"""Cases: what makes one, and how one is opened. What staff do with them is in case_work.py."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.consultation.dates import LONDON
from bot.consultation.state import State
from bot.storage.database.tables import CaseEventRow, CaseRow, RespondentRow

CARE, COMPLAINT, PERSON, ACTION = "care", "complaint", "person", "action"
KINDS = (CARE, COMPLAINT, PERSON, ACTION)  # the most pressing first
NEW, IN_PROGRESS, DONE = "new", "in_progress", "done"
OPEN = (NEW, IN_PROGRESS)
# A flag that opens a case, and the judgement that does.
BY_FLAG = {"distress": CARE, "complaint": COMPLAINT, "callback": PERSON}
BY_JUDGEMENT = {"action": ACTION}
DAYS = {CARE: 0, PERSON: 2, ACTION: 5, COMPLAINT: 10}  # working days until it is due
ALERTED = (CARE,)  # staff are told of these by email
WAITS, SENT = "waits", "sent"
AGAIN_AFTER = timedelta(minutes=10)  # one email is enough for a few messages in a row
BOT = "the bot"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A column of statements about a respondent.
HAS_OPEN_CASE = (
    select(CaseRow.id)
    .where(CaseRow.respondent_id == RespondentRow.id, CaseRow.status.in_(OPEN))
    .correlate(RespondentRow)
    .exists()
)


def open_case(
    session: Session, respondent_id: str, kind: str, *, seq: int, who: str, now: datetime
) -> str | None:
    """Open a case about a message, and return its reference. Where one of this kind is open, that
    it was called for again stands in its history. None for a resident who was erased.
    """
    person = session.get(RespondentRow, respondent_id)
    if person is None or person.state == State.ERASED.value:
        return None
    row = _open_one(session, respondent_id, kind)
    if row is None:
        row = CaseRow(
            reference=new_case_reference(),
            consultation=person.consultation,
            respondent_id=respondent_id,
            kind=kind,
            status=NEW,
            due=_due(kind, now),
            seq=seq,
            opened_at=now,
            alert_tries=0,
        )
        session.add(row)
        session.flush()
        note_event(session, row.id, who, "opened", str(seq), now)
    elif seq > row.seq:
        row.seq = seq
        note_event(session, row.id, who, "again", str(seq), now)
    else:
        return str(row.reference)
    if kind in ALERTED and (row.alerted_at is None or now - row.alerted_at > AGAIN_AFTER):
        row.alert = WAITS
    return str(row.reference)


def end_case(session: Session, respondent_id: str, kind: str, *, why: str, now: datetime) -> None:
    """End the open case of a kind because of what the resident did since."""
    row = _open_one(session, respondent_id, kind)
    if row is not None:
        row.status, row.ended_at = DONE, now
        note_event(session, row.id, BOT, "status", DONE, now)
        note_event(session, row.id, BOT, "note", why, now)


def has_case(session: Session, reference: str) -> bool:
    """Say whether there is a case about a respondent: caseworkers read their conversation."""
    about = (
        select(CaseRow.id)
        .join(RespondentRow, RespondentRow.id == CaseRow.respondent_id)
        .where(RespondentRow.reference == reference)
    )
    return session.execute(about.limit(1)).first() is not None


def delete_cases(session: Session, respondent_id: str) -> None:
    mine = select(CaseRow.id).where(CaseRow.respondent_id == respondent_id)
    events = delete(CaseEventRow).where(CaseEventRow.case_id.in_(mine))
    session.execute(events.execution_options(synchronize_session=False))
    session.execute(delete(CaseRow).where(CaseRow.respondent_id == respondent_id))


def note_event(
    session: Session, case_id: int, who: str, what: str, detail: str | None, now: datetime
) -> None:
    session.add(CaseEventRow(case_id=case_id, at=now, who=who, what=what, detail=detail))
    session.flush()


def new_case_reference() -> str:
    """Return a fresh reference, e.g. CASE-7F3K-9Q2M (40 random bits)."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"CASE-{letters[:4]}-{letters[4:]}"


def _open_one(session: Session, respondent_id: str, kind: str) -> CaseRow | None:
    row: CaseRow | None = session.execute(
        select(CaseRow)
        .where(
            CaseRow.respondent_id == respondent_id, CaseRow.kind == kind, CaseRow.status.in_(OPEN)
        )
        .order_by(CaseRow.id)
        .limit(1)
        .with_for_update()
    ).scalar()
    return row


def _due(kind: str, now: datetime) -> date:
    """Return the day by which a case is due. Care is due at once, also at a weekend."""
    day, left = now.astimezone(LONDON).date(), DAYS[kind]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
