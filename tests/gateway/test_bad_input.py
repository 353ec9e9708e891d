"""Bad input gets a clear answer at once: nothing stored, no trace of our insides, nobody slowed."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from bot.channels.http import LONGEST_BODY
from bot.storage.database.tables import InboxRow, RespondentRow
from bot.turns.services import Services
from tests.support.gateway import CANARY, FakeRasa, running
from tests.support.tables import failing, numbered
from tests.support.web import Resident

INSIDES = ("Traceback", 'File "', "Error(", "Exception", "sqlite", "json.decoder", "starlette")
ID = "6f1c3b0e-9f0e-4c66-9d5b-0d8f5c1f7a10"


def stored(services: Services) -> int:
    with services.database.reading() as session:
        return int(session.execute(select(func.count()).select_from(InboxRow)).scalar_one())


def refused(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text[:200]
    body = answer.json()
    assert set(body) == {"error", "message"} and body["error"] == code
    assert body["message"].endswith(".") and len(body["message"]) > 15
    assert not [word for word in INSIDES if word in answer.text]


def post(resident: Resident, body: bytes, kind: str = "application/json") -> Any:
    headers = {**resident.authorization, "Content-Type": kind}
    return resident.client.post("/chat/messages", content=body, headers=headers)


def message(**parts: Any) -> bytes:
    return json.dumps({"id": ID, **parts}).encode()


NOT_JSON = {
    "nothing": b"",
    "brace": b"{",
    "list": b"[]",
    "null": b"null",
    "string": b'"x"',
    "number": b"1",
    "true": b"true",
    "nan": b"NaN",
    "nan inside": message(text="x")[:-1] + b', "n": NaN}',
    "infinity inside": message(text="x")[:-1] + b', "n": -Infinity}',
    "deep list": b"[" * 8000 + b"]" * 8000,
    "deep object": b'{"a":' * 2700 + b"1" + b"}" * 2700,
    "long number": b'{"id": "' + ID.encode() + b'", "text": "x", "n": ' + b"9" * 15_000 + b"}",
    "two values": message(text="x") + b"{}",
    "single quotes": b"{'id': 'x'}",
    "utf-16": message(text="x").decode().encode("utf-16"),
    "utf-32": message(text="x").decode().encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf" + message(text="x"),
    "latin-1": '{"id": "x", "text": "é"}'.encode("latin-1"),
    "cut short": message(text="é€").replace(b"\\u20ac", b"\xe2\x82"),
    "raw surrogate": b'{"id": "' + ID.encode() + b'", "text": "\xed\xa0\x80"}',
    "raw nul": b'{"id": "' + ID.encode() + b'", "text": "a\x00b"}',
    "form": b"id=x&text=y",
    "html": b"<html></html>",
}


def test_what_is_not_a_json_object_is_refused(resident: Resident, services: Services) -> None:
    def check(body: bytes) -> None:
        refused(post(resident, body), 400, "malformed")
        session = resident.client.post(
            "/chat/session", content=body, headers={"Content-Type": "application/json"}
        )
        refused(session, 400, "malformed")

    assert failing(NOT_JSON, check) == {}
    assert stored(services) == 0


NO_MESSAGES: dict[str, dict[str, Any]] = {
    "neither": {},
    "both": {"text": "x", "choice": "2.0"},
    "empty": {"text": ""},
    "spaces": {"text": " \n\t\u00a0\u2003"},
    "null text": {"text": None},
    "number": {"text": 1},
    "list": {"text": ["x"]},
    "object": {"text": {"text": "x"}},
    "true": {"text": True},
}


@pytest.mark.parametrize("parts", NO_MESSAGES.values(), ids=NO_MESSAGES.keys())
def test_what_is_not_one_message_is_refused(
    resident: Resident, services: Services, parts: dict[str, Any]
) -> None:
    refused(post(resident, message(**parts)), 400, "malformed")
    assert stored(services) == 0


NO_IDS = [
    None,
    1,
    "",
    "x",
    "x" * 36,
    ID[:-1],
    ID + "0",
    ID.replace("-", ""),
    f"{{{ID}}}",
    f"urn:uuid:{ID}",
    "\0" * 36,
    "\ud800" * 36,
    ID[:-1] + "\0",
    ID[:-1] + "ż",
    [ID],
    {"id": ID},
]


def test_a_message_without_a_real_id_is_refused(resident: Resident, services: Services) -> None:
    def check(message_id: Any) -> None:
        refused(post(resident, message(text="x", id=message_id)), 400, "malformed")

    assert failing(numbered(NO_IDS), check) == {}
    refused(post(resident, json.dumps({"text": "x"}).encode()), 400, "malformed")
    assert stored(services) == 0


def test_a_text_that_is_too_long_is_refused_with_help(
    resident: Resident, services: Services
) -> None:
    answer = post(resident, message(text="x" * 4001))
    refused(answer, 413, "too_long")
    said = answer.json()["message"]
    assert "4,001" in said and "4,000" in said and "two parts" in said
    assert stored(services) == 0
    assert post(resident, message(text="x" * 4000)).status_code == 200


def test_a_body_may_have_16_kilobytes_and_not_one_byte_more(
    resident: Resident, services: Services
) -> None:
    def body(size: int) -> bytes:
        short = message(text="x", pad="")
        return message(text="x", pad="y" * (size - len(short)))

    assert len(body(LONGEST_BODY)) == 16 * 1024
    refused(post(resident, body(LONGEST_BODY + 1)), 413, "too_long")
    assert stored(services) == 0
    assert post(resident, body(LONGEST_BODY)).status_code == 200


def test_ten_megabytes_are_refused_before_they_are_read(services: Services) -> None:
    pulled = 0

    async def chunks(number: int = 1000) -> AsyncIterator[bytes]:
        nonlocal pulled
        for _ in range(number):
            pulled += 1
            yield b"x" * 10_000

    async def scenario() -> None:
        nonlocal pulled
        async with running(services, FakeRasa()) as gateway:
            page = await gateway.page()
            for path in ("/chat/session", "/chat/messages"):
                for length in ({"Content-Length": "10000000"}, {"Content-Length": "9" * 40}, {}):
                    pulled = 0
                    headers = {**page.headers, "Content-Type": "application/json", **length}
                    answer = await gateway.client.post(path, content=chunks(), headers=headers)
                    refused(answer, 413, "too_long")
                    assert pulled <= 3
            assert (await page.post("still here")).status_code == 200

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"n": ' + b"9" * 100_000 + b"}"], ids=["deep", "long number"]
)
def test_a_body_made_to_hurt_the_parser_never_reaches_it(resident: Resident, body: bytes) -> None:
    refused(post(resident, body), 413, "too_long")


def test_a_body_that_dribbles_in_is_not_waited_for(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.http.BODY_SECONDS", 0.02)

    async def dribble() -> AsyncIterator[bytes]:
        yield b'{"id":'
        await asyncio.sleep(30)

    async def scenario() -> None:
        async with running(services, FakeRasa()) as gateway:
            page = await gateway.page()
            headers = {**page.headers, "Content-Type": "application/json"}
            answer = await gateway.client.post("/chat/messages", content=dribble(), headers=headers)
            refused(answer, 408, "too_slow")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/jsonx", "text/plain; application/json", "application/json, text/plain"],
)  # fmt: skip
def test_only_json_is_taken(resident: Resident, services: Services, kind: str) -> None:
    refused(post(resident, message(text=CANARY), kind), 415, "unsupported_type")
    answer = resident.client.post("/chat/session", content=b"{}", headers={"Content-Type": kind})
    refused(answer, 415, "unsupported_type")
    assert stored(services) == 0


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_named_as_browsers_name_it(resident: Resident, kind: str) -> None:
    assert post(resident, message(text=CANARY), kind).status_code == 200


def test_the_wrong_method_and_the_wrong_address_are_told_apart(client: TestClient) -> None:
    for method, path in (
        ("GET", "/chat/session"),
        ("DELETE", "/chat/messages"),
        ("PUT", "/chat/session"),
        ("POST", "/"),
        ("POST", "/live"),
        ("POST", "/static/page.js"),
    ):
        refused(client.request(method, path), 405, "method_not_allowed")
    for path in ("/nothing", "/chat", "/chat/", "/chat/session/", "/live/", "/CHAT/session",
                 "/webhooks/turn/", "/conversations/x/tracker", "/model", "/sms/webhook",
                 "/telegram/webhook", "/.env", "/static", "/%00"):  # fmt: skip
        refused(client.get(path, follow_redirects=False), 404, "not_found")


OWN = ["http://localhost:8080", "http://127.0.0.1:8080", None]
FOREIGN = [
    "null",
    "",
    "http://localhost:8080.evil.example",
    "http://localhost:8080@evil.example",
    "http://evil.example",
    "http://localhost:8081",
    "http://localhost",
    "https://localhost:8080",
    "http://LOCALHOST:8080",
    "http://localhost:8080/",
    "http://localhost:8080, http://evil.example",
    "file://",
    "chrome-extension://abc",
]


@pytest.mark.parametrize("origin", OWN)
def test_our_own_page_may_write(resident: Resident, services: Services, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert resident.post({"id": str(uuid.uuid4()), "text": "x"}, **headers).status_code == 200
    assert resident.client.post("/chat/session", json={}, headers=headers).status_code == 201


def test_another_page_may_not_write(resident: Resident, services: Services) -> None:
    def check(origin: str) -> None:
        refused(resident.post({"id": ID, "text": CANARY}, Origin=origin), 403, "bad_origin")
        answer = resident.client.post("/chat/session", json={}, headers={"Origin": origin})
        refused(answer, 403, "bad_origin")
        assert "access-control-allow-origin" not in answer.headers

    assert failing(numbered(FOREIGN), check) == {}
    with services.database.reading() as session:
        assert session.execute(select(func.count()).select_from(RespondentRow)).scalar_one() == 1
    assert stored(services) == 0


ODD = {"nul": "a%00b", "half a letter": "%ED%A0%80", "half a letter, escaped": "%5Cud800"}


def test_no_address_falls_over_a_nul_or_half_a_letter(
    resident: Resident, services: Services
) -> None:
    """Every route, whatever it reads: the path, the query, a form, JSON, a header."""
    routes = [route for route in resident.client.app.routes if hasattr(route, "path")]
    assert len(routes) > 10

    def check(case: tuple[str, str, str]) -> None:
        path, method, odd = case
        path = re.sub(r"{[^}]*}", odd, path)
        query = "&".join(f"{name}={odd}" for name in ("after", "reply", "version", "x"))
        raw = b'{"id": "\\u0000", "text": "\\ud800", "button": {"value": "\\u0000"}}'
        for body, kind in ((query.encode(), "application/x-www-form-urlencoded"),
                           (raw, "application/json")):  # fmt: skip
            headers = {**resident.authorization, "Content-Type": kind, "Cookie": f"plain={odd}"}
            address = f"{path}?{query}"
            answer = resident.client.request(method, address, content=body, headers=headers)
            assert answer.status_code < 500, answer.text[:200]

    cases = [
        (route.path, method, odd)
        for route in routes
        for method in getattr(route, "methods", None) or {"GET"}
        for odd in ODD.values()
        if route.path not in ("/ready",)
    ]
    assert not failing({f"{c[1]} {c[0]} {c[2]}": c for c in cases}, check)
