"""Finding what may name or reach a person in free text: numbers, email addresses, postcodes.

It is meant to find too much rather than too little: what it finds is hidden until staff ask.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.understanding.answers.postcodes import AREAS

NUMBER, EMAIL, POSTCODE = "number", "email", "postcode"
_UNSEEN = "\u00ad\u200b-\u200f\u2060\u2066-\u2069\ufeff"
_GAP = rf"(?:[\s()._*\-\u2010-\u2015\ufe0f\u20e3{_UNSEEN}]{{0,4}}|[,/])"
_AREA = "|".join(sorted(AREAS, key=len, reverse=True))
_LOCAL, _LABEL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}", r"[\w-]{1,63}"
_AT = r"(?:\s?@\s?|\s*[(\[{<]\s*at\s*[)\]}>]\s*)"
_DOT = r"(?:[.,]|\s*[(\[{<]\s*dot\s*[)\]}>]\s*|\s+dot\s+)"
_ENDS = r"(?:com|org|net|co|uk|ac|gov|info|me|eu|edu|example)"
_PART, _INWARD = rf"[\s,./:_\-{_UNSEEN}]", "[ABD-HJLNP-UW-Z]{2}"
_SPELLED = r"(?:\w{1,64}\s+dot\s+){0,3}"  # "jane dot doe at ..."
_PATTERNS = {
    # "look at example.com" is hidden too: it cannot be told from an address that was read out.
    EMAIL: rf"{_SPELLED}{_LOCAL}(?:{_AT}{_LABEL}(?:{_DOT}{_LABEL})+"
    rf"|{_AT}{_LABEL}(?:\s?\.\s?{_LABEL}){{0,2}}\s?\.\s?{_ENDS}\b|@{_LABEL}"
    rf"|\s+at\s+{_LABEL}(?:\s+dot\s+{_LABEL})+|\s+at\s+{_LABEL}(?:\.{_LABEL}){{0,3}}\.{_ENDS}\b)",
    # Seven digits and more, however they are grouped: telephones, accounts, NHS numbers.
    # Not "1,500,000": what is cut into thousands by commas is an amount; nor a date.
    # What begins like a telephone may have any signs between, and O for 0. Then the numbers of
    # National Insurance.
    NUMBER: r"(?<!\d)(?:(?!\d{1,3}(?:,\d{3}){1,4}(?!\W{0,3}\d))(?!\d\d?/\d\d?/\d{4}\b)"
    + rf"[+(]{{0,2}}\d(?:{_GAP}\d){{6,19}}"
    + r"|(?<!\w)[0o][\W_]{0,6}\d(?:[\W_]{0,6}[\do]){8,11}(?!\w)"
    + r"|(?<!\w)[A-Z]{2}\s?(?:\d\d\s?){3}[A-D](?!\w))",
    # What is looked ahead for spares trying each area at each word.
    POSTCODE: rf"(?:(?<!\w)|(?<=code))(?:(?=[A-Z]{{1,2}}\s?\d)(?:{_AREA})"
    rf"\s?\d[\dA-Z]?{_PART}{{0,3}}\d(?:{_INWARD}(?!\d)|\s{_INWARD}(?!\w))|GIR\s?0AA)",
}
# A council's own case number, such as DP-2026-118, reaches nobody: letters, a year, a few digits.
_KNOWN = r"(?P<known>(?<![\w-])[A-Z]{2,5}[-/](?:19|20)\d\d[-/]\d{1,5}(?!\w|[-/]\d))"
_NAMED = {kind: f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()}
_ANY = re.compile("|".join([_KNOWN, *_NAMED.values()]), re.I)
_BUT_EMAIL = re.compile("|".join([_KNOWN, _NAMED[NUMBER], _NAMED[POSTCODE]]), re.I)
_ONLY_EMAIL = re.compile(_NAMED[EMAIL], re.I)
# An email address needs an @ or an "at", all else a digit: most texts are read in no time.
_DIGIT, _AT_ALL = re.compile(r"\d"), re.compile(r"@|\bat\b", re.I)


@dataclass(frozen=True)
class Piece:
    """A part of a text. `kind` is None where there is nothing personal in it."""

    text: str
    kind: str | None = None


def pieces_of(text: str) -> list[Piece]:
    """Return a text in pieces, which together are the whole text."""
    plain = _plain(text)
    pieces, place = [], 0
    for found in _found(plain):
        if found.start() > place:
            pieces.append(Piece(text[place : found.start()]))
        pieces.append(Piece(text[found.start() : found.end()], found.lastgroup))
        place = found.end()
    if place < len(text):
        pieces.append(Piece(text[place:]))
    return pieces


def holds_personal(text: str) -> bool:
    plain = _plain(text)
    return next(_found(plain), None) is not None


def _found(plain: str) -> Iterator[re.Match[str]]:
    is_digit, is_at = _DIGIT.search(plain) is not None, _AT_ALL.search(plain) is not None
    if not (is_digit or is_at):
        return iter(())
    pattern = _BUT_EMAIL if not is_at else _ANY if is_digit else _ONLY_EMAIL
    return (found for found in pattern.finditer(plain) if found.lastgroup != "known")


def masked(text: str) -> str:
    """Return a text with what is personal named in its place: "call me on [number hidden]"."""
    return "".join(f"[{p.kind} hidden]" if p.kind else p.text for p in pieces_of(text))


def without_personal(text: str) -> str:
    """Return what is left of a text without what is personal."""
    return " ".join(piece.text for piece in pieces_of(text) if piece.kind is None)


def _plain(text: str) -> str:
    """Return the text letter for letter, with odd digits and signs as plain ones."""
    if text.isascii():
        return text
    return "".join(_plain_letter(letter) for letter in text)


def _plain_letter(letter: str) -> str:
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter
