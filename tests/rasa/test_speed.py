"""What Rasa would do over again is done once, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from bot.rasa.speed import check_the_schema_once

GOOD = {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{"text": "Hello"}]}


@pytest.fixture()
def action(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(
        RemoteAction, "_validate_action_result", RemoteAction._validate_action_result
    )
    check_the_schema_once()
    return RemoteAction("action_x", EndpointConfig("http://127.0.0.1:1"))


def test_a_good_result_is_taken(action: Any) -> None:
    assert action._validate_action_result(GOOD) is True


@pytest.mark.parametrize("bad", [{"events": "none"}, {"events": [], "responses": ["x"]}, []])
def test_a_bad_result_is_still_refused(action: Any, bad: object) -> None:
    with pytest.raises(ValidationError):
        action._validate_action_result(bad)
