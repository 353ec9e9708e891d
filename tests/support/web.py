"""A resident at the web page, for tests: they talk to the gateway as the page does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient


@dataclass
class Resident:
    """Begins a session at once. `heard` is what the bot said last."""

    client: TestClient
    token: str = ""
    reference: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    progress: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        answer = self.client.post("/chat/session", json={})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        self.token, self.reference = body["token"], body["reference"]
        self._hear(body)

    def say(self, text: str) -> dict[str, Any]:
        return self.send({"id": str(uuid.uuid4()), "text": text})

    def press(self, title: str) -> dict[str, Any]:
        """Press a button of what was heard last, by its title."""
        buttons = [b for m in self.heard for b in m["buttons"] if b["title"] == title]
        assert buttons, f"no button {title!r} in {self.heard}"
        return self.send({"id": str(uuid.uuid4()), "choice": buttons[-1]["id"]})

    def send(self, message: dict[str, Any]) -> dict[str, Any]:
        answer = self.post(message)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        self._hear(body)
        return body

    def post(self, message: Any, **headers: str) -> Any:
        return self.client.post(
            "/chat/messages", json=message, headers={**self.authorization, **headers}
        )

    def history(self, after: str = "0") -> dict[str, Any]:
        answer = self.client.get(
            "/chat/messages", params={"after": after}, headers=self.authorization
        )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _hear(self, body: dict[str, Any]) -> None:
        self.heard, self.progress = body["messages"], body["progress"]
