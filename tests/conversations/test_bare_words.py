"""Words that only a network takes for STOP, on the page: they are asked about, not obeyed."""

from __future__ import annotations

from starlette.testclient import TestClient

from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services
from tests.support.web import Resident


def test_quit_is_asked_and_end_is_an_answer(gateway: TestClient, services: Services) -> None:
    resident = Resident(gateway)
    resident.say("start")
    asked = resident.say("quit")
    stop_or_not = services.words.say("utter_stop_or_not", short=False)
    assert asked["messages"][0]["text"].startswith(stop_or_not)
    assert asked["progress"]["state"] == "started"
    for text in ("resident", "agree"):
        resident.say(text)
    saved = resident.say("end")
    assert saved["progress"]["state"] == "started" and saved["progress"]["answered"] == 3
    with services.database.reading() as session:
        answers = list(export_rows(session, "answers", services.consultation.id))
    assert [row["text"] for row in answers] == ["resident", "agree", "end"]
    assert resident.say("STOP")["progress"]["state"] == "stopped"
