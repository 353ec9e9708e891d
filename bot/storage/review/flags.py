"""Flags: what in a conversation staff should look at first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.cases.cases import BOT, BY_FLAG, open_case
from bot.storage.database.tables import FlagRow, InboxRow, RespondentRow

# The intents that flag a conversation, and the flag. Requests are here until they have a form.
FLAGS = {
    "distress": "distress",
    "complain": "complaint",
    "ask_human": "callback",
    "request_callback": "callback",
    "offer_case_study": "case_study",
    "join_workshop": "workshop",
    "request_print_copy": "print_copy",
}


def flag(session: Session, inbox_id: int, kind: str, now: datetime, *, who: str = BOT) -> None:
    """Flag a message, once. What staff must act on becomes a case with the same commit."""
    known = session.execute(
        select(FlagRow.id).where(FlagRow.inbox_id == inbox_id, FlagRow.kind == kind)
    ).scalar()
    if known is None:
        message = session.get(InboxRow, inbox_id)
        owner = message.respondent_id
        if session.get(RespondentRow, owner).state == State.ERASED.value:
            return
        row = FlagRow(respondent_id=owner, inbox_id=inbox_id, kind=kind, created_at=now)
        session.add(row)
        if kind in BY_FLAG:
            open_case(session, owner, BY_FLAG[kind], seq=message.seq, who=who, now=now)


def flags_of(session: Session, respondent_id: str) -> list[str]:
    """Return the kinds of a conversation's flags, the newest first, each once."""
    rows = session.execute(
        select(FlagRow.kind)
        .where(FlagRow.respondent_id == respondent_id)
        .order_by(FlagRow.id.desc())
    )
    return list(dict.fromkeys(rows.scalars()))


def flags_by_message(session: Session, respondent_id: str) -> dict[int, list[str]]:
    """Return {inbox id: the kinds of its flags} for one conversation."""
    found: dict[int, list[str]] = {}
    for row in session.execute(
        select(FlagRow.inbox_id, FlagRow.kind).where(FlagRow.respondent_id == respondent_id)
    ):
        found.setdefault(row.inbox_id, []).append(row.kind)
    return found


BY_STAFF = "staff"


def flag_by_staff(
    session: Session, respondent_id: str, seq: int, *, on: bool, now: datetime
) -> bool:
    """Flag a message of a resident, or take that flag off; say whether there is such a message."""
    message = select(InboxRow.id).where(
        InboxRow.respondent_id == respondent_id, InboxRow.seq == seq
    )
    inbox_id = session.execute(message).scalar()
    if inbox_id is None:
        return False
    if on:
        flag(session, inbox_id, BY_STAFF, now)
    else:
        session.execute(
            delete(FlagRow).where(FlagRow.inbox_id == inbox_id, FlagRow.kind == BY_STAFF)
        )
    return True
