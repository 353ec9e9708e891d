"""Figures that look at every response and take seconds when there are very many: they are counted
beside the pages, kept in memory, and shown with the moment they are of.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from flask import current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from bot.staff.shell.context import AppContext
from bot.storage.coding.certificate import takes_long

logger = logging.getLogger(__name__)

FRESH = timedelta(minutes=1)  # older ones are counted again when a page asks for them
AGAIN = 3  # seconds until a page that has nothing to show yet looks again

T = TypeVar("T")
Counting = Callable[[], T]
Begin = Callable[[Callable[[], None]], None]


@dataclass(frozen=True)
class Counted(Generic[T]):
    """Figures, and the moment they are of: of this page, unless they were `kept`."""

    figures: T
    at: datetime
    kept: bool = False


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


class Kept:
    """What this process has counted, by name. Each is counted by one thread at a time."""

    def __init__(self, clock: Callable[[], datetime], begin: Begin = _in_a_thread) -> None:
        self._clock, self._begin = clock, begin
        self._counted: dict[str, Counted[Any]] = {}
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def get(self, name: str, count: Counting[T]) -> Counted[T] | None:
        """Return what was counted last, or None when nothing was yet. If it is not fresh, it is
        counted again from now on.
        """
        with self._lock:
            found = self._counted.get(name)
            is_fresh = found is not None and self._clock() - found.at <= FRESH
            begins = not is_fresh and name not in self._busy
            if begins:
                self._busy.add(name)
        if begins:
            self._begin(lambda: self._count(name, count))
        return found

    def _count(self, name: str, count: Counting[Any]) -> None:
        at = self._clock()
        try:
            self._counted[name] = Counted(count(), at, kept=True)
        except Exception as error:  # the next page that asks begins anew
            logger.warning("figures not counted: %s", type(error).__name__)
        finally:
            self._busy.discard(name)


def counted(here: AppContext, name: str, count: Counting[T]) -> Counted[T] | None:
    """Return figures of this moment, or kept ones when counting them would take seconds; None when
    they are being counted for the first time.
    """
    with here.database.reading() as session:
        is_slow = takes_long(session)
    if not is_slow:
        return Counted(count(), here.clock())
    kept: Kept = current_app.extensions["kept"]
    return kept.get(name, count)


def being_counted(title: str) -> ResponseReturnValue:
    """Answer with a page that says so and looks again by itself."""
    response = make_response(render_template("being_counted.html", title=title, again=AGAIN))
    response.headers["Refresh"] = str(AGAIN)
    return response
