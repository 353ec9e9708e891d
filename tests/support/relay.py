"""A made-up channel: all that a new one has to bring, in one file."""

from __future__ import annotations

import asyncio

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


def read_token(read: Reader) -> str | None:
    return read.text("RELAY_TOKEN") or None


def normal_box(box: str) -> str:
    if not box.isdigit():
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
    if request.headers.get("x-token") != services.settings.channels[RELAY.name]:
        raise MalformedMessage(403, "forbidden", "The token of this request is not right.")
    check_json_type(request)
    said = read_json(await read_body(request))
    if not {"id", "box", "text"} <= said.keys():
        raise malformed("id, box and text must be there.")
    arrival = Arrival(RELAY.name, normal_box(said["box"]), said["id"], said["text"])
    stored = await asyncio.to_thread(store, services, arrival)
    if stored.new:
        request.app.state.turns.wake(stored.respondent_id)
    return JSONResponse({})


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
