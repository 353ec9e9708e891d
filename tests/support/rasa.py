"""The real trained model and the real actions, in the tests' own process."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.training import QUIET
from bot.turns.ask_rasa import heard_in, read_turn
from bot.turns.services import TurnReply


class InProcessRasa:
    """Loading takes some seconds; a turn takes milliseconds."""

    def __init__(self, model: Path) -> None:
        os.environ.update(QUIET)
        from rasa.core.agent import Agent
        from rasa.utils.log_utils import configure_structlog

        from bot.rasa.actions_inside import ActionsInside
        from bot.rasa.speed import speed_up
        from bot.rasa.tracker_store import KeepNothing

        speed_up()
        configure_structlog(logging.ERROR)
        self._agent = Agent.load(
            str(model), tracker_store=KeepNothing(None), action_endpoint=ActionsInside()
        )

    async def ask(self, message: Mapping[str, Any]) -> TurnReply:
        messages = await self.turn(message)
        return heard_in(messages) if message.get("listen") else read_turn(messages, message["id"])

    async def turn(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what the turn channel answers."""
        from bot.rasa.turn_channel import TurnOutput, heard, user_message

        if message.get("listen"):
            return [await heard(self._agent.processor, dict(message))]
        output = TurnOutput(message["channel"])
        await self._agent.handle_message(user_message(dict(message), output))
        return output.messages

    def app(self) -> Starlette:
        """Return the turn channel over HTTP, for a gateway in a process of its own."""

        async def turn(request: Request) -> JSONResponse:
            return JSONResponse({"messages": await self.turn(await request.json())})

        async def health(_request: Request) -> JSONResponse:
            return JSONResponse({"ready": True})

        return Starlette(
            routes=[
                Route("/webhooks/turn/", turn, methods=["POST"]),
                Route("/webhooks/turn/health", health),
                Route("/health", health),
            ]
        )

    async def parse(self, text: str, metadata: Mapping[str, Any]) -> tuple[str, float]:
        """Return what the pipeline alone makes of a text."""
        from rasa.core.channels.channel import UserMessage

        from bot.rasa.turn_channel import harmless

        said = UserMessage(text=harmless(text), metadata=dict(metadata))
        parsed = await self._agent.processor.parse_message(said)
        return parsed["intent"]["name"], parsed["intent"]["confidence"]
