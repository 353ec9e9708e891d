"""For whom a message says that its sender is answering."""

from __future__ import annotations

import pytest

from bot.consultation.waits import VIEWS
from bot.understanding.open import Open
from bot.understanding.settled.without_doubt import FOR_ANOTHER, settled
from bot.understanding.words.behalf import SOMEONE, answers_for, wants_a_turn

FOR = {
    "I'm answering for my mum": "mum",
    "hello, doing this for my gran, she can't see": "gran",
    "can I fill it in for my dad? he's 84": "dad",
    "I am filling this in on behalf of my elderly neighbour": "neighbour",
    "this is for my nan": "nan",
    "i'm replying for someone else": SOMEONE,
    "can i answer for her": SOMEONE,
    "I just want to put my mum's views in": "mum",
    "Could I take part on behalf of my mother in law?": "mother",
    "We are completing the form for a client of ours": "client",
}
NOT = [
    "I do everything online for my mum", "they should answer the phone for my mum",
    "a phone that works for my gran", "jobs for my son", "I'm answering for myself",
    "this is for the council to sort", "it's for the best", "I care for my dad",
    "classes for my neighbours and me", "I'm filling in forms for him all week",
]  # fmt: skip


@pytest.mark.parametrize(("words", "whom"), FOR.items())
def test_it_is_heard_for_whom(words: str, whom: str) -> None:
    assert answers_for(words) == whom
    found = settled(words, Open(state="started", kind="scale"), {})
    assert found and found.other == FOR_ANOTHER


@pytest.mark.parametrize("words", NOT)
def test_what_is_done_for_others_is_an_answer(words: str) -> None:
    assert answers_for(words) is None


def test_beside_an_answer_in_their_own_words_it_is_an_answer() -> None:
    words = "I'm answering for my mum. She wants lessons at the library."
    assert settled(words, Open(state="started", kind="open"), {}) is None
    assert answers_for(words) == "mum"


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("hers", "affirm"), ("my mum's views", "affirm"), ("they're his", "affirm"),
        ("her own words", "affirm"), ("mine", "deny"), ("my own views", "deny"),
        ("no they're mine", "deny"), ("my mum wants buses", None), ("her bus", None),
    ],
)  # fmt: skip
def test_whose_views_they_are_is_heard(words: str, intent: str | None) -> None:
    found = settled(words, Open(state="started", kind="scale", pending=VIEWS), {})
    assert (found and found.intent) == intent


@pytest.mark.parametrize(
    ("words", "wants"),
    [
        ("now my wife wants to have a go", True), ("Can my husband answer too?", True),
        ("my flatmate would like to take part as well please", True),
        ("it's my mum's turn now", True), ("can my son do this on my phone", True),
        ("my wife wants to work from home", False), ("can my mum get a bus pass", False),
        ("my mum wants to go online but can't", False), ("my son has a go at coding", False),
    ],
)  # fmt: skip
def test_a_second_person_who_wants_a_turn_is_heard(words: str, wants: bool) -> None:
    assert wants_a_turn(words) is wants
