"""Telling a question back ("what does 3 mean?") from an answer."""

from __future__ import annotations

from bot.understanding.answers import lexicon
from bot.understanding.answers.words import Typed

ASKING = lexicon.word_set("what whats wots wot why how hows who whos where when which huh pardon")
HELPING = lexicon.word_set("is are does do did can could should would will am was")
# What follows a helping word in a question; "do not agree" and "can agree" are no questions.
SUBJECTS = lexicon.word_set("i it this that these you u they we he the there a any my your")
UNCLEAR = lexicon.word_set("mean means meaning what why how which difference")
OPENINGS = lexicon.word_set("and but so sorry er erm um ok oh hi hello well")
A_STATEMENT = 8  # words


def asks_back(typed: Typed) -> bool:
    words = typed.words
    while words and words[0] in OPENINGS:
        words = words[1:]
    if not words:
        return typed.asks()
    first, second = words[0], "".join(words[1:2])
    if first in HELPING and (second in SUBJECTS or second.isdecimal()):
        return typed.asks() or second != "a"
    if first == "what" and second not in HELPING and not typed.asks() and "is" in words[2:]:
        return len(words) < A_STATEMENT  # "what matters to me most is …" tells, and does not ask
    return first in ASKING or (typed.asks() and first in HELPING - {"do"})


def asks_anywhere(typed: Typed) -> bool:
    """For a text that was not read: whether it holds a question after its first words."""
    return asks_back(typed) or (typed.asks() and not UNCLEAR.isdisjoint(typed.words))
