"""How much one web session and one address may send. Kept in memory: a restart forgives."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.settings import Settings

# One address can be a library or a whole mobile network, so it gets what many sessions get.
SESSIONS_AT_ONE_ADDRESS = 20


class TooMany(Exception):
    """The limit is reached; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(str(retry_after))
        self.retry_after = retry_after


class Limits:
    """Counts sessions by address, and messages by session and by address."""

    def __init__(self, settings: Settings) -> None:
        self._storage = MemoryStorage()  # the limiter itself holds it by a weak reference only
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._sessions = RateLimitItemPerHour(settings.sessions_per_hour)
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._address = RateLimitItemPerMinute(
            settings.messages_per_minute * SESSIONS_AT_ONE_ADDRESS
        )

    def new_session(self, address: str) -> None:
        """Raises TooMany."""
        self._hit(self._sessions, "session", address)

    def new_message(self, respondent_id: str, address: str) -> None:
        """Raises TooMany."""
        self._hit(self._messages, "message", respondent_id)
        self._hit(self._address, "address", address)

    def _hit(self, item: RateLimitItemPerMinute | RateLimitItemPerHour, *names: str) -> None:
        if not self._limiter.hit(item, *names):
            reset = self._limiter.get_window_stats(item, *names)[0]
            raise TooMany(max(1, math.ceil(reset - time.time())))
