"""What the time of a message says about it: that it is older than what came since, or doubled."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage.database.session import Session
from bot.storage.messages.asked import answered_since, last_message
from bot.storage.messages.inbox import Incoming, said_since
from bot.turns.intake.stops import comes_back, says_stop

WHOLE_SECONDS = timedelta(seconds=1)  # that is how exactly providers tell when it was written
DOUBLED = timedelta(seconds=10)  # a phone in a bad network sends again within that


def is_late(
    session: Session, respondent_id: str, written: datetime, *, stops: bool, found: bool
) -> bool:
    """Say whether its sender has written what makes a message void. What was written before a STOP
    does not undo it, and a STOP is never too late, unless they have come back since. `found`: it
    had not come by itself, and nobody knows any more what it was about.
    """
    since = said_since(session, respondent_id, written + WHOLE_SECONDS)
    if stops:
        return any(map(comes_back, since))
    return bool(since) and (found or any(says_stop(one.text, one.button) for one in since))


def is_double(session: Session, incoming: Incoming, now: datetime, seen: int | None = None) -> bool:
    """Say whether a message says again what its sender said seconds ago: a phone in a bad network
    sends twice. Pressing or stopping twice does no harm, and who was answered in between means it.
    """
    before = last_message(session, incoming.respondent_id)
    if before is None or before.button or incoming.button or incoming.note or before.note:
        return False
    if before.text.strip() != incoming.text.strip() or now - before.received_at > DOUBLED:
        return False
    return not answered_since(session, incoming.respondent_id, before.seq, now, seen)
