"""`GET /chat/answers`: a resident's own answers, and no one else's."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.consultation.model import Consultation
from tests.conftest import Clock
from tests.support.web import Resident


@pytest.fixture()
def talking(gateway: TestClient) -> Resident:
    return Resident(gateway)


def answers(resident: Resident) -> dict[str, Any]:
    answer = resident.client.get("/chat/answers", headers=resident.authorization)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def rows(resident: Resident) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for s in answers(resident)["sections"] for row in s["answers"]}


def test_answers_stand_under_their_questions_with_the_way_to_change_them(
    talking: Resident, clock: Clock, manchester: Consultation
) -> None:
    role = manchester.by_id["role"]
    for text in ("start", "1", "agree because my mum needs it", "  more classes  ", "skip"):
        talking.say(text)
    found = answers(talking)
    assert found["reference"] == talking.reference and found["complete"] is False
    assert found["next_steps"].startswith("Council staff will read")
    by_id = rows(talking)
    assert by_id["role"] == {
        "id": "role",
        "question": role.wording.text,
        "status": "answered",
        "picked": [role.options[0].wording.text],
        "words": None,
        "change": "change answer 1",
    }
    scale = by_id["smart_people.agree"]
    assert scale["question"] == "How far do you agree or disagree?"
    assert (scale["picked"], scale["words"]) == (["Agree"], "agree because my mum needs it")
    assert by_id["smart_people.views"]["words"] == "  more classes  "
    assert by_id["overall.priority"]["status"] == "open"
    assert by_id["overall.priority"]["change"] is None
    clock.moment = datetime(2021, 4, 1, tzinfo=timezone.utc)
    assert {row["change"] for row in rows(talking).values()} == {None}


def test_what_changes_an_answer_is_sent_as_a_message(talking: Resident) -> None:
    for text in ("start", "1", "agree"):
        talking.say(text)
    talking.say(rows(talking)["smart_people.agree"]["change"])
    talking.press("Disagree")
    assert rows(talking)["smart_people.agree"]["picked"] == ["Disagree"]


def test_answers_are_shown_to_nobody_else(talking: Resident) -> None:
    for headers in (
        {},
        {"Authorization": f"Bearer {'x' * 43}"},
        {"Authorization": uuid.uuid4().hex},
    ):
        answer = talking.client.get("/chat/answers", headers=headers)
        assert answer.status_code == 401 and answer.json()["error"] == "no_session"
        assert answer.headers["cache-control"] == "no-store"
