"""Running the staff app for real."""

from __future__ import annotations

import logging
import signal
import sys
import time
from typing import Any

import waitress
from flask import Flask
from waitress.channel import HTTPChannel

from bot.consultation.file.read import find_consultation
from bot.settings import Settings, SettingsError
from bot.staff.shell.app import create_app
from bot.storage.database.session import open_database

THREADS = 8
SECONDS = 15  # for a whole request
CLEANED_EVERY = 5  # seconds; then those who are too slow are looked for
MOST_CONNECTIONS = 1000

logger = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Answer until SIGTERM or ctrl-C. Raises SettingsError, also when the port is taken."""
    consultation = find_consultation(settings.consultations, settings.consultation)
    database = open_database(settings.database_url, settings.secrets_dir)
    try:
        app = create_app(settings, database, consultation)
        server = _listen(app, settings)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # requests in work are finished
        logger.info("staff pages are ready", extra={"port": settings.staff_port})
        try:
            server.run()
        finally:
            server.close()
    finally:
        database.close()


def make_server(app: Flask, host: str, port: int) -> Any:
    """Return a server that listens already; its `run` answers. Raises OSError for a taken port."""
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        channel_timeout=SECONDS,  # who is slower to send or to read is cut off
        cleanup_interval=CLEANED_EVERY,
        connection_limit=MOST_CONNECTIONS,
        asyncore_use_poll=True,  # select() ends at 1,024
        max_request_header_size=16 * 1024,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
        # The throttle reads them, and believes them only when they come from TRUSTED_PROXIES.
        clear_untrusted_proxy_headers=False,
    )
    server.channel_class = BoundedChannel
    return server


class BoundedChannel(HTTPChannel):
    """A connection whose request has to be whole in time, however it drips in."""

    began: float | None = None  # when the request that is not whole yet did

    def handle_read(self) -> None:
        super().handle_read()
        now: float = time.time()
        if self.request is None:
            self.began = None
        else:
            self.last_activity = self.began = self.began or now


def _listen(app: Flask, settings: Settings) -> Any:
    try:
        return make_server(app, settings.staff_host, settings.staff_port)
    except OSError as error:
        raise SettingsError(
            f"STAFF_PORT {settings.staff_port} on {settings.staff_host} cannot be used"
            f" ({error.strerror}); stop what uses it or set another."
        ) from error
