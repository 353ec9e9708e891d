"""Cutting a message into what it says one after the other: sentences, and clauses that could stand
alone; and telling what is put as a question.
"""

from __future__ import annotations

import re
from functools import cache

from bot.understanding.words.language import english
from bot.understanding.words.normalise import normalised

# Sentence ends and lines; dashes with room around them; a joiner before a new thought of one's own.
CUTS = re.compile(
    r"(?<=[.!?;])\s+|\n+|\s+[-–—]+\s+|\.\.+\s*"
    r"|,\s+(?=(?:and|but|also|so|can|could|do|does|what|whats|who|where|when|how|is|are|will"
    r"|i|im|ive|please|sorry|oh)\b)"
    r"|\s+(?=(?:but|and also|and (?:who|what|how|can|when|where|will|is|do)|also can)\b)",
    re.I,
)
MOST = 12  # segments; a longer message is a letter, and its end is read with the last one


def segments(text: str) -> tuple[str, ...]:
    """Return the parts of a message in order; a message that cannot be cut is its only part."""
    parts = tuple(part.strip() for part in CUTS.split(text, maxsplit=MOST - 1))
    return tuple(part for part in parts if any(c.isalnum() for c in part)) or (text.strip(),)


def asks(text: str) -> bool:
    """Whether a text is put as a question."""
    return "?" in text or _beginning().match(normalised(text)) is not None


@cache
def _beginning() -> re.Pattern[str]:
    """Match the first words of a question, after whatever people put before one."""
    before, first = (
        "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        for words in (english().before_asking, english().asks_with)
    )
    return re.compile(rf"\W*(?:(?:{before})\b\W*)*(?:{first})\b")


def before_a_question(text: str) -> str | None:
    """Return what a message says before the first question in it; None where it asks none, or
    begins with it.
    """
    parts = segments(text)
    first = next((at for at, part in enumerate(parts) if asks(part)), 0)
    return " ".join(parts[:first]) or None
