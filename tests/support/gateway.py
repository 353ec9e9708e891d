"""The gateway with a stand-in for Rasa that the test controls."""

from __future__ import annotations

import asyncio
import inspect
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.conversation import answering
from bot.conversation.place import StepFunction
from bot.gateway.app import create_app
from bot.storage.messages.outbox import Reply
from bot.turns.apply import take_step
from bot.turns.delivery import deliver, hand_over
from bot.turns.services import Services, TurnReply, Understood

CANARY = "canary-words-8124"  # in every text that the tests send, and in no line of the log
HOME = "http://localhost:8080"


def reply(*texts: str, **more: Any) -> TurnReply:
    return TurnReply(tuple(Reply(text, **more) for text in texts), Understood("give_answer", 0.9))


class FakeRasa:
    """Answers as the test wants, and remembers what it was asked. `says` may wait, or give an
    exception to be raised."""

    def __init__(self, says: Callable[[Mapping[str, Any]], Any] | None = None) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.says = says or (lambda message: reply("Noted."))

    async def __call__(self, message: Mapping[str, Any]) -> TurnReply:
        self.asked.append(message)
        said = self.says(message)
        if inspect.isawaitable(said):
            said = await said
        if isinstance(said, Exception):
            raise said
        assert isinstance(said, TurnReply)
        return said

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.asked]


class Behind:
    """The processes behind the gateway, as far as its health goes."""

    def __init__(self, _settings: Any = None, *, rasa: bool = True, actions: bool = True) -> None:
        self._rasa, self._actions = rasa, actions

    async def ready(self) -> bool:
        return self._rasa

    async def actions_ready(self) -> bool:
        return self._actions

    async def close(self) -> None:
        pass


def steps_of(
    services: Services, step: StepFunction = answering.answer
) -> Callable[[Any], TurnReply]:
    """Return a Rasa whose action takes a step, as the real ones do."""

    def says(message: Mapping[str, Any]) -> TurnReply:
        with services.database.writing() as session:
            now = services.clock()
            effect = take_step(
                session, services.consultation, message["id"], step, now=now, keys=services.keys
            )
        return reply(f"did {effect.did.value}")

    return says


@dataclass
class Page:
    """A web page with a session, in the same event loop as the gateway."""

    client: httpx.AsyncClient
    token: str

    async def post(self, text: str, message_id: str | None = None) -> httpx.Response:
        body = {"id": message_id or str(uuid.uuid4()), "text": text}
        return await self.client.post("/chat/messages", json=body, headers=self.headers)

    async def said(self) -> list[str]:
        """Return what the bot has said since the welcome."""
        answer = await self.client.get("/chat/messages", headers=self.headers)
        assert answer.status_code == 200, answer.text
        messages = [m for m in answer.json()["messages"] if m["from"] == "bot"]
        return [message["text"] for message in messages][2:]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Gateway:
    app: Starlette
    client: httpx.AsyncClient

    async def page(self) -> Page:
        answer = await self.client.post("/chat/session", json={})
        assert answer.status_code == 201, answer.text
        return Page(self.client, answer.json()["token"])


@asynccontextmanager
async def running(services: Services, ask: FakeRasa) -> AsyncIterator[Gateway]:
    """Run a gateway in this event loop; leaving stops it as a stop of the process does."""
    app = create_app(services, ask)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=HOME) as client,
    ):
        yield Gateway(app, client)


def shorten_waits(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Deliver again after this long, whatever went wrong."""
    for module, name in (
        (deliver, "FIRST_DELAY"),
        (deliver, "LONGEST_DELAY"),
        (hand_over, "FIRST_DELAY"),
        (hand_over, "HELD_DELAY"),
    ):
        monkeypatch.setattr(module, name, seconds)


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so; give up after a while."""
    for _ in range(1000):
        so = condition()
        if inspect.isawaitable(so):
            so = await so
        if so:
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")
