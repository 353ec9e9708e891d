"""What the gateway connects of the web page."""

from __future__ import annotations

from starlette.routing import Route

from bot.channels.webchat import calls, checking, handover, plain
from bot.channels.wiring import Wiring


def routes() -> list[Route]:
    return [*calls.routes(), *checking.routes(), *handover.routes(), *plain.routes()]


WIRING = Wiring(routes)
