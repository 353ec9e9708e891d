"""Conversations as the page and the staff read them."""

from __future__ import annotations

from sqlalchemy import select

from bot.storage.database.tables import OutboxRow
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.messages.transcripts import button_of, conversation_of, mark_seen, turns_of
from bot.storage.respondents.respondents import Respondent
from tests.support.people import People

BUTTONS = [
    {"title": "Agree", "question": "smart_people.agree", "value": "agree"},
    {"title": "Start", "command": "start"},
]


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
    people.send(other, "another person")
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


def test_a_conversation_is_found_by_its_exact_reference(people: People) -> None:
    person = people.new()
    with people.database.reading() as session:
        found = conversation_of(session, person.reference)
        assert found and found[0] == person.id and found[1].reference == person.reference
        for reference in ("", "HYS-NONE-0000", person.reference.lower(), "%", person.id):
            assert conversation_of(session, reference) is None
