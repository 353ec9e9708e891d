"""The only public process: it accepts, stores and acknowledges; then it has turns done and
delivers.

The libraries of a provider are loaded only where its channel is on: they take half a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from bot.channels.http import HANDLERS, Guard
from bot.channels.webchat import calls as chat
from bot.channels.webchat import checking, handover, plain
from bot.gateway import health, pages
from bot.gateway.page_files import Files
from bot.turns.ask_rasa import Rasa
from bot.turns.delivery.deliver import Delivery
from bot.turns.delivery.sending import Sender
from bot.turns.limits import Limits
from bot.turns.services import AskRasa, Services
from bot.turns.worker import Turns


def create_app(services: Services, ask: AskRasa | None = None) -> Starlette:
    """Return the gateway. `ask` stands in for Rasa where the dialogue model runs in this
    process.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        state = app.state
        state.rasa = Rasa(services.settings)
        state.senders = make_senders(services)
        delivery = state.delivery = Delivery(services, state.senders)
        state.turns = Turns(services, ask or state.rasa.ask, delivery.wake, delivery.sends_at_once)
        tasks = [asyncio.create_task(state.delivery.sweep_for_ever())]
        if services.settings.twilio:  # first, so that what was missed comes before what is new
            from bot.channels.sms.reconcile import started_reconciling

            tasks.append(await started_reconciling(services, state.senders, state.turns.wake))
        tasks.append(asyncio.create_task(state.turns.sweep_for_ever()))
        yield
        for task in tasks:
            task.cancel()
        await state.turns.close()
        await state.delivery.close()
        await state.rasa.close()
        services.database.close()

    app = Starlette(
        routes=[
            *chat.routes(),
            *checking.routes(),
            *handover.routes(),
            *plain.routes(),
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
    add_webhooks(app, services)
    return app


def add_webhooks(app: Starlette, services: Services) -> None:
    """Add the paths of the channels that are on."""
    if services.settings.twilio:
        from bot.channels.sms import webhook as sms

        app.routes.extend(sms.routes())
    if services.settings.telegram:
        from bot.channels.telegram import webhook as telegram

        app.state.chores = telegram.Chores()
        app.routes.extend(telegram.routes())


def make_senders(services: Services) -> dict[str, Sender]:
    """Return a sender for every channel that is on and delivers."""
    settings, senders = services.settings, dict[str, Sender]()
    if settings.twilio:
        from bot.channels.sms.twilio import TwilioSender

        senders["sms"] = TwilioSender(settings.twilio, settings.public_base_url)
    if settings.telegram:
        from bot.channels.telegram.bot_api import TelegramSender

        senders["telegram"] = TelegramSender(settings.telegram)
    return senders
