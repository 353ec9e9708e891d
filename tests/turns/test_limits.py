"""How much one session and one address may send."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.settings import Settings
from bot.storage.privacy.exports import export_rows
from bot.turns.limits import SESSIONS_AT_ONE_ADDRESS, Limit, Limits, TooMany, network_of
from bot.turns.services import Services
from tests.support.gateway import CANARY, FakeRasa
from tests.support.web import Resident


def test_too_much_at_once_is_refused_and_not_stored_and_nobody_else_is_held_up(
    services: Services, rasa: FakeRasa
) -> None:
    few = replace(services, settings=replace(services.settings, messages_per_minute=3))
    with TestClient(create_app(few, rasa)) as client:
        one, two = Resident(client), Resident(client)
        for number in range(3):
            one.say(f"message {number}")
        refused: Any = one.post({"id": str(uuid.uuid4()), "text": CANARY})
        assert refused.status_code == 429 and refused.json()["error"] == "too_many"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["retry-after"] in refused.json()["message"]
        two.say("hello")
        assert one.history()["messages"], "reading is not limited"
    with services.database.reading() as session:
        rows = list(export_rows(session, "messages", services.consultation.id))
    assert CANARY not in [row["text"] for row in rows] and CANARY not in rasa.texts


def test_nonsense_does_not_use_up_what_a_session_may_send(
    services: Services, rasa: FakeRasa
) -> None:
    few = replace(services, settings=replace(services.settings, messages_per_minute=1))
    with TestClient(create_app(few, rasa)) as client:
        one = Resident(client)
        for _ in range(5):
            assert one.post({"id": "x", "text": "x"}).status_code == 400
        one.say("hello")


def test_an_address_may_send_what_many_sessions_may(services: Services) -> None:
    limits = Limits(replace(services.settings, messages_per_minute=2, sessions_per_hour=3))
    for number in range(2 * SESSIONS_AT_ONE_ADDRESS):
        limits.new_message(f"respondent {number}", "a library")
    with pytest.raises(TooMany) as caught:
        limits.new_message("one more", "a library")
    assert 1 <= caught.value.retry_after <= 60
    limits.new_message("a resident", "another address")
    for _ in range(3):
        limits.new_session("a library")
    with pytest.raises(TooMany) as caught:
        limits.new_session("a library")
    assert 1 <= caught.value.retry_after <= 3600
    limits.new_session("another address")


def test_what_was_used_comes_back_bit_by_bit() -> None:
    now = [0.0]
    limit = Limit(3, 60, lambda: now[0])
    for _ in range(3):
        limit.use("one")
    with pytest.raises(TooMany) as caught:
        limit.use("one")
    assert caught.value.retry_after == 20
    now[0] = 19.0
    with pytest.raises(TooMany) as caught:
        limit.use("one")
    assert caught.value.retry_after == 1
    now[0] = 20.0
    limit.use("one")
    limit.use("two")


def test_names_that_have_used_nothing_lately_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.turns.limits.REMEMBERED", 10)
    now = [0.0]
    limit = Limit(1, 60, lambda: now[0])
    for number in range(30):
        limit.use(f"name {number}")
        now[0] += 61
    assert len(limit._full_until) <= 11


NETWORKS = [
    ("203.0.113.7", "203.0.113.7"),
    ("::ffff:203.0.113.7", "203.0.113.7"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ("fe80::1%eth0", "fe80::/64"),
    ("unknown", "unknown"),
]


@pytest.mark.parametrize(("address", "network"), NETWORKS)
def test_one_caller_has_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_day_has_a_limit_and_a_network_counts_as_one(settings: Settings) -> None:
    now = 0.0
    few = replace(settings, messages_per_day=2, reads_per_minute=2)
    limits = Limits(few, clock=lambda: now)
    for _ in range(2):
        limits.new_message("one", "2001:db8::1")
        limits.new_read("2001:db8::1")
        now += 3600
    with pytest.raises(TooMany):
        limits.new_message("one", "2001:db8::2")
    limits.new_message("another", "2001:db8::3")
    now += 24 * 3600
    limits.new_message("one", "2001:db8::1")
    limits.new_read("2001:db8::4")
    limits.new_read("2001:db8::5")
    with pytest.raises(TooMany):
        limits.new_read("2001:db8::6")
