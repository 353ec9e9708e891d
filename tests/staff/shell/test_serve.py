"""The staff app behind its real server."""

from __future__ import annotations

import dataclasses
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import pytest

from bot.settings import ROOT, SettingsError
from bot.staff.shell.serve import serve
from tests.staff.desk import Desk
from tests.support.live import staff_served

START = "from bot.settings import load_settings; from bot.staff.shell.serve import serve; "


def _try_wrong(address: str, number: int) -> int:
    with httpx.Client(base_url=address, trust_env=False) as client:
        page = client.get("/sign-in").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": f"p{number}@example.gov.uk", "password": "x"}
        forwarded = {"X-Forwarded-For": f"198.51.100.{number}"}
        return client.post("/sign-in", data=form, headers=forwarded).status_code


@pytest.mark.parametrize(("trusted", "last"), [("127.0.0.1", 401), ("", 429)])
def test_only_our_proxy_is_believed(
    make_desk: Callable[..., Desk], trusted: str, last: int
) -> None:
    with staff_served(make_desk(TRUSTED_PROXIES=trusted).app) as address:
        assert [_try_wrong(address, number) for number in range(21)][-1] == last


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /sign-in\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /conversations/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: x\r\nCookie: staff=\xff\xfe\xfd\r\n\r\n",
    ],
)
def test_noise_does_not_bring_it_down(desk: Desk, raw: bytes) -> None:
    with staff_served(desk.app) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(raw)
            answer = connection.recv(100)
        assert b" 5" not in answer[:13]
        assert httpx.get(f"{address}/live", trust_env=False).status_code == 200


def test_a_taken_port_is_one_clear_line(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"STAFF_PORT {port} .* cannot be used") as raised:
            serve(dataclasses.replace(desk.settings, staff_port=port))
    assert "\n" not in str(raised.value)


def test_it_stops_when_it_is_told_to(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = {
        "DATABASE_URL": desk.settings.database_url,
        "SECRETS_DIR": str(desk.settings.secrets_dir),
        "STAFF_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", f"{START} serve(load_settings())"], cwd=ROOT, env=environ
    )
    try:
        for _ in range(150):
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
