"""What arrives by a channel that names its sender: find or make the respondent, and store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.state import State
from bot.consultation.waits import CONFIRMATIONS
from bot.storage.database.session import Conflict, Session
from bot.storage.messages.inbox import Incoming, accept, stored_before
from bot.storage.privacy.erasure import lift_suppression, tombstone
from bot.storage.respondents.places import place_of
from bot.storage.respondents.respondents import Respondent, create_respondent, find_respondent
from bot.turns.channel import CAPABILITIES
from bot.turns.services import Services
from bot.understanding.commands import plain


@dataclass(frozen=True)
class Arrival:
    """One message as its channel read it. `address` is in its normal form."""

    channel: str
    address: str
    message_id: str  # the provider's
    text: str
    button: Mapping[str, Any] | None = None
    note: str | None = None
    sender_ref: str | None = None
    language: str | None = None
    sent_at: datetime | None = None  # for a message that was found, not brought
    damaged: bool = False


@dataclass(frozen=True)
class Stored:
    """Where an arrival is kept. `new` is false for one that was stored before."""

    respondent_id: str
    inbox_id: int
    new: bool


def store(services: Services, arrival: Arrival) -> Stored:
    """Store a message, once; it is committed when this returns. Raises StorageError."""
    try:
        return _store(services, arrival)
    except Conflict:  # two first messages of one person at once: now she is there
        return _store(services, arrival)


def find(services: Services, channel: str, address: str) -> Respondent | None:
    """Return who has this address, if anybody has written from it."""
    with services.database.reading() as session:
        return find_respondent(
            session,
            services.consultation.id,
            channel=channel,
            address_hash=services.keys.hash_of(channel, address),
        )


def _store(services: Services, arrival: Arrival) -> Stored:
    now = min(arrival.sent_at or services.clock(), services.clock())
    hashed = services.keys.hash_of(arrival.channel, arrival.address)
    with services.database.writing() as session:
        gone = tombstone(services.keys, arrival.channel, arrival.message_id)
        if erased := stored_before(session, arrival.channel, (gone,)):
            return Stored(erased.respondent_id, erased.id, new=False)
        respondent = find_respondent(
            session, services.consultation.id, channel=arrival.channel, address_hash=hashed
        )
        suppressed = respondent is not None and lift_suppression(session, respondent.id)
        if respondent is None or suppressed:
            respondent = create_respondent(
                session,
                services.consultation,
                channel=arrival.channel,
                address_hash=hashed,
                hidden_address=services.keys.hide(arrival.address),
                language=arrival.language,
                now=now,
                stopped=suppressed,  # an opt-out outlives what it was about
            )
        meant = meant_as(session, respondent.id, arrival.channel, arrival.text)
        incoming = Incoming(
            respondent_id=respondent.id,
            channel=arrival.channel,
            message_id=arrival.message_id,
            text=arrival.text,
            button=arrival.button or meant,
            note=arrival.note,
            sender_ref=arrival.sender_ref,
            found=arrival.sent_at is not None,
            damaged=arrival.damaged,
        )
        inbox_id, new = accept(session, incoming, phase=services.phase(now), now=now)
    return Stored(respondent.id, inbox_id, new)


def meant_as(
    session: Session, respondent_id: str, channel: str, text: str
) -> dict[str, Any] | None:
    """Return what a bare "cancel" stands for, as if it were a button: while a request is asked, or
    a yes or a no, it cancels that. Where the network itself takes it for STOP, so do we.
    """
    if CAPABILITIES[channel].network_stops or plain(text) != "cancel":
        return None
    place = place_of(session, respondent_id, Phase.OPEN)
    waits = place.detour is not None or (place.pending or {}).get("kind") in CONFIRMATIONS
    awake = place.state is not State.STOPPED
    return {"title": text, "command": "deny"} if waits and awake else None
