"""Why a conversation should be read, in the residents' words. Pure: turns in, reasons out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.staff.conversations.masking import hidden
from bot.staff.conversations.quotes import Bit, quote
from bot.staff.shell import vocabulary
from bot.storage.messages.transcripts import Turn
from bot.storage.review.priority import BY_FLAG, LEVEL, message_need, reason_of
from bot.storage.review.search import places_of
from bot.understanding.personal_data import holds_personal

QUOTED = 2  # messages for each reason; the rest are counted


@dataclass(frozen=True)
class Quoted:
    """What one message says, and its number."""

    number: int
    bits: Sequence[Bit]


@dataclass(frozen=True)
class Why:
    """One reason, the messages that give it, and how many more do. `danger` comes before all."""

    title: str
    danger: bool
    quoted: Sequence[Quoted]
    more: int


def reasons_to_read(turns: Sequence[Turn], checked: Collection[int] = ()) -> list[Why]:
    """Return every reason that a resident's messages give, the greatest need first. `checked`:
    numbers of those whose reading a person has corrected or confirmed.
    """
    found: dict[tuple[int, str], list[Turn]] = {}
    for turn in turns:
        if turn.direction == "in":
            for level, title in _reasons(turn, is_checked=turn.seq in checked):
                found.setdefault((level, title), []).append(turn)
    return [
        Why(title, reason_of(level) == "distress", [quoted(t) for t in some[:QUOTED]], rest)
        for (level, title), some in sorted(found.items(), key=lambda one: -one[0][0])
        for rest in [max(len(some) - QUOTED, 0)]
    ]


def quoted(turn: Turn) -> Quoted:
    sealed = vocabulary.PRIVATE.get(turn.private or "", "")
    return Quoted(turn.seq, quote_of(turn.text) or [Bit(sealed)])


def quote_of(text: str, words: Sequence[str] = ()) -> list[Bit]:
    """Return what is shown of a text in one line: the sentence in which words were found, or which
    hides something; else the beginning.
    """
    marks, hides, place = list[tuple[int, int]](), list[tuple[int, int]](), 0
    pieces = hidden(text)
    for piece in pieces:
        if piece.kind:
            hides.append((place, place + len(piece.text)))
        elif words:
            marks += [(place + a, place + b) for a, b in places_of(piece.text, words)]
        place += len(piece.text)
    return quote("".join(piece.text for piece in pieces), marks or hides)


def _reasons(turn: Turn, *, is_checked: bool) -> Iterator[tuple[int, str]]:
    """Yield (level of need, what it is called); flags that are no need of their own have 0."""
    need = message_need(
        turn.text,
        turn.intent,
        None if is_checked else turn.confidence,
        failed=turn.delivery == "failed",
        personal=holds_personal(turn.text),
        flags=turn.flags,
    )
    reason = vocabulary.reason(need)
    if reason:
        yield need // LEVEL * LEVEL, reason
    yield from ((0, vocabulary.FLAGS.get(kind, kind)) for kind in turn.flags if kind not in BY_FLAG)
