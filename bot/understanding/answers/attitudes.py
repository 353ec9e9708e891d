"""Agreeing and disagreeing: which side, and how much, in an option's text or a respondent's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.understanding.answers import lexicon
from bot.understanding.answers.words import Typed

Strength = Literal["strong", "plain", "weak"]

FAMILIES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        frozenset({"agree", "agreed", "agrees", "agreeing"}),
        frozenset({"disagree", "disagreed", "disagrees", "disagreeing"}),
    ),
    (frozenset({"support", "supportive"}), frozenset({"oppose", "opposed", "against"})),
    (frozenset({"satisfied"}), frozenset({"dissatisfied", "unsatisfied"})),
    (frozenset({"likely"}), frozenset({"unlikely"})),
    (frozenset({"important"}), frozenset({"unimportant"})),
)
SIDES = {
    word: (family, side)
    for family, (positive, negative) in enumerate(FAMILIES)
    for side, words in ((1, positive), (-1, negative))
    for word in words
}
# For mending slips: one form of each, or "agreee" could be as near to "agreed".
BASES = lexicon.word_set(
    "agree disagree support oppose against satisfied dissatisfied likely unlikely important"
)
SPELLED = BASES | lexicon.STRONG | lexicon.WEAK | {"neither", "neutral", "middle"}
DENYING = lexicon.NEGATORS - lexicon.word_set("no nor non none nobody nothing without")
PASSED_OVER = lexicon.word_set("i id im do would have to must can of a that say think just am")
# After the stance ("agree strongly"); the others of STRONG go with what follows ("agree, really").
AFTER = (lexicon.STRONG | lexicon.WEAK) - {"very", "really", "quite", "strong", "bit", "sort"}


@dataclass(frozen=True)
class Stance:
    family: int
    side: int  # 1 for, -1 against, 0 neither
    strength: Strength = "plain"


NEITHER = Stance(family=-1, side=0)


def stance_at(typed: Typed, at: int) -> tuple[Stance, int] | None:
    """The stance said from word `at` on, and where it ends; None when none is clear."""
    if neutral := lexicon.phrase_at(typed.words, at, lexicon.NEUTRAL_PHRASES):
        return NEITHER, _end_of_neither(typed.words, at + neutral)
    strength: Strength = "plain"
    denied = strong_denial = False
    for here in range(at, min(at + 8, len(typed.words))):
        word = typed.words[here]
        side, end = _side_at(typed.words, here)
        if side is not None:
            return _stance(typed, side, strength, denied, end)
        if word in lexicon.STRONG:
            if denied and word not in ("really", "very"):
                strong_denial = True  # "don't fully agree" may be anything
            strength = "weak" if denied else "strong"
        elif word in lexicon.WEAK:
            strength = "weak"
        elif word in DENYING and not denied:
            denied = True
        elif word not in PASSED_OVER:
            return None
        if strong_denial:
            return None
    return None


def _side_at(words: tuple[str, ...], at: int) -> tuple[tuple[int, int] | None, int]:
    if words[at] == "dis" and words[at + 1 : at + 2] in (("agree",), ("satisfied",)):
        return (SIDES[words[at + 1]][0], -1), at + 2
    return SIDES.get(words[at]), at + 1


def _stance(
    typed: Typed, said: tuple[int, int], strength: Strength, denied: bool, end: int
) -> tuple[Stance, int] | None:
    family, side = said
    if denied and typed.words[end : end + 1] == ("more",):
        return Stance(family, side, "strong"), end + 1  # "couldn't agree more"
    if denied and _names_other_side(typed.words, end, family, side):
        return NEITHER, _end_of_neither(typed.words, end)
    if denied and side < 0:
        return None  # "don't disagree" is not agreeing
    if strength == "plain" and not denied and end < len(typed.words):
        after = typed.words[end]
        if after in AFTER and not any(mark in typed.gap(end) for mark in ".!\n"):
            strength, end = ("strong" if after in lexicon.STRONG else "weak"), end + 1
    return Stance(family, -1 if denied else side, strength), end


def _names_other_side(words: tuple[str, ...], at: int, family: int, side: int) -> bool:
    return words[at : at + 1] in (("or",), ("nor",)) and (
        SIDES.get("".join(words[at + 1 : at + 2])) == (family, -side)
    )


def _end_of_neither(words: tuple[str, ...], at: int) -> int:
    """Pass over "agree nor disagree" after "neither"."""
    end = at
    for here in range(at, min(at + 5, len(words))):
        if words[here] in SIDES:
            end = here + 1
        elif words[here] not in ("nor", "or", "and", "i", "really"):
            break
    return end
