"""The page, its notice, the widget, and the headers that every answer carries."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.channels.webchat import calls as chat
from bot.consultation.model import Consultation
from bot.gateway.app import create_app
from bot.turns.services import Services
from tests.conftest import Clock
from tests.support.gateway import CANARY, FakeRasa
from tests.support.tables import failing, numbered
from tests.support.web import Resident


def paths(client: TestClient) -> dict[str, Any]:
    """Return one answer of every kind."""
    resident = Resident(client)
    json, authorization = {"id": str(uuid.uuid4()), "text": CANARY}, resident.authorization
    return {
        "page": client.get("/"),
        "privacy": client.get("/privacy"),
        "outcome": client.get("/you-said-we-did"),
        "widget": client.get("/embed.js"),
        "static": client.get("/static/page.js"),
        "not modified": client.get(
            "/static/page.js",
            headers={"If-None-Match": client.get("/static/page.js").headers["etag"]},
        ),
        "live": client.get("/live"),
        "head": client.head("/"),
        "session": client.post("/chat/session", json={}),
        "message": client.post("/chat/messages", json=json, headers=authorization),
        "history": client.get("/chat/messages", headers=authorization),
        "malformed": client.post("/chat/messages", json=[], headers=authorization),
        "no session": client.get("/chat/messages"),
        "forbidden": client.post("/chat/session", json={}, headers={"Origin": "null"}),
        "not found": client.get("/nothing"),
        "static not found": client.get("/static/nothing.js"),
        "method": client.get("/chat/session"),
        "preflight": client.options("/chat/messages"),
        "type": client.post("/chat/session", content=b"{}"),
    }


STATUS = {
    "page": 200, "privacy": 200, "outcome": 200, "widget": 200, "static": 200, "not modified": 304,
    "live": 200, "head": 200, "session": 201, "message": 200, "history": 200, "malformed": 400,
    "no session": 401, "forbidden": 403, "not found": 404, "static not found": 404,
    "method": 405, "preflight": 405, "type": 415,
}  # fmt: skip


def test_every_answer_carries_the_headers_that_keep_a_page_safe(client: TestClient) -> None:
    answers = paths(client)
    assert {name: answer.status_code for name, answer in answers.items()} == STATUS
    for name, answer in answers.items():
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy, name
        assert "frame-ancestors 'self'" in policy and "unsafe" not in policy, name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "no-referrer", name
        assert "camera=()" in headers["permissions-policy"], name
        assert headers["cache-control"], name
        assert "set-cookie" not in headers and "server" not in headers, name
        assert "strict-transport-security" not in headers, name
        assert len([1 for key in headers if key == "content-security-policy"]) == 1, name
    for name in ("session", "message", "history", "no session"):
        assert answers[name].headers["cache-control"] == "no-store"
    assert answers["method"].headers["allow"]


def test_an_https_deployment_asks_for_https_and_lets_named_sites_embed_it(
    services: Services,
) -> None:
    settings = replace(
        services.settings,
        public_base_url="https://say.example.gov.uk",
        embed_origins=("https://www.example.gov.uk", "https://b.example"),
    )
    with TestClient(create_app(replace(services, settings=settings), FakeRasa())) as client:
        headers = client.get("/").headers
        assert "max-age=31536000" in headers["strict-transport-security"]
        assert headers["content-security-policy"].endswith(
            "frame-ancestors 'self' https://www.example.gov.uk https://b.example"
        )
        for origin, status in (
            ("https://say.example.gov.uk", 201),
            ("http://say.example.gov.uk", 403),
            ("https://www.example.gov.uk", 403),  # it may show our page, which then writes itself
            ("http://localhost:8080", 403),
        ):
            answer = client.post("/chat/session", json={}, headers={"Origin": origin})
            assert answer.status_code == status, origin


def test_a_fault_of_ours_is_one_sentence_without_our_insides(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: Any) -> None:
        raise ValueError(CANARY)

    resident = Resident(client)
    monkeypatch.setattr(chat, "begin_session", faulty)
    monkeypatch.setattr(chat, "accept_message", faulty)
    for answer in (
        client.post("/chat/session", json={}),
        resident.post({"id": str(uuid.uuid4()), "text": CANARY}),
    ):
        assert answer.status_code == 500
        assert set(answer.json()) == {"error", "message"}
        assert CANARY not in answer.text and "Traceback" not in answer.text
        assert answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/privacy", "/you-said-we-did"])
def test_a_page_is_filled_in_with_the_consultations_own_words(
    client: TestClient, consultation: Consultation, path: str
) -> None:
    from html import escape

    answer = client.get(path)
    assert answer.headers["content-type"].startswith("text/html")
    assert "{{" not in answer.text and "}}" not in answer.text
    assert escape(consultation.title) in answer.text
    assert escape(consultation.organisation) in answer.text


def test_no_words_of_a_consultation_become_html(
    services: Services,
    with_consultation: Callable[[Consultation], Services],
    consultation: Consultation,
) -> None:
    evil = "<b>\"bold\"</b> & '{{notice_html}}'<script>alert(1)</script>"
    spoilt = replace(
        consultation,
        title=evil,
        organisation=evil,
        summary=evil,
        contact={"website": "javascript:alert(1)", "phone": evil},
        privacy=replace(consultation.privacy, notice=f"{evil}\n{evil}\n\n\n{evil}"),
    )
    with TestClient(create_app(with_consultation(spoilt), FakeRasa())) as client:
        for path in ("/", "/privacy", "/you-said-we-did"):
            html = client.get(path).text
            assert '<b>"' not in html and "<script>alert" not in html
            assert "&lt;b&gt;&quot;bold&quot;&lt;/b&gt; &amp; &#x27;" in html
            assert 'href="javascript:' not in html
        notice = client.get("/privacy").text
        assert len(re.findall(r"<p>&lt;b&gt;", notice)) >= 2 and "<br>&lt;b&gt;" in notice


DAYS = [
    ("2021-02-22T12:00:00+00:00", "Opens on Tuesday 23 February 2021"),
    ("2021-03-01T12:00:00+00:00", "Open until the end of Friday 26 March 2021"),
    ("2021-03-27T00:00:00+00:00", "Closed at the end of Friday 26 March 2021"),
]


@pytest.mark.parametrize(("moment", "words"), DAYS)
def test_the_page_knows_the_day(client: TestClient, clock: Clock, moment: str, words: str) -> None:
    clock.moment = datetime.fromisoformat(moment)
    html = client.get("/").text
    assert words in html and "demonstration" not in html


def test_the_widget_may_be_loaded_by_another_site(client: TestClient) -> None:
    answer = client.get("/embed.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["page.js", "page.css", "icon.svg", "api.js"])
def test_the_files_of_the_page_are_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 200


NOT_SERVED = [
    "/static/",
    "/static/index.html",  # as it is before it is filled in
    "/static/privacy.html",
    "/static/outcome.html",
    "/static/notice_page.html",
    "/static/README.md",
    "/static/%2e%2e/gateway/app.py",
    "/static/..%2fgateway%2fapp.py",
    "/static/%2e%2e/%2e%2e/.env",
    "/static/..%5c..%5cpyproject.toml",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/%00.js",
    "/static/page.js%00.css",
    "/static/" + "x" * 5000 + ".js",
    "/static/%ff%fe.js",
    "/static/page.js/x.js",
    "/embed.js/",
    "/privacy/",
]


def test_no_other_file_is_served(client: TestClient) -> None:
    def check(path: str) -> None:
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 404 and answer.json()["error"] == "not_found"

    assert failing(numbered(NOT_SERVED), check) == {}
