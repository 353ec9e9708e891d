"""Whether a message takes one answer back, or changes what has a number in a list."""

from __future__ import annotations

import pytest

from bot.understanding.words.change_words import (
    changes_a_number,
    empties,
    names_one,
    stays,
    takes_out_in_passing,
    what_is_taken_back,
)


@pytest.mark.parametrize(
    "words",
    [
        "delete my last answer",
        "Please delete my last answer.",
        "can you remove my answer about jobs",
        "take back what I said about buses",
        "take out the answer I gave about the classes",
        "I'd like to take back my last reply",
        "delete answer 3 please".replace("answer 3", "my answer 3"),
        "ignore what I just wrote",
        "forget that comment",
    ],
)
def test_one_answer_is_taken_back(words: str) -> None:
    assert what_is_taken_back(words)


@pytest.mark.parametrize(
    "words",
    [
        "delete my answers",
        "delete everything",
        "delete my data",
        "forget it",
        "remove the ticket machines",
        "they should scrap the answer phones at the council",
        "ignore what people said and you lose their trust",
        "undo",
        "change my answer",
    ],
)
def test_anything_else_is_not(words: str) -> None:
    assert not what_is_taken_back(words)


@pytest.mark.parametrize(
    "words",
    [
        "Please delete what I just said about the market, that was a bit unfair. Keep the rest.",
        "That was not an answer. Delete my last two messages please, and number 5.",
        "delete part of an answer",
        "remove 5 please, and 6 is not a real answer either",
        "Delete all of my answers to aim 2, please. This isn't working.",
        "Sorry, remove that last answer. I was thinking of trams.",
        "take out the parking bit",
        "Hang on. Scrap my comment about the mayor!",
    ],
)
def test_taking_out_is_heard_among_other_things(words: str) -> None:
    assert takes_out_in_passing(words)


@pytest.mark.parametrize(
    "words",
    [
        "Remove 2 lanes of traffic and plant trees",
        "delete everything",
        "delete my answers",
        "They should take out the ticket part of the app",
        "Take back the streets. We want quiet roads.",
        "forget the app, ring people",
        "Do not delete my last answer",
        "It would help to remove the comment box on the website",
    ],
)
def test_views_and_other_wishes_are_not(words: str) -> None:
    assert not takes_out_in_passing(words)


def test_an_answer_that_stays_as_it_is() -> None:
    for words in (
        "No no I'm not changing that one, leave it as it is. I meant the other",
        "leave it", "Keep that answer please", "don't change it",
        "I don't want to change anything!",
    ):  # fmt: skip
        assert stays(words), words
    for words in ("keep it local", "leave it to the libraries", "don't change the bus numbers",
                  "keep it open, the community centre", "I'm not happy, change it"):  # fmt: skip
        assert not stays(words), words


def test_what_has_a_number_is_changed_by_it() -> None:
    for words in ("change 3", "please change number 2", "edit #1", "Change 12 please"):
        assert changes_a_number(words), words
    for words in ("change 3 of them", "change", "3", "change 300", "we need 3 changes"):
        assert not changes_a_number(words), words


@pytest.mark.parametrize(
    "words",
    [
        "delete just the one about trams",
        "can you take out the bit on my landlord",
        "get rid of that last thing I sent",
        "remove only what I put about my boss",
        "please erase the second one, leave the rest",
        "delete that",
        "not everything, just the part with my road in it",
        "take everything about jobs out please",
        "delete all I said on parking",
        "remove everything to do with my street",
    ],
)
def test_one_thing_is_to_go(words: str) -> None:
    assert names_one(words)


@pytest.mark.parametrize(
    "words",
    [
        "delete everything",
        "delete everything about me",
        "delete everything you have on me",
        "delete everything on there",
        "delete everything on file",
        "remove everything about my account",
        "delete all that I said",
        "wipe my data",
        "erase this conversation",
        "remove my details from this",
        "delete me",
        "take all my answers out",
        "forget I was here",
    ],
)
def test_everything_is_to_go(words: str) -> None:
    assert not names_one(words)


@pytest.mark.parametrize(
    "words",
    ["remove", "delete it", "just put nothing", "take it out please", "delete that, put nothing",
     "leave it blank", "erase the whole answer"],
)  # fmt: skip
def test_the_answer_that_is_being_changed_is_left_empty(words: str) -> None:
    assert empties(words)


@pytest.mark.parametrize(
    "words",
    ["remove the ticket machines", "delete it from the plan", "nothing", "take the bus out"],
)  # fmt: skip
def test_a_new_answer_is_none(words: str) -> None:
    assert not empties(words)
