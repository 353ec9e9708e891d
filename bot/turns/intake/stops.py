"""Whether a message opts out, or comes back: known before anything else is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.registry import channel_named
from bot.consultation.dates import Phase
from bot.consultation.state import State
from bot.consultation.waits import CONFIRMATIONS
from bot.storage.database.session import Session
from bot.storage.messages.inbox import Said
from bot.storage.respondents.places import place_of
from bot.understanding.words.commands import exact_command, is_stop
from bot.understanding.words.normalise import plain


def says_stop(text: str, button: Mapping[str, Any] | None) -> bool:
    """Say whether a message opts out: a bare STOP word, or the network's own word for it."""
    return button.get("command") == "opt_out" if button else is_stop(text)


def comes_back(said: Said) -> bool:
    """Say whether a message takes back a STOP."""
    return bool((said.button or {}).get("command", exact_command(said.text)) == "start")


def meant_as(
    session: Session, respondent_id: str, channel: str, text: str
) -> dict[str, Any] | None:
    """Return what a bare "cancel" stands for, as if it were a button: while a request is asked, or
    a yes or a no, it cancels that. Where the network itself takes it for STOP, so do we.
    """
    if channel_named(channel).network_stops or plain(text) != "cancel":
        return None
    place = place_of(session, respondent_id, Phase.OPEN)
    waits = place.detour is not None or (place.pending or {}).get("kind") in CONFIRMATIONS
    awake = place.state is not State.STOPPED
    return {"title": text, "command": "deny"} if waits and awake else None
