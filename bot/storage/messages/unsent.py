"""Which replies wait to be sent, and to whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import OutboxRow, unsent
from bot.storage.messages.longest_waiting import Looks, longest_waiting, looks


def asked_for(quiet: bool, outbox: Any = OutboxRow) -> tuple[Any, ...]:
    """While it is quiet: what answers something that they wrote."""
    return (outbox.unasked.is_(False),) if quiet else ()


_QUEUED = (
    select(OutboxRow.id)
    .where(
        OutboxRow.respondent_id == bindparam("respondent"),
        unsent(),
        OutboxRow.delivery == "queued",
    )
    .order_by(OutboxRow.seq)  # or PostgreSQL reads the whole table, to find one soon
    .limit(1)
)


def _who_waits(quiet: bool) -> Looks:
    theirs = (OutboxRow.delivery == "queued", OutboxRow.channel == bindparam("channel"))
    return looks(OutboxRow, *theirs, *asked_for(quiet))


_BEING_SENT = select(OutboxRow.respondent_id).where(OutboxRow.delivery == "sending")  # few
_WHO_WAITS, _WHO_WAITS_FOR_A_REPLY = _who_waits(False), _who_waits(True)


def anything_queued(session: Session, respondent_id: str) -> bool:
    """Say whether a reply to a respondent waits to be sent."""
    row = session.execute(_QUEUED, {"respondent": respondent_id}).first()
    return row is not None


def respondents_to_tell(
    session: Session, channel: str, most: int, quiet: bool = False
) -> list[str]:
    """Return those whose next reply on a channel waits to be sent, the longest-waiting first."""
    who = _WHO_WAITS_FOR_A_REPLY if quiet else _WHO_WAITS
    found = longest_waiting(session, who, most, {"channel": channel})
    if not found:
        return []
    served = set(session.execute(_BEING_SENT).scalars())
    return [one for one in found if one not in served]
