"""Which words opt out on which channel, before anything else is done with them."""

from __future__ import annotations

import pytest

from bot.turns.intake.stops import network_confirms, says_stop

WORDS = [
    # text -> stops where a network does, stops elsewhere, and whether the network confirms it
    ("STOP", True, True, True),
    ("stop!", True, True, True),
    ("S.T.O.P", True, True, False),
    ("stop please", True, True, False),
    ("Unsubscribe", True, True, True),
    ("opt out", True, True, False),
    ("cancel", True, False, True),
    ("END", True, False, True),
    ("quit 🚌", True, False, False),
    ("revoke", True, False, True),
    ("the end", False, False, False),
    ("bus stop", False, False, False),
    ("stop the buses", False, False, False),
]


@pytest.mark.parametrize(("text", "by_text", "elsewhere", "confirmed"), WORDS)
def test_a_word_stops_where_it_can_mean_nothing_else(
    text: str, by_text: bool, elsewhere: bool, confirmed: bool
) -> None:
    assert says_stop("sms", text, None) is by_text
    assert says_stop("telegram", text, None) is says_stop("webchat", text, None) is elsewhere
    assert network_confirms("sms", text, None) is confirmed
    assert not network_confirms("telegram", text, None)


def test_a_button_is_what_it_stands_for() -> None:
    pressed = {"title": "x", "command": "opt_out"}
    assert says_stop("webchat", "x", pressed) and network_confirms("sms", "arrêt", pressed)
    assert not says_stop("sms", "Stop", {"title": "Stop", "question": "role", "value": "stop"})
