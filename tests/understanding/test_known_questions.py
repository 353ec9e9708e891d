"""What a message asks: alone, beside an answer, and when to say that nothing is known."""

from __future__ import annotations

import pytest

from bot.understanding.known_questions import Found, Part, asked_in
from bot.understanding.meaning import ANSWER
from bot.understanding.model.classifier import Heard
from bot.understanding.open import Open
from bot.understanding.words.segments import asks, before_a_question
from tests.support.understanding import QUIET, FakeQuestions, costs, heard, meant

VIEWS, AGREE, NAME = Open(kind="open"), Open(kind="scale"), Open(kind="name", run="request")
TEXT = "More buses. Do you share it?"
POINT, QUESTION = "More buses.", "Do you share it?"


@pytest.mark.parametrize(
    "text",
    [
        "who reads this",
        "so is it free",
        "nah do i have 2 put my name",
        "I was wondering if it closes soon",
        "I want to know how long it is",
        "and can we do it together",
        "also wifi on trams??",
        "By the way, when does it end",
    ],
)
def test_what_is_put_as_a_question(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    ["i do think so", "I would like wifi", "more buses", "I could do with lessons", "no", "willow"],
)
def test_what_is_not(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Agree. Who reads it?", "Agree."),
        ("I mean agree. My gran is 90. How can she do it?", "I mean agree. My gran is 90."),
        ("Who reads it? Agree.", None),
        ("Agree", None),
    ],
)
def test_what_stands_before_a_question(text: str, said: str | None) -> None:
    assert before_a_question(text) == said


@pytest.mark.parametrize(
    ("question", "likeness", "asks_for"),
    [
        # The less it sounds like a question to the bot, the more it must be like a known one.
        (heard("ask_question", 0.99), 0.5, "faq_x"),
        (heard("ask_question", 0.99), 0.4, "faq_x?"),
        (heard("ask_question", 0.99), 0.2, "ask_question"),
        (heard(ANSWER, 0.95), 0.5, None),
        (heard(ANSWER, 0.95), 0.85, "faq_x"),
        (heard("off_topic", 0.95), 0.2, "off_topic"),
        (heard("show_progress", 0.95), 0.5, "show_progress"),
        (heard("faq_who", 0.95), 0.2, "faq_who"),
        (heard("skip_question", 0.95), 0.5, None),
    ],
)
def test_a_question_is_answered_guessed_or_honestly_not_known(
    question: Heard, likeness: float, asks_for: str | None
) -> None:
    parts = [Part(TEXT, question), Part(POINT, heard(ANSWER)), Part(QUESTION, question)]
    found = asked_in(parts, costs(), FakeQuestions(Found("faq_x", likeness)))  # type: ignore[arg-type]
    assert found == ((asks_for,) if asks_for else ())


@pytest.mark.parametrize(
    ("likeness", "ahead", "heard_too", "asks_for"),
    [
        (0.5, 0.2, 0.0, "faq_who"),
        (0.58, 0.0, 0.0, "faq_who?"),  # hardly more alike than another one: asked
        (0.5, 0.02, 0.0, "ask_question"),  # and not even that
        (0.5, 0.02, 0.9, "faq_who"),  # unless the model hears the same
    ],
)
def test_what_is_like_two_answers_gets_neither(
    likeness: float, ahead: float, heard_too: float, asks_for: str
) -> None:
    shares = {"ask_question": 0.97 - heard_too, "faq_who": heard_too}
    part = Part(QUESTION, Heard(shares, dict(QUIET)))
    near = Found("faq_who", likeness, ahead)
    assert asked_in([part], costs(), FakeQuestions(near)) == (asks_for,)  # type: ignore[arg-type]


def test_what_is_not_put_as_a_question_asks_nothing() -> None:
    parts = [Part("bring buses back", heard("ask_question", 0.99))]
    found = asked_in(parts, costs(), FakeQuestions(Found("faq_x", 0.9)))  # type: ignore[arg-type]
    assert found == ()


def test_a_question_beside_an_answer_is_answered_and_never_offered() -> None:
    whole = Heard({ANSWER: 0.4, "ask_question": 0.6}, QUIET)
    parts = {POINT: heard(ANSWER), QUESTION: heard("ask_question", 0.95)}
    for opened in (VIEWS, Open(kind="scale", reads="exact")):
        meaning = meant(TEXT, opened, whole, parts=parts, found=Found("faq_x", 0.7))
        assert (meaning.intent, meaning.other, meaning.asks) == (ANSWER, None, ("faq_x",))


def test_a_question_alone_is_no_answer_and_a_point_put_as_one_is() -> None:
    said = "How much may I write?"
    asked = Heard({ANSWER: 0.1, "ask_question": 0.9}, QUIET)
    meaning = meant(said, VIEWS, asked, found=Found("faq_x", 0.7))
    assert (meaning.intent, meaning.asks) == ("ask_question", ("faq_x",))
    meaning = meant("Why is the wifi so slow?", VIEWS, heard(ANSWER, 0.9))
    assert (meaning.intent, meaning.other, meaning.asks) == (ANSWER, None, ())


def test_what_is_off_the_topic_for_the_model_may_be_answered_by_the_file() -> None:
    asked = heard("off_topic", 0.95)
    assert meant("who mends the lamps?", VIEWS, asked, found=Found("faq_x", 0.7)).asks == ("faq_x",)
    assert meant("who mends the lamps?", VIEWS, asked, found=None).intent == "off_topic"


def test_a_question_is_no_name() -> None:
    said = "do I have to say who I am"
    known = Found("faq_x", 0.85)
    assert meant(said, NAME, heard(ANSWER), found=known).intent == "ask_question"
    assert meant("Will Smith", NAME, heard(ANSWER), found=Found("faq_x", 0.3)).intent == ANSWER


def test_the_guess_that_was_pressed_is_answered() -> None:
    meaning = meant("Yes, tell me", Open(command="faq_x"), heard(ANSWER))
    assert (meaning.intent, meaning.asks) == ("ask_question", ("faq_x",))


def test_what_asks_back_is_explained_unless_it_is_plainly_something_else() -> None:
    opened = Open(kind="scale", reads="asks_back")
    said = "why don't you listen"
    moans = Heard({ANSWER: 0.6, "complain": 0.25, "greet": 0.15}, QUIET)
    unclear = Heard({ANSWER: 0.85, "complain": 0.15}, QUIET)
    stops = Heard({ANSWER: 0.6, "opt_out": 0.4}, QUIET)
    assert meant(said, opened, moans).intent == "complain"
    assert meant(said, opened, unclear).intent == "explain_question"
    assert meant(said, opened, stops).intent == "explain_question"
