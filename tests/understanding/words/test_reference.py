"""Whether a message asks for the resident's own reference, and whether it has nothing to say."""

from __future__ import annotations

import pytest

from bot.understanding.words.commands import asks_reference
from bot.understanding.words.reasons import says_nothing


@pytest.mark.parametrize(
    "words",
    ["what was my reference", "What's my reference number?", "whats my ref", "sorry, i lost my"
     " reference", "can you tell me my reference again please", "remind me what my reference is"],
)  # fmt: skip
def test_a_reference_is_asked_for(words: str) -> None:
    assert asks_reference(words)


@pytest.mark.parametrize(
    "words",
    ["my reference library is shut", "what is a reference", "the library lost my reference books",
     "HYS-7K2M-4TXQ", "what was my answer"],
)  # fmt: skip
def test_a_reference_is_only_spoken_of(words: str) -> None:
    assert not asks_reference(words)


@pytest.mark.parametrize(
    ("words", "nothing"),
    [("no", True), ("nothing to add", True), ("all good", True), ("", False), ("not sure", True),
     ("no buses at night", False), ("all good things end", False)],
)  # fmt: skip
def test_having_nothing_to_say_is_heard(words: str, nothing: bool) -> None:
    assert says_nothing(words) is nothing
