"""Splitting what was typed into plain words, while remembering where each one stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import islice

from rapidfuzz.distance import OSA

from bot.understanding.words.slips import is_a_word

LOOKED_AT = 600  # characters; an option is named in the first few words or not at all
APOSTROPHES = "'’‘`´ʼ＇"
# Marks that sit on a letter, and invisible characters that pasted text carries inside words.
INSIDE = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"
LETTER = f"[^\\W_][{INSIDE}]*"
UNJOINED = r"(?:do|ca|wo|did|is|are|does|would|could)n[;, ]t(?!\w)"  # "don t"
WORD = re.compile(
    # "1and3" is three words.
    rf"\d+(?=(?:and|or|n)\d)|(?:and|or|n|no)(?=\d)|{UNJOINED}|(?:{LETTER})+(?:[{APOSTROPHES}](?:{LETTER})+)*",
    re.IGNORECASE,
)
MOST_WORDS = 80
CORRECTED = 14  # of them are read with slips put right
NOT_PLAIN = ("<super>", "<sub>", "<fraction>")  # "5²" is not 52
DROPPED = dict.fromkeys(map(ord, APOSTROPHES + " ;,\u00ad\u2060\ufeff"))
DROPPED |= dict.fromkeys(range(0x200B, 0x2010))
SEPARATOR = re.compile(r"[.,;:!?()\[\]\n…–—\"“”*|&+/]|\s-|-\s|[^\x00-\x7f\s\w‐‑’‘]")
OPENERS = "([{\"'“‘£$€#@-"


@dataclass(frozen=True)
class Typed:
    """A text with its words in plain form (lower case, no accents, no apostrophes)."""

    raw: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def gap(self, at: int) -> str:
        """What stands between word `at` and the word before it."""
        start = self.spans[at - 1][1] if at else 0
        end = self.spans[at][0] if at < len(self.spans) else min(len(self.raw), LOOKED_AT)
        return self.raw[start:end]

    def is_apart(self, at: int) -> bool:
        """Whether punctuation, a new line or a picture sets word `at` off from the one before."""
        return SEPARATOR.search(self.gap(at)) is not None

    def rest(self, at: int) -> str | None:
        """Everything from word `at` on, as it was typed."""
        if at >= len(self.words):
            return None
        start = self.spans[at][0]
        if start and self.raw[start - 1] in OPENERS and self.gap(at)[:-1].strip(" ,.;:") == "":
            start -= 1
        return self.raw[start:].lstrip("- ").rstrip() or None

    def without(self, start: int, end: int) -> str | None:
        """The words beside the stretch of characters from `start` to `end`."""
        beside = [part.strip(" \t\r\n,.;:-<>()\"'") for part in (self.raw[:start], self.raw[end:])]
        kept = " ".join(part for part in beside if any(letter.isalnum() for letter in part))
        return kept or None

    def asks(self) -> bool:
        return "?" in self.raw[-LOOKED_AT:].rstrip()[-3:] or "?" in self.gap(len(self.words))

    def upto(self, end: int) -> Typed:
        """Return the text as if it had no words from `end` on."""
        return replace(self, words=self.words[:end])

    def spelled(self, words: tuple[str, ...]) -> Typed:
        """The same text with some words put right, one for one."""
        return replace(self, words=words)


def typed(text: str) -> Typed:
    found = list(islice(WORD.finditer(text[:LOOKED_AT]), MOST_WORDS))
    return Typed(text, tuple(plain(m.group()) for m in found), tuple(m.span() for m in found))


def plain(word: str) -> str:
    """One spelling for all ways to type a word: case, accents, width and script of digits."""
    if word.isascii():
        return word.lower().translate(DROPPED)
    if not any(unicodedata.decomposition(letter).startswith(NOT_PLAIN) for letter in word):
        word = unicodedata.normalize("NFKC", word)
    letters = unicodedata.normalize("NFD", word.translate(DROPPED).casefold())
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in letters
        if not unicodedata.combining(letter)
    )


def corrected(said: Typed, vocabulary: frozenset[str], known: frozenset[str]) -> Typed:
    """Return the text with each misspelt word of the vocabulary put right; `known` are no slips."""
    head = (nearest(w, vocabulary, known) or w for w in said.words[:CORRECTED])
    return said.spelled((*head, *said.words[CORRECTED:]))


def nearest(word: str, vocabulary: frozenset[str], known: frozenset[str]) -> str | None:
    """Return the one word of the vocabulary that was meant, or None.

    The first letter must be right: "disagree", "unlikely" and "dissatisfied" begin with the very
    letters that turn the meaning round, so a slip there is no slip we may mend.
    """
    if not 4 <= len(word) <= 24 or word in vocabulary or word in known or not word.isalpha():
        return None
    slips = {meant: found for meant in vocabulary if (found := _slips(word, meant)) is not None}
    fewest = [meant for meant, count in slips.items() if count == min(slips.values())]
    if len(fewest) != 1 or is_a_word(word):
        return None
    return fewest[0]


def _slips(word: str, meant: str) -> int | None:
    """Return how many slips lead to `word`; None when they are too many for its length."""
    allowed = 0 if len(meant) < 5 else 1 if len(meant) < 8 else 2
    if not allowed or word[0] != meant[0]:
        return None
    slips = OSA.distance(word, meant, score_cutoff=allowed)
    return slips if slips <= allowed else None
