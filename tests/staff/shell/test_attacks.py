"""Each limit of the staff pages' server, attacked on a real port with bounded force."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import httpx
import pytest

from bot.staff.shell import serve
from tests.staff.desk import Desk
from tests.support.live import staff_served


@pytest.fixture()
def address(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(serve, "SECONDS", 1)
    monkeypatch.setattr(serve, "CLEANED_EVERY", 1)
    with staff_served(desk.app) as url:
        yield "127.0.0.1", int(url.rpartition(":")[2])


def closed(client: socket.socket) -> bytes:
    """Return what came until the other side closed."""
    got = b""
    with suppress(ConnectionError):
        while more := client.recv(65536):
            got += more
    return got


def live(address: tuple[str, int]) -> int:
    return httpx.get(f"http://{address[0]}:{address[1]}/live", timeout=10).status_code


def test_long_headers_are_refused_and_the_connection_is_closed(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address, timeout=10)) as client:
        with suppress(OSError):
            client.sendall(b"GET /live HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 5000)
        got = closed(client)
    assert not got or got.split(b" ")[1] == b"431"
    assert live(address) == 200


def test_half_open_connections_leave_room_and_are_cut_off(address: tuple[str, int]) -> None:
    half = [socket.create_connection(address, timeout=20) for _ in range(130)]
    try:
        for one in half:
            one.sendall(b"GET /live HTTP/1.1\r\nhost: x\r\n")
        assert live(address) == 200
        with pytest.raises(OSError):
            for _ in range(300):  # what drips in does not keep it open
                half[0].sendall(b"a")
                time.sleep(0.05)
        assert closed(half[1]) == b""
    finally:
        for one in half:
            one.close()
