"""A circuit breaker: what fails for several in a row is left alone for a while, then tried again.

Small enough to read, so no library for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TRIPS = 3  # messages that failed in a row; one alone may be the cause of its own failure
PROBE_EVERY = 5.0  # seconds; while it is open, one message is let through in each


class Breaker:
    """Opens when TRIPS different messages have failed with no success between. It closes with the
    first success.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: set[int] = set()
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        return len(self._failed) >= TRIPS

    def lets_through(self) -> bool:
        """Say whether a message may be tried now. While it is open that starts the next wait, so
        that a probe that hangs does not keep the others from being tried.
        """
        if not self.is_open:
            return True
        now = self._clock()
        if now < self._next_probe:
            return False
        self._next_probe = now + PROBE_EVERY
        return True

    def failed(self, message: int) -> None:
        was_open = self.is_open
        self._failed.add(message)
        if self.is_open and not was_open:
            self._next_probe = self._clock() + PROBE_EVERY

    def went_well(self) -> None:
        self._failed.clear()
