"""The log and the figures of the staff app: which kind of page, never which one. No words, names or
addresses.
"""

from __future__ import annotations

import logging
import time
import traceback
from typing import Any

from flask import Flask, Response, g, request

from bot.metrics import Metrics

logger = logging.getLogger(__name__)


class QuietFlask(Flask):
    """Flask, but the log has no path and no error's message: both can hold what people wrote."""

    def log_exception(self, exc_info: Any) -> None:
        kind, _, where = exc_info
        logger.error(
            "staff page failed: %s in %s\n%s",
            kind.__name__,
            rule(),
            "".join(traceback.format_tb(where)),
        )


def log_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = time.monotonic() - g.get("began", time.monotonic())
        counted: Metrics = app.extensions["metrics"]
        counted.pages.labels(f"{response.status_code // 100}xx").inc()
        counted.page_seconds.observe(seconds)
        logger.info(
            "%s %s %s",
            request.method,
            rule(),
            response.status_code,
            extra={"ms": round(seconds * 1000)},
        )
        return response


def rule() -> str:
    """Return the page's pattern: links hold tokens, and queries what was asked for."""
    return request.url_rule.rule if request.url_rule else "(no such page)"
