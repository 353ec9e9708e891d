"""Whether the process answers, whether it can show pages, and how many it shows."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, abort, current_app, request

from bot.metrics import KIND, Metrics, may_read
from bot.staff.shell.context import AppContext, app_context
from bot.storage.database.migrate import state_of
from bot.storage.database.session import StorageError
from bot.storage.results.backlog import backlog

health = Blueprint("health", __name__)
logger = logging.getLogger(__name__)


@health.get("/live")
def live() -> Response:
    """It looks at nothing else."""
    return _plain("ok")


@health.get("/ready")
def ready() -> Response:
    try:
        state = state_of(app_context().database.engine)
    except Exception as error:  # whatever the driver raises; its text can hold an address
        logger.error("database away: %s", type(error).__name__)
        state = "away"
    return _plain("ok") if state == "ok" else _plain(f"database: {state}", 503)


@health.get("/metrics")
def metrics() -> Response:
    here = app_context()
    if not here.settings.metrics_token:
        abort(404)
    if not may_read(here.settings.metrics_token, request.headers.get("Authorization")):
        refused = _plain("The token is not right.", 401)
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    counted: Metrics = current_app.extensions["metrics"]
    figures = _backlog(here)
    written = counted.written(figures, database_up=figures is not None)
    return Response(written, content_type=KIND)


def _backlog(here: AppContext) -> dict[str, float] | None:
    try:
        with here.database.reading() as session:
            return backlog(session, here.consultation.id, here.clock(), here.settings.channels)
    except StorageError as error:
        logger.error("database away: %s", error)
        return None


def _plain(text: str, status: int = 200) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")
