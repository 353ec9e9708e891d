"""Rasa's answer: a turn counts only with the receipt of its message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.settings import Settings
from bot.storage.messages.outbox import Reply
from bot.turns.ask_rasa import Rasa, read_turn
from bot.turns.services import TryLater, TurnFailed, Understood
from tests.support.postgres import free_port

RECEIPT = {"receipt": 7, "intent": "give_answer", "confidence": 0.5}
BUTTON = {"title": "Agree", "question": "smart_people.agree", "value": "agree"}


def said(text: str = "", buttons: Any = (), **custom: Any) -> dict[str, Any]:
    return {"text": text, "buttons": list(buttons), "custom": custom}


def test_the_replies_are_kept_in_order_with_their_buttons_and_their_question() -> None:
    turn = read_turn(
        [
            said("Thank you."),
            said("Do you agree?", [BUTTON], question="smart_people.agree"),
            said(**RECEIPT),
            said("And one more."),
        ],
        7,
    )
    assert turn.understood == Understood("give_answer", 0.5)
    assert turn.replies == (
        Reply("Thank you."),
        Reply("Do you agree?", buttons=(BUTTON,), question="smart_people.agree"),
        Reply("And one more."),
    )


def test_a_turn_may_say_nothing() -> None:
    assert read_turn([said(**RECEIPT)], 7).replies == ()


FAILED: list[tuple[list[dict[str, Any]], type[Exception]]] = [
    ([], TurnFailed),
    ([said("Thank you.")], TurnFailed),
    ([said("Thank you."), said(receipt=8, intent="x", confidence=1)], TurnFailed),
    ([said("Thank you."), said(receipt="7", intent="x", confidence=1)], TurnFailed),
    ([said(failed="error"), said(**RECEIPT)], TurnFailed),
    ([said(**RECEIPT), said(failed="error")], TurnFailed),
    ([said(failed="storage"), said(**RECEIPT)], TryLater),
    ([said(failed="error"), said(failed="storage")], TryLater),
]


@pytest.mark.parametrize(("messages", "error"), FAILED)
def test_a_turn_without_its_receipt_has_failed(
    messages: list[dict[str, Any]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_turn(messages, 7)


Answer = Callable[[web.Request], web.Response]


def ask(settings: Settings, answer: Answer) -> Any:
    """Ask for the turn of message 7, with `answer` in the place of Rasa and of the actions."""

    async def once() -> Any:
        async def handle(request: web.Request) -> web.Response:
            return answer(request)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        async with TestServer(app, host="127.0.0.1") as server:
            port = server.port
            rasa = Rasa(replace(settings, rasa_port=port, actions_port=port, actions_apart=True))
            try:
                return await rasa.ask({"id": 7, "text": "x"})
            finally:
                await rasa.close()

    return asyncio.run(once())


def test_rasa_is_asked_with_the_shared_secret(settings: Settings) -> None:
    asked = []

    def answer(request: web.Request) -> web.Response:
        asked.append((request.path, request.headers["X-Turn-Secret"]))
        return web.json_response({"messages": [said("Hello."), said(**RECEIPT)]})

    assert ask(settings, answer).replies == (Reply("Hello."),)
    secret = (settings.secrets_dir / "turn.secret").read_text().strip()
    assert asked == [("/webhooks/turn/", secret)]


ANSWERS = [
    # status, body, whether the actions answer -> what is raised
    (403, {}, True, TryLater),
    (503, {"error": "no_model"}, True, TryLater),
    (500, {}, True, TurnFailed),
    (400, {"error": "bad_sender"}, True, TurnFailed),
    (404, {}, True, TurnFailed),
    (200, {}, True, TurnFailed),
    (200, [], True, TurnFailed),
    (200, None, True, TurnFailed),
    (200, {"messages": []}, True, TurnFailed),
    (200, {"messages": []}, False, TryLater),
    (200, {"messages": [said(failed="storage")]}, True, TryLater),
]


@pytest.mark.parametrize(("status", "body", "actions", "error"), ANSWERS)
def test_what_is_no_turn_is_tried_again_later_or_has_failed(
    settings: Settings, status: int, body: Any, actions: bool, error: type[Exception]
) -> None:
    def answer(request: web.Request) -> web.Response:
        if request.path == "/health":
            return web.Response(status=200 if actions else 503)
        return web.json_response(body, status=status)

    with pytest.raises(error):
        ask(settings, answer)


def test_a_rasa_that_breaks_off_is_tried_again_later(settings: Settings) -> None:
    def answer(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.close()
        return web.Response()

    with pytest.raises(TryLater, match="Disconnected"):
        ask(settings, answer)


@pytest.mark.parametrize(("healthy", "error"), [(True, TurnFailed), (False, TryLater)])
def test_a_turn_that_hangs_counts_only_while_everything_else_answers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, healthy: bool, error: type[Exception]
) -> None:
    monkeypatch.setattr("bot.turns.ask_rasa.ANSWER_SECONDS", 0.05)
    monkeypatch.setattr("bot.turns.ask_rasa.HEALTH_SECONDS", 0.5)

    async def once() -> None:
        async def answer(request: web.Request) -> web.Response:
            if request.method == "POST":
                await asyncio.sleep(0.2)
            return web.Response(status=200 if healthy else 503)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        async with TestServer(app, host="127.0.0.1") as server:
            rasa = Rasa(replace(settings, rasa_port=server.port, actions_port=server.port))
            try:
                await rasa.ask({"id": 7, "text": "x"})
            finally:
                await rasa.close()

    with pytest.raises(error, match="Timeout"):
        asyncio.run(once())


def test_a_rasa_that_is_away_is_tried_again_later(settings: Settings) -> None:
    async def once() -> None:
        rasa = Rasa(replace(settings, rasa_port=free_port()))
        try:
            await rasa.ask({"id": 7, "text": "x"})
        finally:
            await rasa.close()

    with pytest.raises(TryLater, match="Connect"):
        asyncio.run(once())
