"""What phones and mail programs send by themselves: reactions to our messages, automatic replies.

They are kept and shown to staff, and are neither answers nor commands. Nothing is said to them, or
two machines would talk to each other for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum
from functools import cache

from bot.understanding.words.language import english


class Note(str, Enum):
    """What a message is besides words, as it is stored."""

    REACTION = "reaction"
    AUTOMATIC = "automatic"


QUOTES = "\"'“”‘’„«»"
SHORTEST_QUOTE = 8  # letters of ours that a quotation must repeat
UNREAD = re.compile(r"\W+")
# "👍 to “Thanks, I've saved that”": a picture, and what it is put on.
PICTURE = re.compile(r"^[^\w\s]{1,6}\s+to\s+[\"'“‘]", re.I)
OF_THINGS = re.compile(
    r"^(?:an? )?(?:image|photo|picture|video|voice message|your message)\W*$", re.I
)


def note_of(text: str, ours: Callable[[], Sequence[str]]) -> Note | None:
    """Say what sent a message, if no person did. `ours` gives the last things that we said."""
    said = text.strip()
    if _is_reaction(said, ours):
        return Note.REACTION
    return Note.AUTOMATIC if _is_automatic(said) else None


def _is_reaction(said: str, ours: Callable[[], Sequence[str]]) -> bool:
    begins = _reaction().match(said)
    if begins is None and not PICTURE.match(said):
        return False
    rest = said[begins.end() :] if begins else said.partition(" to ")[2]
    if OF_THINGS.match(rest.strip()):
        return True
    quoted = rest.strip()
    if not quoted or quoted[0] not in QUOTES:
        return False
    words = UNREAD.sub("", quoted.casefold())
    mine = [UNREAD.sub("", text.casefold()) for text in ours()]
    long_enough = len(words) >= SHORTEST_QUOTE
    return long_enough and any(words in text or text in words for text in mine if text)


@cache
def _reaction() -> re.Pattern[str]:
    words = sorted(english().reactions, key=len, reverse=True)
    said = "|".join(map(re.escape, words))
    return re.compile(rf"(?:{said})\s+(?:\S{{1,3}}\s+to\s+|to\s+)?", re.I)


def _is_automatic(said: str) -> bool:
    """Only with both signs: an answer about an office or driving would be lost here."""
    words = english().automatic
    text = " ".join(said.casefold().replace("’", "'").split())
    if text.startswith(words["begins"]):
        return True
    return all(any(part in text for part in words[group]) for group in ("away", "promises"))
