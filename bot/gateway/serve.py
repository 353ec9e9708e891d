"""Starting the gateway with uvicorn."""

from __future__ import annotations

import resource
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from bot.gateway.app import create_app
from bot.gateway.connections import bounded
from bot.settings import Settings
from bot.turns.services import make_services

MOST_CONNECTIONS = 2000
LONGEST_HEADERS = 16 * 1024  # all of them together


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop."""
    _open_enough_files()
    app = create_app(make_services(settings))
    uvicorn.Server(configuration(app, settings)).run()


def configuration(app: Starlette, settings: Settings) -> uvicorn.Config:
    """Return how the app is served, with every limit."""
    return uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        access_log=False,  # it would hold addresses
        log_config=None,
        server_header=False,
        ws="none",
        # Forwarded addresses are believed only from the proxies that the deployer names.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies) or None,
        http=bounded(settings.trusted_proxies),
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        limit_concurrency=MOST_CONNECTIONS,
    )


def _open_enough_files() -> None:
    """Let each connection have its file, where the machine allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + 500
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
