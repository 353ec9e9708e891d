"""Whether a message only says that its sender wants to finish here."""

from __future__ import annotations

import pytest

from bot.understanding.open import Open
from bot.understanding.settled.without_doubt import settled
from bot.understanding.words.finishing import finishes

FINISHES = [
    "I'm done", "all done", "that's all from me", "gotta go", "that's it thanks", "can we finish",
    "ok that's enough for today", "that is all I want to say, can we stop", "I have to go now",
    "right I'm off", "I've got to dash, sorry", "let's leave it there", "no more questions please",
    "That will be all, thank you.", "we're done here cheers", "that's everything I wanted to say",
    "nothing else to add, finish please",
]  # fmt: skip
ANSWERS = [
    "no that's all", "that's all rubbish", "I'm done with the council", "the trams have to go",
    "finish the cycle lanes", "I'm off work sick", "done some courses", "that's all we ever hear",
    "have to go to the library for wifi", "please finish the tram line", "all",
    "that's it, more buses", "let them finish the work", "end the digital divide",
    "I must go to the bank in person",
]  # fmt: skip


@pytest.mark.parametrize("words", FINISHES)
def test_wanting_to_finish_is_heard_also_where_any_words_are_an_answer(words: str) -> None:
    assert finishes(words)
    for kind in ("open", "scale", "name"):
        found = settled(words, Open(state="started", kind=kind), {})
        assert found and found.intent == "goodbye"


@pytest.mark.parametrize("words", ANSWERS)
def test_an_answer_with_such_words_is_none(words: str) -> None:
    assert not finishes(words)
