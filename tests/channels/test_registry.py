"""The table of channels: how an address is typed, and what is asked of a channel that is gone."""

from __future__ import annotations

import pytest

from bot.channels.registry import all_channels, channel_named, normal_address, reached_by_number


def test_each_channel_has_a_name_of_its_own() -> None:
    names = [channel.name for channel in all_channels()]
    assert names == ["webchat", "sms", "telegram"]
    assert [channel_named(name).name for name in names] == names


def test_only_texts_come_from_a_number() -> None:
    found = {channel.name: reached_by_number(channel.name) for channel in all_channels()}
    assert found == {"webchat": False, "sms": True, "telegram": False}
    assert not reached_by_number("taken away")


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
