"""The conversation as plain forms, a page for each turn, for browsers without JavaScript.

The same conversation as the page's: what is sent goes the way of `POST /chat/messages`. The session
is in a cookie that only this path gets and no script can read. Words that could not be stored are
given back in the box.
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.errors import MalformedMessage, malformed
from bot.channels.http import check_origin, read_body
from bot.channels.webchat import calls, plain_page, transactions
from bot.channels.webchat.checking import answers_to_check
from bot.channels.webchat.description import WEBCHAT
from bot.channels.webchat.wire import WebMessage, bearer_token, read_message
from bot.storage.database.session import StorageError
from bot.storage.respondents.respondents import Respondent, hash_of_token
from bot.turns.limits import TooMany
from bot.turns.replies import greeting
from bot.turns.services import Services

PATH = "/plain"
COOKIE = "haveyoursay"
KEPT_SECONDS = 90 * 24 * 3600
LONGEST_FORM = 64 * 1024  # 4,000 letters of another script are 36,000 bytes of a form


def routes() -> list[Route]:
    return [
        Route(PATH, show, methods=["GET"]),
        Route(f"{PATH}/answers", show_answers, methods=["GET"]),
        Route(PATH, say, methods=["POST"]),
        Route(f"{PATH}/start", start, methods=["POST"]),
        Route(f"{PATH}/leave", leave, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    calls._limits(request).new_read(calls._address(request))
    respondent = await _respondent(request)
    if respondent is None:
        return _greet(request)
    return await _page(request, respondent)


async def show_answers(request: Request) -> Response:
    calls._limits(request).new_read(calls._address(request))
    respondent = await _respondent(request)
    if respondent is None:
        return RedirectResponse(PATH, 303)
    services = calls._services(request)
    told = await asyncio.to_thread(answers_to_check, services, respondent)
    return plain_page.render(request, "answers", told=told, **_form_facts(request))


async def start(request: Request) -> Response:
    """Begin a conversation, and press its Start."""
    services = calls._services(request)
    check_origin(request, services.settings)
    await read_body(request)
    if await _respondent(request) is None:
        calls._limits(request).new_session(calls._address(request))
        token = secrets.token_urlsafe(32)
        began = await asyncio.to_thread(transactions.begin_session, services, token)
        buttons = [button for message in began["messages"] for button in message["buttons"]]
        if buttons:
            pressed = read_message({"id": str(uuid.uuid4()), "choice": buttons[-1]["id"]})
            await _take(request, token, pressed)
        return _with_cookie(request, RedirectResponse(PATH, 303), token)
    return RedirectResponse(PATH, 303)


async def say(request: Request) -> Response:
    """Take what a form says. Only a message that is stored leads on."""
    check_origin(request, calls._services(request).settings)
    form = await _form(request)
    text = form.get("text", "")
    token = _token(request)
    if token is None or not _is_ours(request, token, form.get("csrf", "")):
        return await _given_back(request, form, "session", 403)
    try:
        message = _message(form)
        calls._limits(request).new_message(hash_of_token(token), calls._address(request))
        known = await _take(request, token, message)
    except MalformedMessage as problem:
        kind = problem.code if text.strip() else "empty"
        return await _given_back(request, form, kind, problem.status)
    except TooMany:
        return await _given_back(request, form, "too_many", 429)
    except StorageError:
        return await _given_back(request, form, "not_saved", 503)
    if not known:
        return await _given_back(request, form, "session", 403)
    if text.strip() and message.text != text:  # an option was pressed beside written words
        return await _given_back(request, {"text": text}, "beside", 200)
    return RedirectResponse(f"{PATH}#now", 303)


async def leave(request: Request) -> Response:
    """Forget the conversation on this device."""
    check_origin(request, calls._services(request).settings)
    await read_body(request)
    answer = RedirectResponse(PATH, 303)
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")
    return answer


def _message(form: dict[str, str]) -> WebMessage:
    """Return the message of a form. Raises MalformedMessage."""
    if form.get("choice"):
        return read_message({"id": form.get("id"), "choice": form["choice"]})
    words = form.get("say") or form.get("picks") or form.get("text", "")
    return read_message({"id": form.get("id"), "text": words})


async def _take(request: Request, token: str, message: WebMessage) -> bool:
    """Store a message and wait a while for its turn. False: nobody has this token."""
    stored = await asyncio.to_thread(
        transactions.accept_message, calls._services(request), token, message
    )
    if stored is None:
        return False
    respondent, inbox_id, new = stored
    with suppress(StorageError):  # it is stored; the page that follows looks for the reply
        await calls._answer(request, inbox_id, respondent, new=new)
    return True


async def _form(request: Request) -> dict[str, str]:
    """Return a form's fields; several picked options are said as a resident would: "1 and 3"."""
    body = await read_body(request, longest=LONGEST_FORM)
    try:
        text = body.decode()
        fields = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=60)
    except ValueError as problem:
        raise malformed("The form cannot be read.") from problem
    form = {name: values[0].replace("\r\n", "\n") for name, values in fields.items()}
    if fields.get("pick"):
        form["picks"] = " and ".join(fields["pick"])
    return form


async def _page(request: Request, respondent: Respondent, **more: Any) -> Response:
    services = calls._services(request)
    async with calls.reading(request):
        told = await asyncio.to_thread(transactions.conversation_of, services, respondent, 0)
    whole = "all" in request.query_params
    status = more.pop("status", 200)
    facts = {**_form_facts(request), **plain_page.turn_of(told, whole=whole), **more}
    return plain_page.render(request, "turn", status=status, **facts)


async def _given_back(
    request: Request, form: dict[str, str], problem: str, status: int
) -> Response:
    """Return the page with the words in the box and what is wrong with them."""
    more: dict[str, Any] = {"draft": form.get("text", ""), "problem": problem, "status": status}
    try:
        respondent = await _respondent(request)
        if respondent is not None:
            return await _page(request, respondent, **more)
    except StorageError:
        facts = _form_facts(request) | ({"id": form["id"]} if form.get("id") else {})
        return plain_page.render(request, "again", **facts, **more)
    return _greet(request, **more)


def _greet(request: Request, **more: Any) -> Response:
    services = calls._services(request)
    phase = services.phase(services.clock())
    greeted = greeting(services, WEBCHAT.name, phase, begins=False)
    begins = any(reply.buttons for reply in greeted)
    texts = [reply.text for reply in greeted]
    return plain_page.render(request, "greeting", texts=texts, begins=begins, **more)


def _form_facts(request: Request) -> dict[str, Any]:
    token = _token(request)
    return {"csrf": _csrf(request, token) if token else "", "id": str(uuid.uuid4())}


def _token(request: Request) -> str | None:
    return bearer_token(f"Bearer {request.cookies.get(COOKIE, '')}")


def _csrf(request: Request, token: str) -> str:
    return calls._services(request).keys.hash_of("form", token)


def _is_ours(request: Request, token: str, csrf: str) -> bool:
    return secrets.compare_digest(csrf.encode(), _csrf(request, token).encode())


async def _respondent(request: Request) -> Respondent | None:
    token = _token(request)
    if token is None:
        return None
    return await asyncio.to_thread(transactions.respondent_with, calls._services(request), token)


def _with_cookie(request: Request, answer: Response, token: str) -> Response:
    services: Services = calls._services(request)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=KEPT_SECONDS,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=services.settings.public_base_url.startswith("https:"),
    )
    return answer
