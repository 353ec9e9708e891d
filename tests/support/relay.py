"""A made-up channel: all that a new one has to bring, in one file."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.description import Address, Channel, Setting
from bot.channels.errors import MalformedMessage, malformed
from bot.channels.http import check_json_type, read_body, read_json
from bot.channels.wiring import Wiring
from bot.settings import Settings
from bot.settings.reader import Reader
from bot.turns.accept import Arrival, store
from bot.turns.delivery.sending import ToSend

LONGEST_ID = 64


def read_token(read: Reader) -> str | None:
    return read.text("RELAY_TOKEN") or None


def normal_box(box: str) -> str:
    if not re.fullmatch(r"[0-9]{1,10}", box):
        raise ValueError("That is not a box; write it like box:17")
    return box


RELAY = Channel(
    name="relay",
    title="The relay",
    words="Relay",
    wiring="tests.support.relay",
    buttons=False,
    several=False,
    short_texts=True,
    pulls=False,
    network_stops=False,
    longest=200,
    address=Address(scheme="box", called="A box", example="box:17", normal=normal_box),
    settings=(Setting("RELAY_TOKEN", "Off unless it is set."),),
    read_settings=read_token,
)


async def new_message(request: Request) -> Response:
    """Verify, read, store, wake the turns, acknowledge."""
    services = request.app.state.services
    check_token(services.settings.channels[RELAY.name], request.headers.get("x-token"))
    check_json_type(request)
    arrival = read_arrival(read_json(await read_body(request)))
    stored = await asyncio.to_thread(store, services, arrival)
    if stored.new:
        request.app.state.turns.wake(stored.respondent_id)
    return JSONResponse({})


def check_token(ours: str, shown: str | None) -> None:
    """Raise MalformedMessage unless it is our token; how long that takes tells nothing of it."""
    if not hmac.compare_digest((shown or "").encode(), ours.encode()):
        raise MalformedMessage(403, "forbidden", "The token of this request is not right.")


def read_arrival(said: Mapping[str, Any]) -> Arrival:
    """Return the message of a request, whatever it holds. Raises MalformedMessage."""
    message_id, box, text = (said.get(name) for name in ("id", "box", "text"))
    if not (isinstance(message_id, str) and isinstance(box, str) and isinstance(text, str)):
        raise malformed("id, box and text must be there, each of them text.")
    if not message_id.strip() or not text.strip():
        raise malformed("id and text must not be empty.")
    if len(message_id) > LONGEST_ID or len(text) > RELAY.longest:
        raise MalformedMessage(413, "too_long", f"A text has at most {RELAY.longest} letters.")
    try:
        return Arrival(RELAY.name, normal_box(box), message_id, text)
    except ValueError as error:
        raise malformed(str(error)) from error


class RelaySender:
    """Keeps what it is to send."""

    def __init__(self, _settings: Settings) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send(self, address: str, message: ToSend) -> str:
        self.sent.append((address, message.text))
        return f"out-{message.id}"

    async def sent_before(self, address: str, message: ToSend) -> list[str] | None:
        return None

    async def close(self) -> None:
        pass


WIRING = Wiring(lambda: [Route("/relay/webhook", new_message, methods=["POST"])], RelaySender)
