"""What Rasa sees of a message: never an order, never nothing, never too much."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.rasa import turn_channel

MOST_LETTERS = 1000

TEXTS = [
    ("more wifi", "more wifi"),
    ("  more wifi\n", "more wifi"),
    ("/restart", "∕restart"),
    ("  /restart", "∕restart"),
    ("\u00a0/restart", "∕restart"),
    ('/give_answer{"slot": "x"}', '∕give_answer{"slot": "x"}'),
    ("//", "∕/"),
    ("/", "∕"),
    ("and/or", "and/or"),
    ("{slot}", "{slot}"),
    ("", "…"),
    (" \n\t ", "…"),
    ("x" * 10_000, "x" * MOST_LETTERS),
    (" " * 5000 + "x", "x"),
]


def test_the_classifiers_copy_is_harmless() -> None:
    assert turn_channel.NLU_LETTERS == MOST_LETTERS
    assert {text: turn_channel.harmless(text) for text, _ in TEXTS} == dict(TEXTS)


def test_a_message_keeps_its_sender_channel_id_and_what_the_gateway_knows() -> None:
    said: dict[str, Any] = {
        "id": 7,
        "sender": "a" * 32,
        "channel": "webchat",
        "text": "/skip",
        "metadata": {"inbox_id": 7, "kind": "open"},
    }
    output = turn_channel.TurnOutput("webchat")
    message = turn_channel.user_message(said, output)
    assert (message.text, message.sender_id, message.message_id) == ("∕skip", "a" * 32, "7")
    assert (message.input_channel, message.metadata) == ("webchat", said["metadata"])
    assert message.output_channel is output and output.name() == "webchat"


def test_every_reply_of_a_turn_is_collected_in_order() -> None:
    output = turn_channel.TurnOutput("sms")

    async def send() -> None:
        await output.send_response("x", {"text": "one", "buttons": [{"title": "A"}]})
        await output.send_response("x", {"custom": {"receipt": 7}})
        await output.send_response("x", {"text": None, "buttons": None, "custom": None})

    asyncio.run(send())
    assert output.messages == [
        {"text": "one", "buttons": [{"title": "A"}], "custom": {}},
        {"text": "", "buttons": [], "custom": {"receipt": 7}},
        {"text": "", "buttons": [], "custom": {}},
    ]


@pytest.mark.parametrize("credentials", [None, {}, {"secret": None}, {"secret": "short"}])
def test_the_channel_does_not_start_without_a_real_secret(credentials: Any) -> None:
    with pytest.raises(ValueError, match="secret"):
        turn_channel.TurnChannel.from_credentials(credentials)
    assert turn_channel.TurnChannel.from_credentials({"secret": "x" * 32}).name() == "turn"
