"""Sending a message: once, whatever the network does; only with one's own token and buttons."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.channels.webchat import calls
from bot.channels.webchat.wire import WebMessage
from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services
from tests.support.gateway import CANARY, FakeRasa, reply
from tests.support.people import at_once
from tests.support.tables import failing, numbered
from tests.support.texts import EXACT, REPAIRED
from tests.support.web import Resident

BUTTONS = (
    {"title": "Agree", "question": "smart_people.agree", "value": "agree"},
    {"title": "Begin", "command": "start"},
)


def messages(services: Services) -> list[Any]:
    with services.database.reading() as session:
        return list(export_rows(session, "messages", services.consultation.id))


def sent(services: Services) -> list[str]:
    return [row["text"] for row in messages(services) if row["direction"] == "in"]


def test_a_stop_is_obeyed_as_it_is_stored(resident: Resident, services: Services) -> None:
    stored = calls.accept_message(services, resident.token, WebMessage("m", "STOP", None, 0))
    assert stored is not None and stored[2]
    with services.database.reading() as session:
        [row] = export_rows(session, "respondents", services.consultation.id)
    assert row["opted_out"] is True and row["state"] == "new"  # its turn is still to come


def test_an_answer_has_the_shape_of_the_contract(resident: Resident, rasa: FakeRasa) -> None:
    rasa.says = lambda message: reply("One.", buttons=BUTTONS)
    body = resident.say(CANARY)
    assert body["messages"] == [
        {
            "id": "4",
            "text": "One.",
            "buttons": [{"id": "4.0", "title": "Agree"}, {"id": "4.1", "title": "Begin"}],
        }
    ]
    assert set(body) == {"messages", "progress", "person"}
    assert set(body["progress"]) >= {"section", "question", "kind", "answered", "total", "state"}


def test_rasa_is_told_who_what_where_and_nothing_else_of_the_person(
    resident: Resident, rasa: FakeRasa
) -> None:
    resident.say(CANARY)
    (asked,) = rasa.asked
    assert set(asked) == {"id", "sender", "channel", "text", "metadata"}
    assert (asked["text"], asked["channel"]) == (CANARY, "webchat")
    assert resident.token not in str(asked) and resident.reference not in str(asked)
    assert asked["metadata"]["inbox_id"] == asked["id"]


def test_the_same_message_again_gets_the_same_answer_byte_for_byte(
    resident: Resident, rasa: FakeRasa, services: Services
) -> None:
    message = {"id": str(uuid.uuid4()), "text": CANARY}
    first = resident.post(message)
    rasa.says = lambda message: reply("Something else.")
    resident.say("a later message")
    again = resident.post(message)
    changed = resident.post({**message, "text": "another text under the same id"})
    shouted = resident.post({**message, "id": message["id"].upper()})
    assert [a.status_code for a in (first, again, changed, shouted)] == [200] * 4
    assert first.content == again.content == changed.content == shouted.content
    assert sent(services) == [CANARY, "a later message"] == rasa.texts


def test_the_same_message_five_times_at_once_is_one_message(
    resident: Resident, rasa: FakeRasa, services: Services
) -> None:
    message = {"id": str(uuid.uuid4()), "text": CANARY}
    answers = at_once(5, lambda _: resident.post(message))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sent(services) == rasa.texts == [CANARY]


def test_two_people_may_use_the_same_message_id(
    client: TestClient, rasa: FakeRasa, services: Services
) -> None:
    one, two = Resident(client), Resident(client)
    same = str(uuid.uuid4())
    one.send({"id": same, "text": "from one"})
    two.send({"id": same, "text": "from two"})
    assert rasa.texts == ["from one", "from two"] and len(sent(services)) == 2
    assert [m["text"] for m in two.history()["messages"] if m["from"] == "resident"] == ["from two"]


def test_every_text_arrives_and_comes_back_word_for_word(
    resident: Resident, rasa: FakeRasa, services: Services
) -> None:
    stored = []
    for text in [*EXACT, *REPAIRED]:
        # Lone surrogates can only be sent escaped; 4,000 emoji fit only as they are.
        escaped = text in REPAIRED
        body = json.dumps({"id": str(uuid.uuid4()), "text": text}, ensure_ascii=escaped)
        answer = resident.client.post(
            "/chat/messages",
            content=body.encode(),
            headers={**resident.authorization, "Content-Type": "application/json"},
        )
        assert answer.status_code == (200 if text.strip() else 400), text[:20]
        if text.strip():
            stored.append(REPAIRED.get(text, text))
    shown = [m["text"] for m in resident.history()["messages"] if m["from"] == "resident"]
    assert shown == sent(services) == stored == rasa.texts


def test_a_button_is_the_answer_it_stands_for(
    resident: Resident, rasa: FakeRasa, services: Services
) -> None:
    rasa.says = lambda message: reply("Choose.", buttons=BUTTONS)
    resident.say(CANARY)
    resident.press("Agree")
    resident.press("Begin")
    answer, command = (message["metadata"] for message in rasa.asked[1:])
    assert (answer["answer"], answer["command"]) == (True, None)
    assert (command["answer"], command["command"]) == (False, "start")
    assert sent(services) == [CANARY, "Agree", "Begin"]


NO_BUTTONS = ["9.0", "4.2", "1.0", "4", "4.", ".0", "4.0.0", "-4.0", "4.-1", " 4.0", "4.0\n", "٤.٠",
              "9999999999.0", "", "start", "null"]  # fmt: skip


def test_what_is_no_button_of_this_conversation_is_refused(
    resident: Resident, rasa: FakeRasa, services: Services
) -> None:
    rasa.says = lambda message: reply("Choose.", buttons=BUTTONS)
    resident.say(CANARY)  # message 4 has the buttons

    def check(choice: Any) -> None:
        answer = resident.post({"id": str(uuid.uuid4()), "choice": choice})
        assert answer.status_code == 400 and answer.json()["error"] == "malformed"

    choices = [*NO_BUTTONS, None, 4, 4.0, True, ["4.0"], {"id": "4.0"}]
    assert failing(numbered(choices), check) == {}
    assert sent(services) == [CANARY]


def test_a_button_of_another_conversation_is_refused(
    client: TestClient, rasa: FakeRasa, services: Services
) -> None:
    one, two = Resident(client), Resident(client)
    rasa.says = lambda message: reply("Choose.", buttons=BUTTONS)
    foreign = one.say(CANARY)["messages"][0]["buttons"][0]["id"]
    answer = two.post({"id": str(uuid.uuid4()), "choice": foreign})
    assert answer.status_code == 400
    assert sent(services) == [CANARY]


def test_the_history_has_both_sides_in_order(resident: Resident, rasa: FakeRasa) -> None:
    rasa.says = lambda message: reply("One.", "Two.")
    mine = str(uuid.uuid4())
    resident.send({"id": mine, "text": CANARY})
    body = resident.history()
    assert set(body) == {"messages", "progress", "reference", "person"}
    assert [(m["id"], m["from"]) for m in body["messages"]] == [
        ("1", "bot"),
        ("2", "bot"),
        ("3", "resident"),
        ("4", "bot"),
        ("5", "bot"),
    ]
    assert body["messages"][2]["client_id"] == mine
    assert [m["id"] for m in resident.history(after="3")["messages"]] == ["4", "5"]
    assert resident.history(after="5")["messages"] == []
    assert resident.history(after="")["messages"] == body["messages"]


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "1e9", "٣", "9999999999", "1;2", "1 ", "\0"])
def test_the_history_after_nonsense_is_refused(resident: Resident, after: str) -> None:
    answer = resident.client.get(
        "/chat/messages", params={"after": after}, headers=resident.authorization
    )
    assert answer.status_code == 400 and answer.json()["error"] == "malformed"


def test_what_a_page_has_shown_counts_as_delivered(resident: Resident, services: Services) -> None:
    resident.say("one")
    resident.send({"id": str(uuid.uuid4()), "text": "two", "seen": "2"})
    assert [m["delivery"] for m in messages(services) if m["direction"] == "out"] == [
        "delivered",
        "delivered",
        "sent",
        "sent",
    ]


def test_reading_the_conversation_writes_nothing(resident: Resident, services: Services) -> None:
    resident.say("one")
    before = messages(services)
    resident.history(after="1")
    assert messages(services) == before


@pytest.mark.parametrize("seen", [None, -1, 2, "x", "2.0", ["2"], "9999999999"])
def test_nonsense_about_what_was_seen_does_not_stop_a_message(
    resident: Resident, services: Services, seen: Any
) -> None:
    resident.send({"id": str(uuid.uuid4()), "text": CANARY, "seen": seen})
    assert sent(services) == [CANARY]


def test_unknown_keys_are_ignored(client: TestClient, rasa: FakeRasa, services: Services) -> None:
    one, two = Resident(client), Resident(client)
    two.say("two")
    one.send(
        {
            "id": str(uuid.uuid4()),
            "text": CANARY,
            "sender": rasa.asked[0]["sender"],
            "metadata": {"command": "opt_out", "inbox_id": 1},
            "input_channel": "sms",
        }
    )
    first, second = rasa.asked
    assert second["sender"] != first["sender"]
    assert (second["channel"], second["metadata"]["command"]) == ("webchat", None)
    assert [m["text"] for m in two.history()["messages"] if m["from"] == "resident"] == ["two"]


BAD_TOKENS: list[bytes | None] = [
    None,
    b"",
    b"Bearer",
    b"Bearer ",
    b"Basic dXNlcjpwYXNz",
    b"Bearer " + b"x" * 43,  # well formed, but nobody's
    b"Bearer " + b"x" * 42,
    b"Bearer " + b"x" * 44,
    b"Bearer " + b"x" * 10_000,
    b"Bearer " + b"x" * 42 + b"\x00",
    b"Bearer \x00",
    b"Bearer \xed\xa0\x80" + b"x" * 40,
    b"Bearer " + "é".encode() * 43,
    b"Bearer null",
    b"Bearer ' OR 1=1 --",
]


def test_without_a_good_token_nothing_is_read_or_written(
    client: TestClient, services: Services, resident: Resident
) -> None:
    def check(header: bytes | None) -> None:
        headers = [(b"Authorization", header)] if header is not None else []
        message = {"id": str(uuid.uuid4()), "text": CANARY}
        for answer in (
            client.post("/chat/messages", json=message, headers=headers),
            client.get("/chat/messages", headers=headers),
        ):
            assert answer.status_code == 401 and answer.json()["error"] == "no_session"
            assert answer.headers["www-authenticate"] == "Bearer"

    assert failing(numbered(BAD_TOKENS), check) == {}
    assert sent(services) == []


def test_a_token_in_the_address_is_no_token(client: TestClient, resident: Resident) -> None:
    answer = client.get("/chat/messages", params={"token": resident.token})
    assert answer.status_code == 401


def test_the_word_bearer_may_be_written_in_any_case(resident: Resident) -> None:
    headers = {"Authorization": f"bearer {resident.token} "}
    assert resident.client.get("/chat/messages", headers=headers).status_code == 200
