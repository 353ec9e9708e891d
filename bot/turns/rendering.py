"""Turning what the bot says into what a channel can show. Pure: texts in, texts out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import regex

from bot.consultation.text_parts import sms_parts

MOST_PARTS = 2  # of one text message: a third part is where people stop reading, and it costs
Fits = Callable[[str], bool]
SENTENCE_END = re.compile(r"(?<=[.!?۔।؟])[ \n]+|\n+")
LETTER = regex.compile(r"\X")  # https://unicode.org/reports/tr29/
WORD_END = re.compile(r"\s+")


def numbered(text: str, options: Sequence[str]) -> str:
    """Return a text with its options as numbered lines: `1 Strongly agree`."""
    return "\n".join([text, *(f"{n} {option}" for n, option in enumerate(options, start=1))])


def is_short(text: str) -> bool:
    """Say whether a text goes out as one text message of at most MOST_PARTS parts."""
    return sms_parts(text) <= MOST_PARTS


def split_short(text: str) -> list[str]:
    """Split a text into messages of at most MOST_PARTS parts, between sentences where possible."""
    return [text] if is_short(text) else _joined(_pieces(text, is_short), is_short)


def split_long(text: str, longest: int) -> list[str]:
    """Split a text into messages of at most `longest` UTF-16 units, between sentences if it can."""

    def fits(piece: str) -> bool:
        return len(piece.encode("utf-16-le")) // 2 <= longest

    return [text] if fits(text) else _joined(_pieces(text, fits), fits)


def _pieces(text: str, fits: Fits) -> list[str]:
    """Cut after sentences and lines; what is still too long between words, and last between
    letters. The cuts lose nothing: the pieces joined are the text."""
    pieces: list[str] = []
    for sentence in _cut(text, SENTENCE_END):
        if fits(sentence):
            pieces.append(sentence)
            continue
        for word in _cut(sentence, WORD_END):
            pieces += [word] if fits(word) else _letters(word, fits)
    return pieces


def _letters(word: str, fits: Fits) -> Iterator[str]:
    """Yield what readers see as one letter each: an accent stays with its letter, and a family of
    emoji together. One that is too long by itself is cut all the same.
    """
    for letter in LETTER.findall(word):
        yield from [letter] if fits(letter) else letter


def _cut(text: str, after: re.Pattern[str]) -> list[str]:
    ends = [match.end() for match in after.finditer(text)]
    bounds = [0, *(end for end in ends if end < len(text)), len(text)]
    return [text[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]


def _joined(pieces: Sequence[str], fits: Fits) -> list[str]:
    """Put pieces together again into as few messages as hold them."""
    messages: list[str] = []
    for piece in pieces:
        if messages and fits((messages[-1] + piece).strip()):
            messages[-1] += piece
        else:
            messages.append(piece)
    return [message.strip() for message in messages if message.strip()]
