"""What actions need of domain.yml besides whole responses, which go through Rasa: titles of
buttons, phrases that stand inside other responses, and the variations of what is said often.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from bot.consultation.utterances import Words, load_words
from bot.settings import load_settings
from bot.understanding.words.behalf import SOMEONE

ANOTHER = re.compile(r"(utter_\w+?)_([2-9])")


@cache
def words() -> Words:
    """Return every response of domain.yml, read once."""
    return load_words(load_settings().root / "domain.yml")


def part(response: str, *, short: bool = False, **facts: Any) -> str:
    """Return a response to put inside another one."""
    return words().part(response, short=short, **facts)


def joined(names: Sequence[str], response: str, *, short: bool) -> str:
    """Return names as one phrase, "a, b or c"; `response` puts in the last two's word."""
    if len(names) < 2:
        return "".join(names)
    return part(response, short=short, first=", ".join(names[:-1]), last=names[-1])


def button(title: str, facts: Mapping[str, Any] = {}, **does: Any) -> dict[str, Any]:
    """Return a button: the response that is its title, and what pressing it does."""
    return {"title": part(title, **facts), **does}


def meant_in_words(intent: str, *, short: bool) -> str | None:
    """Return what an answer may have been meant to do, as in "did you want to …"; None for what is
    never asked about.
    """
    about = "faq" if intent.startswith("faq_") else intent
    response = f"utter_meant_{about}"
    return part(response, short=short) if response in words().responses else None


def named(whom: str | None) -> dict[str, str]:
    """Return the person they answer for, as the bot says it: "your mum", "your mum's"."""
    which = "_unnamed" if whom in (None, SOMEONE) else ""
    return {name: part(f"utter_{name}{which}", whom=whom) for name in ("whom", "whose", "mine")}


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
    return numbered(words().responses)
