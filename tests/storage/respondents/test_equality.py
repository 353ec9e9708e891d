"""Answers about the person: theirs while they are asked, nobody's afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import MetaData, select, update

from bot.conversation import answering, confirmations, moving, revisions
from bot.conversation.did import Ends
from bot.conversation.place import StepFunction
from bot.conversation.requests import request
from bot.storage.database.session import Conflict
from bot.storage.database.tables import EqualityCountRow, InboxRow, RespondentRow
from bot.storage.privacy.erasure import erase
from bot.storage.privacy.exports import export_rows
from bot.storage.respondents.equality import equality_totals
from bot.storage.respondents.respondents import Respondent
from bot.storage.review.search import INDEX
from bot.turns.effect import Effect
from bot.turns.finish import finish_turn
from bot.turns.services import Understood
from tests.support.keys import KEYS
from tests.support.people import People, at_once

AGE, DISABILITY, GENDER = "equality.age_band", "equality.disability", "equality.gender"
GROUP, DISTRICT = "equality.ethnic_group", "equality.postcode_district"
# What they say to each, and what is counted. Rare enough to be found in any table.
SAID = {"75 or over": "age_75_over", "yes a lot": "yes_a_lot", "non-binary": "non_binary",
        "mixed or multiple ethnic groups": "mixed", "M90": "M90"}  # fmt: skip
COUNTED_ONCE = {
    AGE: {"age_75_over": 1}, DISABILITY: {"yes_a_lot": 1}, GENDER: {"non_binary": 1},
    GROUP: {"mixed": 1}, DISTRICT: {"M90": 1},
}  # fmt: skip


def say(
    people: People,
    person: Respondent,
    text: str,
    step: StepFunction = answering.answer,
    button: dict[str, Any] | None = None,
) -> Effect:
    """Let a message have its whole turn, without replies."""
    inbox_id = people.send(person, text, button=button)
    effect = people.step(inbox_id, step)
    with people.database.writing() as session:
        ended = finish_turn(
            session,
            people.consultation,
            inbox_id,
            [],
            Understood("give_answer", 0.9),
            delivery="sent",
            now=people.now(),
        )
        if ended and ended.erased:
            erase(session, KEYS, person.id, last_words=False)
    return effect


def asked(people: People, *said: str) -> Respondent:
    """Return a resident who has answered one question, and then says this about themselves."""
    person = people.new()
    people.start(person)
    say(people, person, "resident")
    for _ in people.consultation.questions[1:]:
        effect = say(people, person, "skip", moving.skip)
    assert (effect.ends, effect.opened) == (Ends.CONSULTATION, AGE)
    for words in said:
        assert say(people, person, words).did.value == "answered", words
    return person


def totals(people: People) -> Any:
    with people.database.reading() as session:
        return equality_totals(session, people.consultation.id)


def tables(people: People) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table that is really there."""
    there = MetaData()
    there.reflect(bind=people.database.engine, only=lambda name, _: not name.startswith(INDEX))
    with people.database.reading() as session:
        return {
            name: [dict(row._mapping) for row in session.execute(select(table))]
            for name, table in there.tables.items()
        }


def tells(people: People) -> set[str]:
    """Return the columns, besides the totals, in which a word or a value of theirs is found."""
    needles = {word.casefold() for pair in SAID.items() for word in pair}
    found = set()
    for table, rows in tables(people).items():
        for row in rows if table != "equality_count" else ():
            row.pop("reference", None)  # letters and digits that are drawn may be M90
            for column, value in row.items():
                shown = bytes(value) if isinstance(value, (bytes, memoryview)) else value
                if any(needle in _read(shown).casefold() for needle in needles):
                    found.add(f"{table}.{column}")
    return found


def _read(value: Any) -> str:
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else json.dumps(value, default=str)
    try:
        return KEYS.reveal(value)  # encrypted is not forgotten
    except Exception:
        return value.decode("latin-1")


def state(people: People, person: Respondent) -> tuple[str, str | None, Any, bool]:
    with people.database.reading() as session:
        row = session.get(RespondentRow, person.id)
        return row.state, row.open_question, row.run, row.wound_up


OVER = ("completed", None, None, True)


def test_while_they_are_asked_only_two_places_know_their_answers(people: People) -> None:
    asked(people, *list(SAID)[:4])
    assert tells(people) == {"equality_answer.value", "inbox.sealed"}
    assert totals(people) == {}


def test_afterwards_nothing_leads_from_them_to_their_answers(people: People) -> None:
    person = asked(people, *SAID)
    assert state(people, person) == OVER
    assert totals(people) == COUNTED_ONCE
    assert tells(people) == set()
    assert tables(people)["equality_answer"] == []
    about_them = [row for row in tables(people)["inbox"] if row["private"] == "equality"]
    assert len(about_them) == 5
    for row in about_them:
        assert (row["text"], row["sealed"]) == ("", None) and row["button"] in (None, "null")
    assert [row["question"] for row in people.export("answers")] == ["role"]  # which was answered


