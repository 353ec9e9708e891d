"""Small words and what they do in a short answer: `reading:` in data/understanding/en.yml."""

from __future__ import annotations

from collections.abc import Iterable

from bot.understanding.words.language import english

Phrase = tuple[str, ...]
_TOLD = english().reading


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def phrases(said: Iterable[str]) -> tuple[Phrase, ...]:
    """Return the phrases of a list, longest first."""
    return tuple(sorted((tuple(phrase.split()) for phrase in said), key=len, reverse=True))


def phrase_at(words: Phrase, at: int, known: Iterable[Phrase]) -> int:
    """Return how many words from `at` on make a known phrase; 0 for none."""
    return next((len(p) for p in known if words[at : at + len(p)] == p), 0)


def _words(name: str) -> frozenset[str]:
    return word_set(_TOLD[name])


def _phrases(name: str) -> tuple[Phrase, ...]:
    return phrases(_TOLD[name])


NUMBERS = {word: number for number, word in enumerate(_TOLD["numbers"], start=1)}
ORDINALS = {word: number for number, word in enumerate(_TOLD["ordinals"], start=1)}
LAST = frozenset(_TOLD["last"])
HEARD_AS: dict[str, int] = _TOLD["heard_as"]

COURTESIES = _words("courtesies")
REPORTS, VOICES, APART = _words("reports"), _words("voices"), _words("apart")
POINTING = frozenset(_TOLD["pointing"])
OBJECTS = _words("objects")
LINKS = _words("links")
AFTER_NUMBER = _words("after_number")
BETWEEN = _words("between")
EXCEPT = frozenset(_TOLD["except"])
NEGATORS = _words("negators")
PLAIN_NEGATIONS = _phrases("plain_negations")
HEDGES = _words("hedges")
HEDGING = _phrases("hedging")
JOKES = frozenset(_TOLD["jokes"])
STRONG = _words("strong")
PLAINLY = _words("plainly")
WEAK = _words("weak")
PARTLY = WEAK | word_set("partly partially half")
STANCES = [tuple(word_set(side) for side in pair) for pair in _TOLD["stances"]]
MORE = {side: phrases(said) for side, said in _TOLD["more"].items()}
NEUTRAL = _phrases("neutral")
LEANING = {1: _words("lean_for"), -1: _words("lean_against")}
OTHERS = _words("others")
UNITS = _words("units")
ARTICLES = _words("articles")
SMALL = _words("small")

DONT_KNOW = _phrases("dont_know")
NO_OPINION = _phrases("no_opinion")
PREFER_NOT = _phrases("prefer_not")
NONE = _phrases("none")
SOMETHING_ELSE = _phrases("something_else")
ALL = _phrases("all")

YES, NO = _words("yes"), _words("no")
AGREEING = {1: _words("agreeing"), -1: _words("disagreeing")}
YES_PHRASES, NO_PHRASES = _phrases("yes_phrases"), _phrases("no_phrases")
UNSURE, CONDITIONS = _phrases("unsure"), _phrases("conditions")
ACTS, ALLOWING = _words("acts"), _phrases("allowing")
AFTER_YES, AFTER_NO = _words("after_yes"), _words("after_no")

ASKING, HELPING, SUBJECTS = _words("asking"), _words("helping"), _words("subjects")
MEANING = word_set("mean means meaning")
UNCLEAR, OPENINGS = _words("unclear"), _words("openings")

# Never taken for a slip of the keyboard.
KNOWN = frozenset().union(
    COURTESIES, REPORTS, VOICES, APART, OBJECTS, LINKS, AFTER_NUMBER, BETWEEN, NEGATORS, HEDGES,
    JOKES, STRONG, PLAINLY, WEAK, UNITS, YES, NO, LAST, NUMBERS, ORDINALS,
)  # fmt: skip
