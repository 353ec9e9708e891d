"""The only public process: it accepts, stores and acknowledges; then it has turns done and
delivers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.gateway import chat, health, pages
from bot.gateway.http import HANDLERS, Guard
from bot.gateway.limits import Limits
from bot.gateway.rasa import Rasa
from bot.gateway.services import AskRasa, Services
from bot.gateway.turns import Turns


def create_app(services: Services, ask: AskRasa | None = None) -> Starlette:
    """Return the gateway. `ask` stands in for Rasa where the dialogue model runs in this
    process.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.rasa = Rasa(services.settings)
        app.state.turns = Turns(services, ask or app.state.rasa.ask)
        sweep = asyncio.create_task(app.state.turns.sweep_for_ever())
        yield
        sweep.cancel()
        await app.state.turns.close()
        await app.state.rasa.close()
        services.database.close()

    app = Starlette(
        routes=[*chat.routes(), *health.routes(), *pages.routes()],
        middleware=[Middleware(Guard, settings=services.settings)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    # A redirect to the same path with a slash would echo the Host header that the caller chose.
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.limits = Limits(services.settings)
    return app
