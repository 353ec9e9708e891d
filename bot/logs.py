"""Logging for every process: one line each, ids and counts only, never a resident's words."""

from __future__ import annotations

import logging

from bot.channels.registry import all_channels

# Libraries that print addresses, texts or whole requests at DEBUG or INFO.
TALKATIVE = (
    "urllib3",
    "sanic.root",
    "sanic.access",
    "rasa_sdk.executor",
    "asyncio",
    "alembic",
    "uvicorn.error",
)
# These print a whole answer, or an address with a token in it, even in their errors. So do some
# libraries of the channels, which name them.
SILENT = ("urllib3.connectionpool", "httpx", "httpcore")


def configure_logging(level: str, process: str) -> None:
    """Send log lines to standard error as `time process level logger: message`."""
    logging.basicConfig(
        level=level,
        format=f"%(asctime)s {process:<8} %(levelname)-7s %(name)s: %(message)s",
        datefmt="%H:%M:%S",
        force=True,
    )
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    of_channels = (name for channel in all_channels() for name in channel.silent_loggers)
    for name in (*SILENT, *of_channels):
        logging.getLogger(name).setLevel(logging.CRITICAL)
