"""What arrives by a channel that names its sender: find or make the respondent, and store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels.registry import channel_named
from bot.consultation.dates import Phase
from bot.consultation.state import State
from bot.consultation.waits import CONFIRMATIONS
from bot.storage.database.session import Conflict, Session
from bot.storage.messages.inbox import (
    Incoming,
    Said,
    accept,
    last_heard,
    said_since,
    stored_before,
)
from bot.storage.messages.outbox import last_said
from bot.storage.privacy.erasure import lift_suppression, tombstone
from bot.storage.respondents.places import place_of
from bot.storage.respondents.respondents import Respondent, create_respondent, find_respondent
from bot.turns.services import Services
from bot.understanding.machines import note_of
from bot.understanding.words.commands import exact_command, is_stop
from bot.understanding.words.normalise import plain


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
    except Conflict:  # two first messages of one person at once: now they are there
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
    with services.database.writing() as session:
        gone = tombstone(services.keys, arrival.channel, arrival.message_id)
        if erased := stored_before(session, arrival.channel, (gone,)):
            return Stored(erased.respondent_id, erased.id, new=False)
        who = _sender(session, services, arrival, now).id
        incoming = Incoming(
            respondent_id=who,
            channel=arrival.channel,
            message_id=arrival.message_id,
            text=arrival.text,
            button=arrival.button,
            note=arrival.note or _sent_by_a_machine(session, who, arrival),
            sender_ref=arrival.sender_ref,
            damaged=arrival.damaged,
        )
        found = arrival.sent_at is not None
        inbox_id, new = take_in(session, services, incoming, now, found=found)
    return Stored(incoming.respondent_id, inbox_id, new)


def _sender(session: Session, services: Services, arrival: Arrival, now: datetime) -> Respondent:
    """Return who has the arrival's address; a new respondent if nobody has."""
    hashed = services.keys.hash_of(arrival.channel, arrival.address)
    known = find_respondent(
        session, services.consultation.id, channel=arrival.channel, address_hash=hashed
    )
    suppressed = known is not None and known.erased and lift_suppression(session, known.id)
    if known is not None and not suppressed:
        return known
    return create_respondent(
        session,
        services.consultation,
        channel=arrival.channel,
        address_hash=hashed,
        hidden_address=services.keys.hide(arrival.address),
        language=arrival.language,
        now=now,
        stopped=suppressed,  # an opt-out outlives what it was about
    )


def take_in(
    session: Session, services: Services, incoming: Incoming, now: datetime, *, found: bool = False
) -> tuple[int, bool]:
    """Store a message of a known sender; return its inbox id and whether it was new. A STOP is
    obeyed with the same commit. `found`: it did not come by itself, so it may be late.
    """
    who, button = incoming.respondent_id, incoming.button
    button = button or meant_as(session, who, incoming.channel, incoming.text)
    stops = says_stop(incoming.text, button)
    late = found and _is_late(session, who, now, stops=stops)
    note = "late" if late else incoming.note
    incoming = replace(incoming, button=button, note=note, stops=stops and not late)
    return accept(session, incoming, phase=services.phase(now), now=now)


def _sent_by_a_machine(session: Session, respondent_id: str, arrival: Arrival) -> str | None:
    """Return the note of a reaction or an automatic reply. A pressed button is no such thing."""
    if arrival.button:
        return None
    note = note_of(arrival.text, lambda: last_said(session, respondent_id))
    return note.value if note else None


def says_stop(text: str, button: Mapping[str, Any] | None) -> bool:
    """Say whether a message opts out: a bare STOP word, or the network's own word for it."""
    return button.get("command") == "opt_out" if button else is_stop(text)


def _is_late(session: Session, respondent_id: str, sent: datetime, *, stops: bool) -> bool:
    """Say whether a message that was found is older than what its sender has said since.

    A STOP is never too late, unless they have come back since. Providers tell whole seconds.
    """
    if last_heard(session, respondent_id) <= sent + timedelta(seconds=1):
        return False
    return not stops or any(map(_comes_back, said_since(session, respondent_id, sent)))


def _comes_back(said: Said) -> bool:
    return bool((said.button or {}).get("command", exact_command(said.text)) == "start")


def meant_as(
    session: Session, respondent_id: str, channel: str, text: str
) -> dict[str, Any] | None:
    """Return what a bare "cancel" stands for, as if it were a button: while a request is asked, or
    a yes or a no, it cancels that. Where the network itself takes it for STOP, so do we.
    """
    if channel_named(channel).network_stops or plain(text) != "cancel":
        return None
    place = place_of(session, respondent_id, Phase.OPEN)
    waits = place.detour is not None or (place.pending or {}).get("kind") in CONFIRMATIONS
    awake = place.state is not State.STOPPED
    return {"title": text, "command": "deny"} if waits and awake else None
