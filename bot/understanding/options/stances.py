"""Agreeing and disagreeing: which side, and how much, in an option's text or a resident's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.understanding.words import lexicon
from bot.understanding.words.lexicon import Phrase, phrase_at

Strength = Literal["strong", "plain", "weak", "unclear"]
SIDES = {
    word: (family, side)
    for family, pair in enumerate(lexicon.STANCES)
    for side, words in zip((1, -1), pair, strict=True)
    for word in words
}
# After the stance: "agree strongly"; the others go with what follows ("agree, really").
AFTER = lexicon.STRONG - lexicon.word_set("very really strong highly")
JOINED = (("or",), ("nor",), ("and",), ("n",))


@dataclass(frozen=True)
class Stance:
    family: int
    side: int  # 1 for, -1 against, 0 neither
    strength: Strength = "plain"  # unclear: for the denial of more than the stance itself


NEITHER = Stance(-1, 0)


def stance_at(words: Phrase, at: int) -> tuple[Stance, int] | None:
    """Return the stance said from word `at` on, and where it ends; None when none begins there."""
    for said, side in (("strongly for", 1), ("strongly against", -1)):
        if length := phrase_at(words, at, lexicon.MORE[said]):
            return Stance(0, side, "strong"), at + length
    if words[at : at + 1] == ("neither",) or phrase_at(words, at, lexicon.NEUTRAL):
        return NEITHER, _end_of_neither(words, at + max(1, phrase_at(words, at, lexicon.NEUTRAL)))
    stressed, _ = _strength(words, at)  # "really don't agree"
    denied = phrase_at(words, stressed, lexicon.PLAIN_NEGATIONS)
    here, strength = _strength(words, stressed + denied if denied else at)
    said_side, end = _side_at(words, here)
    if said_side is None:
        return None
    family, side = said_side
    if denied and _names_other_side(words, end, said_side):
        return NEITHER, _end_of_neither(words, end)
    if denied:
        at_all = ("at", "all") in zip(words[end:], words[end + 1 :], strict=False)
        plain = strength == "plain" and side > 0 and not at_all and stressed == at
        return Stance(family, -side, "plain" if plain else "unclear"), end
    if strength == "plain" and words[end : end + 1] and words[end] in AFTER | lexicon.PLAINLY:
        return Stance(family, side, "strong" if words[end] in AFTER else "plain"), end + 1
    return Stance(family, side, strength), end


def _strength(words: Phrase, at: int) -> tuple[int, Strength]:
    """Return where the words that say how much end, and what they say."""
    strength: Strength = "plain"
    while at < len(words):
        if words[at] in lexicon.STRONG:
            strength = "strong" if strength == "plain" else strength
        elif words[at] in lexicon.WEAK:
            strength = "weak"
        elif words[at] not in lexicon.PLAINLY and (strength == "plain" or words[at] not in WITHIN):
            break
        at += 1
    return at, strength


WITHIN = ("to", "of", "percent", "i")  # "tend to agree", "kind of agree"


def _side_at(words: Phrase, at: int) -> tuple[tuple[int, int] | None, int]:
    if words[at : at + 2] in (("dis", "agree"), ("dis", "satisfied")):
        return (SIDES[words[at + 1]][0], -1), at + 2
    return SIDES.get("".join(words[at : at + 1])), at + 1


def _names_other_side(words: Phrase, at: int, said: tuple[int, int]) -> bool:
    other = SIDES.get("".join(words[at + 1 : at + 2]))
    return words[at : at + 1] in JOINED and other == (said[0], -said[1])


def _end_of_neither(words: Phrase, at: int) -> int:
    """Pass over "agree nor disagree" after "neither"."""
    end = at
    for here in range(at, min(at + 5, len(words))):
        if words[here] in SIDES:
            end = here + 1
        elif words[here] not in ("nor", "or", "and", "i", "really"):
            break
    return end
