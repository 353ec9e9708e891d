"""The only public process: it accepts, stores and acknowledges; then it has turns done and
delivers. It knows no channel: it connects what the registry gives.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from bot.channels.http import HANDLERS, Guard
from bot.channels.registry import channels_among
from bot.channels.wiring import wiring_of
from bot.gateway import health, pages
from bot.gateway.alert_mail import Alerts
from bot.gateway.page_files import Files
from bot.gateway.working import working
from bot.storage.database.session import StorageError
from bot.storage.results.wordings import changed_without_version, keep_wordings
from bot.turns.ask_rasa import Rasa
from bot.turns.intake.in_order import InOrder
from bot.turns.limits import Limits
from bot.turns.services import AskRasa, Services

logger = logging.getLogger(__name__)

READS_AT_ONCE = 2  # of whole conversations; each takes a thread


def _keep_wordings(services: Services) -> None:
    """Keep the questions as they are asked from now on: results tell answers to each apart."""
    consultation = services.consultation
    try:
        with services.database.writing() as session:
            keep_wordings(session, consultation, services.clock())
            changed = changed_without_version(session, consultation)
    except StorageError as error:
        logger.error("the wordings are not kept", extra={"reason": str(error)})
        return
    for question in changed:
        logger.warning("changed, but the version is the same", extra={"question": question})


def create_app(services: Services, ask: AskRasa | None = None) -> Starlette:
    """Return the gateway. `ask` stands in for Rasa where the dialogue model runs in this
    process.
    """

    on = channels_among(services.settings.channels)
    wired = {channel.name: wiring_of(channel) for channel in on}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        state = app.state
        _keep_wordings(services)
        state.reading = asyncio.Semaphore(READS_AT_ONCE)
        state.rasa = Rasa(services.settings)
        state.alerts = Alerts(services)
        works = not services.settings.workers_apart
        alerts = asyncio.create_task(state.alerts.look_for_ever())
        async with working(state, services, wired, ask or state.rasa.ask, works=works):
            yield
            alerts.cancel()
        await state.rasa.close()
        services.database.close()

    app = Starlette(
        routes=[
            *(route for wiring in wired.values() for route in wiring.routes()),
            *health.routes(),
            *pages.routes(),
        ],
        middleware=[
            Middleware(Guard, settings=services.settings),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        exception_handlers={**HANDLERS, 404: pages.not_found},
        lifespan=lifespan,
    )
    # A redirect to the same path with a slash would echo the Host header that the caller chose.
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.files = Files()
    app.state.limits = Limits(services.settings)
    app.state.in_order = InOrder()
    return app
