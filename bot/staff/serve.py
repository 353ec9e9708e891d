"""Running the staff app for real."""

from __future__ import annotations

import logging

import waitress

from bot.consultation.file import find_consultation
from bot.settings import Settings, SettingsError
from bot.staff.app import create_app
from bot.storage.session import open_database

THREADS = 8

logger = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Answer until the process is told to stop. Raises SettingsError, also for a taken port."""
    consultation = find_consultation(settings.consultations, settings.consultation)
    database = open_database(settings.database_url)
    app = create_app(settings, database, consultation)
    try:
        server = waitress.create_server(
            app,
            host=settings.staff_host,
            port=settings.staff_port,
            threads=THREADS,
            ident=None,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
            channel_timeout=30,
        )
    except OSError as error:
        database.close()
        raise SettingsError(
            f"STAFF_PORT {settings.staff_port} on {settings.staff_host} cannot be used"
            f" ({error.strerror}); stop what uses it or set another."
        ) from error
    logger.info("staff pages are ready", extra={"port": settings.staff_port})
    try:
        server.run()
    finally:
        server.close()
        database.close()
