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
from bot.channels.http import check_json_type, check_origin, error, read_body, read_json
from bot.channels.webchat.transactions import (
    accept_message,
    begin_session,
    conversation_of,
    person_may_write,
    progress_of,
    replies_so_far,
    respondent_with,
    shown_to_page,
)
from bot.channels.webchat.wire import DIGITS, bearer_token, read_message
from bot.storage.messages.outbox import Outgoing
from bot.storage.respondents.respondents import Respondent, hash_of_token
from bot.turns.limits import Limits
from bot.turns.services import Services
from bot.turns.worker import Turns

TURN_WAIT = 10.0  # seconds; then 202, and the replies come by GET
DONE_HERE, DONE_ELSEWHERE = 0.5, 0.03  # seconds between looks at a turn, which become longer
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
    answer = await asyncio.to_thread(begin_session, services, token)
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
    async with request.app.state.in_order.turn_of(hash_of_token(token)):
        stored = await asyncio.to_thread(accept_message, services, token, message)
    if stored is None:
        return _no_session()
    respondent, inbox_id, new = stored
    return await _answer(request, inbox_id, respondent, new=new)


async def history(request: Request) -> Response:
    after = request.query_params.get("after", "0") or "0"
    if not DIGITS.fullmatch(after):
        raise malformed('"after" must be the id of a message.')
    _limits(request).new_read(_address(request))
    async with reading(request):
        respondent = await _respondent(request)
        if respondent is None:
            return _no_session()
        services = _services(request)
        answer = await asyncio.to_thread(conversation_of, services, respondent, int(after))
    return JSONResponse(answer)


def reading(request: Request) -> asyncio.Semaphore:
    """Return what long reads wait for, so that they leave threads for those who write."""
    places: asyncio.Semaphore = request.app.state.reading
    return places


async def _answer(
    request: Request, inbox_id: int, respondent: Respondent, *, new: bool
) -> Response:
    """Return the replies when the turn is over; else 202 with what there is to say so far."""
    services, turns = _services(request), _turns(request)
    with turns.watching(inbox_id) as over:
        if new:
            turns.wake(respondent.id)
        elif (await asyncio.to_thread(replies_so_far, services, inbox_id))[0] and not over.done():
            over.set_result(None)
        await _over(services, turns, inbox_id, over)
        if new and over.done() and (ended := over.result()):
            return _told(ended.replies, ended.progress, ended.person, 200)
    done, replies, progress = await asyncio.to_thread(replies_so_far, services, inbox_id)
    if progress is None:
        progress = await asyncio.to_thread(progress_of, services, respondent.id)
    person = await asyncio.to_thread(person_may_write, services, respondent.id)
    return _told(replies, progress, person, 200 if done else 202)


async def _over(services: Services, turns: Turns, inbox_id: int, over: asyncio.Future[Any]) -> None:
    """Wait for a turn that is done here, or by another process: then the database tells."""
    now = asyncio.get_running_loop().time
    until = now() + (AWAY_WAIT if turns.away else TURN_WAIT)
    look = DONE_HERE if turns.works else DONE_ELSEWHERE
    while (left := until - now()) > 0:
        if (await asyncio.wait({over}, timeout=min(look, left)))[0]:
            return
        if (await asyncio.to_thread(replies_so_far, services, inbox_id))[0]:
            return
        look = min(look * 1.5, DONE_HERE)


def _told(
    replies: Sequence[Outgoing], progress: Mapping[str, Any], person: bool, status: int
) -> Response:
    messages = [shown_to_page(r.id, r.text, r.buttons) for r in replies]
    told = {"messages": messages, "progress": progress, "person": person}
    return JSONResponse(told, status)


async def _respondent(request: Request) -> Respondent | None:
    token = bearer_token(request.headers.get("authorization"))
    if token is None:
        return None
    return await asyncio.to_thread(respondent_with, _services(request), token)


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
