"""Whole conversations through the gateway, the real model and the real actions, kept as golden
files.

`make golden` rewrites them; read the diff as if you were the resident.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from starlette.testclient import TestClient

from bot.gateway.services import Services
from bot.storage.exports import export_rows
from tests.conftest import Clock
from tests.support.web import Resident

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_conversation_goes_as_it_was_agreed(
    file: Path,
    gateway: TestClient,
    services: Services,
    clock: Clock,
    request: pytest.FixtureRequest,
) -> None:
    script = yaml.safe_load(file.read_text(encoding="utf-8"))
    with patch("bot.storage.respondents.new_reference", lambda: "HYS-TEST-0000"):
        played = play(script, gateway, services, clock)
    if request.config.getoption("--golden"):
        file.write_text(as_yaml(played), encoding="utf-8")
        return
    assert script == played


def play(
    script: dict[str, Any], gateway: TestClient, services: Services, clock: Clock
) -> dict[str, Any]:
    """Say what the script says; return the script with what was heard and stored."""
    clock.moment = moment_of(script.get("at", "2021-03-01T12:00:00+00:00"))
    resident = Resident(gateway)
    opening = [heard(message) for message in resident.heard]
    turns = [one_turn(turn, resident, services, clock) for turn in script["turns"]]
    nothing_is_lost(script, services)
    known = {key: script[key] for key in ("title", "at") if key in script}
    return {**known, "bot": opening, "turns": turns}


def one_turn(
    turn: dict[str, Any], resident: Resident, services: Services, clock: Clock
) -> dict[str, Any]:
    if "at" in turn:
        clock.moment = moment_of(turn["at"])
    before = current_answers(services)
    body = resident.press(turn["presses"]) if "presses" in turn else resident.say(turn["says"])
    after = current_answers(services)
    told = {key: turn[key] for key in ("at", "says", "presses") if key in turn}
    told["understood"] = last_intent(services)
    told["bot"] = [heard(message) for message in body["messages"]]
    saved = {q: a for q, a in after.items() if before.get(q) != a}
    if saved:
        told["saved"] = saved
    progress = body["progress"]
    told["then"] = f"{progress['state']}, {progress['question'] or 'nothing'} open"
    return told


def moment_of(text: Any) -> datetime:
    return text if isinstance(text, datetime) else datetime.fromisoformat(str(text))


def heard(message: dict[str, Any]) -> Any:
    titles = [button["title"] for button in message["buttons"]]
    return {"text": message["text"], "buttons": titles} if titles else message["text"]


def current_answers(services: Services) -> dict[str, Any]:
    with services.database.reading() as session:
        rows = list(export_rows(session, "answers", services.consultation.id))
    return {
        row["question"]: {"text": row["text"], "value": row["value"]}
        for row in rows
        if row["status"] == "current"
    }


def last_intent(services: Services) -> str | None:
    with services.database.reading() as session:
        rows = [
            r
            for r in export_rows(session, "messages", services.consultation.id)
            if r["direction"] == "in"
        ]
    intent: str | None = rows[-1]["intent"]
    return intent


def nothing_is_lost(script: dict[str, Any], services: Services) -> None:
    """Every text is in the messages, and every answer in the answers, byte for byte."""
    with services.database.reading() as session:
        messages = list(export_rows(session, "messages", services.consultation.id))
        answers = list(export_rows(session, "answers", services.consultation.id))
    said = [turn.get("says", turn.get("presses")) for turn in script["turns"]]
    assert [m["text"] for m in messages if m["direction"] == "in"] == said
    assert {a["text"] for a in answers} <= set(said)


class _Plain(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value and not value.startswith((" ", "\n")) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Plain.add_representer(str, _text)


def as_yaml(played: dict[str, Any]) -> str:
    plain = json.loads(json.dumps(played, default=str))
    return yaml.dump(plain, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)
