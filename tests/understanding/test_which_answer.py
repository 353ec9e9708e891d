"""Which answer is meant when someone wants to change one, in their own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.consultation.question import FOLLOW_UP
from bot.conversation.changes import answered_questions
from bot.settings import ROOT
from bot.understanding.which_answer import by_own_words, new_value, which_question

HARBOUR = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
BUSES = [question.id for question in HARBOUR.questions]

# The eleven questions of the first consultation, by the numbers of this table: 1 is the role,
# 2 and 3 are about digital skills, 4 and 5 jobs, 6 and 7 technology, 8 and 9 recovery,
# 10 and 11 the whole plan. Odd numbers from 3 on are in words; even ones are picked from options.
SAID: list[tuple[str, int | None]] = [
    # A number counts only when it is said to be one; the picking table has bare numbers.
    ("question 3", 3),
    ("change question 3", 3),
    ("number 3 please", 3),
    ("no 3", 3),
    ("answer 4", 4),
    ("I got answer 4 wrong", 4),
    ("q2", 2),
    ("Q 2", 2),
    ("change #3", 3),
    ("question 11", 11),
    ("question 12", None),
    ("question 0", None),
    ("question 99", None),
    ("2", None),
    ("change question two", 2),
    # Places.
    ("the first one", 1),
    ("my first answer", 1),
    ("the second one", 2),
    ("change my third answer", 3),
    ("the 2nd one", 2),
    ("the last one", 11),
    ("my last answer", 11),
    ("the previous one", 11),
    ("what I just said", 11),
    ("what i said before", 11),
    ("change that to 3", 11),
    ("change this", None),
    # What it is about: words, unless they say that they mean the rating.
    ("the one about jobs", 5),
    ("THE ONE ABOUT JOBS!!", 5),
    ("change what i said about jobs", 5),
    ("my answer on digital", 3),
    ("what i said about technology", 7),
    ("the recovery one", 9),
    ("the whole plan", 11),
    ("my rating for jobs", 4),
    ("change my jobs score", 4),
    # A place and words of a rating: the rating there, unless two questions could be meant.
    ("change the first one to just agree", 2),
    ("the first rating should be disagree", 2),
    ("the second one should be agree", None),
    ("the third score", 6),
    ("I want to disagree with the jobs one", 4),
    ("how far i agreed about technology", 6),
    ("the last one about jobs", 5),
    ("the first thing i said about technology", 7),
    # An aim has a number of its own.
    ("my answer on aim 3", 7),
    ("the third aim", 7),
    ("aim 2", 5),
    ("my rating of aim 2", 4),
    # Two aims are about skills and two are for everyone: they are asked which one.
    ("my answer on skills", None),
    ("the one for everyone", None),
    ("jobs or technology", None),
    # Nothing that anybody asked.
    ("what I said about covid", None),
    ("bananas", None),
    ("change", None),
    ("change my answer", None),
    ("I want to change something please", None),
    ("", None),
    ("   ", None),
    ("???", None),
    ("🤷", None),
    ("工作", None),
]


def named(consultation: Consultation, number: int | None) -> str | None:
    return consultation.questions[number - 1].id if number else None


@pytest.mark.parametrize(("text", "number"), SAID)
def test_the_answer_that_is_meant_is_found(
    consultation: Consultation, text: str, number: int | None
) -> None:
    done = {question.id for question in consultation.questions}
    found = which_question(
        consultation, text, answered_questions(consultation, done), None, picking=False
    )
    assert found == named(consultation, number)


# What is to stand instead, of a scale from 1 (strongly agree) to 5.
INSTEAD = [
    ("change that to 3", "neither"),
    ("actually change it to disagree", "disagree"),
    ("change the jobs one from agree to strongly disagree", "strongly_disagree"),
    ("my jobs rating should have been 2", "agree"),
    ("change that to 9", None),
    ("change that to something useful", None),
    ("change the one about jobs", None),
    ("to", None),
]


@pytest.mark.parametrize(("text", "value"), INSTEAD)
def test_an_option_may_be_named_at_once(
    consultation: Consultation, text: str, value: str | None
) -> None:
    reading = new_value(consultation.by_id["jobs_prosperity.agree"], text)
    assert (reading.value if reading else None) == value
    assert new_value(consultation.by_id["jobs_prosperity.views"], text) is None


PICKED: list[tuple[str, int | None]] = [
    ("1", 1),
    (" 2. ", 2),
    ("(2)", 2),
    ("#2", 2),
    ("11", 11),
    ("12", None),
    ("0", None),
    ("999", None),
    ("9999999999999999999", None),
    ("²", 2),
    ("٣", None),
    ("number 2", 2),
    ("no 2", 2),
    ("question 2", 2),
    ("2 please", 2),
    ("2 pls", 2),
    ("two", 2),
    ("Ten", 10),
    ("the second one", 2),
    ("second", 2),
    ("the 2nd one", 2),
    ("2nd", 2),
    ("one", 1),
    ("the last one", 11),
    ("jobs", 5),
    ("the jobs rating", 4),
    ("aim 3", 7),
    ("no", None),
    ("no thanks", None),
    ("no one", None),
    ("none", None),
    ("none of them", None),
    ("neither", None),
    ("bananas", None),
]


@pytest.mark.parametrize(("text", "number"), PICKED)
def test_with_the_list_before_them_a_number_is_a_place_in_it(
    consultation: Consultation, text: str, number: int | None
) -> None:
    done = {question.id for question in consultation.questions}
    found = which_question(
        consultation, text, answered_questions(consultation, done), None, picking=True
    )
    assert found == named(consultation, number)


# Done so far and what is open, by number (f: the follow-up to it) -> what is meant.
PARTLY: list[tuple[str, str, str, int | None]] = [
    ("the last one", "1 2 3", "4", 3),
    ("the last one", "1 2 3 4 5", "3", 2),  # they have gone back: the one before that
    ("the last one", "1 2 3", "1", 3),  # nothing is before it
    ("the last one", "1 2 3", "3f", 3),
    ("what i just said", "1 2 3", "3f", 3),
    ("the last one", "1 2 3 3f", "4", 3),
    ("the last one", "", "1", None),
    ("the first one", "", "1", None),
    ("the first one", "1", "2", 1),
    ("question 4", "1 2 3", "4", None),  # not asked yet
    ("question 2", "1 2 3", "4", 2),
    ("the fifth one", "1 2 3", "4", None),
    ("the one about jobs", "1 2 3", "4", None),
    ("my answer on skills", "1 2 3", "4", 3),  # jobs and skills come later
    ("my answer on skills", "1 2", "3", 2),  # all there is about it
    ("my rating for skills", "1 2 3", "4", 2),
    ("bananas", "1 2 3", "4", None),
]


@pytest.mark.parametrize(("text", "done", "asked", "number"), PARTLY)
def test_only_what_was_answered_or_left_out_can_be_meant(
    consultation: Consultation, text: str, done: str, asked: str, number: int | None
) -> None:
    def id_of(name: str) -> str:
        follow_up = FOLLOW_UP if name.endswith("f") else ""
        return consultation.questions[int(name.rstrip("f")) - 1].id + follow_up

    known = {id_of(name) for name in done.split()}
    found = which_question(
        consultation, text, answered_questions(consultation, known), id_of(asked), picking=False
    )
    assert found == named(consultation, number)


IN_HARBOUR: list[tuple[str, bool, int | None]] = [
    ("how often", False, 1),
    ("how often I take the bus", False, 1),
    ("the stops", False, 3),
    ("how many stops", False, 3),
    ("later buses", False, 5),
    ("question 4", False, 4),
    ("the last one", False, 5),
    ("4", True, 4),
    ("6", True, None),
    ("the one about jobs", False, None),
    ("aim 7", False, None),
]


@pytest.mark.parametrize(("text", "picking", "number"), IN_HARBOUR)
def test_it_works_for_any_consultation(text: str, picking: bool, number: int | None) -> None:
    found = which_question(HARBOUR, text, answered_questions(HARBOUR, BUSES), None, picking=picking)
    assert found == (BUSES[number - 1] if number else None)


def test_a_place_in_the_list_is_not_the_number_of_the_question() -> None:
    """The second question is not in their list, so the second line of it is the third question."""
    done = {BUSES[0], BUSES[2]}
    assert (
        which_question(HARBOUR, "2", answered_questions(HARBOUR, done), BUSES[1], picking=True)
        == BUSES[2]
    )
    assert (
        which_question(
            HARBOUR, "number 2", answered_questions(HARBOUR, done), BUSES[1], picking=True
        )
        == BUSES[2]
    )
    assert (
        which_question(
            HARBOUR, "question 2", answered_questions(HARBOUR, done), BUSES[1], picking=False
        )
        is None
    )


def test_a_list_is_in_the_order_of_the_file_and_without_follow_ups_or_strangers() -> None:
    done = {BUSES[4], BUSES[4] + FOLLOW_UP, BUSES[0], "gone.question", "timetable.address"}
    assert [question.id for question in answered_questions(HARBOUR, done)] == [BUSES[0], BUSES[4]]
    assert answered_questions(HARBOUR, ()) == []


@given(
    text=st.text(max_size=300) | st.text("0123456789# nthe onelastfirstjobsaim", max_size=20),
    done=st.sets(st.sampled_from([*BUSES, BUSES[4] + FOLLOW_UP, "gone"])),
    asked=st.none() | st.sampled_from([*BUSES, BUSES[4] + FOLLOW_UP, "gone", "gone.follow_up"]),
    picking=st.booleans(),
)
def test_whatever_is_said_only_a_known_question_is_found(
    text: str, done: set[str], asked: str | None, picking: bool
) -> None:
    found = which_question(HARBOUR, text, answered_questions(HARBOUR, done), asked, picking=picking)
    assert found is None or (found in done and found in BUSES)


def test_change_and_a_number_is_enough() -> None:
    questions = [question.id for question in HARBOUR.questions]
    for text in ("change 3", "Edit 3", "redo #3"):
        meant = which_question(
            HARBOUR, text, answered_questions(HARBOUR, frozenset(questions)), None, picking=False
        )
        assert meant == questions[2]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("what I said about my ex please. I shouldn't have put that", "views"),
        ("what i wrote about the libraries", "skills"),
        ("the bit about buses", None),
    ],
)
def test_an_answer_is_named_by_what_it_is_about(text: str, question: str | None) -> None:
    answers = {
        "skills": "More classes in the library, my mum should go",
        "views": "No cameras. My ex found me with one",
    }
    assert by_own_words(text, answers) == question
