"""A text in several parts is one message, whatever order its parts come in."""

from __future__ import annotations

import pytest

from bot.conversation import answering
from bot.storage.messages.waiting import next_waiting
from bot.storage.respondents.respondents import Respondent
from bot.turns.intake.joined_texts import PART, Part, PartsMissing, gathered, part_of
from tests.support.people import NOON, People

MARKED = [
    ("(1/2) more buses", Part(1, 2, "more buses")),
    ("(2/3) and trains", Part(2, 3, "and trains")),
    ("[1/2] more buses", Part(1, 2, "more buses")),
    ("1/2: more buses", Part(1, 2, "more buses")),
    ("(1 of 2) more buses", Part(1, 2, "more buses")),
    ("more buses (2/2)", Part(2, 2, "more buses")),
    ("1/2 of the buses are late", None),
    ("about (1/2) of them", None),
    ("(3/2) more buses", None),
    ("(1/2)", None),
    ("24/7 buses", None),
]


@pytest.mark.parametrize(("text", "part"), MARKED)
def test_a_part_is_known_by_its_mark(text: str, part: Part | None) -> None:
    assert part_of(text) == part


def take(people: People, person: Respondent, *, patient: bool = True) -> str | None:
    """Do the oldest waiting turn; return the words that were taken, or None for a silent part."""
    with people.database.reading() as session:
        found = next_waiting(session, person.id)
        assert found
        waiting = gathered(session, found, patient=patient)
    if waiting.note != PART:
        people.step(waiting.id, answering.answer)
    with people.database.writing() as session:
        from bot.storage.messages.turns import DONE, end

        end(session, waiting.id, DONE, None, question=None, progress={}, now=NOON)
    return None if waiting.note == PART else waiting.text


def at_views(people: People, channel: str = "sms") -> Respondent:
    person = people.new(channel=channel)
    people.start(person)
    for text in ("resident", "agree"):
        people.turn(person, text)
    with people.database.writing() as session:
        from sqlalchemy import update

        from bot.storage.database.tables import InboxRow

        session.execute(update(InboxRow).values(state="done"))
    return person


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 1, 3), (3, 2, 1)])
def test_parts_are_one_answer_in_their_own_order(people: People, order: tuple[int, ...]) -> None:
    person = at_views(people)
    words = {1: "We need more buses", 2: "in the evening and", 3: "cheaper ones too."}
    for number in order:
        people.send(person, f"({number}/3) {words[number]}", at=NOON)
    taken = [take(people, person) for _ in order]
    assert taken == [None, None, " ".join(words.values())]
    answer = people.export("answers")[-1]
    assert (answer["text"], answer["status"]) == (" ".join(words.values()), "current")
    sent = [row["text"] for row in people.export("messages") if row["direction"] == "in"]
    assert sent[-3:] == [f"({number}/3) {words[number]}" for number in order]


def test_parts_that_do_not_come_are_waited_for_only_a_while(people: People) -> None:
    person = at_views(people)
    people.send(person, "(1/2) We need more buses", at=NOON)
    with pytest.raises(PartsMissing):
        take(people, person)
    assert take(people, person, patient=False) == "We need more buses"


def test_elsewhere_a_mark_is_only_text(people: People) -> None:
    person = at_views(people, "webchat")
    people.send(person, "(1/2) We need more buses", at=NOON)
    assert take(people, person) == "(1/2) We need more buses"
