"""What a transcript shows of each message and of each question. Pure: turns in, words out."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.consultation.model import Consultation
from bot.staff.conversations.masking import hidden, hidden_text
from bot.staff.conversations.understood import Understanding, understanding
from bot.staff.corrections.corrected import Corrected, corrected_of
from bot.staff.shell import vocabulary
from bot.storage.messages.transcripts import Turn
from bot.storage.review.corrections import Correction
from bot.storage.review.notes import Note, Tag
from bot.understanding.personal_data import Piece


@dataclass(frozen=True)
class Line:
    """One message as staff see it. `marks` are short warnings, in words. `hidden` says that there
    is something to reveal; `private` stands in place of words that are sealed.
    """

    number: int
    from_resident: bool
    pieces: Sequence[Piece]
    at: datetime
    delivery: str | None
    offered: Sequence[str]
    marks: Sequence[str]
    understood: Understanding | None
    language: str | None = None  # where it is not English
    hidden: bool = False
    private: str | None = None
    flagged: bool = False  # by staff
    failed: bool = False  # the bot could not deal with it
    notes: Sequence[Note] = ()
    tags: Sequence[str] = ()
    corrected: Corrected | None = None
    correctable: bool = False
    undelivered: bool = False  # what the bot said did not arrive
    staff: str | None = None  # who of the council said it


@dataclass(frozen=True)
class Seen:
    """What of the hidden things is shown: the numbers of messages, and what was sealed in them."""

    revealed: Container[int] = ()
    unsealed: Mapping[int, str] = field(default_factory=dict)
    can_unseal: Collection[int] = ()


class _Everything:
    """Every message there is."""

    def __contains__(self, _number: object) -> bool:
        return True


EVERYTHING = _Everything()


PHASES = {"before": "Arrived before the opening date", "after": "Arrived after the closing date"}
WAITING = "Waiting for the bot"
FAILED = "The bot could not deal with this message. The message is saved."
TWICE = "May have arrived twice"
REPAIRED = "Some characters could not be stored exactly"


def lines_of(
    consultation: Consultation,
    turns: Sequence[Turn],
    seen: Seen = Seen(),
    notes: Sequence[Note] = (),
    tags: Sequence[Tag] = (),
    corrected: Mapping[int, Correction] | None = None,
) -> list[Line]:
    """Return both sides of a conversation, ready to be shown."""
    return [
        replace(
            _corrected(consultation, _line(consultation, turn, seen), (corrected or {})),
            notes=tuple(note for note in notes if note.seq == turn.seq),
            tags=tuple(tag.name for tag in tags if tag.seq == turn.seq),
        )
        for turn in turns
    ]


def _corrected(consultation: Consultation, line: Line, corrected: Mapping[int, Correction]) -> Line:
    """Say what staff made of a message. That it counts no more is then their doing."""
    correction, made = corrected.get(line.number), line.understood
    if correction is None:
        return line
    really = corrected_of(consultation, correction)
    if made is not None and really.undoes:
        made = replace(made, status=None)
    return replace(line, corrected=really, understood=made)


def _line(consultation: Consultation, turn: Turn, seen: Seen) -> Line:
    from_resident, shown = turn.direction == "in", turn.seq in seen.revealed
    said = seen.unsealed.get(turn.seq, turn.text)
    pieces = [Piece(said)] if shown else hidden(said)
    sealed = turn.private is not None and turn.seq not in seen.unsealed
    can_unseal = sealed and turn.seq in seen.can_unseal
    return Line(
        number=turn.seq,
        from_resident=from_resident,
        pieces=pieces,
        at=turn.at,
        delivery=None if from_resident else vocabulary.DELIVERIES.get(turn.delivery, turn.delivery),
        offered=tuple(
            str(button.get("title", "")) if shown else hidden_text(str(button.get("title", "")))
            for button in turn.buttons
        ),
        marks=_marks(turn) if from_resident else _marks_of_reply(turn),
        understood=understanding(consultation, turn, shown) if from_resident else None,
        language=turn.language,
        hidden=not shown and (can_unseal or any(piece.kind for piece in pieces)),
        private=vocabulary.PRIVATE.get(turn.private or "") if sealed else None,
        flagged="staff" in turn.flags,
        failed=from_resident and turn.delivery == "failed",
        correctable=from_resident and bool(turn.text) and turn.private is None,
        staff=turn.staff,
        undelivered=not from_resident and turn.delivery in ("failed", "cancelled"),
    )


def _marks_of_reply(turn: Turn) -> tuple[str, ...]:
    advice = vocabulary.advice(turn.channel, turn.error)
    return tuple(mark for mark in (TWICE if turn.doubtful else None, advice) if mark)


def _marks(turn: Turn) -> tuple[str, ...]:
    marks = (
        PHASES.get(turn.phase or ""),
        {"received": WAITING, "failed": FAILED}.get(turn.delivery),
        REPAIRED if turn.repaired else None,
        vocabulary.NOTES.get(turn.note or ""),
        *(vocabulary.FLAGS.get(kind, kind) for kind in turn.flags),
    )
    return tuple(mark for mark in marks if mark)
