"""Twilio's webhooks: a text that arrived, and what became of one of ours."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.errors import MalformedMessage
from bot.channels.http import read_body
from bot.channels.sms import form
from bot.channels.sms.description import SMS, normal_number
from bot.channels.sms.settings import twilio_of
from bot.channels.sms.twilio import STATUS_PATH
from bot.storage.messages.claims import report
from bot.turns.accept import Arrival, Stored, store
from bot.turns.services import Services

logger = logging.getLogger(__name__)

WEBHOOK_PATH = "/sms/webhook"
# Replies go out by the REST API.
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def routes() -> list[Route]:
    return [
        Route(WEBHOOK_PATH, new_text, methods=["POST"]),
        Route(STATUS_PATH, new_status, methods=["POST"]),
    ]


async def new_text(request: Request) -> Response:
    """Store a text, then acknowledge it; the reply goes out by the REST API."""
    services: Services = request.app.state.services
    fields = await _signed_fields(request, services)
    message = form.read_message(twilio_of(services.settings), fields, damaged=request.state.damaged)
    async with request.app.state.in_order.turn_of(f"{SMS.name} {message.sender}"):
        stored = await asyncio.to_thread(store_text, services, message)
    if stored.new:
        request.app.state.turns.wake(stored.respondent_id)
    return _taken()


async def new_status(request: Request) -> Response:
    """Take a report; one about a text that we do not know is only counted."""
    services: Services = request.app.state.services
    told = form.read_report(await _signed_fields(request, services))
    named = request.query_params.get("reply", "")
    outbox_id = int(named) if named.isascii() and named.isdigit() and len(named) < 10 else None
    if told.delivery and not await asyncio.to_thread(_report, services, told, outbox_id):
        logger.warning("a status report is about a text that is not known here")
    return _taken()


def store_text(services: Services, message: form.SmsMessage) -> Stored:
    """Store what Twilio brought or listed."""
    return store(
        services,
        Arrival(
            channel=SMS.name,
            address=_normal(message.sender),
            message_id=message.id,
            text=message.text,
            button=_command(message),
            damaged=message.damaged,
            note="media" if message.media else None,
            sent_at=message.sent_at,
            ours=message.to,
        ),
    )


def _command(message: form.SmsMessage) -> dict[str, str] | None:
    """What the network made of it; a word that we know ourselves needs no help."""
    if not message.stops and not message.starts:
        return None
    return {"title": message.text, "command": "opt_out" if message.stops else "start"}


async def _signed_fields(request: Request, services: Services) -> form.Fields:
    """Return the fields that Twilio signed for our account. Raises MalformedMessage."""
    account = twilio_of(services.settings)
    signature = request.headers.get("x-twilio-signature", "")
    if not signature:
        raise _forbidden()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise MalformedMessage(415, "unsupported_type", "Send the message as a form.")
    body = await read_body(request)
    fields, request.state.damaged = form.read_form(body), form.is_damaged(body)
    url = _called_url(request, services)
    if not form.is_signed(account, url, fields, signature) or not form.is_ours(account, fields):
        raise _forbidden()
    return fields


def _called_url(request: Request, services: Services) -> str:
    """Return the address that Twilio called, as we gave it: headers can be forged."""
    path = request.scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace")
    query = request.scope.get("query_string", b"").decode("ascii", "replace")
    url = services.settings.public_base_url + (path or request.url.path)
    return f"{url}?{query}" if query else url


def _normal(sender: str) -> str:
    """Return a sender as it is kept: E.164; short codes and names stay as they are."""
    try:
        return normal_number(sender) if sender.startswith("+") else sender
    except ValueError:
        return sender


def _report(services: Services, told: form.SmsReport, outbox_id: int | None) -> bool:
    with services.database.writing() as session:
        return report(session, told.id, outbox_id, told.delivery or "", told.error)


def _taken() -> Response:
    return Response(EMPTY_ANSWER, media_type="text/xml")


def _forbidden() -> MalformedMessage:
    return MalformedMessage(403, "forbidden", "The signature of this request is not right.")
