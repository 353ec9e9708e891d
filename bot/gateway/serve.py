"""Starting the gateway with uvicorn."""

from __future__ import annotations

import uvicorn

from bot.gateway.app import create_app
from bot.settings import Settings
from bot.turns.services import make_services


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop."""
    uvicorn.run(
        create_app(make_services(settings)),
        host=settings.gateway_host,
        port=settings.gateway_port,
        access_log=False,  # it would hold addresses
        log_config=None,
        server_header=False,
        ws="none",
        # Forwarded addresses are believed only from the proxies that the deployer names.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies) or None,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=16 * 1024,
        limit_concurrency=2000,
    )
