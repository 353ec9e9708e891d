"""Slips of the finger in whole-message commands: "repaet", "skpi", "strat agian"."""

from __future__ import annotations

from functools import cache

from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from bot.understanding.words.language import english
from bot.understanding.words.normalise import strip_decoration

LONG_ENOUGH = 4  # letters of a command word that can be told from another by one edit
MOST_WORDS = 5


@cache
def words_of_the_language() -> SpellChecker:
    """Return the words of English, and how often each was counted."""
    return SpellChecker(language="en", distance=1)


@cache
def _command_words() -> tuple[str, ...]:
    said = (word for phrase in english().commands for word in phrase.split())
    return tuple(sorted({word for word in said if len(word) >= LONG_ENOUGH}))


def slipped_command(text: str) -> str | None:
    """Return the intent of a command in which words are one edit or one swap away from its own.

    A word that the language has itself is no slip ("back" is not "pack"), unless it is the whole
    message and nothing else fits. A STOP is never made out of something else.
    """
    words = strip_decoration(text).split()
    if not 0 < len(words) <= MOST_WORDS:
        return None
    mended = [_meant(word) for word in words]
    if mended == words:
        return None
    intent = english().commands.get(" ".join(mended))
    return intent if intent != "opt_out" else None


def sounds_like_stop(text: str) -> bool:
    """Say whether a message is one slip away from a STOP word: to be asked, never obeyed."""
    words = strip_decoration(text).split()
    if len(words) != 1 or _known(words[0]):
        return False
    return any(OSA.distance(words[0], stop) == 1 for stop in ("stop", "unsubscribe"))


def _meant(word: str) -> str:
    if len(word) < LONG_ENOUGH - 1 or not word.isalpha() or _known(word):
        return word
    near = [one for one in _command_words() if OSA.distance(word, one, score_cutoff=1) == 1]
    return near[0] if len(near) == 1 else _swapped(word, near)


def _swapped(word: str, near: list[str]) -> str:
    """Of several words that are as near, return the one with the same letters, if there is one."""
    same = [one for one in near if sorted(one) == sorted(word)]
    return same[0] if len(same) == 1 else word


def _known(word: str) -> bool:
    return is_a_word(word) or word in english().spellings


def is_a_word(word: str) -> bool:
    return word in words_of_the_language()
