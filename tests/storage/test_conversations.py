"""Conversations as the page and the staff read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.consultation.model import Consultation
from bot.storage.conversations import (
    button_of,
    conversation_of,
    list_conversations,
    mark_seen,
    neighbours_of,
    turns_of,
)
from bot.storage.outbox import Reply, add_replies
from bot.storage.respondents import Respondent
from bot.storage.session import Database
from bot.storage.tables import OutboxRow
from tests.support.people import NOON, People

BUTTONS = [
    {"title": "Agree", "question": "smart_people.agree", "value": "agree"},
    {"title": "Start", "command": "start"},
]


@pytest.fixture()
def people(any_database: Database, consultation: Consultation) -> People:
    return People(any_database, consultation)


def reply(people: People, person: Respondent, *texts: str, delivery: str = "sent") -> None:
    with people.database.writing() as session:
        add_replies(
            session,
            person.id,
            [Reply(text, buttons=BUTTONS) for text in texts],
            reply_to=None,
            delivery=delivery,
            now=people.now(),
        )


def test_both_sides_are_read_in_order(people: People) -> None:
    person, other = people.new(), people.new()
    reply(people, person, "Hello.", "Question?")
    people.start(person)
    people.send(other, "somebody else")
    reply(people, person, "Next?")
    people.answer(person, "resident")
    with people.database.reading() as session:
        turns = turns_of(session, person.id)
        assert [(t.seq, t.direction, t.text) for t in turns] == [
            (1, "out", "Hello."),
            (2, "out", "Question?"),
            (3, "in", "start"),
            (4, "out", "Next?"),
            (5, "in", "resident"),
        ]
        assert [t.seq for t in turns_of(session, person.id, after=3)] == [4, 5]
        assert [t.seq for t in turns_of(session, person.id, after=1, limit=2)] == [2, 3]
        assert turns_of(session, person.id, after=5) == []
        assert turns_of(session, "nobody") == []
        last = turns[-1].answer
        assert last and (last.question, last.value, last.status) == ("role", "resident", "current")
        assert turns[2].answer is None


BUTTON_IDS = [
    (1, 0, "Agree"),
    (1, 1, "Start"),
    (1, 2, None),
    (1, -1, None),
    (2, 0, None),
    (0, 0, None),
]


def test_a_button_is_found_only_in_its_own_conversation(people: People) -> None:
    person, other = people.new(), people.new()
    reply(people, person, "Choose.")
    with people.database.reading() as session:
        for seq, place, title in BUTTON_IDS:
            found = button_of(session, person.id, seq, place)
            assert (found["title"] if found else None) == title
            assert button_of(session, other.id, seq, place) is None


def test_what_a_page_has_shown_is_delivered_and_no_more(people: People) -> None:
    person, other = people.new(), people.new()
    reply(people, person, "1", "2", "3")
    reply(people, person, "4", delivery="queued")
    reply(people, other, "1")
    with people.database.writing() as session:
        mark_seen(session, person.id, 2)
    assert deliveries(people, person) == ["delivered", "delivered", "sent", "queued"]
    with people.database.writing() as session:
        mark_seen(session, person.id, 1)  # an older page looks back: nothing is taken back
        mark_seen(session, person.id, 999_999_999)
    assert deliveries(people, person) == ["delivered", "delivered", "delivered", "queued"]
    assert deliveries(people, other) == ["sent"]


def deliveries(people: People, person: Respondent) -> list[str]:
    with people.database.reading() as session:
        rows = select(OutboxRow.delivery).where(OutboxRow.respondent_id == person.id)
        return list(session.execute(rows.order_by(OutboxRow.seq)).scalars())


def test_the_list_has_the_latest_message_first(people: People) -> None:
    first, second, third = (people.new() for _ in range(3))
    people.send(first, "hello")
    people.send(first, "the last words")
    consultation = people.consultation.id
    with people.database.reading() as session:
        rows, total = list_conversations(session, consultation)
        assert [r.reference for r in rows] == [first.reference, third.reference, second.reference]
        assert (rows[0].last_text, rows[0].messages, rows[1].last_text) == (
            "the last words",
            2,
            None,
        )
        assert total == 3
        page, total = list_conversations(session, consultation, offset=1, limit=1)
        assert [r.reference for r in page] == [third.reference] and total == 3
        assert list_conversations(session, "another") == ([], 0)


def test_the_list_is_narrowed_by_state_and_channel(people: People) -> None:
    started, new, text = people.new(), people.new(), people.new(channel="sms")
    people.start(started)
    found = {}
    with people.database.reading() as session:
        for state in (None, "new", "started", "completed"):
            for channel in (None, "webchat", "sms"):
                rows, total = list_conversations(
                    session, people.consultation.id, state=state, channel=channel
                )
                assert total == len(rows)
                found[state, channel] = {row.reference for row in rows}
    assert found["started", None] == {started.reference}
    assert found["new", None] == {new.reference, text.reference}
    assert found["new", "sms"] == found[None, "sms"] == {text.reference}
    assert found["completed", None] == found["started", "sms"] == set()


def test_neighbours_are_those_of_the_list_also_when_times_are_equal(people: People) -> None:
    for _ in range(3):
        people.new(at=NOON)
    people.new(at=NOON + timedelta(seconds=1))
    people.new(at=NOON - timedelta(seconds=1))
    with people.database.reading() as session:
        rows, _ = list_conversations(session, people.consultation.id)
        order = [None, *[row.reference for row in rows], None]
        for place, reference in enumerate(order[1:-1], 1):
            assert neighbours_of(session, reference or "") == (order[place - 1], order[place + 1])
        assert neighbours_of(session, "HYS-NONE-0000") == (None, None)


def test_a_conversation_is_found_by_its_exact_reference(people: People) -> None:
    person = people.new()
    with people.database.reading() as session:
        found = conversation_of(session, person.reference)
        assert found and found[0] == person.id and found[1].reference == person.reference
        for reference in ("", "HYS-NONE-0000", person.reference.lower(), "%", person.id):
            assert conversation_of(session, reference) is None
