"""Believing and reading what Telegram's webhook brings.

Updates are read field by field: a new kind or a missing extra must not cost a resident's words.
https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from bot.channels.errors import MalformedMessage
from bot.channels.telegram.description import TELEGRAM
from bot.channels.telegram.settings import Telegram

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONGEST = TELEGRAM.longest
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_BODY = 256 * 1024  # 4,096 letters of any script and a quoted message, with JSON escapes
GONE = {"kicked", "left"}
LANGUAGE = re.compile(r"[A-Za-z0-9-]{2,20}", re.ASCII)  # https://www.rfc-editor.org/info/bcp47
LARGEST = 2**63
BUTTON = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})\.([0-9a-f]{24})", re.ASCII)

# What the menu of the app offers, and what each word stands for. Anything else is only text.
COMMANDS = {
    "start": ("start", "Begin, or go on where you were"),
    "help": ("explain_question", "What does this question mean?"),
    "skip": ("skip_question", "Leave this question out"),
    "back": ("go_back", "The question before"),
    "progress": ("show_progress", "How far am I?"),
    "pause": ("pause", "Have a break"),
    "answers": ("show_my_answers", "What have I said?"),
    "privacy": ("faq_privacy", "Who reads what I send?"),
    "delete": ("delete_my_data", "Have everything about me deleted"),
    "stop": ("opt_out", "Stop, and hear no more"),
}


@dataclass(frozen=True)
class Written:
    """Words of a person, or (`edited`) new words for their message `message_id`."""

    update_id: int
    user: int
    message_id: int
    text: str
    media: bool
    command: str | None
    edited: bool
    language: str | None
    written_at: datetime | None = None
    replies_to: int | None = None


@dataclass(frozen=True)
class Pressed:
    """A pressed button; the parts of its id are None when it cannot be one of ours."""

    update_id: int
    user: int
    query_id: str
    seq: int | None
    place: int | None
    data: str
    language: str | None


@dataclass(frozen=True)
class Blocked:
    """A person has blocked the bot."""

    user: int
    at: datetime


@dataclass(frozen=True)
class InGroup:
    """The bot was put into, written to in, or (`gone`) taken out of a group or channel."""

    chat: int
    is_channel: bool
    gone: bool = False


Told = Written | Pressed | Blocked | InGroup | None


def is_secret(telegram: Telegram, shown: str | None) -> bool:
    """Say whether a request showed one of our webhook secrets; takes as long for any answer."""
    given = (shown or "").encode("utf-8", "surrogateescape")
    found = [hmac.compare_digest(given, secret.encode()) for secret in telegram.webhook_secrets]
    return any(found)


def read_update(update: Mapping[str, Any]) -> Told:
    """Return what an update tells; None for kinds that are not for us. Raises LookupError,
    TypeError or ValueError when it has none of the shapes that Telegram documents, and
    MalformedMessage when it is too long."""
    update_id = _number(update["update_id"])
    for kind in ("message", "edited_message"):
        if kind in update:
            return _written(update_id, update[kind], edited=kind == "edited_message")
    if "callback_query" in update:
        return _pressed(update_id, update["callback_query"])
    if "my_chat_member" in update:
        return _member(update["my_chat_member"])
    return None


def _written(update_id: int, message: Mapping[str, Any], *, edited: bool) -> Told:
    chat = message["chat"]
    if chat["type"] != "private":
        return InGroup(_number(chat["id"]), is_channel=chat["type"] == "channel")
    sender = message["from"]
    if sender.get("is_bot"):
        return None
    if edited and "location" in message:
        return None  # a live location moves every few seconds; nothing of it is kept
    text = message.get("text", message.get("caption", ""))
    if not isinstance(text, str):
        raise TypeError("the words of a message must be text")
    if len(text) > LONGEST:
        raise MalformedMessage(413, "too_long", f"A message has at most {LONGEST:,} characters.")
    return Written(
        update_id=update_id,
        user=_number(sender["id"]),
        message_id=_number(message["message_id"]),
        text=text,
        media="text" not in message,
        command=_command(text),
        edited=edited,
        language=_language(sender),
        written_at=None if edited else _moment(message.get("date")),
        replies_to=_replied_to(message),
    )


def _number(told: Any) -> int:
    """Read an id. None of Telegram's is longer, and PostgreSQL keeps none that is."""
    number = int(told)
    if abs(number) >= LARGEST:
        raise ValueError("no id is as large")
    return number


def _moment(told: Any) -> datetime | None:
    """Read when it was written; without that it was written when it came."""
    try:
        return datetime.fromtimestamp(int(told), timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _replied_to(message: Mapping[str, Any]) -> int | None:
    """Return the message of this chat that it replies to, as the app shows it."""
    shown = message.get("reply_to_message")
    number = shown.get("message_id") if isinstance(shown, Mapping) else None
    return number if isinstance(number, int) else None


def _pressed(update_id: int, query: Mapping[str, Any]) -> Pressed:
    data = query.get("data") or ""
    match = BUTTON.fullmatch(data)
    return Pressed(
        update_id=update_id,
        user=_number(query["from"]["id"]),
        query_id=str(query["id"]),
        seq=int(match[1]) if match else None,
        place=int(match[2]) if match else None,
        data=data,
        language=_language(query["from"]),
    )


def _member(change: Mapping[str, Any]) -> Told:
    chat, gone = change["chat"], change["new_chat_member"]["status"] in GONE
    if chat["type"] == "private":
        at = datetime.fromtimestamp(int(change["date"]), timezone.utc)
        return Blocked(_number(chat["id"]), at) if gone else None
    return InGroup(_number(chat["id"]), is_channel=chat["type"] == "channel", gone=gone)


def _command(text: str) -> str | None:
    """Return the intent of a word of the menu, also as `/skip@name_of_the_bot`."""
    match = re.fullmatch(r"/([A-Za-z]{1,20})(@\w+)?(\s.*)?", text.strip(), re.ASCII | re.S)
    word = match[1].lower() if match else ""
    known = COMMANDS.get(word)
    alone = match and (not match[3] or word == "start")  # links to the bot say `/start abc`
    return known[0] if known and alone else None


def _language(sender: Mapping[str, Any]) -> str | None:
    code = sender.get("language_code")
    return code if isinstance(code, str) and LANGUAGE.fullmatch(code) else None
