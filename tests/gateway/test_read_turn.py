"""Rasa's answer: a turn counts only with the receipt of its message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.gateway.rasa import Rasa, read_turn
from bot.gateway.services import TryLater, TurnFailed
from bot.settings import Settings
from bot.storage.outbox import Reply
from bot.storage.turns import Understood

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


def ask(settings: Settings, answer: Callable[[httpx.Request], httpx.Response]) -> Any:
    """Ask for the turn of message 7, with `answer` in the place of Rasa and of the actions."""

    async def once() -> Any:
        rasa = Rasa(settings)
        headers = rasa._client.headers
        await rasa.close()
        transport = httpx.MockTransport(answer)
        rasa._client = httpx.AsyncClient(transport=transport, headers=headers)
        try:
            return await rasa.ask({"id": 7, "text": "x"})
        finally:
            await rasa.close()

    return asyncio.run(once())


def test_rasa_is_asked_on_loopback_with_the_shared_secret(settings: Settings) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"messages": [said("Hello."), said(**RECEIPT)]})

    assert ask(settings, answer).replies == (Reply("Hello."),)
    (request,) = asked
    assert request.url.host == "127.0.0.1" and request.url.port == settings.rasa_port
    secret = (settings.secrets_dir / "turn.secret").read_text().strip()
    assert request.headers["x-turn-secret"] == secret


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
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/health":
            return httpx.Response(200 if actions else 503)
        return httpx.Response(status, json=body)

    with pytest.raises(error):
        ask(settings, answer)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError]
)
def test_a_rasa_that_is_away_or_hangs_is_tried_again_later(
    settings: Settings, error: type[httpx.TransportError]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("away", request=request)

    with pytest.raises(TryLater, match=error.__name__):
        ask(settings, answer)
