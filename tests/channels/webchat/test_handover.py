"""A conversation handed over from a frame to a tab: once, soon, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.channels.webchat.handover import GOOD_SECONDS
from bot.turns.services import Services
from tests.conftest import Clock
from tests.support.gateway import CANARY
from tests.support.web import Resident


def code_of(resident: Resident) -> str:
    answer = resident.client.post("/chat/handover", json={}, headers=resident.authorization)
    assert answer.status_code == 200, answer.text
    code: str = answer.json()["code"]
    assert resident.token not in code
    return code


def go_on(client: TestClient, code: Any) -> Any:
    return client.post("/chat/continue", json={"code": code})


def test_the_same_conversation_goes_on_with_another_token(resident: Resident) -> None:
    resident.say(CANARY)
    before, old = resident.history()["messages"], resident.authorization
    answer = go_on(resident.client, code_of(resident))
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store"
    resident.token = answer.json()["token"]
    assert resident.history()["messages"] == before
    assert resident.client.get("/chat/messages", headers=old).status_code == 401


def test_a_code_is_good_once(resident: Resident) -> None:
    code = code_of(resident)
    first, second = go_on(resident.client, code), go_on(resident.client, code)
    assert (first.status_code, second.status_code) == (201, 400)
    assert second.json()["error"] == "code_used"


def test_a_code_grows_old(resident: Resident, clock: Clock) -> None:
    code = code_of(resident)
    clock.moment += timedelta(seconds=GOOD_SECONDS + 1)
    assert go_on(resident.client, code).status_code == 400
    assert resident.history()["messages"]  # where it came from it still goes on


@pytest.mark.parametrize("code", ["", "x", "é", None, 7, "gAAAAA" + "A" * 200])
def test_what_is_no_code_of_ours_is_refused(client: TestClient, code: Any) -> None:
    assert go_on(client, code).status_code == 400


def test_another_secret_of_ours_is_no_code(client: TestClient, services: Services) -> None:
    for hidden in ("+447700900123", "9999999999 short", "9999999999"):
        assert go_on(client, services.keys.hide(hidden).decode()).status_code == 400


def test_only_who_has_the_conversation_can_hand_it_over(client: TestClient) -> None:
    answer = client.post("/chat/handover", json={})
    assert answer.status_code == 401
