"""One resident at a time: the same words said to our product and to stock Rasa."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import urlsplit

from processes import BenchError

# What stock says by a rule; it says something else when no rule holds (stock.py).
RULE_TEXT = "Thank you. The next question is: how far do you agree with this aim of the strategy?"
PACE = 30.0  # seconds that one turn may take


class Talk(ABC):
    """One conversation over one kept-alive connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=PACE)

    def say(self, text: str) -> float:
        """Send one message, check its reply, and return the milliseconds between."""
        body, headers = self._request(text)
        started = time.perf_counter()
        status, answer = self._post(self._path, body, headers)
        took = (time.perf_counter() - started) * 1000
        self._check(text, status, answer)
        return took

    def close(self) -> None:
        self._connection.close()

    def _post(self, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        sent = {"Content-Type": "application/json", **headers}
        self._connection.request("POST", path, json.dumps(body).encode(), sent)
        response = self._connection.getresponse()
        return response.status, json.loads(response.read())

    @abstractmethod
    def _request(self, text: str) -> tuple[dict[str, str], dict[str, str]]: ...

    @abstractmethod
    def _check(self, text: str, status: int, answer: Any) -> None: ...


class OurTalk(Talk):
    """`POST /chat/messages`: the whole road, from the request to the stored reply."""

    def __init__(self, gateway: str) -> None:
        super().__init__(gateway + "/chat/messages")
        status, answer = self._post("/chat/session", {}, {})
        if status != 201:
            raise BenchError(f"no session: status {status}")
        self._headers = {"Authorization": f"Bearer {answer['token']}"}

    def _request(self, text: str) -> tuple[dict[str, str], dict[str, str]]:
        return {"id": str(uuid.uuid4()), "text": text}, self._headers

    def _check(self, text: str, status: int, answer: Any) -> None:
        if status != 200 or not answer["messages"] or answer["progress"]["state"] != "started":
            raise BenchError(f"our turn {text!r}: status {status}, {answer}")


class StockTalk(Talk):
    """`POST /webhooks/rest/webhook`. `understood` counts the turns that got their rule."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._sender = uuid.uuid4().hex
        self.turns = self.understood = 0

    def _request(self, text: str) -> tuple[dict[str, str], dict[str, str]]:
        return {"sender": self._sender, "message": text}, {}

    def _check(self, text: str, status: int, answer: Any) -> None:
        if status != 200 or not answer:
            raise BenchError(f"stock turn {text!r}: status {status}, {answer}")
        self.turns += 1
        self.understood += all(message.get("text") == RULE_TEXT for message in answer)
