"""Finding what may name or reach a person in free text: numbers, email addresses, postcodes.

It is meant to find too much rather than too little: what it finds is hidden until somebody asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.consultation.reading.postcodes import AREAS

NUMBER, EMAIL, POSTCODE = "number", "email", "postcode"
_UNSEEN = "\u00ad\u200b-\u200f\u2060\u2066-\u2069\ufeff"
_GAP = rf"[\s().\-\u2010-\u2015{_UNSEEN}]{{0,3}}"
_AREA = "|".join(sorted(AREAS, key=len, reverse=True))
_LOCAL, _LABEL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}", r"[\w-]{1,63}"
_AT = r"(?:\s?@\s?|\s*[(\[{<]\s*at\s*[)\]}>]\s*)"
_DOT = r"(?:\.|\s*[(\[{<]\s*dot\s*[)\]}>]\s*|\s+dot\s+)"
_PATTERNS = {
    # With " at " in plain words only where " dot " follows: else "look at example.com" is one.
    EMAIL: rf"{_LOCAL}(?:{_AT}{_LABEL}(?:{_DOT}{_LABEL})+|\s+at\s+{_LABEL}(?:\s+dot\s+{_LABEL})+)",
    # Seven digits and more, however they are grouped: telephones, accounts, NHS numbers.
    NUMBER: rf"(?<![\w.,])[+(]{{0,2}}\d(?:{_GAP}\d){{6,19}}",
    POSTCODE: rf"(?<!\w)(?:{_AREA})\d[\dA-Z]?[\s{_UNSEEN}]{{0,3}}\d[ABD-HJLNP-UW-Z]{{2}}(?!\w)",
}
_ANY = re.compile("|".join(f"(?P<{kind}>{p})" for kind, p in _PATTERNS.items()), re.I)


@dataclass(frozen=True)
class Piece:
    """A part of a text. `kind` is None where there is nothing personal in it."""

    text: str
    kind: str | None = None


def pieces_of(text: str) -> list[Piece]:
    """Return a text in pieces, which together are the whole text."""
    pieces, place = [], 0
    for found in _ANY.finditer(text):
        if found.start() > place:
            pieces.append(Piece(text[place : found.start()]))
        pieces.append(Piece(found[0], found.lastgroup))
        place = found.end()
    if place < len(text):
        pieces.append(Piece(text[place:]))
    return pieces


def holds_personal(text: str) -> bool:
    return _ANY.search(text) is not None
