"""Cutting a message into what it says one after the other: sentences, and clauses that could stand
alone.
"""

from __future__ import annotations

import re

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
