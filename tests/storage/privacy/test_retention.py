"""What is kept too long goes, by the consultation file's rules, and only when it is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation import confirmations, moving
from bot.conversation.requests import request
from bot.storage.database.tables import (
    AuditRow,
    EqualityAnswerRow,
    RequestEventRow,
    RequestRow,
    RespondentRow,
)
from bot.storage.privacy.retention import due, remove
from bot.storage.requests.requests import last_sent
from bot.storage.requests.updates import set_status
from bot.storage.respondents.equality import equality_totals
from bot.storage.respondents.respondents import Respondent
from tests.support.keys import KEYS
from tests.support.people import NOON, People

OPEN_DAY = date(2021, 3, 1)


def ask_for(people: People, kind: str, *said: str) -> tuple[Respondent, str]:
    """Return who asked, and the reference of the request."""
    person = people.new()
    people.step(people.send(person, "please"), request(kind))
    for words in said:
        people.answer(person, words)
    people.step(people.send(person, "yes"), confirmations.affirm)  # to what is read back
    with people.database.reading() as session:
        sent = last_sent(session, person.id)
    assert sent
    return person, sent.reference


def reasons(people: People, moment: datetime, today: date | None = OPEN_DAY) -> list[str]:
    with people.database.writing() as session:
        return [d.reference for d in due(session, KEYS, people.consultation, moment, today)]


def apply(people: People, moment: datetime, today: date | None = OPEN_DAY) -> None:
    with people.database.writing() as session:
        found = due(session, KEYS, people.consultation, moment, today)
        remove(session, found, moment)


def after(**time: int) -> datetime:
    """Return a moment after all that was said, which takes less than an hour."""
    return NOON + timedelta(hours=1) + timedelta(**time)


def content(session: Session, reference: str) -> bytes | None:
    return session.execute(
        select(RequestRow.fields).where(RequestRow.reference == reference)
    ).scalar_one()


COPY = ("Sam", "1 Any Street", "M1 1AE", "braille", "1")


def test_a_copy_goes_a_month_after_it_was_posted_and_not_before(people: People) -> None:
    _, reference = ask_for(people, "print_copy", *COPY)
    assert reasons(people, after(days=300)) == []  # not posted yet: someone still has to
    with people.database.writing() as session:
        assert set_status(session, reference, "done", "a@example.org", after(days=300))
    assert reasons(people, after(days=329)) == []
    assert reasons(people, after(days=331)) == [reference]
    with people.database.reading() as session:
        assert content(session, reference), "saying what would go removes nothing"
    apply(people, after(days=331))
    with people.database.reading() as session:
        assert content(session, reference) is None
        happened = session.execute(select(RequestEventRow.what).order_by(RequestEventRow.id))
        assert list(happened.scalars()) == ["sent", "status", "removed"]
        noted = session.execute(select(AuditRow.about).where(AuditRow.who == "retention"))
        assert list(noted.scalars()) == [reference]
    assert reasons(people, after(days=332)) == []


def test_a_story_goes_a_year_after_it_was_sent_whatever_became_of_it(people: People) -> None:
    said = ("Tablets", "Us", "We lent tablets", "1", "no", "no", "no", "no", "no")
    _, reference = ask_for(people, "case_study", *said)
    assert reasons(people, after(days=360)) == []
    assert reasons(people, after(days=366)) == [reference]


def test_a_request_that_was_never_finished_goes_and_they_are_asked_what_comes_next(
    people: People,
) -> None:
    person = people.new()
    people.start(person)
    people.step(people.send(person, "copy please"), request("print_copy"))
    people.answer(person, "Sam")
    assert reasons(people, after(days=29)) == []
    apply(people, after(days=31))
    with people.database.reading() as session:
        assert session.execute(select(RequestRow)).all() == []
        row = session.get(RespondentRow, person.id)
        assert (row.state, row.open_question, row.run) == ("started", "role", None)
    assert people.answer(person, "resident").did.value == "answered"
    assert [a["question"] for a in people.export("answers")] == ["role"]


def test_answers_about_themselves_are_counted_when_they_do_not_come_back(people: People) -> None:
    person = people.new()
    people.start(person)
    people.answer(person, "resident")
    for _ in people.consultation.questions[1:]:
        people.step(people.send(person, "skip"), moving.skip)
    people.answer(person, "45 to 54")
    assert reasons(people, after(hours=25)) == [person.reference]
    apply(people, after(hours=25))
    with people.database.reading() as session:
        totals = equality_totals(session, people.consultation.id)
        assert totals == {"equality.age_band": {"age_45_54": 1}}
        assert session.execute(select(EqualityAnswerRow)).all() == []
        row = session.get(RespondentRow, person.id)
        assert (row.state, row.run, row.wound_up) == ("completed", None, True)
    assert reasons(people, after(hours=30)) == []


def test_someone_in_the_middle_of_a_request_is_left_alone(people: People) -> None:
    person = people.new()
    people.step(people.send(person, "copy please"), request("print_copy"))
    assert reasons(people, NOON + timedelta(days=5)) == []
    assert people.step(people.send(person, "no"), confirmations.deny).did.value == "request_dropped"


def test_conversations_go_a_year_after_the_closing_date(people: People) -> None:
    person = people.new()
    people.start(person)
    people.answer(person, "resident")
    closes = people.consultation.closes
    last_day = closes + timedelta(days=people.consultation.keep_days or 0)
    assert reasons(people, after(days=5), last_day) == []
    apply(people, after(days=5), last_day + timedelta(days=1))
    assert people.export("answers") == []
    assert [r["state"] for r in people.export("respondents")] == ["erased"]
