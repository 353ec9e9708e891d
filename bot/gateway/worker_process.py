"""A worker: turns and sending, and pages that say how it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from bot.channels.registry import channels_among
from bot.channels.wiring import wiring_of
from bot.gateway import health
from bot.gateway.alert_mail import Alerts
from bot.gateway.working import working
from bot.settings import Settings
from bot.turns.ask_rasa import Rasa
from bot.turns.limits import Limits
from bot.turns.services import AskRasa, Services, make_services


def create_worker(services: Services, ask: AskRasa | None = None) -> Starlette:
    """Return the worker. `ask` stands in for Rasa, as it does for the gateway."""
    on = channels_among(services.settings.channels)
    wired = {channel.name: wiring_of(channel) for channel in on}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        state = app.state
        state.rasa, state.alerts = Rasa(services.settings), Alerts(services)  # the gateway mails
        async with working(state, services, wired, ask or state.rasa.ask, works=True):
            yield
        await state.rasa.close()
        services.database.close()

    app = Starlette(routes=health.routes(), lifespan=lifespan)
    app.state.services = services
    app.state.limits = Limits(services.settings)
    return app


def serve(settings: Settings) -> None:
    """Work until the process is told to stop."""
    app = create_worker(make_services(settings))
    uvicorn.run(
        app,
        host=settings.worker_host,
        port=settings.worker_port,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",  # the library that it would look for is too old here, for Rasa's sake
        timeout_graceful_shutdown=5,
    )
