"""A conversation goes on in another tab: where a frame may keep nothing, it hands over a code that
is good once. The tab gets a token of its own, and the frame's ends with that.
"""

from __future__ import annotations

import asyncio
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.errors import MalformedMessage
from bot.channels.http import check_json_type, check_origin, read_body, read_json
from bot.channels.webchat import calls
from bot.channels.webchat.description import WEBCHAT
from bot.channels.webchat.wire import bearer_token
from bot.storage.respondents.respondents import change_token, hash_of_token
from bot.turns.services import Services

GOOD_SECONDS = 120


def routes() -> list[Route]:
    return [
        Route("/chat/handover", hand_over, methods=["POST"]),
        Route("/chat/continue", go_on, methods=["POST"]),
    ]


async def hand_over(request: Request) -> Response:
    services = calls._services(request)
    check_origin(request, services.settings)
    check_json_type(request)
    await read_body(request)
    token = bearer_token(request.headers.get("authorization"))
    if token is None or await calls._respondent(request) is None:
        return calls._no_session()
    until = int(services.clock().timestamp()) + GOOD_SECONDS
    code = services.keys.hide(f"{until} {token}").decode()
    return JSONResponse({"code": code, "seconds": GOOD_SECONDS})


async def go_on(request: Request) -> Response:
    services = calls._services(request)
    check_origin(request, services.settings)
    check_json_type(request)
    code = read_json(await read_body(request)).get("code")
    calls._limits(request).new_session(calls._address(request))
    old = _token_in(services, code) if isinstance(code, str) else None
    new = secrets.token_urlsafe(32)
    if old is None or not await asyncio.to_thread(_change, services, old, new):
        raise MalformedMessage(
            400, "code_used", "That link has been used, or is too old. Please ask for a new one."
        )
    return JSONResponse({"token": new}, 201)


def _token_in(services: Services, code: str) -> str | None:
    """Return the token that a code of ours stands for, as long as the code is good."""
    try:
        until, _, token = services.keys.reveal(code.encode()).partition(" ")
    except Exception:  # not ours, or spoilt: the library has a kind of error for each
        return None
    good = until.isdigit() and int(until) >= services.clock().timestamp()
    return bearer_token(f"Bearer {token}") if good else None


def _change(services: Services, old: str, new: str) -> bool:
    with services.database.writing() as session:
        return change_token(
            session,
            services.consultation.id,
            channel=WEBCHAT.name,
            old=hash_of_token(old),
            new=hash_of_token(new),
        )
