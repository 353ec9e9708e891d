"""`/live`: this process answers. `/ready`: a resident who writes now gets a reply. `/metrics`: how
much it does, for who has the token.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import KIND, may_read
from bot.storage.cases.alerts import alert_state
from bot.storage.database.session import StorageError
from bot.storage.messages.claims import counts
from bot.storage.messages.pace import minutes_until_sent, queues
from bot.storage.messages.waiting import oldest_waiting
from bot.storage.results.backlog import backlog
from bot.turns.services import Services

logger = logging.getLogger(__name__)

GOOD_SECONDS = 1.0


def routes() -> list[Route]:
    return [
        Route("/live", live, methods=["GET"]),
        Route("/ready", ready, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
    ]


async def live(_request: Request) -> Response:
    return JSONResponse({"live": True})


async def ready(request: Request) -> Response:
    """Look at most once in GOOD_SECONDS, however often it is asked for."""
    state = request.app.state
    state.limits.new_read(request.client.host if request.client else "unknown")
    now = asyncio.get_running_loop().time()
    if getattr(state, "looked_at", None) is None or now >= state.look_again:
        state.looked_at, state.look_again = asyncio.create_task(_look(state)), now + GOOD_SECONDS
    parts = await asyncio.shield(state.looked_at)
    return JSONResponse(parts, 200 if parts["ready"] else 503)


async def metrics(request: Request) -> Response:
    services: Services = request.app.state.services
    if not services.settings.metrics_token:
        raise HTTPException(404)
    if not may_read(services.settings.metrics_token, request.headers.get("authorization")):
        raise HTTPException(401, "The token is not right.", {"WWW-Authenticate": "Bearer"})
    figures = await asyncio.to_thread(_backlog, services)
    written = services.metrics.written(figures, database_up=figures is not None)
    return Response(written, headers={"Content-Type": KIND})


def _backlog(services: Services) -> dict[str, float] | None:
    try:
        with services.database.reading() as session:
            on = services.settings.channels
            return backlog(session, services.consultation.id, services.clock(), on)
    except StorageError as error:
        logger.error("database away: %s", error)
        return None


async def _look(state: Any) -> dict[str, Any]:
    works = state.turns.works
    rasa, actions, database = await asyncio.gather(
        state.rasa.ready() if works else _with_the_workers(),
        state.rasa.actions_ready() if works else _with_the_workers(),
        asyncio.to_thread(_database, state.services),
    )
    alerts = database.pop("alerts", None)
    return {
        "ready": bool(rasa and actions and database["database"] == "ok"),
        "rasa": "ok" if rasa else "starting or away",
        "actions": "ok" if actions else "starting or away",
        **database,
        "channels": sorted(state.services.settings.channels),
        "refused": dict(state.delivery.held),
        # Residents get their replies all the same, so this does not make it unready.
        "alerts": {**state.alerts.state(), "waiting": alerts},
    }


async def _with_the_workers() -> bool:
    """Rasa stands beside each worker, which says itself whether it answers."""
    return True


def _database(services: Services) -> dict[str, Any]:
    # Alembic takes half a second to import, and the page is to answer at once.
    from bot.storage.database.migrate import state_of

    try:
        if (state := state_of(services.database.engine)) != "ok":
            return {"database": state, "oldest_waiting_seconds": None}
        with services.database.reading() as session:
            oldest, replies = oldest_waiting(session), counts(session)
            minutes = minutes_until_sent(queues(session, services.settings.channels))
            alerts = alert_state(session, services.consultation.id).waiting
    except (StorageError, Exception) as error:
        logger.error("database away: %s", type(error).__name__)
        return {"database": "away", "oldest_waiting_seconds": None}
    waited = (services.clock() - oldest).total_seconds() if oldest else None
    told = {"oldest_waiting_seconds": waited, "replies": {**replies, "minutes": minutes}}
    return {"database": "ok", "alerts": alerts, **told}
