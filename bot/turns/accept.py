"""What arrives by a channel that names its sender: find or make the respondent, and store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from bot.storage.database.doorbell import ring
from bot.storage.database.session import Conflict, Session
from bot.storage.messages.asked import asked_by, last_messages, question_replied_to
from bot.storage.messages.inbox import Incoming, accept, lock_thread, stored_before
from bot.storage.messages.outbox import last_said
from bot.storage.privacy.erasure import lift_suppression, tombstone
from bot.storage.respondents.respondents import (
    Respondent,
    answer_from,
    create_respondent,
    find_respondent,
)
from bot.turns.intake.loops import LOOKED_AT, loop_note
from bot.turns.intake.stops import meant_as, says_stop
from bot.turns.intake.when import WHOLE_SECONDS, is_double, is_late
from bot.turns.services import Services
from bot.understanding.machines import note_of


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
    written_at: datetime | None = None  # for one that was brought, where the provider says so
    replies_to: str | None = None  # what their app calls the message that this one replies to
    damaged: bool = False
    ours: str | None = None  # the number of ours that it was sent to


@dataclass(frozen=True)
class Stored:
    """Where an arrival is kept. `new` is false for one that was stored before."""

    respondent_id: str
    inbox_id: int
    new: bool


class Taken(NamedTuple):
    """Where a message is stored, whether it was new, and the fence of its turn, where that was
    claimed with it.
    """

    inbox_id: int
    new: bool
    fence: int | None = None


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
    wrote = arrival.sent_at or arrival.written_at
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
            written_at=min(wrote, now) if wrote else None,
            about=arrival.replies_to and question_replied_to(session, who, arrival.replies_to),
            damaged=arrival.damaged,
        )
        found = arrival.sent_at is not None
        taken = take_in(session, services, incoming, now, found=found)
    services.note_claim(incoming.respondent_id, taken.fence)
    return Stored(incoming.respondent_id, taken.inbox_id, taken.new)


def _sender(session: Session, services: Services, arrival: Arrival, now: datetime) -> Respondent:
    """Return who has the arrival's address; a new respondent if nobody has."""
    hashed = services.keys.hash_of(arrival.channel, arrival.address)
    known = find_respondent(
        session, services.consultation.id, channel=arrival.channel, address_hash=hashed
    )
    suppressed = known is not None and known.erased and lift_suppression(session, known.id)
    if known is not None and not suppressed:
        if arrival.ours != known.ours and arrival.ours and not arrival.sent_at:
            answer_from(session, known.id, arrival.ours)  # what was found late says nothing of now
        return known
    return create_respondent(
        session,
        services.consultation,
        channel=arrival.channel,
        address_hash=hashed,
        hidden_address=services.keys.hide(arrival.address),
        ours=arrival.ours,
        language=arrival.language,
        now=now,
        stopped=suppressed,  # an opt-out outlives what it was about
    )


def take_in(
    session: Session,
    services: Services,
    incoming: Incoming,
    now: datetime,
    *,
    found: bool = False,
    seen: int | None = None,
) -> Taken:
    """Store a message of a known sender. A STOP is obeyed with the same commit. A process that does
    turns claims this one, and is told so by `Services.note_claim` after the commit; else the
    workers are woken by it. `found`: it did not come by itself, so it may be late. `seen`: the
    last message that its sender's page had shown.
    """
    who, button, written = incoming.respondent_id, incoming.button, incoming.written_at
    thread = lock_thread(session, who)
    before = last_messages(session, who, LOOKED_AT)
    button = button or meant_as(session, who, incoming.channel, incoming.text)
    stops, note = says_stop(incoming.channel, incoming.text, button), incoming.note
    if is_late(session, incoming, stops=stops, found=found):
        stops, note = False, "late"
    elif not stops and is_double(session, incoming, before, now, seen):
        note = "duplicate"
    read_by = written + WHOLE_SECONDS if written else now
    about = incoming.about or asked_by(session, who, read_by, seen)
    incoming = replace(incoming, button=button, note=note, stops=stops, about=about)
    if note is None and not stops:
        incoming = replace(incoming, note=loop_note(incoming, before))
    claims = thread.free and not services.settings.workers_apart
    phase = services.phase(now)
    inbox_id, new = accept(session, incoming, phase=phase, now=now, thread=thread, claims=claims)
    if new and services.settings.workers_apart:
        ring(session, who)
    return Taken(inbox_id, new, thread.fence + 1 if new and claims else None)


def _sent_by_a_machine(session: Session, respondent_id: str, arrival: Arrival) -> str | None:
    """Return the note of a reaction or an automatic reply. A pressed button is no such thing."""
    if arrival.button:
        return None
    note = note_of(arrival.text, lambda: last_said(session, respondent_id))
    return note.value if note else None
