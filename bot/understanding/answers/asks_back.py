"""Telling a question back ("what does 3 mean?") from an answer."""

from __future__ import annotations

from bot.understanding.answers.words import Typed
from bot.understanding.words.lexicon import ASKING, HELPING, OPENINGS, SUBJECTS, UNCLEAR

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
