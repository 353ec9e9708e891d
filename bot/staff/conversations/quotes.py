"""A message in one line: the sentence that matters, with what was looked for marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 160  # letters
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Bit:
    """A part of a quote; `marked` is what it is about."""

    text: str
    marked: bool = False


def quote(text: str, marks: Sequence[tuple[int, int]] = ()) -> list[Bit]:
    """Return the sentence around the first mark, or the beginning. Marks are (start, end), in
    order, and do not overlap.
    """
    start, end = _window(text, marks[0][0] if marks else 0)
    bits, place = [Bit("…")] if start else [], start
    for first, last in marks:
        first, last = max(first, place), min(last, end)
        if first < last:
            bits += [Bit(text[place:first]), Bit(text[first:last], marked=True)]
            place = last
    bits += [Bit(text[place:end].rstrip()), Bit("…") if end < len(text.rstrip()) else Bit("")]
    shown = (Bit(re.sub(r"\s+", " ", bit.text), bit.marked) for bit in bits)
    return [bit for bit in shown if bit.text]


def _window(text: str, place: int) -> tuple[int, int]:
    """Return where to begin and end: a sentence, or the words around a place in a long one."""
    starts = [0, *(found.end() for found in _ENDS.finditer(text))]
    start = max(one for one in starts if one <= place)
    if place - start > LONGEST // 2:
        start = _after_blank(text, place - LONGEST // 3)
    if len(text) - start <= LONGEST:
        return start, len(text)
    blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
    return start, blank if blank > place else start + LONGEST


def _after_blank(text: str, place: int) -> int:
    blank = text.find(" ", place, place + LONGEST // 4)
    return blank + 1 if blank >= 0 else place
