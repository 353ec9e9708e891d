"""Hearing that a resident, or a person they tell of, needs help: how plainly, and of what kind.

The trained model hears most of it, beside whatever else a message says. A few phrases that cannot
be mistaken are heard in any case (`help_now` in data/understanding/en.yml).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from bot.understanding.words.language import english
from bot.understanding.words.normalise import normalised


class Strength(str, Enum):
    """What a message calls for: nothing; two lines beside everything else; help lines at once, and
    nothing asked; or a human sentence, because someone has died.
    """

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"
    GRIEF = "grief"


@dataclass(frozen=True)
class Care:
    """How plainly a need was heard, how sure that is, and which lines belong to it."""

    strength: Strength = Strength.NONE
    sure: float = 0.0
    kind: str | None = None  # a key of `about` in the language's file


# Said of the past, of other people's stories, or as a figure of speech, a phrase is no cry.
TOLD = re.compile(
    r"\b(?:years? ago|used to|last (?:year|winter|summer)|when i was|in the past|charity|helpline"
    r"|people who|people with|should|would rather|laughing|if (?:you|they|the council))\b"
)

# It is said outright that there is no danger, or that all is well: then no guess speaks against it.
NO_HARM = re.compile(
    r"\b(?:nobodys?|no ?ones?|none of us)(?: is| was| got| has)?"
    r" (?:hurt(?:s|ing)?|hit(?:s|ting)?|harm(?:s|ed|ing)?|dead|died|in danger)\b"
    r"|\bnot (?:in (?:any )?danger|suicidal)\b"
)
ALL_WELL = re.compile(
    r"\b(?:im|i am|shes|hes|its)(?: all| absolutely| perfectly| just)?"
    r" (?:fine|ok|okay|grand|alright)\b"
    r"|\bnot sad\b"
)

NEEDS = ("hard", "any", "grief")


def care_of(parts: Iterable[tuple[str, Mapping[str, float]]], bars: Mapping[str, float]) -> Care:
    """Return the care that a message needs.

    `parts` are the whole message and its segments, each with what the model heard of `hard`, `any`
    and `grief`. `bars` say how sure each must be (config.yml).
    """
    heard = list(parts)
    for text, _ in heard:
        if kind := _surely(text):
            return Care(Strength.HARD, 1.0, _kind([text for text, _ in heard]) or kind)
    said = normalised(heard[0][0])
    if NO_HARM.search(said):
        return Care()
    most = {name: _most(name, [found for _, found in heard]) for name in NEEDS}
    kind = _kind([text for text, _ in heard])
    if most["hard"] >= bars["hard"]:
        return Care(Strength.HARD, most["hard"], kind)
    if ALL_WELL.search(said):
        return Care()
    if most["grief"] >= bars["grief"] and most["grief"] >= most["any"]:
        return Care(Strength.GRIEF, most["grief"])
    if most["any"] >= bars["soft"]:
        return Care(Strength.SOFT, most["any"], kind)
    return Care()


def _most(need: str, heard: Sequence[Mapping[str, float]]) -> float:
    """Return how plainly a need is heard. In a message of several sentences both the whole must
    tell of it and one of them: a need stands somewhere, and a long story alone is none.
    """
    whole, *parts = (found[need] for found in heard)
    return math.sqrt(whole * max(parts)) if parts else whole


def plainly_in_danger(text: str) -> bool:
    """Say whether a message holds a phrase that cannot be mistaken: for where no model is."""
    return _surely(text) is not None


def _surely(text: str) -> str | None:
    said = f" {normalised(text)} "
    if TOLD.search(said):
        return None
    return next((kind for kind, pattern in _help_now() if pattern.search(said)), None)


def _kind(texts: Iterable[str]) -> str | None:
    said = f" {normalised(' '.join(texts))} "
    for kind, words in english().about.items():
        if any(f" {word} " in said for word in words):
            return kind
    return None


@cache
def _help_now() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile(" (?:" + "|".join(re.escape(one) for one in phrases) + ")(?= )"))
        for kind, phrases in english().help_now.items()
    )
