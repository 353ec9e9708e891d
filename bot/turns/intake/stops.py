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
from bot.understanding.words.commands import exact_command, is_network_stop, is_stop

# What Twilio and the networks take for STOP, and confirm themselves:
# https://help.twilio.com/articles/223134027
NETWORK_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
)


def says_stop(channel: str, text: str, button: Mapping[str, Any] | None) -> bool:
    """Say whether a message opts out: STOP or a plain wish to stop, whatever stands around it; and
    the networks' other words for it where there is a network.
    """
    if button:
        return button.get("command") == "opt_out"
    return is_stop(text) and (channel_named(channel).network_stops or not is_network_stop(text))


def network_confirms(channel: str, text: str, button: Mapping[str, Any] | None) -> bool:
    """Say whether the network has confirmed a STOP already. What only we take for one, we do."""
    if not channel_named(channel).network_stops:
        return False
    told = (button or {}).get("command") == "opt_out"
    return told or text.strip().rstrip(".!?,").strip().lower() in NETWORK_WORDS


def comes_back(said: Said) -> bool:
    """Say whether a message takes back a STOP."""
    return bool((said.button or {}).get("command", exact_command(said.text)) == "start")


def meant_as(
    session: Session, respondent_id: str, channel: str, text: str
) -> dict[str, Any] | None:
    """Return what a bare "cancel" or "quit" stands for, as if it were a button: while a request is
    asked, or a yes or a no, it cancels that. Where the network takes it for STOP, so do we.
    """
    if channel_named(channel).network_stops or not is_network_stop(text):
        return None
    place = place_of(session, respondent_id, Phase.OPEN)
    waits = place.detour is not None or (place.pending or {}).get("kind") in CONFIRMATIONS
    awake = place.state is not State.STOPPED
    return {"title": text, "command": "deny"} if waits and awake else None
