"""The table of channels: how an address is typed, and what is asked of a channel that is gone."""

from __future__ import annotations

from importlib import import_module

import pytest

from bot.channels.description import Channel
from bot.channels.registry import all_channels, channel_named, normal_address, reached_by_number
from bot.channels.wiring import wiring_of


def test_each_channel_has_a_name_of_its_own() -> None:
    names = [channel.name for channel in all_channels()]
    assert {"webchat", "sms", "telegram"} <= set(names) and len(names) == len(set(names))
    assert [channel_named(name).name for name in names] == names


@pytest.mark.parametrize("channel", all_channels(), ids=lambda channel: channel.name)
def test_what_a_description_names_is_there(channel: Channel) -> None:
    wiring = wiring_of(channel)
    assert wiring.routes()
    assert (wiring.sender is None) == channel.pulls  # what fetches its replies needs no sender
    if channel.commands:
        assert import_module(channel.commands).app.registered_commands


@pytest.mark.parametrize(
    ("name", "by_number"),
    [("webchat", False), ("sms", True), ("telegram", False), ("taken away", False)],
)
def test_texts_come_from_a_number(name: str, by_number: bool) -> None:
    assert reached_by_number(name) == by_number


ADDRESSES = [
    ("tel:+447700900123", ("sms", "+447700900123")),
    ("tel:07700900123", ("sms", "+447700900123")),
    ("tel:07700 900 123", ("sms", "+447700900123")),
    ("tel:+44 (0)7700 900123", ("sms", "+447700900123")),
    ("tel:00447700900123", ("sms", "+447700900123")),
    (" tel:+447700900123\n", ("sms", "+447700900123")),
    ("tel:+15005550006", ("sms", "+15005550006")),
    ("telegram:123456", ("telegram", "123456")),
]


@pytest.mark.parametrize(("typed", "normal"), ADDRESSES)
def test_an_address_has_one_form_however_it_is_typed(typed: str, normal: tuple[str, str]) -> None:
    assert normal_address(typed) == normal


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        ("", "tel:\\+44.* or telegram:1"),
        ("07700900123", "tel:\\+44.* or telegram:1"),
        ("mail:x", "tel:\\+44.* or telegram:1"),
        ("tel:", "tel:\\+44"),
        ("tel:hello", "tel:\\+44"),
        ("telegram:", "telegram:1"),
        ("telegram:@name", "telegram:1"),
        ("telegram:１２", "telegram:1"),
    ],
)
def test_what_is_no_address_is_refused_with_an_example(typed: str, example: str) -> None:
    with pytest.raises(ValueError, match=example):
        normal_address(typed)
