"""Doing turns and sending replies: inside the gateway, or in a worker that does nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from threading import Event
from typing import Any

from bot.channels.wiring import Wiring
from bot.gateway.nightly import look_for_ever
from bot.storage.database.doorbell import listen
from bot.storage.database.session import StorageError
from bot.turns.delivery.deliver import Delivery
from bot.turns.services import AskRasa, Services
from bot.turns.worker import Turns

logger = logging.getLogger(__name__)

RING_AGAIN = 1.0  # seconds until the doorbell is listened to anew


@asynccontextmanager
async def working(
    state: Any,
    services: Services,
    wired: Mapping[str, Wiring],
    ask: AskRasa,
    *,
    works: bool,
) -> AsyncIterator[None]:
    """Put `turns` and `delivery` into the state, and have them work while this holds. If it does
    not work here, workers do, and `turns` only knows who waits for a reply.
    """
    senders = state.senders = {
        name: wiring.sender(services.settings) for name, wiring in wired.items() if wiring.sender
    }
    delivery = state.delivery = Delivery(services, senders)
    turns = state.turns = Turns(services, ask, delivery.wake, delivery.sends_at_once, works=works)
    tasks = []
    stop = Event()
    if works:
        tasks.append(asyncio.create_task(delivery.sweep_for_ever()))
        for name, wiring in wired.items():  # first: what was missed comes before what is new
            if wiring.catch_up:
                tasks.append(await wiring.catch_up(services, senders[name], turns.wake))
        tasks += [
            asyncio.create_task(turns.sweep_for_ever()),
            asyncio.create_task(turns.claims.renew_for_ever()),
            asyncio.create_task(delivery.claims.renew_for_ever()),
        ]
        if not services.settings.jobs_apart:
            tasks.append(asyncio.create_task(look_for_ever(services)))
        if services.settings.workers_apart:
            tasks.append(asyncio.create_task(_hear(services, turns, stop)))
    yield
    stop.set()
    for task in tasks:
        task.cancel()
    await turns.close()
    await delivery.close()


async def _hear(services: Services, turns: Turns, stop: Event) -> None:
    """Be woken when a message is stored. While that fails, the sweep finds it."""
    loop = asyncio.get_running_loop()

    def wake(respondent_id: str) -> None:
        loop.call_soon_threadsafe(turns.wake, respondent_id)

    while not stop.is_set():
        try:
            await asyncio.to_thread(listen, services.database, wake, stop)
        except StorageError as error:
            logger.warning("the doorbell is not heard: %s", error)
            await asyncio.sleep(RING_AGAIN)
