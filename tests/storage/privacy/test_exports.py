"""Export rows: the columns that others rely on, in order, for all or for one."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from bot.conversation import answering, moving
from bot.storage.messages.outbox import Reply
from bot.storage.privacy.erasure import erase
from bot.storage.privacy.exports import BATCH, COLUMNS
from bot.turns.finish import finish_turn
from bot.turns.services import Understood
from tests.support.keys import KEYS
from tests.support.people import NOON, People

# The contract: columns may be added after these, never moved or renamed.
CONTRACT = {
    "answers": "respondent channel question kind value text status answered_at wording_version"
    " message",
    "requests": "respondent channel kind fields consents status created_at",
    "respondents": "respondent channel state opted_out language started_at last_message_at",
    "messages": "respondent channel direction text at question intent delivery phase other asks"
    " care note language",
}
MOMENT = re.compile(r"2021-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def finish(people: People, inbox_id: int, *texts: str) -> None:
    with people.database.writing() as session:
        finish_turn(
            session,
            people.consultation,
            inbox_id,
            [Reply(text) for text in texts],
            Understood("give_answer", 1.0),
            delivery="sent",
            now=people.now(),
        )


@pytest.mark.parametrize("what", sorted(CONTRACT))
def test_the_columns_are_those_of_the_contract(what: str) -> None:
    agreed = tuple(CONTRACT[what].split())
    assert COLUMNS[what][: len(agreed)] == agreed


def test_an_answer_is_exported_as_it_was_sent_and_as_it_was_understood(people: People) -> None:
    person = people.new()
    people.start(person)
    inbox_id = people.send(person, " I'm a resident! ", message_id="the-pages-own-id")
    people.step(inbox_id, answering.answer)
    (row,) = people.export("answers")
    assert tuple(row) == COLUMNS["answers"]
    assert MOMENT.fullmatch(row.pop("answered_at"))
    assert row == {
        "respondent": person.reference,
        "channel": "webchat",
        "question": "role",
        "kind": "choice",
        "value": "resident",
        "text": " I'm a resident! ",
        "status": "current",
        "wording_version": people.consultation.version,
        "message": "the-pages-own-id",
    }


def test_a_respondent_is_exported_with_their_state(people: People) -> None:
    person = people.new(at=NOON)
    people.start(person)
    people.step(people.send(person, "stop"), moving.opt_out)
    (row,) = people.export("respondents")
    assert tuple(row) == COLUMNS["respondents"]
    assert MOMENT.fullmatch(row.pop("last_message_at"))
    assert row == {
        "respondent": person.reference,
        "channel": "webchat",
        "state": "stopped",
        "opted_out": True,
        "language": None,
        "started_at": "2021-03-01T12:00:00.000Z",
        "behalf": None,
        "views": None,
    }


def test_both_sides_are_exported_in_the_order_of_each_conversation(people: People) -> None:
    one = people.new(at=NOON)
    two = people.new(at=NOON - timedelta(hours=1))
    first = people.send(one, "start")
    people.step(first, moving.start)
    finish(people, people.send(two, "hello"), "Hello.")
    finish(people, first, "Welcome.", "Question?")
    people.send(one, "resident")
    rows = people.export("messages")
    assert [(r["respondent"], r["direction"], r["text"], r["delivery"]) for r in rows] == [
        (two.reference, "in", "hello", "done"),
        (two.reference, "out", "Hello.", "sent"),
        (one.reference, "in", "start", "done"),
        (one.reference, "out", "Welcome.", "sent"),
        (one.reference, "out", "Question?", "sent"),
        (one.reference, "in", "resident", "received"),
    ]
    assert all(tuple(row) == COLUMNS["messages"] for row in rows)
    assert all(MOMENT.fullmatch(row["at"]) for row in rows)
    assert [row["intent"] for row in rows[:2]] == ["give_answer", None]


def test_one_respondent_can_be_exported_alone(people: People) -> None:
    one, two = people.new(), people.new()
    for person in (one, two):
        people.start(person)
        people.answer(person, "resident")
    for what in ("answers", "messages", "respondents"):
        rows = people.export(what, one.reference)
        assert rows and {row["respondent"] for row in rows} == {one.reference}
        assert len(people.export(what)) == 2 * len(rows)
        assert people.export(what, "HYS-NONE-0000") == []


def test_another_consultation_is_not_exported(people: People) -> None:
    from dataclasses import replace

    person = people.new()
    people.start(person)
    people.answer(person, "resident")
    other = People(people.database, replace(people.consultation, id="another"))
    for what in COLUMNS:
        assert other.export(what) == []


def test_answers_come_in_the_order_they_were_given(people: People) -> None:
    one, two = people.new(), people.new()
    people.start(one)
    people.start(two)
    for person, text in ((two, "resident"), (one, "business"), (two, "agree"), (one, "disagree")):
        people.answer(person, text)
    assert [row["text"] for row in people.export("answers")] == [
        "resident",
        "business",
        "agree",
        "disagree",
    ]


def test_a_value_keeps_its_type(people: People) -> None:
    person = people.new()
    people.start(person)
    for text in ("resident", "agree", "My views.", *["skip"] * 6, "1 and 3"):
        step = moving.skip if text == "skip" else answering.answer
        people.step(people.send(person, text), step)
    rows = {row["question"]: row["value"] for row in people.export("answers")}
    assert rows == {
        "role": "resident",
        "smart_people.agree": "agree",
        "smart_people.views": None,
        "overall.priority": ["smart_people", "tech_for_people"],
    }
    assert json.loads(json.dumps(rows)) == rows


def test_more_than_one_batch_is_exported(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.privacy.exports.BATCH", 7)
    assert BATCH > 7
    person = people.new()
    texts = [f"message {number}" for number in range(23)]
    for text in texts:
        people.send(person, text)
    assert [row["text"] for row in people.export("messages")] == texts


@pytest.mark.parametrize("what", ["requests", "equality"])
def test_what_is_not_asked_yet_is_empty(people: People, what: str) -> None:
    assert people.export(what) == []


def test_the_language_of_a_message_is_exported_and_erased_with_it(people: People) -> None:
    person = people.new()
    people.turn(person, "więcej kursów", None, language="pl")
    people.turn(person, "more courses", None)
    rows = people.export("messages")
    assert [row["language"] for row in rows] == ["pl", None]
    assert [row[name] for row in rows for name in ("other", "asks", "care", "note")] == [None] * 8
    with people.database.writing() as session:
        erase(session, KEYS, person.id, last_words=False)
    assert [row["language"] for row in people.export("messages")] == [None, None]


def test_what_else_a_message_meant_stands_under_its_own_name(people: People) -> None:
    person = people.new()
    inbox_id = people.send(person, "x")
    meant = Understood("give_answer", 0.9, "pause", ("faq_who",), "soft", "pl")
    with people.database.writing() as session:
        finish_turn(
            session, people.consultation, inbox_id, [], meant, delivery="sent", now=people.now()
        )
    (row,) = people.export("messages")
    told = {name: row[name] for name in ("other", "asks", "care", "note", "language")}
    assert told == {
        "other": "pause",
        "asks": ["faq_who"],
        "care": "soft",
        "note": None,
        "language": "pl",
    }
