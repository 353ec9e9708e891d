"""What the gateway connects of a channel that is on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from starlette.routing import BaseRoute

from bot.channels.description import Channel
from bot.settings import Settings
from bot.turns.delivery.sending import Sender
from bot.turns.services import Services

CatchUp = Callable[[Services, Sender, Callable[[str], None]], Awaitable[asyncio.Task[None]]]


@dataclass(frozen=True)
class Wiring:
    """Its paths; its sender, if replies are delivered to it; and what looks, at the start and
    beside everything, for messages that the provider has and has not brought.
    """

    routes: Callable[[], Sequence[BaseRoute]]
    sender: Callable[[Settings], Sender] | None = None
    catch_up: CatchUp | None = None


def wiring_of(channel: Channel) -> Wiring:
    """Load what the gateway connects. A provider's library takes half a second."""
    wiring: Wiring = import_module(channel.wiring).WIRING
    return wiring
