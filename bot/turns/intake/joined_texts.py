"""A long text that a phone has cut into parts, "(1/2) … (2/2)": they are one message."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.channels.registry import channel_named
from bot.storage.database.session import Session
from bot.storage.messages.asked import Text, texts_around
from bot.storage.messages.waiting import Waiting

PART = "part"  # stands as the note of one that has its turn with a later one
_MARK = r"[(\[]\s*([1-9])\s*(?:/|of)\s*([2-9])\s*[)\]]"
_BEGINS = re.compile(rf"\s*(?:{_MARK}|([1-9])/([2-9])\s*[:.\-])[:.\s]*", re.I)
_ENDS = re.compile(rf"\s*{_MARK}\s*$", re.I)


class PartsMissing(Exception):
    """More parts of the message are on their way."""


@dataclass(frozen=True)
class Part:
    number: int
    of: int
    words: str


def part_of(text: str) -> Part | None:
    """Read the mark of a part, which stands before or after its words."""
    found = _BEGINS.match(text) or _ENDS.search(text)
    if found is None:
        return None
    number, of = (int(digit) for digit in found.groups() if digit)
    words = (text[: found.start()] + text[found.end() :]).strip()
    return Part(number, of, words) if number <= of and words else None


def gathered(session: Session, waiting: Waiting, *, patient: bool) -> Waiting:
    """Return a message with the words of all its parts, or marked as a part that has its turn with
    a later one. Raises PartsMissing, as long as it is worth being `patient`.
    """
    mine = part_of(waiting.text) if channel_named(waiting.channel).short_texts else None
    if mine is None:
        return waiting
    series = _series(session, waiting.respondent_id, waiting.id, mine)
    if any(one.id > waiting.id and one.waits for one, _ in series):
        return replace(waiting, note=PART)
    if patient and len({part.number for _, part in series}) < mine.of:
        raise PartsMissing
    return replace(waiting, text=_joined(series))


def whole_text(session: Session, respondent_id: str, channel: str, inbox_id: int, text: str) -> str:
    """Return the words of a message with those of the parts before it."""
    mine = part_of(text) if channel_named(channel).short_texts else None
    if mine is None:
        return text
    series = _series(session, respondent_id, inbox_id, mine)
    return _joined([(one, part) for one, part in series if one.id <= inbox_id])


def _series(
    session: Session, respondent_id: str, inbox_id: int, mine: Part
) -> list[tuple[Text, Part]]:
    around = [(one, part_of(one.text)) for one in texts_around(session, respondent_id, inbox_id)]
    return [(one, part) for one, part in around if part and part.of == mine.of]


def _joined(series: list[tuple[Text, Part]]) -> str:
    """Put the words in order; of a part that came twice the last one counts."""
    words = {part.number: part.words for _, part in series}
    return " ".join(words[number] for number in sorted(words))
