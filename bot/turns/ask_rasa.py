"""Asking Rasa: one message in, every reply of its turn out. Rasa's 200 alone is no proof of
anything.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.settings import Settings
from bot.storage.database.keys import turn_secret
from bot.storage.messages.outbox import Reply
from bot.turns.services import TryLater, TurnFailed, TurnReply, Understood

ANSWER_SECONDS = 12.0  # a turn takes milliseconds; this long means that something hangs
HEALTH_SECONDS = 2.0  # with ANSWER_SECONDS less than a turn may take (bounded.TURN_SECONDS)


class Rasa:
    """Rasa over loopback HTTP, with the actions inside it or in a process of their own."""

    def __init__(self, settings: Settings) -> None:
        self._turns = f"http://127.0.0.1:{settings.rasa_port}/webhooks/turn/"
        # Inside, they answer when Rasa does.
        apart = f"http://127.0.0.1:{settings.actions_port}/health"
        self._actions = apart if settings.actions_apart else self._turns + "health"
        self._headers = {"X-Turn-Secret": turn_secret(settings.secrets_dir)}
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, message: Mapping[str, Any]) -> TurnReply:
        """Have one turn done. Raises TryLater (try later) or TurnFailed (this message's turn)."""
        try:
            async with self._client().post(self._turns, json=message) as response:
                status, body = response.status, await response.read()
        except aiohttp.ClientError as error:
            raise TryLater(type(error).__name__) from error
        except asyncio.TimeoutError:
            if not all(await asyncio.gather(self.ready(), self.actions_ready())):
                raise TryLater("Timeout") from None
            raise TurnFailed("Timeout") from None  # everything else answers: it is this turn
        if status in (403, 503):
            raise TryLater(f"status {status}")
        if status != 200:
            raise TurnFailed(f"status {status}")
        try:
            messages = _messages(body)
            return (
                heard_in(messages) if message.get("listen") else read_turn(messages, message["id"])
            )
        except TurnFailed:
            if not await self.actions_ready():
                raise TryLater("no actions") from None
            raise

    async def ready(self) -> bool:
        """Say whether Rasa has its model and answers."""
        return await self._answers(self._turns + "health")

    async def actions_ready(self) -> bool:
        return await self._answers(self._actions)

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:  # it belongs to the loop that runs it
            timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS, sock_connect=2.0)
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)
        return self._session

    async def _answers(self, url: str) -> bool:
        timeout = aiohttp.ClientTimeout(total=HEALTH_SECONDS)
        try:
            async with self._client().get(url, timeout=timeout) as response:
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False


def _messages(body: bytes) -> list[Mapping[str, Any]]:
    try:
        messages: list[Mapping[str, Any]] = json.loads(body)["messages"]
        return messages
    except (ValueError, KeyError, TypeError) as error:
        raise TurnFailed("not the answer of a turn") from error


def read_turn(messages: list[Mapping[str, Any]], inbox_id: int) -> TurnReply:
    """Return the replies of a turn that has given the receipt of its message."""
    customs = [message["custom"] for message in messages]
    failures = [custom["failed"] for custom in customs if "failed" in custom]
    if "storage" in failures:
        raise TryLater("storage")
    receipt = next((c for c in customs if c.get("receipt") == inbox_id), None)
    if failures or receipt is None:
        raise TurnFailed("no receipt")
    replies = tuple(
        Reply(
            text=message["text"],
            buttons=tuple(message["buttons"]),
            question=message["custom"].get("question"),
            personal=tuple(message["custom"].get("personal") or ()),
        )
        for message in messages
        if message["text"]
    )
    return TurnReply(replies, _understood(receipt), receipt.get("progress"))


def heard_in(messages: list[Mapping[str, Any]]) -> TurnReply:
    """Return what Rasa heard in a message that it was only to listen to."""
    heard = next((one["custom"]["heard"] for one in messages if "heard" in one["custom"]), None)
    if heard is None:
        raise TurnFailed("nothing heard")
    return TurnReply((), _understood(heard))


def _understood(told: Mapping[str, Any]) -> Understood:
    return Understood(
        told["intent"],
        told["confidence"],
        told.get("other"),
        tuple(told.get("asks") or ()),
        told.get("care"),
        told.get("language"),
    )
