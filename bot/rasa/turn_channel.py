"""Rasa's only channel: the gateway hands over one message and gets back every reply of its turn."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.rasa.actions_inside import ActionsInside
from bot.rasa.speed import speed_up
from bot.settings import load_settings

SECRET_HEADER = "X-Turn-Secret"
NLU_LETTERS = 1000  # more does not help to tell an answer from a command, and costs time
SENDER = re.compile(r"[a-z0-9]{26,64}")


class TurnOutput(OutputChannel):
    """Collects whole messages: text, buttons and the parts that the actions add for the gateway."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.messages: list[dict[str, Any]] = []

    def name(self) -> str:  # type: ignore[override]
        """Rasa picks a response's wording by this name."""
        return self.channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.messages.append(
            {
                "text": message.get("text") or "",
                "buttons": message.get("buttons") or [],
                "custom": message.get("custom") or {},
            }
        )


class TurnChannel(InputChannel):
    """`POST /webhooks/turn/` with the shared secret; `GET /webhooks/turn/health`."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    @classmethod
    def name(cls) -> str:
        return "turn"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnChannel:
        secret = (credentials or {}).get("secret") or ""
        if len(secret) < 32:
            raise ValueError("The turn channel needs a secret of at least 32 letters.")
        speed_up()
        return cls(secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("turn_channel")

        @routes.listener("after_server_start")
        async def take_the_actions_inside(app: Sanic, _loop: Any) -> None:
            agent = app.ctx.agent
            if agent and agent.processor and not load_settings().actions_apart:
                agent.processor.action_endpoint = ActionsInside()

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            ready = bool(agent and agent.is_ready())
            return json({"ready": ready}, status=200 if ready else 503)

        @routes.post("/")
        async def turn(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get(SECRET_HEADER, ""), self.secret):
                return json({"error": "forbidden"}, status=403)
            agent = request.app.ctx.agent
            if not agent or not agent.is_ready():
                return json({"error": "no_model"}, status=503)
            said = request.json
            if not SENDER.fullmatch(said["sender"]):
                return json({"error": "bad_sender"}, status=400)
            if said.get("listen"):
                return json({"messages": [await heard(agent.processor, said)]})
            output = TurnOutput(said["channel"])
            await on_new_message(user_message(said, output))
            return json({"messages": output.messages})

        return routes


async def heard(processor: Any, said: dict[str, Any]) -> dict[str, Any]:
    """Return what a message means, and do nothing with it."""
    intent = (await processor.parse_message(user_message(said)))["intent"]
    told = {name: intent.get(name) for name in ("confidence", "other", "asks", "care", "language")}
    return {"text": "", "custom": {"heard": {"intent": intent["name"], **told}}}


def user_message(said: dict[str, Any], output: OutputChannel | None = None) -> UserMessage:
    """Return a message as Rasa is to see it; the exact words stay in the inbox."""
    return UserMessage(
        text=harmless(said["text"]),
        output_channel=output,
        sender_id=said["sender"],
        input_channel=said["channel"],
        message_id=str(said["id"]),
        metadata=said["metadata"],
    )


def harmless(text: str) -> str:
    """Return a copy for the classifier that cannot inject intents or slots, and is never empty."""
    copy = text.strip()[:NLU_LETTERS]
    if copy.startswith("/"):
        copy = "\u2215" + copy[1:]  # Rasa reads `/intent{"slot": "x"}` as an order
    return copy or "\u2026"
