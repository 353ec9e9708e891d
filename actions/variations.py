"""What is said often is not always said in the same words: the turn chooses which."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from rasa_sdk.executor import CollectingDispatcher

from bot.consultation.utterances import load_words
from bot.settings import load_settings

ANOTHER = re.compile(r"(utter_\w+?)_([2-9])")


def vary(say: CollectingDispatcher, number: int) -> None:
    """Let each response be one of its variations: `utter_x`, `utter_x_2` and so on in domain.yml.

    How much was answered chooses, so that a turn says the same on every channel, and again when it
    is repeated.
    """
    for message in say.messages:
        most = _variations().get(message.get("response") or "", 1)
        if most > 1 and (place := number % most):
            message["response"] = message["template"] = f"{message['response']}_{place + 1}"


def numbered(names: Collection[str]) -> dict[str, int]:
    """Return how many variations there are of each response that has several."""
    found: dict[str, int] = {}
    for name in names:
        if (other := ANOTHER.fullmatch(name)) and other[1] in names:
            found[other[1]] = max(found.get(other[1], 1), int(other[2]))
    return found


@cache
def _variations() -> dict[str, int]:
    return numbered(load_words(load_settings().root / "domain.yml").responses)
