"""Deciding by what a mistake costs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.costs import ANSWER, Choice, Costs, cheapest

COSTS = Costs(
    answer_acted_on={"words": 4.0, "options": 1.0, "nothing": 0.2},
    command_filed={"words": 1.0, "options": 1.0, "nothing": 1.0},
    wrong_command=0.5,
    asking=0.2,
    invented={"opt_out": 3.0},
)


def test_the_same_guess_is_done_offered_or_kept_by_what_is_open() -> None:
    shares = {ANSWER: 0.4, "skip_question": 0.6}
    assert cheapest(shares, COSTS, "words") == Choice(ANSWER, 0.4, "skip_question")
    assert cheapest(shares, COSTS, "nothing") == Choice("skip_question", 0.6)
    assert cheapest({ANSWER: 0.9, "skip_question": 0.1}, COSTS, "words") == Choice(ANSWER, 0.9)


def test_a_stop_must_be_surer_than_another_command() -> None:
    for intent, done in (("skip_question", True), ("opt_out", False)):
        choice = cheapest({ANSWER: 0.1, intent: 0.9}, COSTS, "options")
        assert (choice.intent == intent) is done
        assert done or choice.offer == intent


def test_without_a_command_it_is_an_answer() -> None:
    assert cheapest({ANSWER: 1.0}, COSTS, "words") == Choice(ANSWER, 1.0)
    assert cheapest({}, COSTS, "words") == Choice(ANSWER, 1.0)


@given(share=st.floats(0, 1), more=st.floats(0, 1))
def test_being_surer_never_makes_a_command_less_likely(share: float, more: float) -> None:
    less, more = sorted((share, more))
    done = cheapest({ANSWER: 1 - less, "go_back": less}, COSTS, "options").intent
    if done == "go_back":
        assert cheapest({ANSWER: 1 - more, "go_back": more}, COSTS, "options").intent == "go_back"
