"""The inbox: every message once, word for word, in order."""

from __future__ import annotations

import uuid
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.consultation.dates import Phase
from bot.conversation import answering
from bot.storage.database.session import Database
from bot.storage.database.tables import InboxRow, RespondentRow
from bot.storage.messages.inbox import Incoming, accept, sender_message_id, storable, web_message_id
from bot.storage.messages.transcripts import turns_of
from bot.storage.messages.waiting import (
    count_attempt,
    next_waiting,
    oldest_waiting,
    respondents_waiting,
)
from bot.turns.finish import finish_turn
from tests.support.people import NOON, People, at_once
from tests.support.texts import EXACT, REPAIRED


def rows(database: Database) -> list[Any]:
    with database.reading() as session:
        return list(session.execute(select(InboxRow).order_by(InboxRow.id)).scalars())


def test_a_message_sent_five_times_at_once_is_stored_once(people: People) -> None:
    person = people.new()
    incoming = Incoming(person.id, "webchat", web_message_id(person.id, "m"), "Buses")

    def store(_: int) -> tuple[int, bool]:
        with people.database.writing() as session:
            return accept(session, incoming, phase=Phase.OPEN, now=NOON)

    answers = at_once(5, store)
    assert len({inbox_id for inbox_id, _ in answers}) == 1
    assert sorted(new for _, new in answers) == [False, False, False, False, True]
    assert [(row.text, row.seq) for row in rows(people.database)] == [("Buses", 1)]


def test_five_messages_sent_at_once_get_five_places(people: People) -> None:
    person = people.new()
    at_once(5, lambda n: people.send(person, f"message {n}"))
    assert [row.seq for row in rows(people.database)] == [1, 2, 3, 4, 5]
    assert {row.text for row in rows(people.database)} == {f"message {n}" for n in range(5)}


def test_the_first_text_of_a_message_id_is_the_one_that_counts(people: People) -> None:
    person = people.new()
    first = people.send(person, "as it was sent", message_id="m")
    assert people.send(person, "something else", message_id="m") == first
    assert [row.text for row in rows(people.database)] == ["as it was sent"]


def test_two_pages_may_choose_the_same_message_id(people: People) -> None:
    same = str(uuid.uuid4())
    one, two = people.new(), people.new()
    assert people.send(one, "from one", message_id=same) != people.send(
        two, "from two", message_id=same
    )
    assert [row.text for row in rows(people.database)] == ["from one", "from two"]
    assert {sender_message_id(row.provider_id) for row in rows(people.database)} == {same}


def test_every_text_is_stored_shown_and_exported_word_for_word(people: People) -> None:
    person = people.new()
    people.start(person)
    sent = [*EXACT, *REPAIRED]
    stored = [*EXACT, *REPAIRED.values()]
    for text in sent:
        put_open(people, person.id, "smart_people.views")
        assert people.answer(person, text).did.value == "answered"
    messages = [row["text"] for row in people.export("messages") if row["direction"] == "in"]
    assert_same(messages[1:], stored)
    assert_same([row["text"] for row in people.export("answers")], stored)
    with people.database.reading() as session:
        assert_same([turn.text for turn in turns_of(session, person.id)][1:], stored)
    flagged = [row.repaired for row in rows(people.database)][1:]
    assert flagged == [False] * len(EXACT) + [True] * len(REPAIRED)


def assert_same(found: list[str], expected: list[str]) -> None:
    """Compare byte for byte, and name the first difference only: some texts are long."""
    for one, other in zip(found, expected, strict=True):
        assert one.encode() == other.encode(), other[:40]


def put_open(people: People, respondent_id: str, question: str) -> None:
    with people.database.writing() as session:
        row = session.get(RespondentRow, respondent_id)
        row.state, row.open_question = "started", question


@given(st.text(st.characters(), max_size=30))
def test_only_what_no_database_keeps_is_replaced(text: str) -> None:
    stored = storable(text)
    assert "\0" not in stored
    assert stored.encode().decode() == stored  # would raise on a lone surrogate
    if not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        assert stored == text


def test_messages_wait_in_the_order_they_came(people: People) -> None:
    one, two = people.new(), people.new()
    first, second = people.send(one, "1"), people.send(two, "2")
    third = people.send(one, "3", phase=Phase.AFTER, button={"title": "3", "command": "start"})
    with people.database.reading() as session:
        assert respondents_waiting(session, 9) == [one.id, two.id]
        assert next_waiting(session, one.id).id == first
        assert next_waiting(session, two.id).id == second
    for inbox_id in (first, second):
        finish(people, inbox_id)
    with people.database.reading() as session:
        waiting = next_waiting(session, one.id)
        assert (waiting.id, waiting.text, waiting.phase) == (third, "3", Phase.AFTER)
        assert waiting.button == {"title": "3", "command": "start"}
        assert next_waiting(session, two.id) is None
        assert respondents_waiting(session, 9) == [one.id]
        arrived = session.get(InboxRow, third).received_at
        assert oldest_waiting(session) == arrived and arrived.tzinfo is not None
    finish(people, third)
    with people.database.reading() as session:
        assert respondents_waiting(session, 9) == [] and oldest_waiting(session) is None


def test_failures_of_a_turn_are_counted_and_survive(people: People) -> None:
    inbox_id = people.send(people.new(), "x")
    for expected in (1, 2, 3):
        with people.database.writing() as session:
            assert count_attempt(session, inbox_id) == expected
    with people.database.reading() as session:
        assert session.get(InboxRow, inbox_id).attempts == 3


def test_a_message_is_kept_with_the_phase_it_came_in(people: People) -> None:
    person = people.new()
    people.start(person)
    late = people.send(person, "resident", phase=Phase.AFTER)
    assert people.step(late, answering.answer).did.value == "late"
    assert people.export("answers") == []
    assert [row["phase"] for row in people.export("messages")] == ["open", "after"]


def finish(people: People, inbox_id: int) -> None:
    with people.database.writing() as session:
        finish_turn(
            session, people.consultation, inbox_id, (), None, delivery="sent", now=people.now()
        )
