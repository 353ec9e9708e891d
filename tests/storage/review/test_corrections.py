"""Corrections that count: the result is amended, what it was is kept and can be put back."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select, update

from bot.conversation import moving
from bot.storage.database.tables import AnswerRow, InboxRow, QuoteRow, RespondentRow
from bot.storage.respondents.answers import answers_of
from bot.storage.respondents.respondents import Respondent
from bot.storage.results.results import counts_of
from bot.storage.review import corrections
from bot.storage.review.amending import Amended
from bot.storage.review.corrections import (
    corrections_of,
    count_unsure,
    take_back,
    unsure_readings,
)
from bot.storage.review.priority import reason_of
from bot.understanding.personal_data import holds_personal
from tests.support.people import NOON, People

ANN, ROLE = "ann@example.org", "role"
correct = partial(corrections.correct, staff=ANN, is_personal=holds_personal, now=NOON)


def _person(people: People, *said: str) -> Respondent:
    person = people.new()
    people.turn(person, "start", moving.start, intent="start")
    for text in said:
        people.turn(person, text, intent="give_answer")
    return person


def _seq(people: People, text: str) -> int:
    with people.database.reading() as session:
        return session.execute(select(InboxRow.seq).where(InboxRow.text == text)).scalar_one()


def _amended(people: People, value: object) -> Amended:
    return Amended(people.consultation.by_id[ROLE], value, "1")


def _fix(people: People, person: Respondent, text: str, value: object, **more: str) -> None:
    answer = _amended(people, value) if not more else None
    with people.database.writing() as session:
        given = {"intent": "give_answer", **more}
        assert correct(session, person.id, _seq(people, text), answer=answer, **given)


def _back(people: People, person: Respondent, text: str) -> bool:
    with people.database.writing() as session:
        return take_back(session, person.id, _seq(people, text), holds_personal)


def _role(people: People, person: Respondent) -> object:
    with people.database.reading() as session:
        return answers_of(session, person.id).get(ROLE, ("", "none"))[1]


def test_the_option_can_be_set_and_results_count_it(people: People) -> None:
    person = _person(people, "resident")
    _fix(people, person, "resident", "business")
    with people.database.reading() as session:
        assert counts_of(session, people.consultation.id, ROLE).values == {"business": 1}
        (kept,) = corrections_of(session, person.id).values()
    assert (kept.intent, kept.value, kept.was, kept.staff) == (
        "give_answer", "business", "resident", ANN,
    )  # fmt: skip


def test_what_was_kept_unread_can_be_read_by_a_person(people: People) -> None:
    person = _person(people, "resident")
    with people.database.writing() as session:
        session.execute(update(AnswerRow).values(value=None))
    _fix(people, person, "resident", "business")
    assert _role(people, person) == "business"
    assert _back(people, person, "resident")
    assert _role(people, person) is None


def test_the_last_word_counts_and_the_first_reading_is_kept(people: People) -> None:
    person = _person(people, "resident")
    for value in ("business", "university"):
        _fix(people, person, "resident", value)
    with people.database.reading() as session:
        (kept,) = corrections_of(session, person.id).values()
    assert (kept.value, kept.was) == ("university", "resident")
    assert _back(people, person, "resident")
    assert _role(people, person) == "resident"
    assert not _back(people, person, "resident")


def test_what_was_no_answer_counts_for_none(people: People) -> None:
    person = _person(people, "resident")
    _fix(people, person, "resident", None, intent="complain")
    assert _role(people, person) == "none"
    _fix(people, person, "resident", "business")
    assert _role(people, person) == "business"
    assert _back(people, person, "resident")
    assert _role(people, person) == "resident"


def test_the_answer_that_was_replaced_by_mistake_counts_again(people: People) -> None:
    person = _person(people, "resident")
    people.turn(person, "back", moving.go_back, intent="go_back")
    people.turn(person, "business", intent="give_answer")
    assert _role(people, person) == "business"
    _fix(people, person, "business", None, intent="complain")
    assert _role(people, person) == "resident"
    assert _back(people, person, "business")
    assert _role(people, person) == "business"
    with people.database.reading() as session:
        statuses = session.execute(select(AnswerRow.status).order_by(AnswerRow.id)).scalars().all()
    assert statuses == ["replaced", "current"]


def test_a_message_that_was_taken_for_none_becomes_an_answer(people: People) -> None:
    person = _person(people)
    people.turn(person, "I bake bread", None, intent="off_topic")
    _fix(people, person, "I bake bread", "business")
    assert _role(people, person) == "business"
    assert people.export("answers")[0]["text"] == "I bake bread"
    with people.database.writing() as session:
        (answer,) = session.execute(select(AnswerRow.id)).scalars()
        session.add(QuoteRow(answer_id=answer, staff=ANN, at=NOON))
    assert _back(people, person, "I bake bread")
    assert _role(people, person) == "none"


def test_an_answer_that_was_given_later_counts_more(people: People) -> None:
    person = _person(people)
    people.turn(person, "I bake bread", None, intent="off_topic")
    people.turn(person, "resident", intent="give_answer")
    _fix(people, person, "I bake bread", "business")
    assert _role(people, person) == "resident"


def test_unsure_readings_come_the_least_sure_first_until_a_person_decides(people: People) -> None:
    person = people.new()
    for text, sure in (("hm", 0.4), ("er", 0.2), ("yes", 0.7), ("no", 0.69), ("private", 0.1)):
        people.turn(person, text, None, intent="pause", confidence=sure)
    with people.database.writing() as session:
        hide = update(InboxRow).where(InboxRow.text == "private").values(private="contact")
        session.execute(hide)
        assert [one.text for one in unsure_readings(session, people.consultation.id, limit=9)] == [
            "er", "hm", "no",
        ]  # fmt: skip
        assert correct(session, person.id, 2, intent="pause")  # it was right
        (first, _) = unsure_readings(session, people.consultation.id, limit=9)
        assert (first.text, first.reference, first.seq) == ("hm", person.reference, 1)
        assert [count_unsure(session, people.consultation.id, most=n) for n in (1, 9)] == [1, 2]
        assert count_unsure(session, "another", most=9) == 0


def test_corrections_are_exported_with_their_context(people: People) -> None:
    person = _person(people, "resident")
    _fix(people, person, "resident", "business")
    (row,) = people.export("corrections")
    told = ("text", "intent", "question", "value", "was_value", "question_kind")
    assert {name: row[name] for name in told} == {
        "text": "resident", "intent": "give_answer", "question": "role", "value": "business",
        "was_value": "resident", "question_kind": "choice",
    }  # fmt: skip
    assert set(row) >= {"asked", "sureness"}


def test_what_a_person_has_checked_is_no_longer_unsure(people: People) -> None:
    person = people.new()
    people.turn(person, "hm", None, confidence=0.2)
    assert _reason(people, person) == "unsure"
    _fix(people, person, "hm", None, intent="pause")
    assert _reason(people, person) is None
    assert _back(people, person, "hm")
    assert _reason(people, person) == "unsure"


def _reason(people: People, person: Respondent) -> str | None:
    with people.database.reading() as session:
        return reason_of(session.get(RespondentRow, person.id).need)
