"""Results: counted from what stands now, on both engines, with every filter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from bot.conversation import answering, moving
from bot.storage.database.keys import load_keys
from bot.storage.database.tables import RespondentRow
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.equality import count_and_forget, keep_for_now
from bot.storage.respondents.respondents import Respondent
from bot.storage.results.equality_figures import figures_at_step
from bot.storage.results.open_answers import (
    count_open,
    every_open_answer,
    is_answer,
    open_answers,
    tag_counts,
)
from bot.storage.results.results import (
    EVERYBODY,
    Counts,
    Filters,
    answers_by_question,
    counts_of,
    people_by_hour,
    standings,
    values_by_version,
    values_of_each,
)
from bot.storage.review.notes import add_tag
from tests.support.people import NOON, People

AGREE, VIEWS = "smart_people.agree", "smart_people.views"


def someone(people: People, *texts: str, channel: str = "webchat") -> Respondent:
    """Make a person who answers the first questions with these words; SKIP skips."""
    person = people.new(channel=channel)
    people.start(person)
    for text in texts:
        step = moving.skip if text == "SKIP" else answering.answer
        people.step(people.send(person, text), step)
    return person


def test_choices_are_counted_as_they_stand(people: People) -> None:
    consultation = people.consultation.id
    someone(people, "1", "agree")
    changed = someone(people, "1", "agree", channel="sms")
    people.step(people.send(changed, "back"), moving.go_back)
    people.step(people.send(changed, "disagree"), answering.answer)
    someone(people, "2", "agree")
    someone(people, "2", "SKIP", channel="sms")
    someone(people, "2", "purple", "still purple")
    with people.database.reading() as session:
        assert counts_of(session, consultation, AGREE) == Counts(
            {"agree": 2, "disagree": 1}, answered=3, unread=1, skipped=1
        )
        assert answers_by_question(session, consultation) == {"role": 5, AGREE: 4}
        for filters, counts in (
            (Filters(channel="sms"), Counts({"disagree": 1}, 1, 0, 1)),
            (Filters(role=("role", "resident")), Counts({"agree": 1, "disagree": 1}, 2, 0, 0)),
            (Filters(role=("role", "business"), channel="sms"), Counts({}, 0, 0, 1)),
            (Filters(begun_from=NOON + timedelta(days=1)), Counts()),
            (Filters(begun_before=NOON + timedelta(days=1)), Counts(
                {"agree": 2, "disagree": 1}, 3, 1, 1)),
        ):  # fmt: skip
            assert counts_of(session, consultation, AGREE, filters) == counts, filters
            at_once = values_of_each(session, consultation, [AGREE, VIEWS, "role"], filters)
            assert at_once[AGREE] == counts.values and not at_once[VIEWS], filters
            assert at_once["role"] == counts_of(session, consultation, "role", filters).values
            versions = values_by_version(session, consultation, [AGREE], filters)
            assert versions.get((AGREE, people.consultation.version), {}) == counts.values
        assert values_of_each(session, consultation, []) == {}


def test_who_chose_two_is_counted_under_each(people: People) -> None:
    someone(people, "1", *["SKIP"] * 8, "1 and 3")
    someone(people, "1", *["SKIP"] * 8, "3")
    with people.database.reading() as session:
        counts = counts_of(session, people.consultation.id, "overall.priority")
    assert counts == Counts({"smart_people": 1, "tech_for_people": 2}, answered=2)


def test_another_consultation_in_the_same_database_is_not_counted(people: People) -> None:
    someone(people, "1", "agree", "more lessons")
    other = People(people.database, replace(people.consultation, id="zebra-crossings"))
    someone(other, "1", "agree", "more lessons")
    for consultation in (people.consultation.id, "zebra-crossings"):
        with people.database.reading() as session:
            assert counts_of(session, consultation, AGREE).answered == 1
            assert answers_by_question(session, consultation)["role"] == 1
            assert count_open(session, consultation, VIEWS) == 1
            assert len(open_answers(session, consultation, VIEWS, limit=9)) == 1
            assert sum(row.count for row in standings(session, consultation)) == 1


def test_nobody_is_counted_who_was_erased(people: People, settings) -> None:
    person = someone(people, "1", "agree", "more lessons", channel="sms")
    with people.database.writing() as session:
        erase(session, load_keys(settings.secrets_dir), person.id, last_words=False)
    with people.database.reading() as session:
        assert counts_of(session, people.consultation.id, AGREE) == Counts()
        assert open_answers(session, people.consultation.id, VIEWS, limit=9) == []
        assert count_open(session, people.consultation.id, VIEWS) == 0
        (one,) = standings(session, people.consultation.id)
        assert (one.state, one.open_question) == ("erased", None)


def test_people_are_counted_by_hour_and_by_where_they_are(people: People) -> None:
    midnight = datetime(2021, 3, 1, 23, 59, 59, 900_000, tzinfo=timezone.utc)
    for at, channel in ((midnight, "sms"), (midnight, "webchat"), (NOON, "sms"), (NOON, "sms")):
        people.new(channel=channel, at=at)
    done = someone(people, "1")
    with people.database.writing() as session:
        session.execute(
            update(RespondentRow)
            .where(RespondentRow.id == done.id)
            .values(completed_at=NOON, state="completed", open_question=None)
        )
    with people.database.reading() as session:
        hours = people_by_hour(session, people.consultation.id)
        places = standings(session, people.consultation.id)
        in_texts = people_by_hour(session, people.consultation.id, Filters(channel="sms"))
    assert [(h.hour, h.channel, h.began, h.finished) for h in hours] == [
        ("2021-03-01 12", "sms", 2, 0),
        ("2021-03-01 12", "webchat", 1, 1),
        ("2021-03-01 23", "sms", 1, 0),
        ("2021-03-01 23", "webchat", 1, 0),
    ]
    assert sum(h.began for h in in_texts) == 3
    assert {(p.channel, p.state, p.count, p.finished) for p in places} == {
        ("sms", "new", 3, 0),
        ("webchat", "new", 1, 0),
        ("webchat", "completed", 1, 1),
    }


def test_open_answers_come_newest_first_with_follow_up_and_tags(people: People) -> None:
    consultation = people.consultation.id
    first = someone(people, "1", "agree", "old words", "because of the bus", channel="sms")
    second = someone(people, "2", "agree", "new words")
    with people.database.reading() as session:
        newest, oldest = open_answers(session, consultation, VIEWS, limit=9)
    assert (newest.text, newest.follow_up, newest.reference) == (
        "new words", None, second.reference,
    )  # fmt: skip
    assert (oldest.text, oldest.follow_up, oldest.channel) == (
        "old words", "because of the bus", "sms",
    )  # fmt: skip
    with people.database.writing() as session:
        assert is_answer(session, first.id, oldest.seq, VIEWS)
        assert not is_answer(session, first.id, oldest.seq - 1, VIEWS)
        assert not is_answer(session, second.id, oldest.seq, AGREE)
        for seq, name in ((oldest.seq, "libraries"), (oldest.seq, "age"), (1, "elsewhere")):
            add_tag(session, first.id, seq=seq, name=name, staff="a@example.gov.uk", now=NOON)
    with people.database.reading() as session:
        assert tag_counts(session, consultation, VIEWS) == [("age", 1), ("libraries", 1)]
        assert tag_counts(session, consultation, VIEWS, Filters(channel="webchat")) == []
        (tagged,) = open_answers(session, consultation, VIEWS, tag="age", limit=9)
        assert tagged.tags == ("age", "libraries") and tagged.id == oldest.id
        assert count_open(session, consultation, VIEWS, tag="age") == 1
        assert count_open(session, consultation, VIEWS, Filters(channel="sms")) == 1
        role = Filters(role=("role", "business"))
        assert [a.text for a in open_answers(session, consultation, VIEWS, role, limit=9)] == [
            "new words"
        ]
        before = open_answers(session, consultation, VIEWS, before=newest.id, limit=9)
        assert [a.text for a in before] == ["old words"]


def test_every_answer_comes_once_however_many_there_are(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.results.open_answers.A_BATCH", 2)
    for number in range(5):
        someone(people, "1", "agree", f"words {number}")
    with people.database.reading() as session:
        texts = [a.text for a in every_open_answer(session, people.consultation.id, VIEWS)]
    assert texts == [f"words {number}" for number in (4, 3, 2, 1, 0)]


def test_equality_figures_stay_until_ten_more_have_answered(people: People) -> None:
    consultation, question = people.consultation.id, "equality.gender"

    def tell(value: str, times: int) -> None:
        for _ in range(times):
            person = people.new()
            with people.database.writing() as session:
                keep_for_now(session, person.id, question, value)
                count_and_forget(session, consultation, person.id)

    def shown() -> dict[str, int]:
        with people.database.writing() as session:
            return dict(figures_at_step(session, consultation).get(question, {}))

    assert shown() == {}
    tell("woman", 9)
    assert shown() == {"woman": 0}
    tell("man", 1)
    assert shown() == {"woman": 9, "man": 1}
    tell("man", 9)
    assert shown() == {"woman": 9, "man": 1}
    tell("another_way", 1)
    assert shown() == {"woman": 9, "man": 10, "another_way": 1}


def test_without_filters_everybody_is_meant() -> None:
    assert Filters() == EVERYBODY
