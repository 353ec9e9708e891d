"""The circuit breaker: others' failures open it, and one success closes it."""

from __future__ import annotations

import pytest

from bot.turns.asking.breaker import PROBE_EVERY, TRIPS, Breaker


@pytest.fixture()
def breaker() -> Breaker:
    breaker = Breaker(lambda: breaker.now)  # type: ignore[attr-defined]
    breaker.now = 0.0  # type: ignore[attr-defined]
    return breaker


def later(breaker: Breaker, seconds: float) -> None:
    breaker.now += seconds  # type: ignore[attr-defined]


def test_one_message_that_keeps_failing_stops_nobody(breaker: Breaker) -> None:
    for _ in range(20):
        breaker.failed(7)
    assert not breaker.is_open and breaker.lets_through()


def test_it_opens_when_several_have_failed_in_a_row(breaker: Breaker) -> None:
    for message in range(TRIPS):
        assert breaker.lets_through()
        breaker.failed(message)
    assert breaker.is_open and not breaker.lets_through()


def test_a_success_between_begins_the_count_again(breaker: Breaker) -> None:
    for message in range(TRIPS * 3):
        breaker.failed(message)
        breaker.went_well()
    assert not breaker.is_open


def test_one_probe_is_let_through_at_a_time_and_a_success_closes_it(breaker: Breaker) -> None:
    for message in range(TRIPS):
        breaker.failed(message)
    for _ in range(3):  # a probe that hangs does not keep the next one back
        later(breaker, PROBE_EVERY)
        assert breaker.lets_through() and not breaker.lets_through()
    breaker.failed(99)
    assert not breaker.lets_through()
    breaker.went_well()
    assert breaker.lets_through() and breaker.lets_through()
