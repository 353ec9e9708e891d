"""The conversation as plain forms: the same messages, and no word lost on a slow or failed turn."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.channels.webchat import calls, transactions
from bot.channels.webchat.plain_page import direction
from bot.storage.database.session import StorageError
from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services, TryLater
from tests.support.gateway import CANARY, FakeRasa, reply

BUTTONS = (
    {"title": "Agree", "question": "smart_people.agree", "value": "agree"},
    {"title": "Disagree", "question": "smart_people.agree", "value": "disagree"},
)


@dataclass
class Forms:
    """A browser without scripts: it has a cookie, and sends the form of the page it sees."""

    client: TestClient
    html: str = ""
    status: int = 0

    def open(self, path: str = "/plain") -> Forms:
        return self._see(self.client.get(path))

    def begin(self) -> Forms:
        self.open()
        return self._see(self.client.post("/plain/start"))

    def send(self, headers: dict[str, str] | None = None, **fields: Any) -> Forms:
        kept = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.html)
        return self._see(
            self.client.post("/plain", data={**dict(kept[:2]), **fields}, headers=headers)
        )

    def _see(self, answer: Any) -> Forms:
        self.html, self.status = answer.text, answer.status_code
        return self

    @property
    def box(self) -> str:
        found = re.search(r'<textarea id="message"[^>]*>\n(.*?)</textarea>', self.html, re.DOTALL)
        assert found, self.html
        return unescape(found[1])

    @property
    def choices(self) -> list[str]:
        return re.findall(r'name="choice" value="([\d.]+)"', self.html)


@pytest.fixture()
def forms(client: TestClient) -> Iterator[Forms]:
    yield Forms(client)


def sent(services: Services) -> list[str]:
    with services.database.reading() as session:
        rows = export_rows(session, "messages", services.consultation.id)
        return [row["text"] for row in rows if row["direction"] == "in"]


def test_looking_begins_nothing(forms: Forms, services: Services) -> None:
    forms.open()
    assert "Start" in forms.html and "script" not in forms.html
    assert not forms.client.cookies and sent(services) == []
    with services.database.reading() as session:
        assert list(export_rows(session, "respondents", services.consultation.id)) == []


def test_a_conversation_goes_a_page_at_a_time(
    forms: Forms, rasa: FakeRasa, services: Services
) -> None:
    rasa.says = lambda message: reply("One?", buttons=BUTTONS)
    forms.begin()
    assert "One?" in forms.html and rasa.texts == ["Start"]
    forms.send(choice=forms.choices[1])
    assert forms.status == 200 and rasa.texts == ["Start", "Disagree"]
    forms.send(text=f"  two\r\nlines of {CANARY}  ")
    assert sent(services) == ["Start", "Disagree", f"  two\nlines of {CANARY}  "]
    assert CANARY in forms.html and forms.box == ""
    forms.send(say="Skip")
    assert rasa.texts[-1] == "Skip" and CANARY not in forms.html
    assert CANARY in forms.open("/plain?all=1").html
    forms.send(pick=["1", "3"])
    assert rasa.texts[-1] == "1 and 3"


def test_the_cookie_is_for_this_path_and_no_script(client: TestClient) -> None:
    answer = client.post("/plain/start", follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303 and answer.headers["location"] == "/plain"
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/plain" in cookie
    policy = client.get("/plain").headers["content-security-policy"]
    assert "form-action 'self'" in policy and "script-src" not in policy
    client.post("/plain/leave")
    assert "haveyoursay" not in client.cookies


def test_the_same_form_sent_twice_is_one_message(forms: Forms, services: Services) -> None:
    forms.begin()
    page = forms.html
    for _ in range(2):
        forms.html = page
        forms.send(text="once")
    assert sent(services) == ["Start", "once"]


FORGED = [
    ({"csrf": "0" * 64}, {}, 403),
    ({"csrf": ""}, {}, 403),
    ({}, {"Origin": "https://evil.example"}, 403),
]


@pytest.mark.parametrize(("fields", "headers", "status"), FORGED)
def test_a_form_of_another_site_stores_nothing(
    forms: Forms, services: Services, fields: Any, headers: Any, status: int
) -> None:
    forms.begin().send(headers, text="forged", **fields)
    assert forms.status == status and sent(services) == ["Start"]


def test_a_form_that_cannot_be_read_is_refused(client: TestClient) -> None:
    client.post("/plain/start")
    for body in (b"text=%FF", b"\xff", b"a=1&" * 100, "csrf=\u00e9".encode()):
        answer = client.post("/plain", content=body)
        assert answer.status_code in (400, 403), body


REFUSED = [("   ", 400, "write your answer"), ("x" * 4001, 413, "too long")]


@pytest.mark.parametrize(("text", "status", "words"), REFUSED)
def test_words_that_cannot_be_taken_are_given_back(
    forms: Forms, services: Services, text: str, status: int, words: str
) -> None:
    forms.begin().send(text=text)
    assert (forms.status, forms.box) == (status, text) and words in forms.html
    assert sent(services) == ["Start"]


@pytest.mark.parametrize("reads", [True, False], ids=["only writing fails", "nothing is read"])
def test_words_are_given_back_when_they_cannot_be_stored(
    forms: Forms, services: Services, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    def away(*_: Any) -> None:
        raise StorageError("away")

    forms.begin()
    with monkeypatch.context() as broken:
        for name in ("accept_message",) if reads else ("accept_message", "respondent_with"):
            broken.setattr(transactions, name, away)
        forms.send(text=f"{CANARY} <b>")
        assert (forms.status, forms.box) == (503, f"{CANARY} <b>")
    forms.send(text=forms.box)
    assert forms.status == 200 and sent(services) == ["Start", f"{CANARY} <b>"]


def test_words_without_a_conversation_are_given_back(forms: Forms) -> None:
    forms.begin()
    forms.client.cookies.clear()
    forms.send(text="my words")
    assert (forms.status, forms.box) == (403, "my words")


def test_words_beside_a_pressed_option_are_given_back(
    forms: Forms, rasa: FakeRasa, services: Services
) -> None:
    rasa.says = lambda message: reply("One?", buttons=BUTTONS)
    forms.begin()
    forms.send(choice=forms.choices[0], text="and why")
    assert forms.box == "and why" and sent(services) == ["Start", "Agree"]
    forms.send(text=forms.box)
    assert sent(services) == ["Start", "Agree", "and why"]


def test_a_slow_turn_says_that_the_message_is_saved(
    forms: Forms, rasa: FakeRasa, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "TURN_WAIT", 0.05)
    monkeypatch.setattr(calls, "AWAY_WAIT", 0.05)
    forms.begin()
    awake = asyncio.Event()

    async def slow(_: Any) -> Any:
        if not awake.is_set():
            raise TryLater("asleep")
        return reply("At last.")

    rasa.says = slow
    forms.send(text="my words")
    assert "Your message is saved" in forms.html and sent(services)[-1] == "my words"


LINES = [
    ("Tesco میں نوکریاں نہیں ہیں", "rtl"),
    ("https://www.manchester.gov.uk/consultations مرحبا", "rtl"),
    ("שלום", "rtl"),
    ("Sehr gut, مرحبا", "ltr"),
    ("12", "ltr"),
    ("", "ltr"),
]


@pytest.mark.parametrize(("text", "runs"), LINES)
def test_a_line_runs_as_most_of_its_letters_do(text: str, runs: str) -> None:
    assert direction(text) == runs
