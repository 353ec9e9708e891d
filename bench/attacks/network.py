"""Connections, readers and passwords: many, slow, without end."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from urllib.parse import urlencode, urlsplit

import httpx
import psutil

from bench.attacks.visitors import Visitor, others_wait, told
from bench.faults.stage import Stage
from tests.support.processes import until

MEGABYTE = 1024 * 1024
PASSWORD, STAFF = "three quiet herons wade", "attacked@example.gov.uk"


def connections_and_pipelines(stage: Stage) -> str:
    """600 half requests at either door; requests without end that nobody reads; endless chunks."""
    gateway = psutil.Process(stage.pid_of("gateway"))
    before, seen = gateway.memory_info().rss, list[str]()
    with others_wait(stage) as waits, ExitStack() as held:
        for port in ("GATEWAY_PORT", "STAFF_PORT"):
            for n in range(600):
                link = _connect(stage, port, f"127.0.0.{2 + n // 150}")
                held.callback(link.close)
                with suppress(OSError):
                    link.sendall(b"POST /chat/session HTTP/1.1\r\nhost: x\r\nx-a: ")
        begun = time.monotonic()
        url = f"http://127.0.0.1:{stage.product.environment['STAFF_PORT']}/live"
        assert httpx.get(url, timeout=20).status_code == 200
        seen.append(f"the staff port answered after {time.monotonic() - begun:.2f} s")
        taken = _poured(stage, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 100, 20 * MEGABYTE)
        seen.append(f"{taken / MEGABYTE:.1f} MB of unread requests taken")
        head = b"POST /chat/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" \
               b"transfer-encoding: chunked\r\n\r\n"  # fmt: skip
        for name, chunk in (("extensions", b"1;" + b"a" * 65536), ("chunks", b"1\r\na\r\n" * 9999)):
            taken = _poured(stage, chunk, 20 * MEGABYTE, head)
            seen.append(f"{taken / MEGABYTE:.1f} MB of {name} taken")
    grown = (gateway.memory_info().rss - before) / MEGABYTE
    assert grown < 100, f"{grown:.0f} MB more"
    assert max(waits) < 15, told(waits)
    return f"{'; '.join(seen)}; the gateway grew by {grown:.0f} MB; {told(waits)}"


def _connect(stage: Stage, port: str, source: str) -> socket.socket:
    where = ("127.0.0.1", int(stage.product.environment[port]))
    return socket.create_connection(where, timeout=10, source_address=(source, 0))


def _poured(stage: Stage, piece: bytes, most: int, head: bytes = b"") -> int:
    """Send without reading, for 10 seconds at most; return how much was taken."""
    sent, end = 0, time.monotonic() + 10
    with closing(_connect(stage, "GATEWAY_PORT", "127.0.0.7")) as link, suppress(OSError):
        link.settimeout(2)
        link.sendall(head)
        while sent < most and time.monotonic() < end:
            sent += link.send(piece)
    return sent


def many_texts_of_one(stage: Stage) -> str:
    """150 texts of one number, each on a connection of its own, 10 ms apart, no answer awaited."""
    number, address = stage.numbers(1, kind=3)[0], urlsplit(stage.product.gateway)
    stage.say(number, "start")
    until(lambda: bool(stage.texts_to(number)), 60)
    texts = [f"text {n} about the park" for n in range(150)]
    host = urlsplit(stage.twilio.webhook).netloc
    with ExitStack() as held:
        for text in texts:
            form = stage.twilio.form(number, text)
            body = urlencode(form).encode()
            head = (
                f"POST /sms/webhook HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n"
                "content-type: application/x-www-form-urlencoded\r\n"
                f"content-length: {len(body)}\r\n"
                f"x-twilio-signature: {stage.twilio.sign(form)}\r\n\r\n"
            )
            link = socket.create_connection((str(address.hostname), int(address.port or 0)))
            held.callback(link.close)
            link.sendall(head.encode() + body)
            time.sleep(0.01)
        until(lambda: len(_stored(stage, texts)) == len(texts), 120)
    stored = _stored(stage, texts)
    swapped = sum(b < a for a, b in zip(stored, stored[1:], strict=False))
    assert not swapped, f"{swapped} swapped"
    until(lambda: not stage.product.waiting(), 300)
    return f"{len(stored)} of {len(texts)} stored, none swapped"


def _stored(stage: Stage, texts: list[str]) -> list[int]:
    return [texts.index(row["text"]) for row in stage.export_in() if row["text"] in texts]


def many_readers(stage: Stage) -> str:
    """For 8 seconds 40 at once, from 8 addresses: ready, the page, figures, one long history."""
    reader, answers = Visitor(stage), Counter[int]()
    for n in range(10):
        reader.say(f"bench {n} by the pond")
    paths = ("/ready", "/chat/messages", "/", "/chat/messages?after=0")
    over = threading.Event()

    def read(n: int) -> None:
        transport = httpx.HTTPTransport(local_address=f"127.0.0.{2 + n % 8}")
        headers = dict(reader.client.headers)
        with httpx.Client(base_url=stage.product.gateway, transport=transport, headers=headers,
                          timeout=30) as client:  # fmt: skip
            while not over.is_set():
                with suppress(httpx.TransportError):
                    answers[client.get(paths[n % len(paths)]).status_code] += 1

    with others_wait(stage, "127.0.0.200") as waits, ThreadPoolExecutor(40) as pool:
        for n in range(40):
            pool.submit(read, n)
        time.sleep(8)
        over.set()
    assert not [status for status in answers if status >= 500 and status != 503], answers
    assert max(waits) < 15, told(waits)
    return f"{sum(answers.values())} reads: {dict(sorted(answers.items()))}; {told(waits)}"


def wrong_passwords(stage: Stage) -> str:
    """A stranger guesses 40 times from elsewhere; the owner signs in. No link is in the log."""
    sign_in(stage, "127.0.0.1", set_up=True)
    stranger = _staff(stage, "127.0.0.3")
    answers = Counter(_attempt(stranger, f"wrong {n} quiet herons") for n in range(40))
    sign_in(stage, "127.0.0.1")
    with closing(_staff(stage, "127.0.0.1")) as owner:
        _attempt(owner, PASSWORD)
        odd = Counter(
            owner.get(f"{path}={value}").status_code
            for path in ("/audit?about", "/conversations?q", "/conversations?page")
            for value in ("%00", "%ff", "%ED%A0%80", "9" * 400, "-1", "%F0%9F%98%80")
        )
    assert not [status for status in odd if status >= 500], odd
    lines = stage.product.log.read_text(errors="replace").splitlines()
    links = [line for line in lines if re.search(r"/set-up/[\w-]{20}", line)]
    assert not links, links
    return f"40 guesses: {dict(answers)}, then the owner is let in; odd queries: {dict(odd)}"


def _staff(stage: Stage, address: str) -> httpx.Client:
    transport = httpx.HTTPTransport(local_address=address)
    port = stage.product.environment["STAFF_PORT"]
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=60)


def sign_in(stage: Stage, address: str, *, set_up: bool = False) -> httpx.Client:
    """Return the browser of a signed-in person, whose account is made before if asked."""
    client = _staff(stage, address)
    if set_up:
        said = stage.product.run("staff", "add", STAFF, "--role", "admin")
        path = urlsplit(next(word for word in said.split() if "/set-up/" in word)).path
        form = {"csrf_token": _token(client, path), "email": STAFF, "password": PASSWORD}
        client.post(path, data=form)
    status = _attempt(client, PASSWORD)
    assert status == 302, f"the owner was answered {status}"
    return client


def _attempt(client: httpx.Client, password: str) -> int:
    form = {"csrf_token": _token(client, "/sign-in"), "email": STAFF, "password": password}
    return client.post("/sign-in", data={**form, "next": ""}).status_code


def _token(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found, f"{path} has no form"
    return found[1]
