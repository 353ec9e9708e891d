"""The calls of the web page: begin a session, send a message, read the conversation."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.errors import malformed
from bot.channels.http import check_json_type, check_origin, error, read_body
from bot.channels.webchat.wire import (
    CHANNEL,
    DIGITS,
    WebMessage,
    bearer_token,
    button_id,
    read_json,
    read_message,
)
from bot.storage.database.session import Session
from bot.storage.messages.inbox import Incoming, sender_message_id, web_message_id
from bot.storage.messages.outbox import Outgoing, replies_to
from bot.storage.messages.transcripts import Turn, button_of, mark_seen, turns_of
from bot.storage.respondents.places import progress_now
from bot.storage.respondents.respondents import Respondent, begin, find_respondent, hash_of_token
from bot.turns.accept import take_in
from bot.turns.limits import Limits
from bot.turns.replies import greeting
from bot.turns.services import Services
from bot.turns.worker import Turns

TURN_WAIT = 10.0  # seconds; then 202, and the replies come by GET
KEPT_APART = "(Your answer about yourself. We keep only the totals.)"
AWAY_WAIT = 1.0  # when the last turn found Rasa away, there is no use in waiting long


def routes() -> list[Route]:
    return [
        Route("/chat/session", new_session, methods=["POST"]),
        Route("/chat/messages", new_message, methods=["POST"]),
        Route("/chat/messages", history, methods=["GET"]),
    ]


async def new_session(request: Request) -> Response:
    services, limits = _services(request), _limits(request)
    check_origin(request, services.settings)
    check_json_type(request)
    read_json(await read_body(request))
    limits.new_session(_address(request))
    token = secrets.token_urlsafe(32)
    answer = await asyncio.to_thread(_begin, services, token)
    return JSONResponse({"token": token, **answer}, 201)


async def new_message(request: Request) -> Response:
    services = _services(request)
    check_origin(request, services.settings)
    token = bearer_token(request.headers.get("authorization"))
    if token is None:
        return _no_session()
    check_json_type(request)
    message = read_message(read_json(await read_body(request)))
    # Before the database is asked for anything: a flood of them must not hold others up.
    _limits(request).new_message(hash_of_token(token), _address(request))
    stored = await asyncio.to_thread(_accept, services, token, message)
    if stored is None:
        return _no_session()
    respondent, inbox_id, new = stored
    return await _answer(request, inbox_id, respondent, new=new)


async def history(request: Request) -> Response:
    after = request.query_params.get("after", "0") or "0"
    if not DIGITS.fullmatch(after):
        raise malformed('"after" must be the id of a message.')
    respondent = await _respondent(request)
    if respondent is None:
        return _no_session()
    answer = await asyncio.to_thread(_read, _services(request), respondent, int(after))
    return JSONResponse(answer)


async def _answer(
    request: Request, inbox_id: int, respondent: Respondent, *, new: bool
) -> Response:
    """Return the replies when the turn is over; else 202 with what there is to say so far."""
    services, turns = _services(request), _turns(request)
    with turns.watching(inbox_id) as over:
        if new:
            turns.wake(respondent.id)
        elif (await asyncio.to_thread(_replies, services, inbox_id))[0] and not over.done():
            over.set_result(None)
        await asyncio.wait({over}, timeout=AWAY_WAIT if turns.away else TURN_WAIT)
        if new and over.done() and (ended := over.result()):
            return _told(ended.replies, ended.progress, 200)
    done, replies, progress = await asyncio.to_thread(_replies, services, inbox_id)
    if progress is None:
        progress = await asyncio.to_thread(_progress, services, respondent.id)
    return _told(replies, progress, 200 if done else 202)


def _told(replies: Sequence[Outgoing], progress: Mapping[str, Any], status: int) -> Response:
    messages = [_shown(r.id, r.text, r.buttons) for r in replies]
    return JSONResponse({"messages": messages, "progress": progress}, status)


def _begin(services: Services, token: str) -> dict[str, Any]:
    now = services.clock()
    phase = services.phase(now)
    with services.database.writing() as session:
        respondent = begin(
            session,
            services.consultation,
            channel=CHANNEL,
            address_hash=hash_of_token(token),
            replies=greeting(services, CHANNEL, phase, begins=False),
            now=now,
        )
        session.flush()
        greeted = turns_of(session, respondent.id)
        progress = progress_now(session, services.consultation, respondent.id, phase)
    return {
        "reference": respondent.reference,
        "messages": [_shown(t.seq, t.text, t.buttons) for t in greeted],
        "progress": progress.as_dict(),
    }


def _accept(
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
            channel=CHANNEL,
            message_id=web_message_id(respondent.id, message.id),
            text=text,
            button=button,
        )
        if message.seen:
            mark_seen(session, respondent.id, message.seen)
        return respondent, *take_in(session, services, incoming, services.clock())


def _replies(
    services: Services, inbox_id: int
) -> tuple[bool, list[Outgoing], dict[str, Any] | None]:
    with services.database.reading() as session:
        return replies_to(session, inbox_id)


def _progress(services: Services, respondent_id: str) -> dict[str, Any]:
    phase = services.phase(services.clock())
    with services.database.reading() as session:
        return progress_now(session, services.consultation, respondent_id, phase).as_dict()


def _read(services: Services, respondent: Respondent, after: int) -> dict[str, Any]:
    with services.database.reading() as session:
        turns = turns_of(session, respondent.id, after=after)
    return {
        "messages": [_either_side(services, turn) for turn in turns],
        "progress": _progress(services, respondent.id),
        "reference": respondent.reference,
    }


def _either_side(services: Services, turn: Turn) -> dict[str, Any]:
    text = turn.text
    if turn.private:  # her own words, so she may see them, as long as we have them
        text = services.keys.reveal(turn.sealed) if turn.sealed else KEPT_APART
    shown = _shown(turn.seq, text, turn.buttons)
    shown["at"] = turn.at.isoformat(timespec="seconds")
    shown["from"] = "resident" if turn.direction == "in" else "bot"
    if turn.provider_id:
        shown["client_id"] = sender_message_id(turn.provider_id)
    return shown


def _shown(seq: int, text: str, buttons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(seq),
        "text": text,
        "buttons": [
            {"id": button_id(seq, place), "title": button["title"]}
            for place, button in enumerate(buttons)
        ],
    }


async def _respondent(request: Request) -> Respondent | None:
    token = bearer_token(request.headers.get("authorization"))
    if token is None:
        return None
    return await asyncio.to_thread(_find, _services(request), token)


def _find(services: Services, token: str) -> Respondent | None:
    with services.database.reading() as session:
        return _owner(session, services, token)


def _owner(session: Session, services: Services, token: str) -> Respondent | None:
    return find_respondent(
        session,
        services.consultation.id,
        channel=CHANNEL,
        address_hash=hash_of_token(token),
    )


def _no_session() -> Response:
    sentence = "This conversation is not known here. Please start a new one."
    return error(401, "no_session", sentence, {"WWW-Authenticate": "Bearer"})


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _turns(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.limits
    return limits
