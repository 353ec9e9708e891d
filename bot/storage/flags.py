"""Flags: what in a conversation staff should look at first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.consultation.progress import State
from bot.storage.tables import FlagRow, InboxRow, RespondentRow

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


def flag(session: Session, inbox_id: int, kind: str, now: datetime) -> None:
    """Flag a message, once."""
    known = session.execute(
        select(FlagRow.id).where(FlagRow.inbox_id == inbox_id, FlagRow.kind == kind)
    ).scalar()
    if known is None:
        owner = session.get(InboxRow, inbox_id).respondent_id
        if session.get(RespondentRow, owner).state == State.ERASED.value:
            return
        row = FlagRow(respondent_id=owner, inbox_id=inbox_id, kind=kind, created_at=now)
        session.add(row)


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
