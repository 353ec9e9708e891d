"""Whether a message takes one answer back, or changes what has a number in a list."""

from __future__ import annotations

import pytest

from bot.understanding.words.change_words import changes_a_number, what_is_taken_back


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


def test_what_has_a_number_is_changed_by_it() -> None:
    for words in ("change 3", "please change number 2", "edit #1", "Change 12 please"):
        assert changes_a_number(words), words
    for words in ("change 3 of them", "change", "3", "change 300", "we need 3 changes"):
        assert not changes_a_number(words), words
