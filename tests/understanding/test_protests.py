"""What is said against the bot, and what against the council."""

from __future__ import annotations

import pytest

from bot.understanding.meaning import ANSWER, Meaning
from bot.understanding.possible import only_one
from bot.understanding.protests import is_protest


@pytest.mark.parametrize(
    "text",
    [
        "do you ever listen",
        "we did this one five minutes ago, you asked and I answered",
        "what a daft machine",
        "I never said anything of the sort",
        "that's not what I meant",
        "you have got hold of the wrong end of it",
        "why have you sent me samaritans, i'm laughing",
        "ur just ignoring me",
    ],
)
def test_a_protest_is_about_the_bot(text: str) -> None:
    assert is_protest(text)
    assert only_one(text, Meaning(ANSWER, 0.4, "complain")) == Meaning("complain", 0.4)


@pytest.mark.parametrize(
    "text",
    [
        "I want to make a formal complaint",
        "you lot never sweep our entry",
        "the council has had three letters off me",
        "who do I complain to about you",
        "this survey is a waste of time",
        "rubbish",
    ],
)
def test_a_complaint_is_one(text: str) -> None:
    assert not is_protest(text)
    assert only_one(text, Meaning(ANSWER, 0.4, "complain")).other == "complain"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("stop sending me these numbers", "complain"),
        ("please stop texting me phone numbers I don't need them", "complain"),
        ("stop telling me to ring samaritans", "complain"),
        ("I said stop sending me the samaritans number not the questions", "complain"),
        ("stop sending me messages", "opt_out"),
        ("stop texting me on this number", "opt_out"),
        ("please stop contacting me on my numbers", "opt_out"),
        ("stop ringing me at these numbers", "opt_out"),
        ("stop texting me", "opt_out"),
        ("stop contacting me", "opt_out"),
    ],
)
def test_no_more_help_lines_is_no_stop(text: str, meant: str) -> None:
    assert only_one(text, Meaning("opt_out", 0.99)).intent == meant


def test_an_answer_about_numbers_stays_an_answer() -> None:
    for text in (
        "the GP should stop giving me numbers to ring and see me",
        "stop giving me numbers to ring when I call the town hall, let a person pick up the phone",
    ):
        assert only_one(text, Meaning(ANSWER, 0.9)).intent == ANSWER, text
