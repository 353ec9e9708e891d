"""Two readers are never given the same conversation, and nobody keeps one for ever."""

from __future__ import annotations

from datetime import timedelta

from bot.storage.respondents.respondents import Respondent
from bot.storage.review.queue import Reader, queue_for, take_next, triggers_of, waiting_by_level
from bot.storage.review.reading import FOR, let_go, reader_of, take
from bot.understanding.personal_data import holds_personal
from tests.support.people import NOON, People, at_once

ANN, BEA = "ann@example.org", "bea@example.org"
LATER = NOON + FOR


def _some(people: People, count: int) -> list[Respondent]:
    some = [people.new() for _ in range(count)]
    for person in some:
        people.turn(person, "hello")
    return some


def _next(people: People, who: str, now: object = NOON) -> str | None:
    with people.database.writing() as session:
        return take_next(session, people.consultation.id, Reader(who, now))  # type: ignore[arg-type]


def test_those_who_ask_for_the_next_get_different_ones(people: People) -> None:
    some = [person.reference for person in _some(people, 3)]
    assert [_next(people, who) for who in (ANN, BEA, "cid@example.org")] == some
    assert _next(people, "dee@example.org") is None


def test_what_another_reads_is_not_in_the_queue(people: People) -> None:
    first, second = _some(people, 2)
    assert _next(people, ANN) == first.reference
    with people.database.reading() as session:
        queues = [
            [line.reference for line in queue_for(session, people.consultation.id, r, limit=9)]
            for r in (Reader(ANN, NOON), Reader(BEA, NOON), Reader(BEA, LATER))
        ]
        counted = waiting_by_level(session, people.consultation.id, Reader(BEA, NOON))
    everything = [first.reference, second.reference]
    assert queues == [everything, [second.reference], everything]
    assert counted == {0: 1}


def test_one_at_a_time_and_only_until_it_is_over(people: People) -> None:
    first, second = _some(people, 2)
    with people.database.writing() as session:
        assert take(session, first.id, ANN, NOON)
        assert take(session, first.id, ANN, NOON)  # still theirs
        assert not take(session, first.id, BEA, LATER - timedelta(seconds=1))
        assert take(session, first.id, BEA, LATER)
        assert reader_of(session, first.id, LATER) == BEA
        assert take(session, second.id, BEA, LATER)  # reads on elsewhere
        assert reader_of(session, first.id, LATER) is None
        let_go(session, second.id, ANN)
        assert reader_of(session, second.id, LATER) == BEA  # that was not Ann's
        let_go(session, second.id, BEA)
        assert reader_of(session, second.id, LATER) is None


def test_many_at_once_get_one_each(people: People) -> None:
    some = {person.reference for person in _some(people, 6)}
    got = at_once(6, lambda n: _next(people, f"{n}@example.org"))
    assert sorted(map(str, got)) == sorted(some)


def test_the_words_in_greatest_need_stand_for_the_conversation(people: People) -> None:
    worried, calm, silent = people.new(), people.new(), people.new()
    people.turn(worried, "I cannot cope", intent="distress")
    people.turn(worried, "a much longer message about the libraries and the parks")
    people.turn(calm, "short")
    people.turn(calm, "longer than the other")
    with people.database.reading() as session:
        reader = Reader(ANN, NOON)
        lines = queue_for(session, people.consultation.id, reader, limit=9)
        said = triggers_of(session, lines, holds_personal)
    assert said == {worried.id: "I cannot cope", calm.id: "longer than the other"}
    assert silent.id not in said
