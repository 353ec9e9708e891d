"""A watch on everything that is logged while the tests run: nothing personal may be in it."""

from __future__ import annotations

import logging
import os
import re

from bot.logs import configure_logging
from tests.support.gateway import CANARY

# The numbers, Telegram users and tokens of the tests, and the words that residents say in them.
PERSONAL = re.compile(
    r"(\+|%2B)?447700900\d{3}|07700 ?900 ?\d{3}|\b7009\d{5}\b|bot\d+:[\w-]{10,}|"
    + re.escape(CANARY)
)


class Watch(logging.Handler):
    """Keeps the lines, at every level, that hold something personal."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.caught: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if PERSONAL.search(line):
            test = os.environ.get("PYTEST_CURRENT_TEST", "between the tests")
            self.caught.append(f"{test}: {line}")


def watch() -> Watch:
    """Log as the product does at DEBUG, and watch it."""
    configure_logging("DEBUG", "tests")
    handler = Watch()
    logging.getLogger().addHandler(handler)
    return handler
