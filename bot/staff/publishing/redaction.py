"""Taking words out of what is published, and words that may have to go. Pure.

Names cannot be told from other words without a model, and none is installed: what is suggested is
found by plain signs (a title before it, a capital in the middle of a sentence, a word for a
street). It finds too much rather than too little, and still not everything: a person reads all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.understanding.personal_data import pieces_of

# Why words are taken out, and what stands in their place.
REASONS = {
    "name": ("A person's name", "[name removed]"),
    "place": ("A street or a home", "[place removed]"),
    "contact": ("A number, email address or postcode", "[contact details removed]"),
    "other": ("About another person", "[about another person, removed]"),
    "identifies": ("Shows who it is in another way", "[removed: could show who it is]"),
    "unfit": ("Abusive, or unlawful to publish", "[removed: unfit to publish]"),
}
LONGEST_WORDS = 500

_STREETS = (
    "road|rd|street|st|lane|ln|avenue|ave|drive|close|crescent|grove|terrace|court|way|walk|gardens"
    "|square|place|mews|row|hill|park|house|estate|tower|towers|parade|view|rise|fold|bank|brow"
)
_WORD = r"[^\W\d_][\w'’-]*"
_CAPITAL = r"[A-Z\u00c0-\u00de][\w'’-]*"
_STREET = re.compile(
    rf"(?i:\b(?:(?:flat|apartment|unit|no\.?|number)\s*\d+\w?,?\s+)?\d+\w?,?\s+"
    rf"(?:{_WORD}\s+){{1,3}}?(?:{_STREETS})\b|\b(?:flat|apartment)\s+\d+\w?\b)"
    rf"|\b(?!I\s)(?:{_CAPITAL}\s+){{1,3}}(?i:{_STREETS})\b"
)
_TITLES = (
    "mr|mrs|ms|miss|mx|dr|doctor|sir|lady|lord|prof|professor|rev|reverend|cllr|councillor|nurse"
    "|auntie|uncle|imam"
)
_TITLED = re.compile(rf"\b(?i:{_TITLES})\.?\s+(?:{_CAPITAL}(?:\s+{_CAPITAL})?|{_WORD})")
_SAID = re.compile(
    rf"\b(?i:my name is|my name's|i am called|name:|signed,?|regards,?)\s+({_WORD}(?:\s+{_WORD})?)"
)
_CAPITALS = re.compile(rf"{_CAPITAL}(?:\s+{_CAPITAL})*")
_BEGINS = re.compile(r"(?:^|[.!?:\n\"“‘(])\s*$")
# Capitals that are no names of people.
_COMMON = (
    "I I'm I've I'd I'll English British UK GB NHS BBC IT AI TV PC SMS GP OK Internet WiFi"
    " Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April"
    " May June July August September October November December Christmas Easter Ramadan Eid"
    " Covid COVID Council Facebook Google WhatsApp YouTube Zoom England Britain Europe"
)


@dataclass(frozen=True)
class Suggested:
    """Words that may have to be taken out, and the likely reason."""

    reason: str
    words: str


def suggest(text: str, known: Collection[str] = ()) -> list[Suggested]:
    """Return what may name or reach a person, each once, as it comes in the text. Capitals of
    `known` words (the consultation's own) are no names.
    """
    found: dict[str, tuple[int, str]] = {}
    for place, words, reason in sorted(
        _found(text, {*_COMMON.split(), *known}), key=lambda one: one[0]
    ):
        if not any(words in other for other in found):
            found[words] = (place, reason)
    return [Suggested(reason, words) for words, (_, reason) in found.items()]


def take_out(text: str, words: str, reason: str) -> tuple[str, int]:
    """Return a text with a mark in the place of words, wherever they stand as whole words, and how
    often they did.
    """
    wanted = r"\s+".join(re.escape(part) for part in words.split())
    if not wanted:
        return text, 0
    return re.subn(rf"(?<!\w){wanted}(?!\w)", lambda _: REASONS[reason][1], text, flags=re.I)


def capitals_of(texts: Collection[str]) -> frozenset[str]:
    """Return the words of texts that begin with a capital."""
    return frozenset(word for text in texts for word in re.findall(_CAPITAL, text))


def _found(text: str, known: Collection[str]) -> Iterator[tuple[int, str, str]]:
    place = 0
    for piece in pieces_of(text):
        if piece.kind:
            yield place, piece.text, "contact"
        place += len(piece.text)
    text = re.sub(r"\[[^\]]*\]", lambda mark: "." * len(mark[0]), text)  # what is out already
    for hit in _STREET.finditer(text):
        yield hit.start(), hit[0], "place"
    for hit in _TITLED.finditer(text):
        yield hit.start(), hit[0], "name"
    for hit in _SAID.finditer(text):
        yield hit.start(1), hit[1], "name"
    for hit in () if text.isupper() else _CAPITALS.finditer(text):
        names = [word for word in hit[0].split() if word not in known and len(word) > 1]
        begins = _BEGINS.search(text[: hit.start()]) is not None
        if names and not (begins and len(hit[0].split()) == 1):
            yield hit.start(), hit[0], "name"
