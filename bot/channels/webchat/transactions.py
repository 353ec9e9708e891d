"""What the calls of the web page read and write: short transactions that run in threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.errors import malformed
from bot.channels.webchat.description import WEBCHAT
from bot.channels.webchat.wire import (
    WebMessage,
    button_id,
)
from bot.storage.database.session import Session
from bot.storage.messages import talks
from bot.storage.messages.inbox import Incoming, sender_message_id, web_message_id
from bot.storage.messages.outbox import Outgoing, replies_to
from bot.storage.messages.transcripts import Turn, button_of, mark_seen, turns_of
from bot.storage.respondents.places import progress_now
from bot.storage.respondents.respondents import Respondent, begin, find_respondent, hash_of_token
from bot.turns.accept import take_in
from bot.turns.replies import greeting
from bot.turns.services import Services

KEPT_APART = "(Your answer about yourself. We keep only the totals.)"


def begin_session(services: Services, token: str) -> dict[str, Any]:
    now = services.clock()
    phase = services.phase(now)
    with services.database.writing() as session:
        respondent = begin(
            session,
            services.consultation,
            channel=WEBCHAT.name,
            address_hash=hash_of_token(token),
            replies=greeting(services, WEBCHAT.name, phase, begins=False),
            now=now,
        )
        session.flush()
        greeted = turns_of(session, respondent.id)
        progress = progress_now(session, services.consultation, respondent.id, phase)
    return {
        "reference": respondent.reference,
        "messages": [shown_to_page(t.seq, t.text, t.buttons) for t in greeted],
        "progress": progress.as_dict(),
    }


def accept_message(
    services: Services, token: str, message: WebMessage
) -> tuple[Respondent, int, bool] | None:
    """Find whose message it is and store it, in one transaction. None: nobody has this token."""
    with services.database.writing() as session:
        respondent = _owner(session, services, token)
        if respondent is None:
            return None
        text, button = message.text, None
        if message.choice:
            button = button_of(session, respondent.id, message.choice.message, message.choice.place)
            if button is None:
                raise malformed("There is no such button in this conversation.")
            text = button["title"]
        incoming = Incoming(
            respondent_id=respondent.id,
            channel=WEBCHAT.name,
            message_id=web_message_id(respondent.id, message.id),
            text=text,
            button=button,
        )
        if message.seen:
            mark_seen(session, respondent.id, message.seen)
        now, seen = services.clock(), message.seen or None
        taken = take_in(session, services, incoming, now, seen=seen)
    services.note_claim(respondent.id, taken.fence)
    return respondent, taken.inbox_id, taken.new


def replies_so_far(
    services: Services, inbox_id: int
) -> tuple[bool, list[Outgoing], dict[str, Any] | None]:
    with services.database.reading() as session:
        return replies_to(session, inbox_id, services.keys)


def progress_of(services: Services, respondent_id: str) -> dict[str, Any]:
    phase = services.phase(services.clock())
    with services.database.reading() as session:
        return progress_now(session, services.consultation, respondent_id, phase).as_dict()


def conversation_of(services: Services, respondent: Respondent, after: int) -> dict[str, Any]:
    with services.database.reading() as session:
        turns = turns_of(session, respondent.id, after=after)
        person = talks.person_may_write(session, respondent.id, services.clock())
    return {
        "messages": [_either_side(services, turn) for turn in turns],
        "progress": progress_of(services, respondent.id),
        "reference": respondent.reference,
        "person": person,
    }


def person_may_write(services: Services, respondent_id: str) -> bool:
    """Say whether a person from the council may write: the page looks then for what it did not ask
    for.
    """
    with services.database.reading() as session:
        return talks.person_may_write(session, respondent_id, services.clock())


def _either_side(services: Services, turn: Turn) -> dict[str, Any]:
    text = turn.text
    if turn.direction == "out" and turn.sealed:
        text = services.keys.reveal(turn.sealed)
    elif turn.private:  # their own words, so they may see them, as long as we have them
        text = services.keys.reveal(turn.sealed) if turn.sealed else KEPT_APART
    shown = shown_to_page(turn.seq, text, turn.buttons)
    shown["at"] = turn.at.isoformat(timespec="seconds")
    shown["from"] = "resident" if turn.direction == "in" else "bot"
    if turn.staff:
        shown["person"] = True
    if turn.provider_id:
        shown["client_id"] = sender_message_id(turn.provider_id)
    return shown


def shown_to_page(seq: int, text: str, buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(seq),
        "text": text,
        "buttons": [
            {"id": button_id(seq, place), "title": button["title"]}
            for place, button in enumerate(buttons)
        ],
    }


def respondent_with(services: Services, token: str) -> Respondent | None:
    with services.database.reading() as session:
        return _owner(session, services, token)


def _owner(session: Session, services: Services, token: str) -> Respondent | None:
    return find_respondent(
        session,
        services.consultation.id,
        channel=WEBCHAT.name,
        address_hash=hash_of_token(token),
    )
