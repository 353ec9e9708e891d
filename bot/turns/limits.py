"""How much one web session and one address may send. Kept in memory: a restart forgives."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from enum import Enum
from ipaddress import IPv4Address, ip_address, ip_network

from bot.settings import Settings

# One address can be a library or a whole mobile network, so it gets what many sessions get.
SESSIONS_AT_ONE_ADDRESS = 20
DAY = 24 * 3600
REMEMBERED = 50_000  # names; those that have used nothing lately are forgotten first


def network_of(address: str) -> str:
    """Return what one caller can have many addresses in: for IPv6 the /64, for IPv4 the address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False))


class TooMany(Exception):
    """The limit is reached; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(str(retry_after))
        self.retry_after = retry_after


class Limit:
    """So many at once, and one more each time that a part of `seconds` has passed (GCRA).

    The `limits` package starts a thread for every count it keeps in memory.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._part = seconds / most
        self._seconds = seconds
        self._clock = clock
        self._full_until: dict[str, float] = {}  # when all that was used will have come back

    def use(self, name: str) -> None:
        """Raises TooMany."""
        now = self._clock()
        full_until = max(self._full_until.get(name, now), now) + self._part
        over = full_until - now - self._seconds
        if over > 1e-9:
            raise TooMany(max(1, math.ceil(over)))
        self._full_until[name] = full_until
        if len(self._full_until) > REMEMBERED:
            self._full_until = {n: t for n, t in self._full_until.items() if t > now}


class Limits:
    """Counts sessions by address, and messages by session and by address."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        messages = settings.messages_per_minute
        self._sessions = Limit(settings.sessions_per_hour, 3600, clock)
        self._messages = Limit(messages, 60, clock)
        self._address = Limit(messages * SESSIONS_AT_ONE_ADDRESS, 60, clock)
        daily = settings.messages_per_day
        self._daily = Limit(daily, DAY, clock)
        self._address_daily = Limit(daily * SESSIONS_AT_ONE_ADDRESS, DAY, clock)
        self._reads = Limit(settings.reads_per_minute, 60, clock)

    def new_session(self, address: str) -> None:
        """Raises TooMany."""
        self._sessions.use(network_of(address))

    def new_message(self, respondent_id: str, address: str) -> None:
        """Raises TooMany."""
        network = network_of(address)
        self._messages.use(respondent_id)
        self._address.use(network)
        self._daily.use(respondent_id)
        self._address_daily.use(network)

    def new_read(self, address: str) -> None:
        """Raises TooMany."""
        self._reads.use(network_of(address))


class Allowed(Enum):
    """Whether a message is answered: yes, no, or only by saying that too many have come."""

    YES = "yes"
    TELL = "tell"
    NO = "no"


class Answering:
    """How many messages of one person are answered where each reply costs money. Everything is
    stored and understood all the same."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = (
            Limit(settings.replies_per_minute, 60, clock),
            Limit(settings.replies_per_day, DAY, clock),
        )
        self._telling = Limit(1, 3600, clock)

    def allows(self, respondent_id: str) -> Allowed:
        """Count one message; say how it is answered."""
        try:
            for limit in self._limits:
                limit.use(respondent_id)
        except TooMany:
            return self._tells(respondent_id)
        return Allowed.YES

    def _tells(self, respondent_id: str) -> Allowed:
        try:
            self._telling.use(respondent_id)
        except TooMany:
            return Allowed.NO
        return Allowed.TELL
