"""Considering, the read queue and how much a conversation needs to be read."""

from __future__ import annotations

from functools import partial

import pytest

from bot.settings import Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.tables import RespondentRow
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent
from bot.storage.review import reviews
from bot.storage.review.lines import line_of
from bot.storage.review.priority import COMPLAINT, DISTRESS, need_of, reason_of
from bot.storage.review.queue import Reader, queue_for, unread_beside
from bot.storage.review.reviews import (
    considered_by,
    counts_considered,
    disagreements,
)
from bot.understanding.personal_data import holds_personal
from tests.support.people import NOON, People

ANN, BEA = "ann@example.org", "bea@example.org"
consider = partial(reviews.consider, is_personal=holds_personal)
reconsider = partial(reviews.reconsider, is_personal=holds_personal)


def mark(
    people: People, person: Respondent, who: str = ANN, judgement: str = "none", **more: int
) -> None:
    with people.database.writing() as session:
        given = {"seq": 999, "readers": 1, **more}
        consider(session, person.id, staff=who, judgement=judgement, now=people.now(), **given)


def counts(people: People) -> tuple[int, int]:
    with people.database.reading() as session:
        return counts_considered(session, people.consultation.id)


def queue(people: People, who: str = ANN) -> list[str]:
    with people.database.reading() as session:
        found = queue_for(session, people.consultation.id, Reader(who, NOON), limit=50)
        return [line.reference for line in found]


def need(people: People, person: Respondent) -> int:
    with people.database.reading() as session:
        return session.get(RespondentRow, person.id).need


def test_a_conversation_counts_once_someone_marked_it(people: People) -> None:
    person, _silent = people.new(), people.new()
    assert counts(people) == (0, 0)
    people.turn(person, "hello")
    assert counts(people) == (0, 1)
    mark(people, person)
    assert counts(people) == (1, 1)
    assert queue(people) == []


def test_a_new_message_makes_it_unread_again(people: People) -> None:
    person = people.new()
    people.turn(person, "hello")
    mark(people, person)
    people.turn(person, "and another thing")
    assert counts(people) == (0, 1)
    assert queue(people) == [person.reference]


def test_what_came_while_someone_read_is_not_considered(people: People) -> None:
    person = people.new()
    people.turn(person, "hello")
    people.turn(person, "while you read")
    mark(people, person, seq=1)
    assert counts(people) == (0, 1)


def test_two_readers_must_both_have_marked_it(people: People) -> None:
    person = people.new()
    people.turn(person, "hello")
    mark(people, person, readers=2)
    mark(people, person, judgement="action", readers=2)
    assert counts(people) == (0, 1)
    assert (queue(people), queue(people, BEA)) == ([], [person.reference])
    mark(people, person, BEA, readers=2)
    assert counts(people) == (1, 1)
    with people.database.reading() as session:
        assert disagreements(session, people.consultation.id, limit=9) == [person.reference]
    mark(people, person, BEA, "action", readers=2)
    with people.database.reading() as session:
        assert disagreements(session, people.consultation.id, limit=9) == []
        judged = [(one.staff, one.judgement) for one in considered_by(session, person.id)]
        assert judged == [(ANN, "action"), (BEA, "action")]


def test_a_judgement_can_be_taken_back(people: People) -> None:
    person = people.new()
    people.turn(person, "hello")
    mark(people, person)
    with people.database.writing() as session:
        reconsider(session, person.id, staff=ANN, readers=1)
    assert counts(people) == (0, 1)
    assert queue(people) == [person.reference]


@pytest.mark.parametrize("readers", [1, 2])
def test_what_was_marked_by_mistake_needs_as_much_as_before(people: People, readers: int) -> None:
    person = people.new()
    people.turn(person, "I feel hopeless", None, intent="distress")
    mark(people, person, BEA, readers=readers)
    people.turn(person, "hm", None, confidence=0.2)
    for who in (ANN, BEA):
        mark(people, person, who, readers=readers)
    assert need(people, person) == 0
    with people.database.writing() as session:
        reconsider(session, person.id, staff=ANN, readers=readers)
        assert session.get(RespondentRow, person.id).read_seq == (0 if readers == 2 else 2)
    assert need(people, person) == (DISTRESS if readers == 2 else 0)
    with people.database.writing() as session:
        reconsider(session, person.id, staff=BEA, readers=readers)
    assert need(people, person) == DISTRESS


