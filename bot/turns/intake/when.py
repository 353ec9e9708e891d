"""What the time of a message says about it: that it is older than what came since, or doubled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.storage.database.session import Session
from bot.storage.messages.asked import Sent, answered_since
from bot.storage.messages.inbox import Incoming, SaidWhen, said_since
from bot.turns.intake.stops import comes_back, says_stop

WHOLE_SECONDS = timedelta(seconds=1)  # that is how exactly providers tell when it was written
DOUBLED = timedelta(seconds=10)  # a phone in a bad network sends again within that


def is_late(session: Session, incoming: Incoming, *, stops: bool, found: bool) -> bool:
    """Say whether its sender has written what makes a message void. What was written before a STOP
    does not undo it, and a STOP is never too late, unless they have come back since. `found`: it
    had not come by itself, and nobody knows any more what it was about.
    """
    if incoming.written_at is None:
        return False
    later = said_since(session, incoming.respondent_id, incoming.written_at)
    since = [one for one in later if _is_newer(one, incoming, incoming.written_at, found=found)]
    if stops:
        return any(map(comes_back, since))
    stopped = (says_stop(incoming.channel, one.text, one.button) for one in since)
    return bool(since) and (found or any(stopped))


def _is_newer(one: SaidWhen, incoming: Incoming, written_at: datetime, *, found: bool) -> bool:
    """Say whether one was written after the other. By the provider's own clock to the second, and
    within a second by its ids, which count up where it brings messages by itself.
    """
    if one.written_at is None:
        return one.received_at > written_at + WHOLE_SECONDS
    if found or one.written_at != written_at:
        return one.written_at > written_at
    return _place(one.message_id) > _place(incoming.message_id)


def _place(message_id: str) -> tuple[int, str]:
    return len(message_id), message_id


def is_double(
    session: Session,
    incoming: Incoming,
    sent: Sequence[Sent],
    now: datetime,
    seen: int | None = None,
) -> bool:
    """Say whether a message says again what its sender said seconds ago: a phone in a bad network
    sends twice. Pressing or stopping twice does no harm, and who was answered in between means it.
    """
    before = next(iter(sent), None)
    if before is None or before.button or incoming.button or incoming.note or before.note:
        return False
    if before.text.strip() != incoming.text.strip() or now - before.received_at > DOUBLED:
        return False
    return not answered_since(session, incoming.respondent_id, before.seq, now, seen)
