"""Putting right slips of the keyboard, never so far that one answer turns into its opposite."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from bot.understanding.answers import lexicon
from bot.understanding.answers.pointers import CARDINALS, LAST, ORDINALS
from bot.understanding.answers.words import Typed

LOOKED_AT_WORDS = 14
KNOWN = (
    lexicon.FILLERS
    | lexicon.LINKS
    | lexicon.BETWEEN
    | lexicon.NEGATORS
    | lexicon.PARTLY
    | lexicon.STRONG
    | lexicon.WEAK
    | lexicon.UNITS
    | lexicon.COMMON
    | lexicon.YES
    | lexicon.NO
    | LAST
    | frozenset(CARDINALS)
    | frozenset(ORDINALS)
)


def corrected(typed: Typed, vocabulary: frozenset[str]) -> Typed:
    """The text with each misspelt word of the vocabulary put right."""
    head = tuple(nearest(word, vocabulary) or word for word in typed.words[:LOOKED_AT_WORDS])
    return typed.spelled(head + typed.words[LOOKED_AT_WORDS:])


def nearest(word: str, vocabulary: frozenset[str]) -> str | None:
    """The one word of the vocabulary that was meant, or None.

    The first letter must be right: "disagree", "unlikely" and "dissatisfied" begin with the very
    letters that turn the meaning round, so a slip there is no slip we may mend.
    """
    if not 4 <= len(word) <= 24 or word in vocabulary or word in KNOWN or not word.isalpha():
        return None
    best: list[str] = []
    fewest = 3
    for meant in vocabulary:
        slips = slips_between(word, meant)
        if slips is not None and slips <= fewest:
            best, fewest = ([*best, meant] if slips == fewest else [meant]), slips
    return best[0] if len(best) == 1 else None


def slips_between(word: str, meant: str) -> int | None:
    """How many slips lead from `meant` to `word`; None when they are too many for its length."""
    allowed = 0 if len(meant) < 5 else 1 if len(meant) < 8 else 2
    if not allowed or word[0] != meant[0]:
        return None
    slips = OSA.distance(word, meant, score_cutoff=allowed)
    return slips if slips <= allowed else None
