"""The web page's channel: reading what the page posts, and writing what it shows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.errors import MalformedMessage, malformed
from bot.channels.webchat.description import WEBCHAT

LONGEST = WEBCHAT.longest
DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
CHOICE = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """A pressed button: the message that showed it, and its place there (from 0)."""

    message: int
    place: int


@dataclass(frozen=True)
class WebMessage:
    """What a page posted: words or a pressed button; `seen` is the last bot message it showed."""

    id: str
    text: str
    choice: Choice | None
    seen: int


def read_message(said: Mapping[str, Any]) -> WebMessage:
    """Return the message of `POST /chat/messages`. Raises MalformedMessage."""
    if ("text" in said) == ("choice" in said):
        raise malformed('Send either "text" or "choice".')
    choice = _choice(said["choice"]) if "choice" in said else None
    text = "" if choice else _text(said["text"])
    return WebMessage(_id(said.get("id")), text, choice, _seen(said.get("seen")))


def button_id(message: int, place: int) -> str:
    """Return the id of a button: opaque to the page, bound to one message of one conversation."""
    return f"{message}.{place}"


def bearer_token(header: str | None) -> str | None:
    """Return the token of an Authorization header, or None when there is none that can be ours."""
    scheme, _, token = (header or "").partition(" ")
    ours = scheme.lower() == "bearer" and re.fullmatch(r"[A-Za-z0-9_-]{43}", token.strip())
    return token.strip() if ours else None


def _id(value: Any) -> str:
    """Read a UUID in its usual form; one message may not be written in two ways."""
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) and len(value) == 36 else _no_id()
    except ValueError:
        return _no_id()


def _no_id() -> str:
    raise malformed('"id" must be a UUID, made once for each message.')


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise malformed('"text" must be text.')
    if not value.strip():
        raise malformed("The message is empty. Please type something.")
    if len(value) > LONGEST:
        raise MalformedMessage(
            413,
            "too_long",
            f"Your message has {len(value):,} characters and I can take {LONGEST:,} at a time."
            " Please send it in two parts.",
        )
    return value


def _choice(value: Any) -> Choice:
    match = CHOICE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise malformed('"choice" must be the id of a button.')
    return Choice(int(match[1]), int(match[2]))


def _seen(value: Any) -> int:
    return int(value) if isinstance(value, str) and DIGITS.fullmatch(value) else 0
