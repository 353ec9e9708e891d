"""Wordings of a question are kept, and answers to each are told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.consultation.model import Consultation
from bot.consultation.question import Question
from bot.consultation.texts import Wording
from bot.storage.database.session import Database
from bot.storage.database.tables import WordingRow
from bot.storage.results.results import counts_of
from bot.storage.results.wordings import (
    changed_without_version,
    changed_wordings,
    keep_wordings,
)
from tests.support.people import NOON, People

ROLE, AGREE = "role", "smart_people.agree"


def with_words(before: Consultation, question_id: str, text: str, version: str) -> Consultation:
    """Return the consultation with another text of one question."""

    def changed(question: Question) -> Question:
        if question.id != question_id:
            return question
        return replace(question, wording=Wording(text, text))

    sections = tuple(
        replace(section, questions=tuple(map(changed, section.questions)))
        for section in before.sections
    )
    return replace(before, sections=sections, version=version)


def keep(database: Database, consultation: Consultation) -> list[str]:
    with database.writing() as session:
        keep_wordings(session, consultation, NOON)
        return changed_without_version(session, consultation)


def answer_twice(people: People) -> None:
    person = people.new()
    people.start(person)
    people.answer(person, "1")
    people.answer(person, "agree")


@pytest.fixture()
def later(consultation: Consultation) -> Consultation:
    return with_words(consultation, AGREE, "Should everybody learn digital skills?", "later")


def test_only_the_question_that_was_changed_is_split(
    any_database: Database, consultation: Consultation, later: Consultation
) -> None:
    keep(any_database, consultation)
    answer_twice(People(any_database, consultation))
    with any_database.reading() as session:
        assert changed_wordings(session, consultation) == {}
    assert keep(any_database, later) == []
    for _ in range(2):
        answer_twice(People(any_database, later))
    with any_database.reading() as session:
        changed = changed_wordings(session, later)
        assert list(changed) == [AGREE]
        first, today = changed[AGREE]
        assert first.question.wording.text == consultation.by_id[AGREE].wording.text
        assert (first.answers, first.versions) == (1, (consultation.version,))
        assert (today.answers, today.versions) == (2, ("later",))
        for one in (first, today):
            about = (session, later.id, AGREE)
            counts = counts_of(*about, versions=one.versions)
            assert (counts.answered, counts.skipped) == (one.answers, None)


def test_a_change_to_which_nobody_has_answered_yet_shows_the_old_words(
    any_database: Database, consultation: Consultation, later: Consultation
) -> None:
    keep(any_database, consultation)
    answer_twice(People(any_database, consultation))
    keep(any_database, later)
    with any_database.reading() as session:
        assert [one.answers for one in changed_wordings(session, later)[AGREE]] == [1, 0]


def test_words_that_were_changed_back_are_one_wording(
    any_database: Database, consultation: Consultation, later: Consultation
) -> None:
    keep(any_database, consultation)
    answer_twice(People(any_database, consultation))
    keep(any_database, later)
    again = replace(consultation, version="third")
    keep(any_database, again)
    answer_twice(People(any_database, again))
    with any_database.reading() as session:
        assert changed_wordings(session, again) == {}
        answer_twice(People(any_database, later))
    with any_database.reading() as session:
        first, last = changed_wordings(session, again)[AGREE]
        assert (first.answers, last.answers) == (1, 2)
        assert set(last.versions) == {consultation.version, "third"}


def test_a_change_without_a_new_version_is_told(
    any_database: Database, consultation: Consultation
) -> None:
    assert keep(any_database, consultation) == []
    assert keep(any_database, with_words(consultation, AGREE, "Eh?", consultation.version)) == [
        AGREE
    ]


def test_of_answers_from_before_only_the_version_is_known(
    any_database: Database, consultation: Consultation, later: Consultation
) -> None:
    answer_twice(People(any_database, consultation))
    with any_database.writing() as session:  # as the migration leaves it
        about = {"consultation": consultation.id, "version": consultation.version}
        session.add(WordingRow(**about, question=AGREE))
    keep(any_database, later)
    with any_database.reading() as session:
        unknown, today = changed_wordings(session, later)[AGREE]
        assert (unknown.known, unknown.answers) == (False, 1)
        assert (today.known, today.answers) == (True, 0)
    keep(any_database, consultation)
    with any_database.reading() as session:
        assert changed_wordings(session, consultation) == {}
