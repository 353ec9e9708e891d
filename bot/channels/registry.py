"""The channels there are, in the order that staff read them. A new one is a line here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.channels.description import Address, Channel, Pace
from bot.channels.sms.description import SMS
from bot.channels.telegram.description import TELEGRAM
from bot.channels.webchat.description import WEBCHAT

CHANNELS = (WEBCHAT, SMS, TELEGRAM)


def all_channels() -> tuple[Channel, ...]:
    return CHANNELS


def channel_named(name: str) -> Channel:
    """Return one channel. Raises KeyError when there is none of this name."""
    return {channel.name: channel for channel in CHANNELS}[name]


def pace_of(name: str, settings: Mapping[str, Any]) -> Pace | None:
    """Return how fast a channel may send, by the settings of the channels that are on."""
    found = settings.get(name)
    return None if found is None else channel_named(name).pace_in(found)


def channels_among(names: Collection[str]) -> list[Channel]:
    """Return the channels that have one of these names."""
    return [channel for channel in CHANNELS if channel.name in names]


def kinds_of_address() -> list[Address]:
    return [channel.address for channel in CHANNELS if channel.address]


def examples_of_addresses() -> str:
    """Return how addresses are written: `tel:… or telegram:…`."""
    return " or ".join(kind.example for kind in kinds_of_address())


def reached_by_number(name: str) -> bool:
    """Say whether the residents of a channel have a phone number there."""
    found = channels_among((name,))
    return any(one.address is not None and one.address.is_number for one in found)


def normal_address(address: str) -> tuple[str, str]:
    """Return (channel, normal form) of an address like `tel:+447700900123`. Raises ValueError with
    a sentence.
    """
    scheme, _, rest = address.strip().partition(":")
    found = {one.address.scheme: (one.name, one.address) for one in CHANNELS if one.address}
    if scheme not in found:
        raise ValueError(f"Write the address as {examples_of_addresses()}")
    name, kind = found[scheme]
    return name, kind.normal(rest)
