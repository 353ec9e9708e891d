"""What every answer of the gateway has in common: errors as JSON, size limits, origins, headers."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.errors import MalformedMessage, malformed
from bot.settings import Settings
from bot.storage.database.session import StorageError
from bot.turns.limits import TooMany

logger = logging.getLogger(__name__)

LONGEST_BODY = 16 * 1024
BODY_SECONDS = 15.0  # a slower body is not waited for

CODES = {404: "not_found", 405: "method_not_allowed"}
SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
}


def error(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"error": code, "message": message}, status, headers)


async def read_body(request: Request, *, longest: int = LONGEST_BODY) -> bytes:
    """Return the body, but never read more than `longest` bytes. Raises MalformedMessage."""
    if _announced_too_long(request, longest):
        raise _too_big()
    try:
        return await asyncio.wait_for(_read(request, longest), BODY_SECONDS)
    except asyncio.TimeoutError as slow:
        raise MalformedMessage(408, "too_slow", "The message took too long to arrive.") from slow
    except ClientDisconnect as gone:
        raise MalformedMessage(400, "malformed", "The message broke off.") from gone


async def _read(request: Request, longest: int) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            raise _too_big()
    return body


def read_json(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a request. Raises MalformedMessage."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise malformed("The request is not JSON that can be read.") from error
    if not isinstance(value, dict):
        raise malformed("The request must be a JSON object.")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _announced_too_long(request: Request, longest: int) -> bool:
    length = request.headers.get("content-length", "").strip()
    return length.isascii() and length.isdigit() and (len(length) > 9 or int(length) > longest)


def _too_big() -> MalformedMessage:
    return MalformedMessage(413, "too_long", "That is too long. Please send it in two parts.")


def check_json_type(request: Request) -> None:
    """A form of another site cannot send this type unasked. Raises MalformedMessage."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise MalformedMessage(415, "unsupported_type", "Send the message as application/json.")


def check_origin(request: Request, settings: Settings) -> None:
    """Only our own page may post from a browser. Raises MalformedMessage."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in settings.own_origins:
        raise MalformedMessage(403, "bad_origin", "This page may not send messages here.")


async def on_malformed(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, MalformedMessage)
    return error(problem.status, problem.code, problem.message)


async def on_too_many(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, TooMany)
    wait = problem.retry_after
    unit = "second" if wait == 1 else "seconds"
    sentence = f"That is a lot at once. Please wait {wait} {unit} and send it again."
    return error(429, "too_many", sentence, {"Retry-After": str(wait)})


async def on_storage(_request: Request, problem: Exception) -> Response:
    logger.error("database: %s", problem)
    sentence = "We cannot save messages just now. Send it again in a minute: it counts only once."
    return error(503, "not_saved", sentence, {"Retry-After": "30"})


async def on_http(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    code = CODES.get(problem.status_code, "error")
    sentence = SENTENCES.get(problem.status_code, str(problem.detail))
    return error(problem.status_code, code, sentence, dict(problem.headers or {}))


HANDLERS: Any = {
    MalformedMessage: on_malformed,
    TooMany: on_too_many,
    StorageError: on_storage,
    HTTPException: on_http,
}


def _has_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


class Guard:
    """Adds the headers that every answer carries, and answers for what fails unexpectedly."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        ancestors = " ".join(("'self'", *settings.embed_origins))
        headers = {
            "content-security-policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                f"frame-ancestors {ancestors}"
            ),
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
        }
        if settings.public_base_url.startswith("https:"):
            headers["strict-transport-security"] = "max-age=31536000"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, whole = False, not _has_body(scope)

        async def receive_and_look() -> Message:
            nonlocal whole
            message = await receive()
            whole = whole or not message.get("more_body", False)
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = self._with_own(message["headers"])
                if not whole:  # nobody reads the rest, so nobody may go on sending it
                    headers.append((b"connection", b"close"))
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive_and_look, send_with_headers)
        except Exception as problem:
            # Only the kind of error is logged: its text and trace can hold a resident's words.
            logger.error("unexpected: %s", type(problem).__name__)
            if not started:
                sentence = "Something went wrong on our side. Please try again."
                await error(500, "error", sentence)(scope, receive, send_with_headers)

    def _with_own(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        extra = [(name, value) for name, value in self._headers if name not in present]
        if b"cache-control" not in present:
            extra.append((b"cache-control", b"no-store"))
        return [*headers, *extra]