def test_a_button_that_was_pressed_tells_no_more_than_words(people: People) -> None:
    person = asked(people)
    button = {"title": "75 or over", "question": AGE, "value": "age_75_over"}
    say(people, person, "75 or over", button=button)
    assert tells(people) == {"equality_answer.value", "inbox.sealed"}
    say(people, person, "none of them", confirmations.deny)
    assert (tells(people), totals(people)) == (set(), {AGE: {"age_75_over": 1}})


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (("75 or over",), "I have MS and use a wheelchair"),
        (("75 or over", "no"), "I'm trans and proud"),
        (("75 or over", "no", "woman"), "Chinese and Jamaican"),
    ],
)
def test_what_could_not_be_read_is_forgotten_too(
    people: People, before: tuple[str, ...], words: str
) -> None:
    person = asked(people, *before)
    assert say(people, person, words).did.value == "unreadable"
    say(people, person, "none of them", confirmations.deny)
    with people.database.reading() as session:
        assert words not in set(session.execute(select(InboxRow.text)).scalars())


def test_totals_add_up_over_people(people: People) -> None:
    for gender in ("woman", "man", "woman", "prefer not to say", "woman"):
        person = asked(people, "45 to 54", "no", gender)
        say(people, person, "none of them", confirmations.deny)
    assert totals(people) == {
        AGE: {"age_45_54": 5},
        DISABILITY: {"no": 5},
        GENDER: {"man": 1, "prefer_not_to_say": 1, "woman": 3},
    }


def test_an_export_tells_no_more_of_totals_than_the_pages_do(people: People) -> None:
    person = asked(people, "45 to 54", "no", "woman")
    say(people, person, "none of them", confirmations.deny)
    count = EqualityCountRow.__table__.c.count
    shown = {1: [], 9: [], 13: [10, 10, 10], 17: [10, 10, 10], 23: [20, 20, 20]}
    for people_by_now, told in shown.items():  # rounded, and moved by ten people at least
        with people.database.writing() as session:
            session.execute(update(EqualityCountRow.__table__).values({count: people_by_now}))
        with people.database.writing() as session:
            rows = list(export_rows(session, "equality", people.consultation.id))
        assert [row["count"] for row in rows] == told
    assert people.export("equality", person.reference) == []  # no answer is anybody's


def test_two_who_end_at_the_same_time_are_both_counted(people: People) -> None:
    last = [people.send(asked(people, *list(SAID)[:4]), "M90") for _ in range(3)]
    effects = at_once(3, lambda n: done(people, last[n]))
    assert {effect.ends for effect in effects} == {Ends.COUNTED}
    assert totals(people)[DISTRICT] == {"M90": 3}


def done(people: People, inbox_id: int) -> Effect:
    """Take the step as the gateway does: again, when someone else was first to count that."""
    while True:
        try:
            return people.step(inbox_id, answering.answer)
        except Conflict:
            continue


def test_all_of_them_may_be_declined(people: People) -> None:
    person = asked(people)
    assert say(people, person, "no thanks", confirmations.deny).did.value == "declined"
    assert (state(people, person), totals(people)) == (OVER, {})


def test_each_of_them_may_be_left_out(people: People) -> None:
    person = asked(people)
    for _ in range(5):
        effect = say(people, person, "skip", moving.skip)
    assert (effect.ends, state(people, person), totals(people)) == (Ends.COUNTED, OVER, {})


def test_an_answer_that_was_changed_counts_as_it_was_last(people: People) -> None:
    person = asked(people, "75 or over", "no")
    say(people, person, "back", moving.go_back)
    say(people, person, "back", moving.go_back)
    assert say(people, person, "25 to 34").question == AGE
    say(people, person, "none of them", confirmations.deny)
    assert totals(people) == {AGE: {"age_25_34": 1}, DISABILITY: {"no": 1}}


LEAVES: list[tuple[str, StepFunction, str]] = [
    ("stop", moving.opt_out, "stopped"),
    ("bye", moving.pause, "completed"),
    ("none of them", confirmations.deny, "completed"),
]


@pytest.mark.parametrize(("words", "step", "then"), LEAVES, ids=[row[0] for row in LEAVES])
def test_who_leaves_in_the_middle_is_counted_and_forgotten(
    people: People, words: str, step: StepFunction, then: str
) -> None:
    person = asked(people, "75 or over", "yes a lot")
    assert say(people, person, words, step).ends is Ends.COUNTED
    assert totals(people) == {AGE: {"age_75_over": 1}, DISABILITY: {"yes_a_lot": 1}}
    assert tells(people) == set()
    assert state(people, person)[0] == then
    say(people, person, "start", moving.start)
    assert totals(people)[AGE] == {"age_75_over": 1}


