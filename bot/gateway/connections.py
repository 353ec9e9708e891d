"""What one connection may do before its request is there: how long, how much, and how many of them.

uvicorn's default parser has no limit on headers and neither of its parsers one on time, so this is
its pure one (h11), which refuses long headers, with clocks and a count of its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.turns.limits import network_of

HEADER_SECONDS = 10.0  # of wall time, from the connection or its first byte to the last header
MOST_FROM_ONE = 200  # connections of one network at once; a browser opens six
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedProtocol(H11Protocol):
    """`proxies` all come from one address, and bound their own clients."""

    open_from: Counter[str] = Counter()
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._too_slow: asyncio.TimerHandle | None = None
        self._network: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        if host and not is_one_of(self.proxies, host):
            self._network = network_of(host)
            self.open_from[self._network] += 1
            if self.open_from[self._network] > MOST_FROM_ONE:
                transport.write(BUSY)
                transport.close()
                return
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:  # a next request has begun
            self._wait_for_headers()
        else:
            self._headers_are_there()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_are_there()
        if self._network is not None:
            self.open_from[self._network] -= 1
            if not self.open_from[self._network]:
                del self.open_from[self._network]
            self._network = None
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        """Begin to wait, unless we do: what drips in does not begin it again."""
        if self._too_slow is None and not self.transport.is_closing():
            self._too_slow = self.loop.call_later(HEADER_SECONDS, self.transport.abort)

    def _headers_are_there(self) -> None:
        if self._too_slow is not None:
            self._too_slow.cancel()
            self._too_slow = None


def bounded(proxies: Sequence[str]) -> type[BoundedProtocol]:
    """Return the protocol of one gateway, with a count of its own."""
    networks = tuple(ip_network(proxy, strict=False) for proxy in proxies)
    return type("Bounded", (BoundedProtocol,), {"open_from": Counter(), "proxies": networks})


def is_one_of(networks: Sequence[IPv4Network | IPv6Network], host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)