def test_what_came_while_someone_read_is_weighed_by_itself(people: People) -> None:
    person = people.new()
    people.turn(person, "I feel hopeless", None, intent="distress")
    people.turn(person, "bad", None, intent="complain")
    mark(people, person, seq=1)
    assert need(people, person) == COMPLAINT


def test_who_was_erased_is_not_counted(people: People, settings: Settings) -> None:
    person = people.new()
    people.turn(person, "I feel hopeless", None, intent="distress")
    with people.database.writing() as session:
        erase(session, load_keys(settings.secrets_dir), person.id, last_words=False)
    assert (counts(people), queue(people)) == ((0, 0), [])
    mark(people, person)
    with people.database.reading() as session:
        assert considered_by(session, person.id) == []


def test_the_queue_has_the_greatest_need_first_then_the_longest_wait(people: People) -> None:
    calm, later, long, unsure, failed, personal, complaint, distress = (
        people.new() for _ in range(8)
    )
    people.turn(calm, "hello", None)
    people.turn(later, "hello", None)
    people.turn(long, "word " * 60, None)
    people.turn(unsure, "hm", None, confidence=0.2)
    people.turn(failed, "hello", None, state="failed")
    people.turn(personal, "ring 07700 900123", None)
    people.turn(complaint, "bad", None, intent="complain")
    people.turn(distress, "help", None, intent="distress")
    people.turn(distress, "thanks", None)  # what it needed, it still needs
    order = (distress, complaint, unsure, failed, personal, long, calm, later)
    assert queue(people) == [person.reference for person in order]
    mark(people, distress)
    people.turn(distress, "hello again", None)  # weighed anew
    assert queue(people)[-1] == distress.reference


def test_the_unread_beside_one_are_those_of_the_queue(people: People) -> None:
    for _ in range(4):
        people.turn(people.new(), "hello", None)
    order = queue(people)
    with people.database.reading() as session:
        lines = [line_of(session, reference) for reference in order]
        beside = [
            unread_beside(session, people.consultation.id, Reader(ANN, NOON), line)
            for line in lines
        ]
    assert [after for _, after in beside] == [*order[1:], None]
    assert [before for before, _ in beside] == [None, *order[:-1]]


NEEDS = [
    ("hello", "greet", 0.9, False, None),
    ("", None, None, False, None),
    ("a long one. " * 40, "give_answer", 0.9, False, "rich"),
    ("I live in M14 5RX", "give_answer", 0.9, False, "personal"),
    ("I live in M14 5RX", None, None, True, "failed"),
    ("hm", "give_answer", 0.3, True, "unsure"),
    ("hm", "complain", 0.3, True, "complaint"),
    ("hm", "distress", 0.3, True, "distress"),
]


@pytest.mark.parametrize(("text", "intent", "confidence", "failed", "reason"), NEEDS)
def test_the_gravest_reason_counts(
    text: str, intent: str | None, confidence: float | None, failed: bool, reason: str | None
) -> None:
    assert (
        reason_of(need_of(text, intent, confidence, failed=failed, personal=holds_personal(text)))
        == reason
    )


def test_within_a_reason_more_is_more() -> None:
    unsure = [need_of("hm", None, sure, failed=False, personal=False) for sure in (0.0, 0.1, 0.4)]
    long = [
        need_of("w" * letters, None, None, failed=False, personal=False)
        for letters in (9999, 900, 200)
    ]
    assert unsure == sorted(unsure, reverse=True) and long == sorted(long, reverse=True)
    assert {reason_of(need) for need in unsure} == {"unsure"}
    assert {reason_of(need) for need in long} == {"rich"}
