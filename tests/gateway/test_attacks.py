"""Each limit of the gateway, attacked on a real port with bounded force."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import httpx
import pytest
import uvicorn

from bot.channels import http
from bot.gateway import connections, health
from bot.gateway.app import create_app
from bot.gateway.serve import LONGEST_HEADERS, configuration
from bot.turns.services import Services
from tests.support.gateway import Behind, FakeRasa
from tests.support.postgres import free_port

Address = tuple[str, int]
POST = b"POST /chat/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"


@pytest.fixture()
def served(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """The gateway as it is really served."""
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)
    port = free_port()
    settings = replace(services.settings, gateway_port=port, reads_per_minute=100)
    app = create_app(replace(services, settings=settings), FakeRasa())
    server = uvicorn.Server(configuration(app, settings))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield "127.0.0.1", port
    server.should_exit = True
    thread.join(timeout=10)


def answer_to(sent: bytes, address: Address, *, then: bytes = b"", most: int = 0) -> bytes:
    """Send something, then more and more of something up to `most` bytes, and return all that comes
    back until the other side closes.
    """
    with closing(socket.create_connection(address, timeout=10)) as client:
        with suppress(OSError):
            client.sendall(sent)
            for _ in range(most // len(then) if then else 0):
                client.sendall(then)
        got = b""
        with suppress(ConnectionError):
            while more := client.recv(65536):
                got += more
    return got


@pytest.mark.parametrize("header", [b"a: b\r\n", b"x-long: " + b"a" * 5000 + b"\r\n"])
def test_endless_headers_are_cut_off(served: Address, header: bytes) -> None:
    first = b"GET /live HTTP/1.1\r\nhost: x\r\n"
    with closing(socket.create_connection(served, timeout=10)) as client:
        sent = 0
        with pytest.raises(OSError):
            client.sendall(first)
            while sent < 64 * LONGEST_HEADERS:  # that much is never taken
                client.sendall(header * 20)
                sent += len(header) * 20
                time.sleep(0.001)
        assert sent < 64 * LONGEST_HEADERS
    assert httpx.get(f"http://{served[0]}:{served[1]}/live").status_code == 200


def test_headers_that_drip_in_are_cut_off(served: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    with closing(socket.create_connection(served, timeout=10)) as client, pytest.raises(OSError):
        for letter in b"GET /live HTTP/1.1\r\n" + b"a: b\r\n" * 1000:
            client.sendall(bytes([letter]))
            time.sleep(0.02)
    with closing(socket.create_connection(served, timeout=10)) as idle, suppress(ConnectionError):
        assert idle.recv(1) == b""  # one that sends nothing at all
    with httpx.Client(base_url=f"http://{served[0]}:{served[1]}") as client:
        for _ in range(3):  # who sends whole requests may keep the connection
            assert client.get("/live").status_code == 200
            time.sleep(0.2)


UNREAD = {
    "announced": POST + b"content-length: 10000000\r\n\r\n",
    "in chunks": POST + b"transfer-encoding: chunked\r\n\r\n",
    "to nobody": b"POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 10000000\r\n\r\n",
    "of the wrong type": POST.replace(b"json", b"xml") + b"content-length: 10000000\r\n\r\n",
    "where none is taken": b"GET /live HTTP/1.1\r\nhost: x\r\ncontent-length: 10000000\r\n\r\n",
}


@pytest.mark.parametrize("head", UNREAD.values(), ids=UNREAD.keys())
def test_after_an_early_answer_the_connection_is_closed(served: Address, head: bytes) -> None:
    chunk = b"1000\r\n" + b"a" * 4096 + b"\r\n" if b"chunked" in head else b"a" * 4096
    got = answer_to(head, served, then=chunk, most=30 * 1024 * 1024)
    if got:  # it may be lost when the other side closes while we send
        assert got.split(b" ")[1] in (b"413", b"404", b"415", b"200")
        assert b"connection: close" in got.lower()


def test_a_body_that_drips_in_is_cut_off(served: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.2)
    got = answer_to(POST + b"content-length: 100\r\n\r\n{", served)
    assert got.split(b" ")[1] == b"408" and b"connection: close" in got.lower()


def test_one_network_has_so_many_connections_at_once(
    served: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_FROM_ONE", 5)
    held = [socket.create_connection(served, timeout=10) for _ in range(5)]
    try:
        time.sleep(0.2)
        assert answer_to(b"", served).startswith(b"HTTP/1.1 503")
        held.pop().close()
        time.sleep(0.2)
        got = answer_to(b"GET /live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", served)
        assert got.startswith(b"HTTP/1.1 200")
    finally:
        for one in held:
            one.close()


def test_many_who_ask_if_it_is_ready_are_one_look(
    served: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, look = [], health._database

    def counted(services: Any) -> dict[str, Any]:
        looks.append(1)
        time.sleep(0.2)
        return look(services)

    monkeypatch.setattr(health, "_database", counted)
    monkeypatch.setattr(health, "GOOD_SECONDS", 60.0)
    url = f"http://{served[0]}:{served[1]}/ready"
    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(lambda _: httpx.get(url, timeout=20).status_code, range(40)))
    assert set(told) == {200} and len(looks) == 1


def test_reading_has_a_limit(served: Address) -> None:
    with httpx.Client(base_url=f"http://{served[0]}:{served[1]}") as client:
        token = client.post("/chat/session", json={}).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        told = [client.get("/chat/messages", headers=headers).status_code for _ in range(110)]
        assert told[:100] == [200] * 100 and told[-1] == 429
        message = {"id": "7a1f2f52-7c2b-4c8e-9f10-3d2f0b1c4d5e", "text": "more buses"}
        assert client.post("/chat/messages", json=message, headers=headers).status_code == 200