def test_a_request_in_between_loses_none_of_them(people: People) -> None:
    person = asked(people, "75 or over")
    say(people, person, "call me", request("callback"))
    for words in ("the jobs aim", "Grace"):
        say(people, person, words)
    assert (tells(people) != set(), totals(people)) == (True, {})
    say(people, person, "07700 900123")
    assert say(people, person, "yes", confirmations.affirm).ends is Ends.SENT
    say(people, person, "yes a lot")
    assert say(people, person, "none of them", confirmations.deny).ends is Ends.COUNTED
    assert totals(people) == {AGE: {"age_75_over": 1}, DISABILITY: {"yes_a_lot": 1}}
    assert len(people.export("requests")) == 1


def test_who_stops_in_a_request_between_them_is_counted(people: People) -> None:
    person = asked(people, "75 or over")
    say(people, person, "call me", request("callback"))
    assert say(people, person, "stop", moving.opt_out).ends is Ends.COUNTED
    say(people, person, "start", moving.start)
    assert (tells(people), totals(people)) == (set(), {AGE: {"age_75_over": 1}})
    assert state(people, person)[1] == "callback.about"


def test_who_goes_back_to_the_consultation_is_not_counted_yet(people: People) -> None:
    person = asked(people, "75 or over")
    say(people, person, "back", moving.go_back)
    back = say(people, person, "back", moving.go_back)
    assert (back.opened, back.ends) == (people.consultation.questions[-1].id, Ends.DROPPED)
    assert (tells(people), totals(people)) == (set(), {})
    again = say(people, person, "nothing more to say")
    assert again.opened == AGE
    say(people, person, "25 to 34")
    say(people, person, "none of them", confirmations.deny)
    assert totals(people) == {AGE: {"age_25_34": 1}}


@pytest.mark.parametrize("said", [0, 3, 5])
def test_who_is_erased_is_in_no_total_unless_it_was_over(people: People, said: int) -> None:
    person = asked(people, *list(SAID)[:said])
    say(people, person, "delete my data", confirmations.erase)
    say(people, person, "yes", confirmations.affirm)
    assert state(people, person)[:3] == ("erased", None, None)
    assert tells(people) == set()
    assert tables(people)["equality_answer"] == []
    assert totals(people) == (COUNTED_ONCE if said == 5 else {})


@pytest.mark.parametrize("way", ["change", "start over", "stop and start", "go back"])
def test_a_second_completion_asks_and_counts_nothing_again(people: People, way: str) -> None:
    person = asked(people, *SAID)
    if way == "change":
        say(people, person, "change the first one", revisions.change)
    elif way == "start over":
        say(people, person, "start over", confirmations.start_over)
        say(people, person, "yes", confirmations.affirm)
    elif way == "stop and start":
        say(people, person, "stop", moving.opt_out)
        say(people, person, "start", moving.start)
    else:
        say(people, person, "back", moving.go_back)
    for _ in people.consultation.questions:
        if state(people, person)[0] == "completed":
            break
        is_open = state(people, person)[1]
        assert is_open not in (AGE, DISABILITY)
        if is_open == "role":  # who has answered nothing does not come to the end
            effect = say(people, person, "resident")
        else:
            effect = say(people, person, "skip", moving.skip)
        assert effect.ends in (None, Ends.AGAIN)
    assert state(people, person) == OVER
    assert (totals(people), tells(people)) == (COUNTED_ONCE, set())


def test_a_turn_that_runs_twice_counts_once(people: People) -> None:
    person = asked(people, *list(SAID)[:4])
    inbox_id = people.send(person, "M90")
    first = people.step(inbox_id, answering.answer)
    assert people.step(inbox_id, answering.answer) == first
    assert people.step(inbox_id, confirmations.deny) == first
    assert set(at_once(4, lambda _: people.step(inbox_id, answering.answer).ends)) == {Ends.COUNTED}
    assert totals(people) == COUNTED_ONCE


def test_a_crash_before_the_end_counts_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = asked(people, *list(SAID)[:4])
    inbox_id = people.send(person, "M90")

    def breaks(*_: Any) -> None:
        raise RuntimeError("the light went out")

    with monkeypatch.context() as patch:
        patch.setattr("bot.storage.respondents.equality.forget", breaks)
        with pytest.raises(RuntimeError):
            people.step(inbox_id, answering.answer)
    assert totals(people) == {}
    assert people.step(inbox_id, answering.answer).ends is Ends.COUNTED
    assert totals(people) == COUNTED_ONCE


def test_the_consultation_does_not_move(people: People) -> None:
    person = asked(people)
    with people.database.reading() as session:
        at = session.get(RespondentRow, person.id).completed_at
    assert at is not None
    before = people.export("answers")
    for words in SAID:
        say(people, person, words)
    assert people.export("answers") == before
    with people.database.reading() as session:
        assert session.get(RespondentRow, person.id).completed_at == at
